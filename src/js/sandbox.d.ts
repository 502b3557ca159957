/** What becomes of an order. */
export interface Scenario {
	/** How it ends: `Success` unless given. `Created` and `Processing` never end. */
	outcome?: "Success" | "Failed" | "Created" | "Processing" | "LimitReached" | "TemporaryError" | undefined;
	/** The history code of a failure (v2): `4.1.4.63`, insufficient funds, unless given. */
	action?: string | undefined;
	/** When processing begins, in milliseconds after the creation. */
	processingAfterMs?: number | undefined;
	/** When the order is final, in milliseconds after the creation. */
	finalAfterMs?: number | undefined;
}

/** What a sandbox needs to know. */
export interface SandboxOptions {
	/** The keys that it takes for payouts: the ones of your client. */
	payouts?: Credentials | undefined;
	/** The keys of deposits. On payouts they answer 401, as at PayStar. */
	deposits?: Credentials | undefined;
	/** When processing begins, in milliseconds after the creation. 1 000 unless given. */
	processingAfterMs?: number | undefined;
	/** When orders are final, in milliseconds after the creation. 3 000 unless given. */
	finalAfterMs?: number | undefined;
	/** With `"manual"`, time moves only by `advance`. */
	clock?: "system" | "manual" | undefined;
	/** What becomes of single orders, by `externalTransactionId`. */
	scenarios?: Record<string, Scenario> | undefined;
	/** The currencies that it takes. ISO 4217 unless given: PayStar's own list is not public. */
	currencies?: readonly string[] | undefined;
	/** Ids follow from it: the same seed makes the same ids again. */
	seed?: number | undefined;
}

/** A sandbox that serves HTTP. */
export interface SandboxServer {
	/** For the client's `baseUrl`: `http://127.0.0.1:4010`. */
	readonly url: string;
	readonly port: number;
	/** Ends all connections. Calling it again does nothing. */
	close(): Promise<void>;
}
