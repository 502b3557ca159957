/** What happens to an order. */
export interface Scenario {
	/** How the order ends. The default is `Success`. With `Created` or `Processing`, the order keeps this status. */
	outcome?: "Success" | "Failed" | "Created" | "Processing" | "LimitReached" | "TemporaryError" | undefined;
	/** The history code of a failure (v2). The default is `4.1.4.63`, insufficient funds. */
	action?: string | undefined;
	/** When the order becomes `Processing`, in milliseconds after its start. */
	processingAfterMs?: number | undefined;
	/** When the order becomes final, in milliseconds after its start. */
	finalAfterMs?: number | undefined;
}

/** The options of a sandbox. */
export interface SandboxOptions {
	/** The keys that the sandbox accepts for payouts. Use the keys of your client. */
	payouts?: Credentials | undefined;
	/** The keys that the sandbox accepts for deposits. For payouts they get 401, as at PayStar. */
	deposits?: Credentials | undefined;
	/** When orders become `Processing`, in milliseconds after their start. The default is 1 000. */
	processingAfterMs?: number | undefined;
	/** When orders become final, in milliseconds after their start. The default is 3 000. */
	finalAfterMs?: number | undefined;
	/** With `"manual"`, only `advance` moves the time. The default is `"system"`. */
	clock?: "system" | "manual" | undefined;
	/** What happens to single orders, by `externalTransactionId`. */
	scenarios?: Record<string, Scenario> | undefined;
	/** The currencies that the sandbox knows. The default is ISO 4217, because PayStar's own list is not public. */
	currencies?: readonly string[] | undefined;
	/** The same seed gives the same ids. The default is 0. */
	seed?: number | undefined;
	/** The codes in `orderHistory`. With `"legacy"`, codes without a legacy code stay unchanged. The default is `"v2"`. */
	historyCodes?: "v2" | "legacy" | undefined;
	/**
	 * The merchant's balances at the start, by currency: `{ USD: "500.00" }`. The default of every currency is
	 * `"10000.00"`. Both pipelines share a balance.
	 */
	balances?: Record<string, string> | undefined;
	/** How far payouts can take a balance below zero, in every currency. The default is `"0"`. */
	overdraft?: string | undefined;
	/** Limits for each pipeline. The sandbox refuses orders beyond them with `LIMITS_ERROR`. */
	limits?: { payouts?: SandboxLimits | undefined; deposits?: SandboxLimits | undefined } | undefined;
	/** Pipelines that are not active. Their keys get 403. */
	inactive?: readonly ("payouts" | "deposits")[] | undefined;
	/**
	 * The IP addresses that can send requests over HTTP. Other addresses get 403. The default is all addresses. Everybody
	 * can open the hosted pages.
	 */
	allowedAddresses?: readonly string[] | undefined;
	/** The URL for the callbacks of orders without a `callbackUrl`: one URL, or one for each pipeline. */
	callbackUrl?: string | { payouts?: string | undefined; deposits?: string | undefined } | undefined;
	/**
	 * The form of callbacks. With `false`, the sandbox sends no callbacks. It signs them with the private key of the
	 * order's pipeline. A pipeline with a token and without a `privateKey` sends no callbacks.
	 */
	callbacks?: boolean | SandboxCallbackOptions | undefined;
	/** Faults: a script of rules, or random faults from a seed. Without this option, nothing goes wrong. */
	faults?: readonly SandboxFault[] | SandboxSeededFaults | undefined;
}

/**
 * What happens to a response:
 *
 * - `lost`: the connection ends without a byte;
 * - `resetInHeaders`, `resetInBody`: the connection is reset in the middle of the headers or of the body;
 * - `stall`: nothing is sent, and the connection stays open;
 * - `stallInBody`: half of the body is sent, and the connection stays open;
 * - `status`: another status is sent;
 * - `truncatedJson`: half of the JSON is sent, as if it were complete;
 * - `html`: an HTML page is sent with status 200;
 * - `wrongLength`: `content-length` is too large. Then the connection ends;
 * - `late`: the right response is sent late;
 * - `slowBody`: the right response is sent, with its body in pieces;
 * - `sentTwice`: the request arrives twice, because networks and runtimes below a client sometimes repeat it. One of the
 *   two responses is sent. The second copy of a creation is refused with `1-4007`;
 * - `clockJump`: the sandbox's clock jumps. Then the right response is sent;
 * - `none`: the right response is sent. Use it with a `commit`.
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

/** A rule of a script: a fault, and the requests to the API that get it. Hosted pages and callbacks have no faults. */
export interface SandboxFault {
	/** What happens to the response. */
	fault: SandboxFaultKind;
	/**
	 * What happens to the order of a creation. With `"done"`, the order is created at once (default). With `"undone"`, it is
	 * never created. With `"later"`, it appears later. Before the order appears, the response is a 504, or the
	 * response of the fault. With `httpStatus` 400, 401, 403 or 423, only `"undone"` is possible, because PayStar documents that these
	 * create no order. With `sentTwice`, the commit applies to the first copy, and the second copy is handled as usual.
	 */
	commit?: "done" | "undone" | "later" | undefined;
	/** With `commit: "later"`: the delay of the order, in milliseconds of the sandbox's clock. The default is 1 000. */
	commitAfterMs?: number | undefined;
	/**
	 * With `commit: "later"`: whether the id is reserved at once. Then a second creation with this id is refused, although
	 * a status read does not find the order yet. Otherwise the first order that appears gets the id. The default is
	 * `false`.
	 */
	reservesId?: boolean | undefined;
	/** The requests that get the fault. The default is `"any"`. */
	on?: "create" | "status" | "balance" | "any" | undefined;
	/** Only requests about the order with this id get the fault. */
	externalTransactionId?: string | undefined;
	/** How many matching requests the rule leaves to the rules after it. The default is 0. */
	skip?: number | undefined;
	/** To how many requests the rule applies after those. The default is 1. */
	times?: number | undefined;
	/** With `status`: 400 to 599. The default is 503. */
	httpStatus?: number | undefined;
	/** With `status`: the header `Retry-After`, in seconds. */
	retryAfter?: number | undefined;
	/** With `status`: whether the header is a number of seconds or a date. The default is `"seconds"`. */
	retryAfterAs?: "seconds" | "date" | undefined;
	/** With `late`: the delay in milliseconds. The default is 1 000. */
	afterMs?: number | undefined;
	/** With `slowBody`: the time that the body takes, in milliseconds. The default is 1 000. */
	overMs?: number | undefined;
	/** With `sentTwice`: the response to this copy is sent. The default is `"second"`. */
	answer?: "first" | "second" | undefined;
	/** With `clockJump`: milliseconds. A negative number jumps back. The default is an hour. */
	jumpMs?: number | undefined;
}

/** Random faults. The same seed and the same requests have the same faults. */
export interface SandboxSeededFaults {
	/** A whole number. */
	seed: number;
	/** The part of all requests to the API that get a fault, from 0 to 1. */
	rate: number;
	/** The kinds of faults. The default is all of them. */
	kinds?: readonly Exclude<SandboxFaultKind, "none">[] | undefined;
}

/** An order that the sandbox has created. */
export interface SandboxOrder {
	/** The pipeline of the order. */
	pipeline: "payouts" | "deposits";
	/** Your own id of the order. */
	externalTransactionId: string;
	/** PayStar's id of the order. */
	externalId: string;
	/** The URL for its callbacks. Missing if the order has none. */
	callbackUrl?: string;
}

/** Limits of one pipeline. */
export interface SandboxLimits {
	/** The largest amount of an order, whatever the currency: `"500.00"`. */
	maxAmount?: string | undefined;
	/** How many orders the pipeline accepts. */
	maxOrders?: number | undefined;
}

/** The form of callbacks. PayStar documents two bodies. It documents no retries and no letter case of signatures. */
export interface SandboxCallbackOptions {
	/** The type of `amount` in the body. The default is `"string"`, and `"number"` in the sister edition. */
	amountAs?: "string" | "number" | undefined;
	/** `"sister"` is the body of PayStar's sister brands, with `externald`. The default is `"newer"`. */
	edition?: "newer" | "sister" | undefined;
	/** Whether each callback is sent twice. */
	duplicates?: boolean | undefined;
	/** Whether callbacks come out of order. Each of them is delayed by 0 to 4 seconds, chosen by the seed. */
	shuffled?: boolean | undefined;
	/** The letter case of the signature. The default is `"lower"`. */
	signatureCase?: "lower" | "upper" | undefined;
	/**
	 * The waits before a failed attempt is repeated, in milliseconds. Each wait is followed by one attempt. An attempt fails
	 * if it gets no 2xx within 5 seconds. The default is `[1000, 5000, 30000]`.
	 */
	retryAfterMs?: readonly number[] | undefined;
}

/** A callback that the sandbox has sent. */
export interface SandboxCallback {
	/** PayStar's id of the order. */
	externalId: string;
	/** Your own id of the order. */
	externalTransactionId: string;
	/** The status of the order in the callback. */
	status: "Init" | "Created" | "Processing" | "Success" | "Failed";
	/** The URL of the merchant. */
	url: string;
	/** The body, exactly as it was sent. */
	body: string;
	/** The header `Signature`. */
	signature: string;
	/** The number of attempts. */
	attempts: number;
	/** The status of the last response. Missing if the last attempt got no response. */
	httpStatus?: number;
	/** `waiting` for its next attempt, `sending`, `delivered` (2xx), or `given_up` if all attempts failed. */
	state: "waiting" | "sending" | "delivered" | "given_up";
}

/** A sandbox that serves HTTP. */
export interface SandboxServer {
	/** The origin of the server: `http://127.0.0.1:4010`. Use it as the `baseUrl` of the client. */
	readonly url: string;
	/** The port of the server. */
	readonly port: number;
	/**
	 * Ends all connections. If it is the sandbox's last server, it also cancels all callbacks. A second call does nothing.
	 */
	close(): Promise<void>;
}

/**
 * A simulated PayStar, for tests, demos and development: payouts, deposits of all kinds with their hosted page,
 * balances, callbacks. It is built from PayStar's documentation. What is not documented, such as the response for an
 * unknown id (404), is the sandbox's own choice.
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
	 * Responds to a request in this process, without a network. You can pass this function to a client:
	 * `new PayStar({ …, baseUrl: "http://sandbox", fetch: sandbox.fetch })`.
	 */
	readonly fetch: (request: Request) => Promise<Response>;
	/** The number of orders. */
	readonly orderCount: number;
	/** Serves HTTP on 127.0.0.1 (Node only). The default is a free port. */
	listen(port?: number): Promise<SandboxServer>;
	/**
	 * Moves the sandbox's clock forward by this number of milliseconds. Orders change their status, and the sandbox starts
	 * to send the callbacks that are due. `settle` waits for them.
	 */
	advance(ms: number): void;
	/**
	 * Sends all callbacks that are due now, and waits until each attempt got a response or failed. It does not wait for
	 * attempts that are due later.
	 */
	settle(): Promise<void>;
	/** The last 1 000 callbacks that were sent, in the order of their first attempts. */
	listCallbacks(): SandboxCallback[];
	/**
	 * Changes the amount of an order, as if a customer paid another sum, and sends a callback. The default pipeline is
	 * `deposits`.
	 *
	 * @throws ConfigurationError if there is no such order, if it has failed, or if the amount is not valid.
	 */
	changeAmount(externalTransactionId: string, amount: string, pipeline?: "payouts" | "deposits"): void;
	/** The sandbox's time, in milliseconds since 1970. */
	now(): number;
	/**
	 * Chooses what happens to the order with this id. The amount then has no effect. The order must not exist yet.
	 *
	 * @throws ConfigurationError if the scenario is not valid.
	 */
	setScenario(externalTransactionId: string, scenario: Scenario): void;
	/** All orders of the sandbox, oldest first. */
	listOrders(): SandboxOrder[];
	/**
	 * Adds a rule at the end of the script of faults.
	 *
	 * @throws ConfigurationError if the rule is not valid, or if there are too many rules.
	 */
	injectFault(rule: SandboxFault): void;
	/** Removes all faults, also random ones. Delayed orders still appear. */
	clearFaults(): void;
	/** Deletes the sandbox and its orders. Every later use throws a ConfigurationError. */
	[Symbol.dispose](): void;
}
