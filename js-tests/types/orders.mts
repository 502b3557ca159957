// Amounts are strings, and lists that PayStar may extend are open. This file is compiled, but never run.
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

// In requests, amounts are strings or numbers. In results, they are strings.
const amounts: OrderRequest["amount"][] = ["100.10", 100, 0.5];
const state: OrderState = await paystar.payouts.get("PSP-1");
const balance: Balance = await paystar.balances.get("USD", { pipeline: "deposits" });
const callback: Callback = paystar.callbacks.verify(new Uint8Array(), "00");
const money: (string | undefined)[] = [state.amount, balance.merchantBalance, callback.amount];
const available: string | undefined = balance.pipelineAvailableBalance;
// @ts-expect-error: the amount of a result is never a number
const float: number | undefined = state.amount;
// @ts-expect-error: a balance is never a number
const sum: number = balance.merchantBalance;
// @ts-expect-error: the amount of a callback is never a number
callback.amount * 2;
// @ts-expect-error: the amount of a status can be missing
state.amount.length;

// PayStar may add statuses and order types. Editors complete the known values.
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
// @ts-expect-error: a status is a string
const missing: OrderStatus = undefined;

// Additional fields can have documented keys and custom keys.
const fields: AdditionalFields = { cardNumber: "4111111111111111", agreedWithManager: "x" };
const requests: PayoutRequest[] = [
	{ amount: 1, currency: "USD", externalTransactionId: "A", additionalFields: fields },
	{ amount: 1, currency: "USD", externalTransactionId: "A", additionalFields: [{ key: "own", value: "x" }] },
	// @ts-expect-error: a value is a string
	{ amount: 1, currency: "USD", externalTransactionId: "A", additionalFields: { cardExpireYear: 26 } },
	// @ts-expect-error: a pair needs a key and a value
	{ amount: 1, currency: "USD", externalTransactionId: "A", additionalFields: [{ key: "own" }] },
];

// Unknown members of a response are JSON, and their numbers are strings.
const extra: JsonValue | undefined = state.extra["fee"];
// @ts-expect-error: a number of PayStar is a string
const fee: number = state.extra["fee"];

console.log(amounts, money, available, statuses, kinds, act("Init"), requests, extra);
export { fee, float, missing, sum };
