// The data for the contestants. The keys are not real.
import { createHash } from "node:crypto";

export const KEYS = { publicKey: "pk_benches_5d1e", privateKey: "sk_benches_0f8b4c2a9d7e" };
export const CARD = "4111111111111111";

/** A payout as a user of the package writes it. */
export const payout = (index) => ({
	amount: "100.10",
	currency: "USD",
	externalTransactionId: `Order-${index}`,
	callbackUrl: "https://merchant.example/callbacks/paystar",
	additionalFields: { cardNumber: CARD, bankName: "SuperBank" },
});

/** The same payout in PayStar's own format, which users of a general HTTP client write. */
export const wirePayout = (index) => ({
	amount: 100.1,
	currency: "USD",
	externalTransactionId: `Order-${index}`,
	callbackUrl: "https://merchant.example/callbacks/paystar",
	additionalFields: [
		{ key: "cardNumber", value: CARD },
		{ key: "bankName", value: "SuperBank" },
	],
});

const CALLBACK = {
	externalId: "a30288b2-5f0c-4c5b-9a25-0c8f7a1f5a11",
	status: "Success",
	amount: "100.10",
	currency: "USD",
	orderType: "Withdrawal",
	externalParams: {
		cardToken: "tok_5f0c4c5b9a250c8f7a1f5a11a30288b2",
		cardStorageToken: "sto_0c8f7a1f5a11a30288b25f0c4c5b9a25",
		cardHolder: "JOHNATHAN WEAK",
		cardNumber: "411111******1111",
	},
};

/** Members that PayStar's documentation does not have. */
const UNKNOWN = { attempt: 2, note: "transfer 7", bank: { name: "SuperBank", codes: [4, 11] } };

/** A callback, with members that are not known, or with an undocumented list of this many entries. */
export function callbackBody({ entries = 0, isUnknown = false } = {}) {
	const list = Array.from({ length: entries }, (_, index) => ({ step: index, note: `entry ${index}` }));
	return JSON.stringify({ ...CALLBACK, ...(isUnknown ? UNKNOWN : {}), ...(entries === 0 ? {} : { list }) });
}

/** PayStar's signature of a callback. */
export function signatureOf(body, key = KEYS.privateKey) {
	const { externalId, status, amount, orderType } = JSON.parse(body);
	return createHash("sha256").update([externalId, status, amount, orderType, key].join(";")).digest("hex");
}
