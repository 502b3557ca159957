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
	/** The keys that it takes for deposits. On payouts they answer 401, as at PayStar, and the other way round. */
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
	/** Which codes `orderHistory` has. `"v2"` unless given; `"legacy"` where PayStar's mapping has a legacy code. */
	historyCodes?: "v2" | "legacy" | undefined;
	/**
	 * What the merchant has to begin with, by currency: `{ USD: "10000.00" }`, which is also what every currency that is
	 * not given has. Both pipelines share it.
	 */
	balances?: Record<string, string> | undefined;
	/** How far payouts may take a balance below zero, in every currency. `"0"` unless given. */
	overdraft?: string | undefined;
	/** What is refused with `LIMITS_ERROR`, by pipeline. */
	limits?: { payouts?: SandboxLimits | undefined; deposits?: SandboxLimits | undefined } | undefined;
	/** Pipelines that are not active: their keys answer 403. */
	inactive?: readonly ("payouts" | "deposits")[] | undefined;
	/** The addresses that may ask over HTTP; others answer 403. All unless given. Hosted pages are open to everybody. */
	allowedAddresses?: readonly string[] | undefined;
	/** Where callbacks go that belong to orders without a `callbackUrl`: one URL, or one for each pipeline. */
	callbackUrl?: string | { payouts?: string | undefined; deposits?: string | undefined } | undefined;
	/**
	 * The form of callbacks; with `false`, none are sent. Callbacks are signed with the private key of the order's
	 * pipeline: a pipeline with a ready token and no `privateKey` has none.
	 */
	callbacks?: boolean | SandboxCallbackOptions | undefined;
}

/** Limits of one pipeline. */
export interface SandboxLimits {
	/** The largest amount of an order, whatever the currency: `"500.00"`. */
	maxAmount?: string | undefined;
	/** How many orders the pipeline takes. */
	maxOrders?: number | undefined;
}

/** The form of callbacks. PayStar documents two bodies, and neither retries nor the letter case of signatures. */
export interface SandboxCallbackOptions {
	/** The type of `amount` in the body: `"string"` unless given, `"number"` in the sister edition. */
	amountAs?: "string" | "number" | undefined;
	/** `"newer"` unless given. `"sister"` is the body of PayStar's sister brands, with `externald`. */
	edition?: "newer" | "sister" | undefined;
	/** Whether each callback is sent twice. */
	duplicates?: boolean | undefined;
	/** Whether callbacks come out of order: each is late by 0 to 4 seconds, as the seed says. */
	shuffled?: boolean | undefined;
	/** The letter case of the signature's digits. `"lower"` unless given. */
	signatureCase?: "lower" | "upper" | undefined;
	/**
	 * How long after a failed attempt the next one comes, in milliseconds: as many attempts follow the first one. An
	 * attempt fails without an answer of 2xx within 5 seconds. `[1000, 5000, 30000]` unless given.
	 */
	retryAfterMs?: readonly number[] | undefined;
}

/** A callback that the sandbox has sent. */
export interface SandboxCallback {
	/** PayStar's id of the order. */
	externalId: string;
	/** Your own id of the order. */
	externalTransactionId: string;
	/** The order's status that it tells. */
	status: "Init" | "Created" | "Processing" | "Success" | "Failed";
	/** Where it was sent. */
	url: string;
	/** The body, letter for letter. */
	body: string;
	/** The header `Signature`. */
	signature: string;
	/** How often it was sent. */
	attempts: number;
	/** The last answer; missing where there was none. */
	httpStatus?: number;
	/** `waiting` for its next attempt, `sending`, `delivered` (2xx), or `given_up` after its last attempt. */
	state: "waiting" | "sending" | "delivered" | "given_up";
}

/** A sandbox that serves HTTP. */
export interface SandboxServer {
	/** For the client's `baseUrl`, and where hosted pages are: `http://127.0.0.1:4010`. */
	readonly url: string;
	/** The port that it listens on. */
	readonly port: number;
	/**
	 * Ends all connections. With the sandbox's last server, callbacks end, too: those under way are cut off. Calling it
	 * again does nothing.
	 */
	close(): Promise<void>;
}
