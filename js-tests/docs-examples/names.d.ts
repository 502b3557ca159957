// Blocks can use these names without a declaration. run.mjs sets their values.
import type * as entry from "paystar";
import type * as sandboxEntry from "paystar/sandbox";

declare global {
	/** A client of a sandbox, with both pipelines. */
	const paystar: entry.PayStar;
	const PayStar: typeof entry.PayStar;
	const nextStatus: typeof entry.nextStatus;
	const sandbox: sandboxEntry.Sandbox;
	const payouts: entry.KeyPair;
	/** A payout that the sandbox does not know yet. */
	const request: entry.PayoutRequest;
	const cardRequest: entry.DepositRequest;
	const tokenRequest: entry.DepositRequest;
	const hostedRequest: entry.DepositRequest;
	/** A payout that the sandbox knows. */
	const externalId: string;
	/** A callback and its signature. */
	const rawBody: string;
	const signature: string;
	const whatYouKnow: entry.OrderStanding | undefined;
	const onStatus: (state: entry.OrderState) => void;
	const deadlineMs: number;
	const signal: AbortSignal;
	/** The user of a session. */
	const userOf: (request: Request) => Promise<{ name: string; mayPay: boolean; maySee: boolean } | undefined>;
	const askLater: (externalTransactionId: string | undefined) => Promise<void>;
	const ordersBeingSent: () => Promise<entry.PayoutRequest[]>;
	const storePayout: (externalTransactionId: string, payout: entry.PayoutOrder) => Promise<void>;
}
