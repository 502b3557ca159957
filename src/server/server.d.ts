import type {
	AdditionalField,
	Alert,
	Balance,
	BalanceOptions,
	Callback,
	CallbackDecision,
	CallOptions,
	CreateOptions,
	Diagnosis,
	Order,
	OrderRequest,
	OrderStanding,
	OrderState,
	OrderStatus,
	VerifyOptions,
} from "./index.js";

/** What the callback handler needs of a client. Every `PayStar` has it, also one of the other module format. */
export interface CallbackClient {
	/** Verifies callbacks. */
	readonly callbacks: {
		/** Verifies a callback. */
		verify(rawBody: Uint8Array, signature: string | null | undefined, options?: VerifyOptions): Callback;
		/** Explains why a callback does not verify. */
		diagnose(rawBody: Uint8Array, signature: string | null | undefined, options?: VerifyOptions): Diagnosis;
		/** Decides what a callback means for a stored status. */
		nextStatus(current: OrderStatus | OrderStanding | undefined, callback: OrderStanding): CallbackDecision;
	};
	/** Reads the status of payouts. */
	readonly payouts: StatusReader;
	/** Reads the status of deposits. */
	readonly deposits: StatusReader;
}

/** Reads the status of orders. */
export interface StatusReader {
	/** Reads the status of an order by PayStar's id. */
	get(externalId: string, options?: CallOptions): Promise<OrderState>;
	/** Reads the status of an order by your own id. */
	getByExternalTransactionId(externalTransactionId: string, options?: CallOptions): Promise<OrderState>;
}

/** What the alert handler needs of a client. */
export interface AlertClient {
	/** Verifies alerts. */
	readonly alerts: {
		/** Verifies an alert. */
		verify(rawBody: Uint8Array, signature: string | null | undefined, options?: VerifyOptions): Alert;
	};
}

/**
 * Where a handler keeps what it has handled. Write your own for your database, and test it with `testCallbackStore` of
 * `paystar/server/testing`.
 *
 * A right store is short. For each call of `transaction` it does this:
 *
 * 1. It begins a transaction of your database.
 * 2. It locks the row of `externalId`. If the row does not exist, it inserts the row first, because a database can lock only
 *    rows that exist. Another `transaction` with the same id waits here, also in another process.
 * 3. It reads the record of the row and calls `work`.
 * 4. If `work` resolved, it commits. If the commit fails, it rejects.
 * 5. If `work` rejected, it rolls back and rejects with the same error.
 *
 * `Transaction` is the type of your database's transaction. `onCallback` gets it, so that your own changes commit or roll
 * back together with the record.
 */
export interface CallbackStore<Transaction> {
	/** Runs `work` in a transaction with the row of the order locked. Returns the result of `work` after the commit. */
	transaction<Result>(
		externalId: string,
		work: (opened: OpenedRecord<Transaction>) => Promise<Result>,
	): Promise<Result>;
}

/** What a store passes to `work`. */
export interface OpenedRecord<Transaction> {
	/** The record of the order, or `undefined` if nothing was saved yet. */
	record: CallbackRecord | undefined;
	/** Saves the record in this transaction. After the end of the transaction, it must reject. */
	save(record: CallbackRecord): Promise<void>;
	/** Your database's transaction. */
	transaction: Transaction;
}

/**
 * What a store keeps for each order: plain JSON, below 64 KiB. Keep it unchanged. Its members may change in a new version of
 * this package, which also reads old records.
 */
export type CallbackRecord = { readonly [name: string]: RecordValue };

/** A value of JSON. */
export type RecordValue =
	string | number | boolean | null | readonly RecordValue[] | { readonly [name: string]: RecordValue };

/**
 * A store in the memory of this process, for tests and development. It forgets everything when the process ends. Then a
 * callback that is sent again is passed on again, if it still is true.
 *
 * A store that forgets an order could pass its callback on twice. So this store never forgets an order by itself: when it is
 * full, it refuses callbacks of new orders, and the response is 500.
 */
export class MemoryCallbackStore implements CallbackStore<undefined> {
	/**
	 * Creates a store.
	 *
	 * @param options - `maxOrders` is the number of orders that the store keeps. The default is 100 000.
	 */
	constructor(options?: { maxOrders?: number | undefined });
	/** How many orders the store has. */
	readonly size: number;
	/** Forgets an order. Returns whether the store had it. */
	forget(externalId: string): boolean;
	/** Runs `work` with the order locked. The changes of `work` are kept if it resolves. */
	transaction<Result>(externalId: string, work: (opened: OpenedRecord<undefined>) => Promise<Result>): Promise<Result>;
}

/** A message of PayStar in your queue. It is plain JSON. The queue needs no trust, because `process` verifies again. */
export interface SignedEnvelope {
	/** The body, unchanged. */
	rawBody: string;
	/** The header `Signature`. */
	signature: string | null;
	/** The URL of the request. Nobody has signed it. */
	url: string;
	/** When the request arrived, such as `2026-01-31T12:00:00.000Z`. */
	receivedAt: string;
}

/** The request and the response of a refused message. */
export interface RejectionContext {
	/** The HTTP status of the response, or the status that a response would have. */
	status: number;
	/** The URL of the request. Nobody has signed it. It is missing for an envelope without a URL. */
	url: string | undefined;
}

/** Options of all handlers of signed messages. */
export interface SignedHandlerOptions {
	/** Stores an envelope in your queue, for `enqueue`. It must resolve only after the envelope was stored. */
	queue?: ((envelope: SignedEnvelope) => Promise<void>) | undefined;
	/**
	 * Called for each refused message, with the reason. `error` is a `SignatureError` or a `ConfigurationError`
	 * of the client, a `HandlerError`, or what your own code threw. `diagnosis` explains a signature that does not fit.
	 *
	 * Without this function, responses with 500 and 503 are written to `console.error`, and others are silent: anybody on the
	 * internet can cause them.
	 */
	onRejected?:
		((error: unknown, diagnosis: Diagnosis | undefined, context: RejectionContext) => void | Promise<void>) | undefined;
	/** The longest accepted body in bytes. The default is 65 536. */
	maxBodyBytes?: number | undefined;
	/** How long a body may take to arrive, in milliseconds. The default is 10 000. */
	bodyTimeoutMs?: number | undefined;
}

/** What the handler knows about a new callback. */
export interface CallbackContext<Transaction> {
	/** What `nextStatus` says. It always is `applied`. */
	decision: "applied";
	/** The status and the amount of the last callback that `onCallback` handled. `undefined` for the first callback. */
	previous: OrderStanding | undefined;
	/** Your database's transaction. Make your changes with it, so that they commit together with the record. */
	transaction: Transaction;
	/** Whether PayStar's status of the order agrees with the callback. `false` if the status was not read. */
	confirmed: boolean;
	/** The URL of the request. Nobody has signed it. */
	url: string;
	/** Your own id of the order, from `ownIdFrom`. A status read with this id has found the order of the callback. */
	ownId?: string;
}

/** What the handler knows about a callback that contradicts a final status. */
export interface ConflictContext<Transaction> extends Omit<CallbackContext<Transaction>, "decision" | "confirmed"> {
	/** Always `conflict`. */
	decision: "conflict";
	/** PayStar's status of the order. `undefined` with `confirm: "never"`. */
	state: OrderState | undefined;
}

/** Options of `createCallbackHandler`. */
export interface CallbackHandlerOptions<Transaction> extends SignedHandlerOptions {
	/** A client with the keys of the orders. */
	paystar: CallbackClient;
	/** Where the handler keeps what it has handled. */
	store: CallbackStore<Transaction>;
	/**
	 * Called for each new callback, inside the transaction of the store. If it throws, everything rolls back and the response
	 * is 500.
	 *
	 * What it changes with `transaction` happens once. Anything else, such as an email, can happen again, because the
	 * transaction can still roll back after it.
	 */
	onCallback: (callback: Callback, context: CallbackContext<Transaction>) => void | Promise<void>;
	/**
	 * Called for a callback that contradicts PayStar's status, or the final status that was passed on before. It is called
	 * inside the transaction of the store, once for each combination of status and amount. The callback is not passed on, and
	 * the response is 200. Without this function, conflicts are written to `console.error`.
	 */
	onConflict?: ((callback: Callback, context: ConflictContext<Transaction>) => void | Promise<void>) | undefined;
	/**
	 * Which callbacks must agree with a status read before they are passed on. PayStar signs neither a time nor a number, so
	 * an old callback verifies for ever.
	 *
	 * - `final`: callbacks with a final status.
	 * - `always`: all callbacks. A callback that is older than PayStar's status is stale.
	 * - `never`: no callbacks. Somebody who has an old callback can send it, if your store does not know it.
	 *
	 * The default is `final`.
	 */
	confirm?: "final" | "always" | "never" | undefined;
	/** The time limit of the status read in milliseconds, including its repetitions. The default is 10 000. */
	confirmTimeoutMs?: number | undefined;
	/**
	 * Returns your own id of the order (`externalTransactionId`) from the URL of the callback, if your `callbackUrl` contains
	 * it. Nobody has signed the URL, so the handler reads the status with this id and compares the order. With another order
	 * the response is 401.
	 */
	ownIdFrom?: ((url: string) => string | undefined) | undefined;
}

/** Options of `createAlertHandler`. */
export interface AlertHandlerOptions<Transaction> extends SignedHandlerOptions {
	/** A client with the private key of alerts. */
	paystar: AlertClient;
	/** Where the handler keeps what it has handled. It can be the store of the callbacks. */
	store: CallbackStore<Transaction>;
	/** Called once for each alert, inside the transaction of the store. If it throws, everything rolls back. */
	onAlert: (alert: Alert, context: AlertContext<Transaction>) => void | Promise<void>;
}

/** What the handler knows about a new alert. */
export interface AlertContext<Transaction> {
	/** Your database's transaction. */
	transaction: Transaction;
	/** The URL of the request. Nobody has signed it. */
	url: string;
}

/** A handler of signed messages: a function from a web-standard `Request` to a `Response` with an empty body. */
export interface SignedHandler<Decision> {
	/**
	 * Verifies a message and passes it on. The promise does not reject for anything that a sender can do.
	 *
	 * - 200: the transaction has committed, or the message is a duplicate, stale or a conflict.
	 * - 400: the body is not a callback or an alert.
	 * - 401: the signature is wrong or missing.
	 * - 405: the method is not POST.
	 * - 408: the body is too slow.
	 * - 413: the body is too large.
	 * - 500: your code or your store failed, or the body was parsed before.
	 * - 503: PayStar does not confirm the callback.
	 */
	(request: Request): Promise<Response>;
	/**
	 * Verifies a message and passes it to the option `queue`. The status is 200 after the queue has stored it. Nothing else
	 * happens: a worker calls `process`.
	 */
	enqueue: (request: Request) => Promise<Response>;
	/**
	 * Verifies an envelope again and does everything that the handler does. It resolves if nothing is left to do, and rejects
	 * if the message must stay in the queue. A `SignatureError` never gets better.
	 */
	process: (envelope: SignedEnvelope) => Promise<{ decision: Decision }>;
}

/** A handler of callbacks. */
export type CallbackHandler = SignedHandler<CallbackDecision>;

/** A handler of alerts. */
export type AlertHandler = SignedHandler<"applied" | "duplicate">;

/**
 * Makes a handler for the callbacks of PayStar. It verifies the raw body, confirms a final status with a status read, and
 * passes each callback on once and in order.
 *
 * @throws ConfigurationError if an option is not valid.
 */
export function createCallbackHandler<Transaction>(options: CallbackHandlerOptions<Transaction>): CallbackHandler;

/**
 * Makes a handler for the alerts of PayStar. It verifies the raw body, and passes each alert on once.
 *
 * @throws ConfigurationError if an option is not valid.
 */
export function createAlertHandler<Transaction>(options: AlertHandlerOptions<Transaction>): AlertHandler;

/**
 * Turns a web-standard handler into a handler for `node:http`, express, fastify or NestJS. Let nothing parse the body
 * before. Bytes in `request.rawBody` or `request.body` are used. If the body was parsed, the response is 500 and the log
 * says what to change.
 *
 * @throws ConfigurationError if the argument is not a function.
 */
export function toNodeHandler(
	handle: (request: Request) => Promise<Response>,
): (request: object, response: object) => Promise<void>;

/** Why a handler refused a request. If your code throws an error, this error is not changed. */
export class HandlerError extends Error {
	private constructor();
	/** A stable word. If your program mixes ESM and CommonJS, compare this and not the class. */
	readonly code: HandlerErrorCode;
	/** The HTTP status of the response. */
	readonly status: number;
}

/**
 * Why a handler refused a request.
 *
 * - `method_not_allowed`: the method is not POST.
 * - `request_invalid`: the handler got something that is not a `Request`.
 * - `body_already_parsed`: something read the body before the handler.
 * - `body_too_slow`: the body did not arrive within `bodyTimeoutMs`.
 * - `client_gone`: the sender closed the connection before the end of the body.
 * - `not_confirmed`: PayStar's status does not say yet what the callback says.
 * - `confirmation_failed`: the status could not be read. `cause` says why.
 * - `own_id_mismatch`: the id in the URL belongs to another order.
 * - `own_id_invalid`: `ownIdFrom` returned something that is not a string.
 * - `store_invalid`, `store_full`, `store_busy`, `store_closed`, `record_full`: the store has a problem.
 * - `queue_missing`: `enqueue` needs the option `queue`.
 * - `body_too_large`: the body is longer than `maxBodyBytes`.
 */
export type HandlerErrorCode =
	| "method_not_allowed"
	| "request_invalid"
	| "body_already_parsed"
	| "body_too_slow"
	| "client_gone"
	| "not_confirmed"
	| "confirmation_failed"
	| "own_id_mismatch"
	| "own_id_invalid"
	| "store_invalid"
	| "store_full"
	| "store_busy"
	| "store_closed"
	| "record_full"
	| "queue_missing"
	| "body_too_large"
	| (string & {});
