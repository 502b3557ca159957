// Money is text, and what PayStar may add to stays open. Compiled, never run.
import {
	type AdditionalFields,
	type Balance,
	type Callback,
	type JsonValue,
	type OrderRequest,
	type OrderState,
	type OrderStatus,
	type OrderType,
	PayStar,
	type PayoutRequest,
} from "paystar";

const paystar = new PayStar({ baseUrl: "http://127.0.0.1:4010" });

// Money: text or a number in requests, text alone in results.
const amounts: OrderRequest["amount"][] = ["100.10", 100, 0.5];
const state: OrderState = await paystar.payouts.get("PSP-1");
const balance: Balance = await paystar.balances.get("USD", { pipeline: "deposits" });
const callback: Callback = paystar.callbacks.verify(new Uint8Array(), "00");
const money: (string | undefined)[] = [state.amount, balance.merchantBalance, callback.amount];
const available: string | undefined = balance.pipelineAvailableBalance;
// @ts-expect-error: the amount of a result is never a number
const float: number | undefined = state.amount;
// @ts-expect-error: nor is a balance
const sum: number = balance.merchantBalance;
// @ts-expect-error: nor what a callback says
callback.amount * 2;
// @ts-expect-error: an amount may be missing in a status
state.amount.length;

// Statuses and kinds of order: PayStar may add to them, and each known one is completed.
const statuses: OrderStatus[] = ["Init", "Created", "Processing", "Success", "Failed", "PartlyRefunded"];
const kinds: OrderType[] = ["Deposit", "Withdrawal", "Refund"];
function act(status: OrderStatus): string {
	switch (status) {
		case "Success":
			return "paid";
		case "PartlyRefunded":
			return "added by PayStar later";
		default:
			return status;
	}
}
// @ts-expect-error: a status is text
const missing: OrderStatus = undefined;

// Additional fields: documented keys and any other.
const fields: AdditionalFields = { cardNumber: "4111111111111111", agreedWithManager: "x" };
const requests: PayoutRequest[] = [
	{ amount: 1, currency: "USD", externalTransactionId: "A", additionalFields: fields },
	{ amount: 1, currency: "USD", externalTransactionId: "A", additionalFields: [{ key: "own", value: "x" }] },
	// @ts-expect-error: a value is text
	{ amount: 1, currency: "USD", externalTransactionId: "A", additionalFields: { cardExpireYear: 26 } },
	// @ts-expect-error: a pair has both halves
	{ amount: 1, currency: "USD", externalTransactionId: "A", additionalFields: [{ key: "own" }] },
];

// What PayStar sends besides: JSON, numbers as text.
const extra: JsonValue | undefined = state.extra["fee"];
// @ts-expect-error: a number of PayStar's is text
const fee: number = state.extra["fee"];

console.log(amounts, money, available, statuses, kinds, act("Init"), requests, extra);
export { fee, float, missing, sum };
