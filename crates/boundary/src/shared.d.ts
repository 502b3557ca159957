// Without this line, every declaration would be exported.
export {};

declare global {
	// `using` needs it. Older libraries of the compiler do not have it.
	interface SymbolConstructor {
		readonly dispose: unique symbol;
	}
}

/** The keys of one pipeline. Payouts and deposits have different keys. */
export type Credentials = KeyPair | ReadyToken;

/** A key pair. The client makes its token from it, on your machine. */
export interface KeyPair {
	/** The public key. It is the only claim of the token. */
	publicKey: string;
	/** The private key. It signs the token. PayStar signs callbacks with the same key. */
	privateKey: string;
	/** Older private keys that also verify callbacks, while you change keys. */
	previousPrivateKeys?: readonly string[] | undefined;
}

/** A ready bearer token. */
export interface ReadyToken {
	/** The token, without `Bearer`. */
	token: string;
	/** The private key, only to verify callbacks. */
	privateKey?: string | undefined;
	/** Older private keys that also verify callbacks, while you change keys. */
	previousPrivateKeys?: readonly string[] | undefined;
}
