// Only what says so is exported.
export {};

declare global {
	// For `using`, where the compiler's own library does not have it yet.
	interface SymbolConstructor {
		readonly dispose: unique symbol;
	}
}

/** The keys of one pipeline. Deposits and payouts have keys of their own. */
export type Credentials = KeyPair | ReadyToken;

/** A key pair: the token is made from it on your machine, once. */
export interface KeyPair {
	/** The public key: the only claim of the token. */
	publicKey: string;
	/** The private key: it signs the token, and PayStar signs callbacks with it. */
	privateKey: string;
	/** Private keys that callbacks may still be signed with, while keys rotate. */
	previousPrivateKeys?: readonly string[] | undefined;
}

/** A ready bearer token. */
export interface ReadyToken {
	/** The token, as it stands behind `Bearer`. */
	token: string;
	/** Serves to verify callbacks only. */
	privateKey?: string | undefined;
	/** Private keys that callbacks may still be signed with, while keys rotate. */
	previousPrivateKeys?: readonly string[] | undefined;
}
