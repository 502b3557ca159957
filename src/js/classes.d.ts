/**
 * A client of the PayStar merchant API.
 *
 * Create one client and use it for the whole process. It keeps only its options between calls. Any number of calls may run
 * at the same time. `console.log` shows only the host and the pipelines.
 */
export class PayStar {
	/**
	 * Creates a client. Nothing is sent.
	 *
	 * @throws ConfigurationError if an option is not valid. Its `issues` has all problems.
	 */
	constructor(options: PayStarOptions);
	/** Payouts: money from you to a customer. */
	readonly payouts: Payouts;
	/** Deposits: money from a customer to you. */
	readonly deposits: Deposits;
	/** Your balances in each currency and pipeline. */
	readonly balances: Balances;
	/** Verifies the callbacks that PayStar sends to your `callbackUrl`. */
	readonly callbacks: Callbacks;
	/** Verifies the alerts that PayStar sends about your account. */
	readonly alerts: Alerts;
	/**
	 * Forgets the keys of this client. Every later use throws a ConfigurationError. You need this only if you create many
	 * clients. The memory of a client that is no longer used becomes free automatically.
	 */
	[Symbol.dispose](): void;
}

/** Payouts: money from you to a customer. PayStar calls them withdrawal orders. */
export class Payouts {
	private constructor();
	/**
	 * Creates a payout. If the response is lost, the call finds out whether the payout exists before it sends it again.
	 *
	 * After a lost response, the call reads the status by `externalTransactionId`. If the payout exists, it is the result
	 * (`resolvedBy: "lookup"`). If PayStar does not know it, the call sends it again, always with the same id.
	 *
	 * Every error has an `outcome`. `"notSent"` and `"rejected"` mean that this call created no order. `"unknown"` means
	 * that an order may exist: read its status by `externalTransactionId` before you do anything else. `attempts` lists
	 * the requests.
	 *
	 * PayStar documentation: create-payout-h2h.
	 *
	 * @throws ValidationError, ConfigurationError, ApiError, ConnectionError, TimeoutError, AbortedError,
	 * InterruptedError
	 */
	create(request: PayoutRequest, options?: CreateOptions): Promise<PayoutOrder>;
	/**
	 * Reads the status of a payout by PayStar's id.
	 *
	 * PayStar documentation: get-patout-status.
	 */
	get(externalId: string, options?: CallOptions): Promise<PayoutStatus>;
	/**
	 * Reads the status of a payout by your own id. Do this if an `outcome` was `"unknown"`.
	 *
	 * PayStar documentation: get-patout-status-merch-id.
	 */
	getByExternalTransactionId(externalTransactionId: string, options?: CallOptions): Promise<PayoutStatus>;
	/**
	 * Reads the status of a payout repeatedly until it is final. A status that this version does not know is not final. A
	 * read that fails is repeated.
	 *
	 * @throws TimeoutError (`deadline_exceeded`) if the status is not final within `deadlineMs`. AuthenticationError,
	 * ValidationError and ConfigurationError end the wait at once. After an abort, the reason of the signal is thrown.
	 */
	waitUntilFinal(which: OrderReference, options?: WaitOptions): Promise<PayoutStatus>;
	/**
	 * Finds all problems of a request. Nothing is sent. If no issue has the severity `error`, `create` would send the
	 * request.
	 *
	 * @throws ConfigurationError if the options are not valid.
	 */
	validate(request: PayoutRequest, options?: CallOptions): Issue[];
}

/**
 * Deposits: money from a customer to you.
 *
 * The result has the data for the next step of the customer in `extra`: a link to 3-D Secure, payment details, or a link
 * to PayStar's page. PayStar does not document the names of these members.
 */
export class Deposits {
	private constructor();
	/**
	 * Creates a deposit by card or from person to person. You send all data to PayStar (H2H). Card data requires PCI DSS.
	 *
	 * It has the same errors as `payouts.create`.
	 *
	 * PayStar documentation: deposit-h2h.
	 */
	create(request: DepositRequest, options?: CreateOptions): Promise<DepositOrder>;
	/**
	 * Creates a deposit with a stored card. `additionalFields.cardToken` is the token of the card. PayStar does not
	 * document which of the two tokens of `externalParams` to use. Ask your account manager.
	 *
	 * It has the same errors as `payouts.create`.
	 *
	 * PayStar documentation: deposit-by-token-h2h.
	 */
	createWithToken(request: DepositRequest, options?: CreateOptions): Promise<DepositOrder>;
	/**
	 * Creates a deposit. The customer enters the card on PayStar's page (H2C). Card data in `additionalFields` is an error,
	 * because it must not be sent.
	 *
	 * It has the same errors as `payouts.create`.
	 *
	 * PayStar documentation: deposit-h2c.
	 */
	createHosted(request: DepositRequest, options?: CreateOptions): Promise<DepositOrder>;
	/**
	 * Reads the status of a deposit by PayStar's id.
	 *
	 * PayStar documentation: get-deposit-status.
	 */
	get(externalId: string, options?: CallOptions): Promise<DepositStatus>;
	/**
	 * Reads the status of a deposit by your own id. Do this if an `outcome` was `"unknown"`.
	 *
	 * PayStar documentation: get-deposit-status-by-merch-id.
	 */
	getByExternalTransactionId(externalTransactionId: string, options?: CallOptions): Promise<DepositStatus>;
	/** Reads the status of a deposit repeatedly until it is final, as `payouts.waitUntilFinal` does. */
	waitUntilFinal(which: OrderReference, options?: WaitOptions): Promise<DepositStatus>;
	/** Finds all problems of a request for `create`. Nothing is sent. */
	validate(request: DepositRequest, options?: CallOptions): Issue[];
	/** Finds all problems of a request for `createWithToken`. Nothing is sent. */
	validateWithToken(request: DepositRequest, options?: CallOptions): Issue[];
	/** Finds all problems of a request for `createHosted`. Nothing is sent. */
	validateHosted(request: DepositRequest, options?: CallOptions): Issue[];
}

/** Balances of the merchant and its pipelines. */
export class Balances {
	private constructor();
	/**
	 * Reads the balances of the merchant and of one pipeline in a currency. Amounts are decimal strings.
	 *
	 * PayStar documentation: merchant_balance.
	 */
	get(currency: string, options?: BalanceOptions): Promise<Balance>;
}

/** Callbacks that PayStar sends to your `callbackUrl`. These methods send nothing and return at once. */
export class Callbacks {
	private constructor();
	/**
	 * Verifies a callback and reads it. Pass the body exactly as you received it, before any JSON parser, and the header
	 * `Signature`. A body that was parsed and written again can fail, because `100.10` becomes `100.1`.
	 *
	 * The key is the private key of the pipeline of the order. Both versions of the body and all forms of the amount are
	 * accepted. `unsigned` of the result has the members that the signature does not cover.
	 *
	 * PayStar documentation: callbacks.
	 *
	 * @throws SignatureError if you must not trust the callback. Its `code` says why. ConfigurationError if the client has
	 * no private key for the callback (`key_missing`), or if an option is not valid.
	 */
	verify(rawBody: string | Uint8Array, signature: string | null | undefined, options?: VerifyOptions): Callback;
	/**
	 * Explains why a callback does not verify: because of the header, the key of the other pipeline, a body that was
	 * parsed and written again, or a changed field. It never shows a key. Use it for logs and support, and not for
	 * decisions.
	 */
	diagnose(rawBody: string | Uint8Array, signature: string | null | undefined, options?: VerifyOptions): Diagnosis;
	/**
	 * Signs a body as PayStar does, for your tests.
	 *
	 * @throws SignatureError if the body is not a callback. ConfigurationError if the client does not have a private key.
	 */
	sign(rawBody: string | Uint8Array, options?: VerifyOptions): string;
	/** The helper `nextStatus`, for code that gets a client and does not import this package. */
	nextStatus(current: OrderStatus | OrderStanding | undefined, callback: OrderStanding): CallbackDecision;
}

/** Alerts that PayStar sends about your account. */
export class Alerts {
	private constructor();
	/**
	 * Verifies an alert and reads it, with the private key of the client's option `alerts`. Pass the body exactly as you
	 * received it, and the header `Signature`.
	 *
	 * PayStar documentation: alerting.
	 *
	 * @throws SignatureError if you must not trust the alert. Its `code` says why. ConfigurationError if the client has no
	 * private key for alerts (`key_missing`), or if an option is not valid.
	 */
	verify(rawBody: string | Uint8Array, signature: string | null | undefined, options?: VerifyOptions): Alert;
}
