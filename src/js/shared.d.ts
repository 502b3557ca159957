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
	publicKey: string;
	privateKey: string;
	/** Private keys that callbacks may still be signed with, while keys rotate. */
	previousPrivateKeys?: readonly string[] | undefined;
}

/** A ready bearer token. */
export interface ReadyToken {
	token: string;
	/** Serves to verify callbacks only. */
	privateKey?: string | undefined;
	/** Private keys that callbacks may still be signed with, while keys rotate. */
	previousPrivateKeys?: readonly string[] | undefined;
}
