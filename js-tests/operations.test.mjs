// Every documented operation over real HTTP, from the client to the sandbox.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PayStar } from "paystar";
import { Sandbox } from "paystar/sandbox";
import { CARD, DEPOSIT_KEYS, KEYS, payout, rejection } from "./support/client.mjs";

async function worldFor(t, options = {}) {
	const sandbox = new Sandbox({ payouts: KEYS, deposits: DEPOSIT_KEYS, clock: "manual", ...options });
	const server = await sandbox.listen();
	t.after(() => server.close());
	return { sandbox, client: new PayStar({ payouts: KEYS, deposits: DEPOSIT_KEYS, baseUrl: server.url }) };
}

const card = { cardNumber: CARD, cardExpireMonth: "05", cardExpireYear: "39", cardCvv: "123", cardHolder: "JANE DOE" };

test("create payout, and both of its status reads", async (t) => {
	const { sandbox, client } = await worldFor(t);
	const order = await client.payouts.create(payout());
	sandbox.advance(3000);
	const byId = await client.payouts.get(order.externalId);
	assert.equal(byId.orderStatus, "Success");
	assert.deepEqual(await client.payouts.getByExternalTransactionId("Order-7"), byId);
});

test("create deposit by card (H2H), and both of its status reads", async (t) => {
	const { sandbox, client } = await worldFor(t);
	const order = await client.deposits.create(payout({ amount: "2600.00", additionalFields: card }));
	assert.match(order.extra.redirectUrl, /^http:/);
	sandbox.advance(3000);
	const byId = await client.deposits.get(order.externalId);
	assert.equal(byId.orderStatus, "Success");
	assert.equal(byId.amount, "2600.00");
	assert.equal(byId.externalParams.cardNumber, "411111******1111");
	assert.deepEqual(await client.deposits.getByExternalTransactionId("Order-7"), byId);
});

test("create deposit from person to person (H2H)", async (t) => {
	const { client } = await worldFor(t);
	const order = await client.deposits.create(payout({ additionalFields: { bankName: "all" } }));
	assert.equal(typeof order.extra.paymentDetails, "object");
	assert.match(order.extra.formUrl, /^http:/);
});

test("create deposit by card token (H2H), with the token of a deposit that succeeded", async (t) => {
	const { sandbox, client } = await worldFor(t);
	await client.deposits.create(payout({ additionalFields: card }));
	sandbox.advance(3000);
	const { externalParams } = await client.deposits.getByExternalTransactionId("Order-7");
	for (const [id, cardToken, status] of [
		["Token-1", externalParams.cardToken, "Success"],
		["Token-2", externalParams.cardStorageToken, "Success"],
		["Token-3", "made-up", "Failed"],
	]) {
		await client.deposits.createWithToken(payout({ externalTransactionId: id, additionalFields: { cardToken } }));
		sandbox.advance(3000);
		assert.equal((await client.deposits.getByExternalTransactionId(id)).orderStatus, status, id);
	}
});

test("create deposit on PayStar's page (H2C) waits for the customer", async (t) => {
	const { sandbox, client } = await worldFor(t);
	const order = await client.deposits.createHosted(payout({ additionalFields: { email: "a@b.example" } }));
	assert.equal(order.orderStatus, "Init");
	sandbox.advance(60_000);
	assert.equal((await client.deposits.get(order.externalId)).orderStatus, "Init");
	const page = await fetch(order.extra.paymentUrl);
	assert.match(page.headers.get("content-type"), /^text\/html/);
	await page.text();
});

test("orders change the balance of both pipelines by the exact amounts", async (t) => {
	const { sandbox, client } = await worldFor(t, { balances: { USD: "500.00" } });
	const read = async (pipeline) => {
		const { merchantBalance, pipelineAvailableBalance } = await client.balances.get("USD", { pipeline });
		return [merchantBalance, pipelineAvailableBalance];
	};
	assert.deepEqual(await read("payouts"), ["500.00", "500.00"]);
	await client.payouts.create(payout({ amount: "100.10" }));
	assert.deepEqual(await read("payouts"), ["500.00", "399.90"]);
	sandbox.advance(3000);
	assert.deepEqual(await read("deposits"), ["399.90", "399.90"]);
	assert.equal((await client.balances.get("EUR")).currency, "EUR");
});

test("limits, 423, 401 and 403 cause the documented errors", async (t) => {
	const limited = await worldFor(t, { limits: { payouts: { maxAmount: "50" } } });
	assert.equal((await rejection(limited.client.payouts.create(payout()))).code, "limit_reached");
	const busy = await rejection(limited.client.deposits.create(payout({ amount: 4423 })));
	assert.deepEqual([busy.code, busy.retryable, busy.outcome], ["temporarily_unavailable", true, "rejected"]);
	const swapped = await worldFor(t, { payouts: DEPOSIT_KEYS, deposits: KEYS });
	assert.equal((await rejection(swapped.client.payouts.create(payout()))).code, "unauthorized");
	const inactive = await worldFor(t, { inactive: ["deposits"] });
	assert.equal((await rejection(inactive.client.deposits.get("x"))).code, "forbidden");
	const elsewhere = await worldFor(t, { allowedAddresses: ["192.0.2.1"] });
	assert.equal((await rejection(elsewhere.client.payouts.create(payout()))).code, "forbidden");
	assert.equal(elsewhere.sandbox.orderCount, 0);
});

test("a second deposit with the same id is refused, and the first deposit does not change", async (t) => {
	const { sandbox, client } = await worldFor(t);
	await client.deposits.create(payout());
	for (const again of [
		client.deposits.create(payout()),
		client.deposits.createHosted(payout({ additionalFields: {} })),
	]) {
		assert.equal((await rejection(again)).code, "duplicate_order");
	}
	assert.equal(sandbox.orderCount, 1);
});
