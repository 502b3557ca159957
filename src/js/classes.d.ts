/**
 * A client of the PayStar merchant API.
 *
 * Create one client and use it for the whole process. It keeps no state between calls except its options, and any
 * number of calls may run at the same time. `console.log` shows the host and the pipelines, and nothing else.
 */
export class PayStar {
	/**
	 * Creates a client. Nothing is sent.
	 *
	 * @throws ConfigurationError if an option is not valid. Its `issues` name each problem.
	 */
	constructor(options: PayStarOptions);
	/** Payouts: money from you to a customer. */
	readonly payouts: Payouts;
	/** Deposits: money from a customer to you. */
	readonly deposits: Deposits;
	/** Your balances, by currency and pipeline. */
	readonly balances: Balances;
	/** Verifies the callbacks that PayStar sends to your `callbackUrl`. */
	readonly callbacks: Callbacks;
	/** Verifies the alerts that PayStar sends about your account. */
	readonly alerts: Alerts;
	/**
	 * Forgets the keys of this client. Every later use throws a ConfigurationError. You need this only if you create
	 * clients all the time: a client that nobody uses any more is forgotten by itself.
	 */
	[Symbol.dispose](): void;
}

/** Payouts: money from you to a customer. PayStar calls them withdrawal orders. */
export class Payouts {
	private constructor();
	/**
	 * Creates a payout. If the answer is lost, it finds out whether the payout exists before it tries again.
	 *
	 * After a lost answer it reads the status by `externalTransactionId`. A payout that exists is the result
	 * (`resolvedBy: "lookup"`). Only a payout that PayStar does not know is sent again, always with the same id.
	 *
	 * Every error has an `outcome`. `"notSent"` and `"rejected"` mean that this call made no order. After `"unknown"`
	 * an order may exist: read its status by `externalTransactionId` before you do anything else. `attempts` lists
	 * what was tried.
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
	 * Reads the status of a payout by your own id. Do this whenever an `outcome` was `"unknown"`.
	 *
	 * PayStar documentation: get-patout-status-merch-id.
	 */
	getByExternalTransactionId(externalTransactionId: string, options?: CallOptions): Promise<PayoutStatus>;
	/**
	 * Reads the status of a payout again and again until it is final. A status that this version does not know is not
	 * final. A read that fails is repeated.
	 *
	 * @throws TimeoutError (`deadline_exceeded`) if the status is not final by `deadlineMs`. AuthenticationError,
	 * ValidationError and ConfigurationError end the wait at once. After an abort, the signal's own reason is thrown.
	 */
	waitUntilFinal(which: OrderReference, options?: WaitOptions): Promise<PayoutStatus>;
	/**
	 * Finds every problem of a request. Nothing is sent. If the array has no entry with the severity `error`, `create`
	 * would send the request.
	 *
	 * @throws ConfigurationError if the options are not valid.
	 */
	validate(request: PayoutRequest, options?: CallOptions): Issue[];
}

/**
 * Deposits: money from a customer to you.
 *
 * What the customer needs next (a link to 3-D Secure, payment details, PayStar's page) is in `extra` of the result.
 * PayStar does not document the names of these members.
 */
export class Deposits {
	private constructor();
	/**
	 * Creates a deposit by card or from person to person, with data that you send (H2H). Card data requires PCI DSS.
	 *
	 * Errors are those of `payouts.create`.
	 *
	 * PayStar documentation: deposit-h2h.
	 */
	create(request: DepositRequest, options?: CreateOptions): Promise<DepositOrder>;
	/**
	 * Creates a deposit with a stored card. `additionalFields.cardToken` is the token of the card. PayStar does not
	 * document which of the two tokens of `externalParams` it wants. Ask your account manager.
	 *
	 * Errors are those of `payouts.create`.
	 *
	 * PayStar documentation: deposit-by-token-h2h.
	 */
	createWithToken(request: DepositRequest, options?: CreateOptions): Promise<DepositOrder>;
	/**
	 * Creates a deposit for which the customer enters the card on PayStar's page (H2C). Card data in
	 * `additionalFields` is refused, because it must not be sent.
	 *
	 * Errors are those of `payouts.create`.
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
	 * Reads the status of a deposit by your own id. Do this whenever an `outcome` was `"unknown"`.
	 *
	 * PayStar documentation: get-deposit-status-by-merch-id.
	 */
	getByExternalTransactionId(externalTransactionId: string, options?: CallOptions): Promise<DepositStatus>;
	/** Reads the status of a deposit again and again until it is final, as `payouts.waitUntilFinal` does. */
	waitUntilFinal(which: OrderReference, options?: WaitOptions): Promise<DepositStatus>;
	/** Finds every problem of a request for `create`. Nothing is sent. */
	validate(request: DepositRequest, options?: CallOptions): Issue[];
	/** Finds every problem of a request for `createWithToken`. Nothing is sent. */
	validateWithToken(request: DepositRequest, options?: CallOptions): Issue[];
	/** Finds every problem of a request for `createHosted`. Nothing is sent. */
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

/** Callbacks that PayStar sends to your `callbackUrl`. These methods send nothing and wait for nothing. */
export class Callbacks {
	private constructor();
	/**
	 * Verifies a callback and reads it. Pass the body exactly as you received it, before any JSON parser, and the header
	 * `Signature`. A body that was parsed and written again verifies only by luck: `100.10` becomes `100.1`.
	 *
	 * The key is the one of the order's pipeline. Both editions of the body and all forms of the amount are understood.
	 * The result shows which members the signature covers, and which it does not cover (`unsigned`).
	 *
	 * PayStar documentation: callbacks.
	 *
	 * @throws SignatureError if the callback must not be believed: its `code` says why. ConfigurationError if there is
	 * no private key to verify with (`key_missing`), or if an option is not valid.
	 */
	verify(rawBody: string | Uint8Array, signature: string | null | undefined, options?: VerifyOptions): Callback;
	/**
	 * Explains in words why a callback does not verify. Causes are the header, the other pipeline's key, a body that was
	 * parsed and written again, or a changed field. It never prints a key. Use it for logs and support, and not for
	 * decisions.
	 */
	diagnose(rawBody: string | Uint8Array, signature: string | null | undefined, options?: VerifyOptions): Diagnosis;
	/**
	 * Signs a body as PayStar does, for your tests.
	 *
	 * @throws SignatureError if the body is not a callback. ConfigurationError if there is no private key.
	 */
	sign(rawBody: string | Uint8Array, options?: VerifyOptions): string;
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
	 * @throws SignatureError if the alert must not be believed: its `code` says why. ConfigurationError if there is no
	 * private key to verify with (`key_missing`), or if an option is not valid.
	 */
	verify(rawBody: string | Uint8Array, signature: string | null | undefined, options?: VerifyOptions): Alert;
}
