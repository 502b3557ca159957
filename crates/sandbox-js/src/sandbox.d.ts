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
	/** What goes wrong: a script of rules, or by a seed. Nothing unless given. */
	faults?: readonly SandboxFault[] | SandboxSeededFaults | undefined;
}

/**
 * What becomes of an answer:
 *
 * - `lost`: the connection ends without a byte;
 * - `resetInHeaders`, `resetInBody`: the connection is reset in the middle;
 * - `stall`: nothing comes, and the connection stays open; `stallInBody`: the same after half of the body;
 * - `status`: another status comes;
 * - `truncatedJson`: half of the JSON comes, as a whole answer; `html`: a page comes, with status 200;
 * - `wrongLength`: `content-length` promises more than comes before the connection ends;
 * - `late`: all is right, but late; `slowBody`: all is right, but the body comes slowly;
 * - `sentTwice`: the request arrives twice, as networks and runtimes below a client send it at times, and one of the two
 *   answers comes. A second copy of a creation is refused with `1-4007`;
 * - `clockJump`: the sandbox's clock jumps, then all is right;
 * - `none`: all is right; for a `commit` that is not `"done"`.
 */
export type SandboxFaultKind =
	| "none"
	| "lost"
	| "resetInHeaders"
	| "resetInBody"
	| "stall"
	| "stallInBody"
	| "status"
	| "truncatedJson"
	| "html"
	| "wrongLength"
	| "late"
	| "slowBody"
	| "sentTwice"
	| "clockJump";

/** A rule of a script: what goes wrong, and with which requests to the API. Hosted pages and callbacks have no faults. */
export interface SandboxFault {
	/** What becomes of the answer. */
	fault: SandboxFaultKind;
	/**
	 * What becomes of a creation: handled (`"done"`, unless given), never handled, or taken and made later. Its answer is
	 * 504 where the order is not there yet and the kind has none of its own. With `httpStatus` 400, 401, 403 or 423 only
	 * `"undone"` is possible: PayStar documents that these make no order. With `sentTwice` it is what becomes of the first
	 * copy; the second one is handled as usual.
	 */
	commit?: "done" | "undone" | "later" | undefined;
	/** With `commit: "later"`: when the order appears, in milliseconds by the sandbox's clock. 1 000 unless given. */
	commitAfterMs?: number | undefined;
	/**
	 * With `commit: "later"`: whether the id is taken from the beginning, so that a second creation with it is refused
	 * although a status read does not find it yet. Otherwise the first order to appear has the id. `false` unless given.
	 */
	reservesId?: boolean | undefined;
	/** The requests that it hits. `"any"` unless given. */
	on?: "create" | "status" | "balance" | "any" | undefined;
	/** Only requests about the order with this id. */
	externalTransactionId?: string | undefined;
	/** How many matching requests it passes over; they are left to the rules behind it. 0 unless given. */
	skip?: number | undefined;
	/** How many it hits after those. 1 unless given. */
	times?: number | undefined;
	/** With `status`: 400 to 599. 503 unless given. */
	httpStatus?: number | undefined;
	/** With `status`: the header `Retry-After`, in seconds. */
	retryAfter?: number | undefined;
	/** With `status`: whether the header is that number, or the date that lies as far ahead. `"seconds"` unless given. */
	retryAfterAs?: "seconds" | "date" | undefined;
	/** With `late`: milliseconds. 1 000 unless given. */
	afterMs?: number | undefined;
	/** With `slowBody`: the milliseconds that the body takes. 1 000 unless given. */
	overMs?: number | undefined;
	/** With `sentTwice`: the answer that comes: to the `"first"` copy or to the `"second"` one (default). */
	answer?: "first" | "second" | undefined;
	/** With `clockJump`: milliseconds; below zero it jumps back. An hour unless given. */
	jumpMs?: number | undefined;
}

/** Faults by a seed: the same seed and the same requests have the same faults. */
export interface SandboxSeededFaults {
	/** A whole number. */
	seed: number;
	/** The part of all requests to the API that is hit: 0 to 1. */
	rate: number;
	/** Only these kinds. All unless given. */
	kinds?: readonly Exclude<SandboxFaultKind, "none">[] | undefined;
}

/** An order that the sandbox has made. */
export interface SandboxOrder {
	/** The pipeline that it belongs to. */
	pipeline: "payouts" | "deposits";
	/** Your own id of the order. */
	externalTransactionId: string;
	/** PayStar's id of the order. */
	externalId: string;
	/** Where its callbacks go, if anywhere. */
	callbackUrl?: string;
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

/**
 * A simulated PayStar, for tests, demos and development: payouts, deposits of all kinds with their hosted page,
 * balances, callbacks. It is built from PayStar's documentation. What is not documented, such as the response for an
 * unknown id (404 here), is the sandbox's own choice.
 *
 * Some amounts choose an outcome, in every currency: `4063` fails for insufficient funds, `4061` and `4062` at the
 * issuer, `4031` and `4034` before the gateway, `4012` at the gateway. `4100` stays `Created`, `4101` stays
 * `Processing`. `4200` is refused with `LIMITS_ERROR`, `4423` with 423. All other amounts succeed.
 */
export class Sandbox {
	/**
	 * Creates an empty sandbox.
	 *
	 * @throws ConfigurationError if an option is not valid. Its `issues` name each problem.
	 */
	constructor(options: SandboxOptions);
	/**
	 * Answers a request in this process, without a network. It is bound, so you can pass it on:
	 * `new PayStar({ …, baseUrl: "http://sandbox", fetch: sandbox.fetch })`.
	 */
	readonly fetch: (request: Request) => Promise<Response>;
	/** How many orders the sandbox has made. */
	readonly orderCount: number;
	/** Serves HTTP on 127.0.0.1 (Node only). Default port: a free one. */
	listen(port?: number): Promise<SandboxServer>;
	/**
	 * Moves the sandbox's clock forward by milliseconds. Orders move on with it, and callbacks that are due then begin
	 * to leave. `settle` waits for them.
	 */
	advance(ms: number): void;
	/**
	 * Sends all callbacks that are due now, and waits until each was answered or failed for now. It does not wait for
	 * attempts that are due later.
	 */
	settle(): Promise<void>;
	/** The last 1 000 callbacks that were sent, in the order of their first attempts. */
	listCallbacks(): SandboxCallback[];
	/**
	 * Changes the amount of an order, as when a customer pays another sum, and sends a callback ("amount changed").
	 * Default pipeline: `deposits`.
	 *
	 * @throws ConfigurationError if there is no such order, if it has failed, or if the amount is not valid.
	 */
	changeAmount(externalTransactionId: string, amount: string, pipeline?: "payouts" | "deposits"): void;
	/** The sandbox's time, in milliseconds since 1970. */
	now(): number;
	/**
	 * Chooses what becomes of the order with this id, instead of what its amount says. The order must not exist yet.
	 *
	 * @throws ConfigurationError if the scenario is not valid.
	 */
	setScenario(externalTransactionId: string, scenario: Scenario): void;
	/** The orders that the sandbox has made, in that order. */
	listOrders(): SandboxOrder[];
	/**
	 * Adds a rule to the end of the script of faults: what goes wrong with which request to the API.
	 *
	 * @throws ConfigurationError if the rule is not valid, or if there are too many rules.
	 */
	injectFault(rule: SandboxFault): void;
	/** Ends all faults to come, also those of a seed. Delayed orders still appear. */
	clearFaults(): void;
	/** Forgets the sandbox and its orders. Every later use throws a ConfigurationError. */
	[Symbol.dispose](): void;
}
