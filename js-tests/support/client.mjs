// Common values of the tests. The keys are not real.
import { test } from "node:test";
import { PayStar } from "paystar";

export const KEYS = { publicKey: "pk_js_tests", privateKey: "sk_js_tests_3f9c" };
export const DEPOSIT_KEYS = { publicKey: "pk_js_deposits", privateKey: "sk_js_deposits_81aa" };
export const CARD = "4111111111111111";

/** A client without retries: it sends each creation once, and makes one lookup. */
export const clientOf = (baseUrl, options = {}) => new PayStar({ payouts: KEYS, baseUrl, maxRetries: 0, ...options });

/** The values of the option `transport`. */
export const TRANSPORTS = ["node", "dispatcher", "fetch"];

const addTests = (transports, name, work) => {
	for (const transport of transports) {
		const clientOver = (baseUrl, options = {}) => clientOf(baseUrl, { transport, ...options });
		test(`${name} (${transport})`, (t) => work(t, clientOver, transport));
	}
};

/** Adds a test for each transport. `work` gets a function like `clientOf`, whose clients use this transport. */
export const testOnEach = (name, work) => addTests(TRANSPORTS, name, work);

/** Like `testOnEach`, for the transports that know when a request starts on a connection. */
export const testOnNode = (name, work) => addTests(["node", "dispatcher"], name, work);

export const payout = (changes = {}) => ({
	amount: "100.10",
	currency: "USD",
	externalTransactionId: "Order-7",
	additionalFields: { cardNumber: CARD, bankName: "SuperBank" },
	...changes,
});

/** Returns the reason of a rejected promise. The test fails if the promise is fulfilled. */
export async function rejection(promise) {
	let value;
	try {
		value = await promise;
	} catch (error) {
		return error;
	}
	throw new Error(`It should have been rejected, but is ${JSON.stringify(value)}.`);
}
