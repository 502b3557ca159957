// The client and the sandbox together.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PayStar } from "paystar";
import { serve } from "./support/http.mjs";
import { CARD, DEPOSIT_KEYS, order, PAYOUT_KEYS, sandboxOf } from "./support/sandbox.mjs";

const clientOf = (sandbox) =>
	new PayStar({
		payouts: PAYOUT_KEYS,
		deposits: DEPOSIT_KEYS,
		baseUrl: "http://sandbox",
		fetch: sandbox.fetch,
	});

test("all kinds of deposits work with a custom base URL", async () => {
	const sandbox = sandboxOf();
	const { deposits, balances } = clientOf(sandbox);
	const of = (externalTransactionId, additionalFields = {}) => order({ externalTransactionId, additionalFields });
	const card = await deposits.create(of("A", { cardNumber: CARD }));
	assert.match(card.extra.redirectUrl, /\/pay\//);
	const person = await deposits.create(of("B"));
	assert.equal(person.extra.paymentDetails.amount, "100.10");
	const hosted = await deposits.createHosted(of("C"));
	assert.deepEqual([hosted.orderStatus, Object.keys(hosted.extra)], ["Init", ["paymentUrl"]]);
	sandbox.advance(3000);
	const { externalParams, amount, orderStatus } = await deposits.get(card.externalId);
	assert.deepEqual([orderStatus, amount], ["Success", "100.10"]);
	await deposits.createWithToken(of("D", { cardToken: externalParams.cardToken }));
	sandbox.advance(3000);
	const paid = await deposits.getByExternalTransactionId("D");
	assert.deepEqual([paid.orderStatus, paid.externalParams], ["Success", externalParams]);
	assert.equal((await balances.get("USD", { pipeline: "deposits" })).merchantBalance, "10300.30");
});

test("the client verifies every form of the sandbox's callbacks", async (t) => {
	for (const callbacks of [
		{},
		{ amountAs: "number" },
		{ edition: "sister" },
		{ edition: "sister", amountAs: "string", signatureCase: "upper" },
	]) {
		const merchant = await serve(t, (_, response) => response.writeHead(200).end());
		const sandbox = sandboxOf({ callbackUrl: merchant.url, callbacks });
		const client = clientOf(sandbox);
		await client.deposits.create(order({ amount: "2600.00", additionalFields: { cardNumber: CARD } }));
		await client.payouts.create(order({ additionalFields: { cardNumber: CARD } }));
		sandbox.advance(3000);
		await sandbox.settle();
		assert.equal(merchant.requests.length, 6);
		for (const { body, headers } of merchant.requests) {
			const callback = client.callbacks.verify(body, headers.signature);
			assert.equal(callback.amount, callback.orderType === "Deposit" ? "2600.00" : "100.1");
		}
	}
});
