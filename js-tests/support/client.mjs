// Values that tests share. No key here is anybody's.
import { test } from "node:test";
import { PayStar } from "paystar";

export const KEYS = { publicKey: "pk_js_tests", privateKey: "sk_js_tests_3f9c" };
export const DEPOSIT_KEYS = { publicKey: "pk_js_deposits", privateKey: "sk_js_deposits_81aa" };
export const CARD = "4111111111111111";

/** A client that sends each creation once and looks once: what is tested with it is not the retries. */
export const clientOf = (baseUrl, options = {}) => new PayStar({ payouts: KEYS, baseUrl, maxRetries: 0, ...options });

/** What carries requests in Node. */
export const TRANSPORTS = ["node", "fetch"];

/** A test on each transport; its `clientOf` is the one above, over that transport. */
export function testOnEach(name, work) {
	for (const transport of TRANSPORTS) {
		const clientOver = (baseUrl, options = {}) => clientOf(baseUrl, { transport, ...options });
		test(`${name} (${transport})`, (t) => work(t, clientOver));
	}
}

export const payout = (changes = {}) => ({
	amount: "100.10",
	currency: "USD",
	externalTransactionId: "Order-7",
	additionalFields: { cardNumber: CARD, bankName: "SuperBank" },
	...changes,
});

/** What a promise rejects with; a promise that does not is an error of the test. */
export async function rejection(promise) {
	let value;
	try {
		value = await promise;
	} catch (error) {
		return error;
	}
	throw new Error(`It should have been rejected, but is ${JSON.stringify(value)}.`);
}
