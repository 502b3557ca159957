/** Options of a client. Set the keys of a pipeline, or the `baseUrl` of a backend that has the keys. */
export interface PayStarOptions {
	/** The keys for payouts. */
	payouts?: Credentials | undefined;
	/** The keys for deposits. */
	deposits?: Credentials | undefined;
	/** The private key of alerts. It is a different key than those of the pipelines. */
	alerts?: { privateKey: string; previousPrivateKeys?: readonly string[] | undefined } | undefined;
	/**
	 * The URL of a sandbox, a proxy or your own backend, such as `http://127.0.0.1:4010`. All requests go there. In a page,
	 * a path such as `/paystar` is relative to the origin of the page. `createPanelHandler` of `paystar/server` is such a
	 * backend. The default is PayStar's own hosts.
	 */
	baseUrl?: string | URL | undefined;
	/**
	 * How requests are sent. `"node"` uses `node:http` and `node:https`, and keeps connections open. `"dispatcher"` uses the
	 * HTTP engine of Node's own `fetch`, which is faster. If a tool replaced `node:http`, the global `fetch` or undici's
	 * global dispatcher, for example in a test, then `"dispatcher"` uses the replacement. `"fetch"` uses the global `fetch`.
	 * In Node 20.16, 22.3 and newer, the default is `"node"` with an `agent`, and `"dispatcher"` without it. On other
	 * platforms the default is `"fetch"`.
	 */
	transport?: "node" | "dispatcher" | "fetch" | undefined;
	/**
	 * The agent of the transport `"node"`: an `Agent` of `node:https`, or of `node:http` if the `baseUrl` is `http`. It can
	 * come from a library, for example for proxies. The default is an agent that all clients share. It keeps idle
	 * connections for four seconds.
	 */
	agent?: object | undefined;
	/**
	 * The dispatcher of the transport `"dispatcher"`: a `Dispatcher` of the package undici, for example a `ProxyAgent`. It may
	 * repeat a request by itself, so an error of it always has the outcome `"unknown"`. It is asked not to follow redirects,
	 * because a redirect would send the card data to another server.
	 */
	dispatcher?: object | undefined;
	/**
	 * A function that sends the requests, instead of a transport. The signal of its `Request` aborts at the time limit.
	 * If the function throws, the outcome is always `"unknown"`, because it may have sent the request before.
	 */
	fetch?: ((request: Request) => Promise<Response>) | undefined;
	/** The time limit of one attempt in milliseconds, including the body of the response. The default is 30 000. */
	timeoutMs?: number | undefined;
	/**
	 * The time limit of a whole call in milliseconds, including all attempts, lookups and waits. The default is four times
	 * `timeoutMs`.
	 */
	deadlineMs?: number | undefined;
	/**
	 * How often a call may repeat a request, 0 to 10. The default is 2. A read is repeated after a temporary failure. A
	 * creation is repeated in three cases only: after 423 ("try again later"), if certainly nothing was sent, or after a
	 * lookup if the order does not exist. It always has the same `externalTransactionId`.
	 */
	maxRetries?: number | undefined;
	/**
	 * Whether a card number with a wrong check digit is an error. The default is `false`: it is a warning, because PayStar's
	 * own samples have such numbers.
	 */
	strict?: boolean | undefined;
	/**
	 * Allows keys in a browser, where everybody who opens the page can read them. The default is `false`: keys in a browser
	 * are an error.
	 */
	dangerouslyAllowBrowser?: boolean | undefined;
}

/** Options of one call. The defaults are the options of the client. */
export interface CallOptions {
	/**
	 * Ends the call at once. The call throws the reason of the signal. If a creation may have been sent, it throws an
	 * `AbortedError`, and the reason is its `cause`.
	 */
	signal?: AbortSignal | undefined;
	/** The time limit of one attempt in milliseconds, including the body of the response. */
	timeoutMs?: number | undefined;
	/** The time limit of the whole call in milliseconds, including all attempts, lookups and waits. */
	deadlineMs?: number | undefined;
	/** How often the call may repeat a request, 0 to 10. */
	maxRetries?: number | undefined;
	/** Whether a card number with a wrong check digit is an error. */
	strict?: boolean | undefined;
}

/** Options of `create`, `createWithToken` and `createHosted`. */
export interface CreateOptions extends CallOptions {
	/**
	 * What to do if PayStar already has an order with this `externalTransactionId`. `"throw"` throws a
	 * `DuplicateOrderError` with the order. `"return"` returns the order with `resolvedBy: "lookup"`. The default is
	 * `"throw"`. Use `"return"` if an interrupted program sends the same order again. An order with another amount or
	 * currency is never returned.
	 */
	onDuplicate?: "throw" | "return" | undefined;
}

/**
 * Options of `waitUntilFinal`. If a read fails, the next read is after the next interval, or after the time that PayStar
 * asks for (header `Retry-After`). The last read is at the deadline.
 */
export interface WaitOptions extends Omit<CallOptions, "maxRetries"> {
	/**
	 * The wait between the first two reads in milliseconds. The default is two minutes, as PayStar recommends. A shorter
	 * wait grows up to two minutes. Each wait is up to a tenth shorter or longer, at random.
	 */
	intervalMs?: number | undefined;
	/** The time limit of the whole wait in milliseconds. The default is one day. */
	deadlineMs?: number | undefined;
	/**
	 * Called with the first status and after each change. If it returns a promise, the next read is after the promise. The
	 * promise can make the wait longer than the deadline, by one `timeoutMs` at most. An exception or a rejection ends the
	 * wait.
	 */
	onStatus?: ((state: OrderState) => unknown) | undefined;
}

/** Options of a balance read. */
export interface BalanceOptions extends CallOptions {
	/** The pipeline whose keys are used. The default is `"payouts"`, or `"deposits"` if the client has only its keys. */
	pipeline?: "payouts" | "deposits" | undefined;
}

/** Options of a verification. */
export interface VerifyOptions {
	/** Private keys. The default is the keys of the client. */
	privateKeys?: readonly string[] | undefined;
	/** The longest accepted body in bytes. The default is 65 536. */
	maxBodyBytes?: number | undefined;
}

/** One of the two ids of an order. */
export type OrderReference = { externalId: string } | { externalTransactionId: string };

/** The status of an order that you stored, or of a callback. */
export interface OrderStanding {
	/** The status of the order. */
	status: OrderStatus;
	/** The amount as decimal text. `100` and `100.00` are the same amount. */
	amount?: string | undefined;
}

/** A payout to create. */
export type PayoutRequest = OrderRequest;
/** A payout that PayStar created. */
export type PayoutOrder = Order;
/** The status of a payout, as PayStar returned it. */
export type PayoutStatus = OrderState;
/** A deposit to create. */
export type DepositRequest = OrderRequest;
/** A deposit that PayStar created. */
export type DepositOrder = Order;
/** The status of a deposit, as PayStar returned it. */
export type DepositStatus = OrderState;

/** The value of a member that no type of this package has. A number is a string with its digits. */
export type JsonValue = string | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** The fields of every error of this package. */
declare abstract class ErrorBase extends Error {
	protected constructor();
	/** What went wrong, as a stable word. If your program mixes ESM and CommonJS, compare this and not the classes. */
	readonly code: ErrorCode;
	/**
	 * What is known about the order. A read creates no order. After a read, `"unknown"` only means that the status is not
	 * known. A `SignatureError` has no outcome.
	 */
	readonly outcome?: Outcome;
	/** Your own id of the order, if the call had one. */
	readonly externalTransactionId?: string;
	/**
	 * Whether the same request with the same id can succeed later. It is `false` if `outcome` is `"unknown"`: read the
	 * status first. You can always repeat a read, because a read changes nothing.
	 */
	readonly retryable: boolean;
	/** What to do now. */
	readonly advice: string;
	/** The requests of the call with their results, if it sent any. */
	readonly attempts?: Attempt[];
	/** How long PayStar asked to wait in milliseconds, if it did (header `Retry-After`). */
	readonly retryAfterMs?: number;
	/** The name, the message and all fields, for logs in JSON. */
	toJSON(): Record<string, unknown>;
}

/** The fields of every error that a response of PayStar caused. */
declare abstract class ApiErrorBase extends ErrorBase {
	readonly outcome: Outcome;
	/** The HTTP status. 0 means a redirect that the platform hides. */
	readonly httpStatus: number;
	/** PayStar's label, such as `VALIDATION_ERROR.` */
	readonly label?: string;
	/** PayStar's code of the cause, such as `1-4007`. In the response, the member is `statusDescrption`. */
	readonly statusDescription?: string;
}

/** The class of errors of type `T`, for `instanceof`. Only this package can create such errors. */
interface ErrorClass<T> extends Function {
	/** The compiler needs this for `instanceof`. */
	readonly prototype: T;
}

/** Any error of this package. Use `switch (error.code)`. */
export type PayStarError =
	| ValidationError
	| ConfigurationError
	| ApiError
	| ConnectionError
	| TimeoutError
	| AbortedError
	| InterruptedError
	| SignatureError;

/** The base class of all errors of this package. */
export const PayStarError: ErrorClass<PayStarError>;

/** The response was an error, or it was not a valid response. `message` is PayStar's message, if there is one. */
export type ApiError =
	AuthenticationError | DuplicateOrderError | LimitReachedError | NotFoundError | TemporaryError | OtherApiError;

/** The base class of all errors that a response of PayStar caused. */
export const ApiError: ErrorClass<ApiError>;

/**
 * An `ApiError` of no other class. With `approval_pending` and `rejected`, the panel of your backend refused the request, and
 * nothing was sent to PayStar.
 */
export interface OtherApiError extends ApiErrorBase {
	readonly code:
		"request_refused" | "approval_pending" | "rejected" | "server_error" | "unexpected_answer" | "invalid_answer";
}

/** The request is not valid, so it was not sent. Or an argument of a helper is not valid. `issues` has all problems. */
export class ValidationError extends ErrorBase {
	readonly code: "validation_failed";
	readonly outcome: "notSent";
	/** All problems, including warnings. */
	readonly issues: Issue[];
}

/**
 * An option of the client or of a call is not valid, the client has no key for the operation, or the platform does not
 * allow WebAssembly. With `key_missing`, the client has no private key to verify or sign a callback or an alert. This
 * says nothing about the sender.
 */
export class ConfigurationError extends ErrorBase {
	readonly code: "configuration_invalid" | "key_missing";
	readonly outcome: "notSent";
	/** The problems of the options. It is missing if the cause is a missing key. */
	readonly issues?: Issue[];
}

/** 401 or 403: PayStar does not accept the keys, or the IP address of this server. */
export class AuthenticationError extends ApiErrorBase {
	readonly code: "unauthorized" | "forbidden";
	readonly outcome: "rejected";
}

/**
 * PayStar already has an order with this `externalTransactionId`. The response was 400 `1-4007`, or a lookup found an
 * order with another amount or currency.
 *
 * The order may be yours: from an earlier attempt, or from this request, because networks and runtimes sometimes send a
 * request twice. Or the id was used for another payment. Compare `order` with your data. Do not pay again with another id
 * before you know.
 */
export class DuplicateOrderError extends ApiErrorBase {
	readonly code: "duplicate_order";
	readonly outcome: "unknown";
	/** The order that PayStar has with this id. It is missing if it could not be read. */
	readonly order?: OrderState;
}

/** 400 `LIMITS_ERROR`: a limit of the account was reached. */
export class LimitReachedError extends ApiErrorBase {
	readonly code: "limit_reached";
	readonly outcome: "rejected";
}

/**
 * PayStar does not know an order with this id. The response to a status read was 404, without a body or with a JSON object
 * about no other order. If the response to a creation was lost, its order can still appear. So `outcome` is `"unknown"`.
 */
export class NotFoundError extends ApiErrorBase {
	readonly code: "not_found";
	readonly outcome: "unknown";
}

/** 423 or 429: try again later with the same `externalTransactionId`. */
export class TemporaryError extends ApiErrorBase {
	readonly code: "temporarily_unavailable" | "too_many_requests";
}

/**
 * The connection to PayStar failed. `outcome` is `"notSent"` if it is certain that there was no connection. `cause` is the
 * error of the system.
 */
export class ConnectionError extends ErrorBase {
	readonly outcome: Outcome;
	readonly code: "connection_failed";
}

/**
 * There was no whole response within `timeoutMs`, or no final status within `deadlineMs`. `outcome` is `"notSent"` if it is
 * certain that there was no connection.
 */
export class TimeoutError extends ErrorBase {
	readonly code: "timeout" | "deadline_exceeded";
	readonly outcome: "notSent" | "unknown";
}

/** Your signal ended the call after the request may have been sent. `cause` is the reason of the signal. */
export class AbortedError extends ErrorBase {
	readonly code: "aborted";
	readonly outcome: "unknown";
}

/**
 * An exception went through the WebAssembly core, such as a stack overflow of the caller. It ends all calls that are
 * running. The core starts again with the next call. `cause` is the exception.
 */
export class InterruptedError extends ErrorBase {
	readonly code: "interrupted";
	readonly outcome: "notSent" | "unknown";
}

/** A callback or an alert that you must not trust. `code` says why. */
export class SignatureError extends ErrorBase {
	readonly code:
		| "signature_missing"
		| "signature_malformed"
		| "signature_mismatch"
		| "body_too_large"
		| "body_invalid"
		| "body_duplicate_key"
		| "body_ambiguous_value";
}
