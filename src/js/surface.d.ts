/** What a client needs to know. Give the keys of a pipeline, or the `baseUrl` of a backend that has them. */
export interface PayStarOptions {
	/** The keys for payouts. */
	payouts?: Credentials | undefined;
	/** The keys for deposits. */
	deposits?: Credentials | undefined;
	/** The private key of alerts, which is one of its own. */
	alerts?: { privateKey: string; previousPrivateKeys?: readonly string[] | undefined } | undefined;
	/**
	 * One address instead of PayStar's own hosts: a sandbox, a proxy, your own backend. `http://127.0.0.1:4010`. In a page,
	 * a path such as `/paystar` is one of the page's own origin.
	 */
	baseUrl?: string | URL | undefined;
	/**
	 * What sends the requests: `"node"` (`node:http` and `node:https`, with connections that are kept; the default in
	 * Node 20.16, 22.3 or newer) or `"fetch"` (the global one; the default elsewhere).
	 */
	transport?: "node" | "fetch" | undefined;
	/**
	 * The agent of the transport `"node"`: an `Agent` of `node:https`, or of `node:http` for a `baseUrl` of `http`, or of a
	 * library, such as one for proxies. Unless given, all clients share one that keeps connections for four seconds.
	 */
	agent?: object | undefined;
	/**
	 * Sends the requests instead of either transport. Its `Request` has a signal that ends it in time. After an
	 * error of its own the outcome is always `"unknown"`: it may have tried before.
	 */
	fetch?: ((request: Request) => Promise<Response>) | undefined;
	/** How long one attempt may take in milliseconds, the body of the answer included. 30 000 unless given. */
	timeoutMs?: number | undefined;
	/**
	 * How long a whole call may take in milliseconds: all attempts, lookups and waits. Four times `timeoutMs` unless
	 * given.
	 */
	deadlineMs?: number | undefined;
	/**
	 * How often a call may try again, 0 to 10. 2 unless given. A read is repeated after a failure that may pass. A
	 * creation is repeated, always with the same `externalTransactionId`, only after PayStar refused it for now (423),
	 * after it surely was not sent, or after a lookup said that the order does not exist.
	 */
	maxRetries?: number | undefined;
	/** Lets a card number whose check digit is wrong stop a request. PayStar's own samples are such numbers. */
	strict?: boolean | undefined;
	/** Keys in a browser can be read by anybody who opens the page, so they are refused there unless this is set. */
	dangerouslyAllowBrowser?: boolean | undefined;
}

/** Options of one call; what is not given comes from the client. */
export interface CallOptions {
	/** Ends the call at once. What is thrown then is the signal's own reason, or an `AbortedError` with it as cause. */
	signal?: AbortSignal | undefined;
	/** How long one attempt may take in milliseconds, the body of the answer included. */
	timeoutMs?: number | undefined;
	/** How long the whole call may take in milliseconds: all attempts, lookups and waits. */
	deadlineMs?: number | undefined;
	/** How often the call may try again, 0 to 10. */
	maxRetries?: number | undefined;
	/** Lets a card number whose check digit is wrong stop the request. */
	strict?: boolean | undefined;
}

/** Options of `create`, `createWithToken` and `createHosted`. */
export interface CreateOptions extends CallOptions {
	/**
	 * What to do where PayStar has an order with this `externalTransactionId` already: `"throw"` a `DuplicateOrderError`
	 * that has that order (default), or `"return"` it with `resolvedBy: "lookup"`. Use `"return"` where a program that was
	 * interrupted comes back with the same order. An order whose status tells another amount or currency is never
	 * returned: it is always thrown.
	 */
	onDuplicate?: "throw" | "return" | undefined;
}

/**
 * Options of `waitUntilFinal`. A read that fails is tried again at the next interval, or when PayStar asks for it
 * (header `Retry-After`), but at the deadline at the latest.
 */
export interface WaitOptions extends Omit<CallOptions, "maxRetries"> {
	/**
	 * The wait between the first two reads in milliseconds. It grows up to two minutes, which is what PayStar
	 * recommends and what is taken unless given; each wait is up to a tenth shorter or longer.
	 */
	intervalMs?: number | undefined;
	/** How long all of it may take in milliseconds. A day unless given. */
	deadlineMs?: number | undefined;
	/**
	 * Called with the first status and with each change. If it returns a promise, the wait goes on after it, but does not
	 * last longer for it than the deadline and one `timeoutMs` allow. An exception or a rejection ends the wait.
	 */
	onStatus?: ((state: OrderState) => unknown) | undefined;
}

/** Options of a balance read. */
export interface BalanceOptions extends CallOptions {
	/** Whose keys to use: payouts unless given, or the one that the client has. */
	pipeline?: "payouts" | "deposits" | undefined;
}

/** Options of a verification. */
export interface VerifyOptions {
	/** Keys to use instead of the client's. */
	privateKeys?: readonly string[] | undefined;
	/** The longest body that is read, in bytes. 65 536 unless given. */
	maxBodyBytes?: number | undefined;
}

/** An order, by one of its ids. */
export type OrderReference = { externalId: string } | { externalTransactionId: string };

/** What is known of an order, or what a callback says of it. */
export interface OrderStanding {
	/** How the order stands. */
	status: OrderStatus;
	/** Decimal text: `100` and `100.00` are the same. */
	amount?: string | undefined;
}

/** A payout to create. */
export type PayoutRequest = OrderRequest;
/** A payout that PayStar made. */
export type PayoutOrder = Order;
/** A payout as a status read shows it. */
export type PayoutStatus = OrderState;
/** A deposit to create. */
export type DepositRequest = OrderRequest;
/** A deposit that PayStar made. */
export type DepositOrder = Order;
/** A deposit as a status read shows it. */
export type DepositStatus = OrderState;

/** What PayStar sent under a name that no type knows. Numbers are strings of their digits. */
export type JsonValue = string | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** What every error of this package has. */
declare abstract class ErrorBase extends Error {
	protected constructor();
	/** What went wrong, as a stable word. Compare this rather than classes where ESM and CommonJS may mix. */
	readonly code: ErrorCode;
	/**
	 * What this says about the order of the request. A read makes no order: after it, `"unknown"` says only that the read
	 * has told nothing. Missing only on a `SignatureError`.
	 */
	readonly outcome?: Outcome;
	/** Your own id of the order, where the call had one. */
	readonly externalTransactionId?: string;
	/**
	 * Whether the same request, with the same id, can succeed later. `false` wherever `outcome` is `"unknown"`: find out
	 * first. A read changes nothing, so it may be repeated whatever this says.
	 */
	readonly retryable: boolean;
	/** What to do about it. */
	readonly advice: string;
	/** What the call tried and what each attempt saw, where it sent anything. */
	readonly attempts?: Attempt[];
	/** How long PayStar asked to wait in milliseconds, where it did (header `Retry-After`). */
	readonly retryAfterMs?: number;
	/** Name, message and all fields, for logs that write JSON. */
	toJSON(): Record<string, unknown>;
}

/** What every error has that PayStar's answer is the reason of. */
declare abstract class ApiErrorBase extends ErrorBase {
	readonly outcome: Outcome;
	/** The HTTP status. 0 stands for a redirect that the platform hides. */
	readonly httpStatus: number;
	/** PayStar's label, such as `VALIDATION_ERROR.` */
	readonly label?: string;
	/** PayStar's code of the cause (`statusDescrption` on the wire), such as `1-4007`. */
	readonly statusDescription?: string;
}

/** The class of errors of type `T`, for `instanceof`. The package alone makes errors. */
interface ErrorClass<T> extends Function {
	/** What `instanceof` tells the compiler. */
	readonly prototype: T;
}

/** Any error of this package: `switch (error.code)` tells them apart. */
export type PayStarError =
	| ValidationError
	| ConfigurationError
	| ApiError
	| ConnectionError
	| TimeoutError
	| AbortedError
	| InterruptedError
	| SignatureError;

/** Base of every error of this package. */
export const PayStarError: ErrorClass<PayStarError>;

/** PayStar answered with an error, or with something that is no answer. `message` is PayStar's own, where it has one. */
export type ApiError =
	AuthenticationError | DuplicateOrderError | LimitReachedError | NotFoundError | TemporaryError | OtherApiError;

/** Base of every error that PayStar's answer is the reason of. */
export const ApiError: ErrorClass<ApiError>;

/** An `ApiError` without a class of its own. */
export interface OtherApiError extends ApiErrorBase {
	readonly code: "request_refused" | "server_error" | "unexpected_answer" | "invalid_answer";
}

/** The request was not sent: `issues` names everything that is wrong with it. */
export class ValidationError extends ErrorBase {
	readonly code: "validation_failed";
	readonly outcome: "notSent";
	/** Everything that is wrong, at once; warnings too. */
	readonly issues: Issue[];
}

/**
 * The options of the client or of a call are wrong, the client has no key for the operation, or the platform does not
 * let WebAssembly start. With `key_missing`, a callback or an alert cannot be verified or signed, as the client has no
 * private key for it: that says nothing about its sender.
 */
export class ConfigurationError extends ErrorBase {
	readonly code: "configuration_invalid" | "key_missing";
	readonly outcome: "notSent";
	/** What is wrong with the options. Missing where a key is missing for the operation. */
	readonly issues?: Issue[];
}

/** 401 or 403: the keys, or the address of this server. */
export class AuthenticationError extends ApiErrorBase {
	readonly code: "unauthorized" | "forbidden";
	readonly outcome: "rejected";
}

/**
 * PayStar has an order with this `externalTransactionId`: it answered 400 `1-4007`, or a lookup found an order with
 * another amount or currency. The order may be yours: an earlier attempt of yours made it, or this very request did,
 * since networks and runtimes send a request twice at times. Or the id was used for another payment. Compare `order` with
 * what you stored, and do not pay again under another id before you know.
 */
export class DuplicateOrderError extends ApiErrorBase {
	readonly code: "duplicate_order";
	readonly outcome: "unknown";
	/** The order that PayStar has with this id. Missing where it could not be read. */
	readonly order?: OrderState;
}

/** 400 `LIMITS_ERROR`: a limit of the account was reached. */
export class LimitReachedError extends ApiErrorBase {
	readonly code: "limit_reached";
	readonly outcome: "rejected";
}

/**
 * PayStar does not know an order with this id: 404 to a status read, without a body or with a JSON object that names no
 * other order. The order of a creation whose answer was lost may still appear, so `outcome` is `"unknown"`.
 */
export class NotFoundError extends ApiErrorBase {
	readonly code: "not_found";
	readonly outcome: "unknown";
}

/** 423 or 429: try again later, with the same `externalTransactionId`. */
export class TemporaryError extends ApiErrorBase {
	readonly code: "temporarily_unavailable" | "too_many_requests";
}

/** The connection could not be made (`outcome: "notSent"`, where that is sure) or broke. `cause` is the system's error. */
export class ConnectionError extends ErrorBase {
	readonly outcome: Outcome;
	readonly code: "connection_failed";
}

/**
 * No whole answer within `timeoutMs` (`outcome: "notSent"` where there surely was no connection yet), or no final status
 * within `deadlineMs`.
 */
export class TimeoutError extends ErrorBase {
	readonly code: "timeout" | "deadline_exceeded";
	readonly outcome: "notSent" | "unknown";
}

/** Your signal ended the call while the request may have been on its way. `cause` is the signal's reason. */
export class AbortedError extends ErrorBase {
	readonly code: "aborted";
	readonly outcome: "unknown";
}

/**
 * An exception went through the WebAssembly core, such as a stack overflow of the caller. The core starts again with the
 * next call. Calls that were under way end with this error. `cause` is the exception.
 */
export class InterruptedError extends ErrorBase {
	readonly code: "interrupted";
	readonly outcome: "notSent" | "unknown";
}

/** A callback or an alert that is not to be believed; `code` says why. */
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
