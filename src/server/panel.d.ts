/** The reads of a panel. They are what a panel allows by default. */
export type PanelRead =
	| "payouts.get"
	| "payouts.getByExternalTransactionId"
	| "deposits.get"
	| "deposits.getByExternalTransactionId"
	| "balances.get";

/** The creations of a panel. */
export type PanelCreation = "payouts.create" | "deposits.create" | "deposits.createWithToken" | "deposits.createHosted";

/** An operation of a panel. The name is the method of the client. */
export type PanelOperation = PanelRead | PanelCreation;

/** What the panel handler needs of a client: the methods of the operations that `allow` has. */
export interface PanelClient {
	/** For payouts. */
	readonly payouts?: PanelOrders | undefined;
	/** For deposits. */
	readonly deposits?: PanelOrders | undefined;
	/** For balances. */
	readonly balances?: { get?(currency: string, options?: BalanceOptions): Promise<Balance> } | undefined;
}

/** The methods for orders of one pipeline. */
export interface PanelOrders extends Partial<StatusReader> {
	/** Creates an order. */
	create?(request: OrderRequest, options?: CreateOptions): Promise<Order>;
	/** Creates a deposit with a stored card. */
	createWithToken?(request: OrderRequest, options?: CreateOptions): Promise<Order>;
	/** Creates a deposit on PayStar's page. */
	createHosted?(request: OrderRequest, options?: CreateOptions): Promise<Order>;
}

/** What a request asks for. */
export interface PanelDetails {
	/** The operation, such as `payouts.create`. */
	operation: PanelOperation;
	/** The id of the order. A creation has the `externalTransactionId`. Balances have no id. */
	id: string | undefined;
	/** The pipeline whose keys are used. */
	pipeline: "payouts" | "deposits" | undefined;
}

/** An order that a page wants to create. The digits of the amount are those that the page sent. */
export interface PanelOrder extends Omit<OrderRequest, "amount" | "additionalFields"> {
	/** The amount as decimal text, such as `"100.10"`. */
	amount: string;
	/** The further data of the order, as PayStar's array. */
	additionalFields?: AdditionalField[] | undefined;
}

/** A refusal of `beforeCreate`. Nothing is sent to PayStar. The page gets an `ApiError` with `outcome: "rejected"`. */
export interface PanelRefusal {
	/** `approval_pending`: a second person must approve the order first. `rejected`: every other reason. */
	code: "approval_pending" | "rejected";
	/** The message of the error in the page. */
	message?: string | undefined;
}

/** Options of `createPanelHandler`. */
export interface PanelOptions {
	/** A client that has the keys. */
	paystar: PanelClient;
	/**
	 * Decides who may do what: `true`, `false` (the page gets a 403), or a `Response`, for example with status 401. It is
	 * called for every request, after the body of a creation was read.
	 */
	authorize: (request: Request, details: PanelDetails) => boolean | Response | Promise<boolean | Response>;
	/**
	 * The operations that the panel allows. The default is all reads, and no creation. A creation also allows its lookup
	 * (`getByExternalTransactionId`), because the client of the page needs it after a lost response.
	 */
	allow?: readonly PanelOperation[] | undefined;
	/**
	 * Checks each order before it is created. Required if `allow` has a creation. Return `true` or the order to send it, or
	 * a refusal. You may return an order with other members, for example with the card number from your database, but with
	 * the same `externalTransactionId`, `amount` and `currency`. A page may send the same order again, so the same order
	 * must get the same answer.
	 */
	beforeCreate?:
		| ((
				order: PanelOrder,
				details: PanelDetails & { request: Request },
		  ) => true | OrderRequest | PanelRefusal | Promise<true | OrderRequest | PanelRefusal>)
		| undefined;
	/** The path of the page's `baseUrl`. The default is `/paystar`. */
	basePath?: string | undefined;
	/**
	 * The origins of the pages that may use the panel, such as `https://admin.example`. The default is the origin of the
	 * request. Set it if a proxy in front of your backend ends TLS.
	 */
	origins?: readonly string[] | undefined;
	/**
	 * Called if `authorize` or `beforeCreate` throws, or if the client throws something that is not a `PayStarError`. The
	 * default is `console.error`.
	 */
	onError?: ((error: unknown, details: { operation: PanelOperation; id: string | undefined }) => void) | undefined;
	/** The longest body in bytes. The default is 65 536. */
	maxBodyBytes?: number | undefined;
	/** How long a body may take to arrive, in milliseconds. The default is 10 000. */
	bodyTimeoutMs?: number | undefined;
	/**
	 * How long the panel may take in milliseconds, including your functions and all attempts of the client. The default is
	 * 25 000, so that the panel answers before the client of the page gives up.
	 */
	timeoutMs?: number | undefined;
	/** How many authorized requests the panel takes in a minute. The default is 600. */
	requestsPerMinute?: number | undefined;
}

/**
 * Makes a handler for the requests of a page that has no keys: `new PayStar({ baseUrl: "/paystar" })`. The handler calls
 * your client, so the keys stay in your backend. Code and outcome of an error reach the page unchanged.
 *
 * @throws ConfigurationError if an option is not valid.
 */
export function createPanelHandler(options: PanelOptions): (request: Request) => Promise<Response>;
