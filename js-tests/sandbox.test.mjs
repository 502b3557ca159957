// The sandbox, with a client and over plain HTTP.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PayStar } from "paystar";
import { Sandbox } from "paystar/sandbox";
import { DEPOSIT_KEYS, KEYS, payout, rejection } from "./support/client.mjs";
import { jwtOf } from "./support/jwt.mjs";

const sandboxOf = (options = {}) => new Sandbox({ payouts: KEYS, deposits: DEPOSIT_KEYS, clock: "manual", ...options });
const inProcess = (sandbox, options = {}) =>
	new PayStar({ payouts: KEYS, baseUrl: "http://sandbox", fetch: sandbox.fetch, ...options });

async function listening(t, sandbox) {
	const server = await sandbox.listen();
	t.after(() => server.close());
	return server;
}

for (const kind of ["in process", "over HTTP"]) {
	test(`a payout moves from Created to Success ${kind}, read by both ids`, async (t) => {
		const sandbox = sandboxOf();
		const client =
			kind === "in process"
				? inProcess(sandbox)
				: new PayStar({ payouts: KEYS, baseUrl: (await listening(t, sandbox)).url });
		const order = await client.payouts.create(payout());
		assert.equal(order.orderStatus, "Created");
		for (const [advance, status] of [
			[0, "Created"],
			[1000, "Processing"],
			[2000, "Success"],
			[60_000, "Success"],
		]) {
			sandbox.advance(advance);
			const byId = await client.payouts.get(order.externalId);
			assert.equal(byId.orderStatus, status);
			assert.deepEqual(await client.payouts.getByExternalTransactionId("Order-7"), byId);
		}
		const { orderHistory } = await client.payouts.get(order.externalId);
		assert.deepEqual(
			orderHistory.map(({ time, action }) => [time, action]),
			[
				["2026-01-01T00:00:00.000000Z", "1.1.1.00"],
				["2026-01-01T00:00:01.000000Z", "2.1.1.00"],
				["2026-01-01T00:00:03.000000Z", "4.1.3.00"],
			],
		);
	});
}

test("a second order with an id is refused, and the first order stays unchanged", async () => {
	const sandbox = sandboxOf();
	const client = inProcess(sandbox);
	const first = await client.payouts.create(payout());
	const error = await rejection(client.payouts.create(payout({ amount: "5" })));
	assert.equal(error.code, "duplicate_order");
	assert.equal(sandbox.orderCount, 1);
	assert.equal((await client.payouts.getByExternalTransactionId("Order-7")).externalId, first.externalId);
});

test("a payout with the deposits key or another token gets 401", async () => {
	const sandbox = sandboxOf();
	for (const payouts of [
		DEPOSIT_KEYS,
		{ publicKey: KEYS.publicKey, privateKey: DEPOSIT_KEYS.privateKey },
		{ token: "made.up.token" },
	]) {
		const error = await rejection(inProcess(sandbox, { payouts }).payouts.create(payout()));
		assert.equal(error.code, "unauthorized");
		assert.match(error.advice, /payouts and deposits have different keys/);
	}
	assert.equal(sandbox.orderCount, 0);
});

test("a sandbox with a token in its options accepts this token", async () => {
	const token = "ready.token.1";
	const client = inProcess(sandboxOf({ payouts: { token } }), { payouts: { token } });
	assert.equal((await client.payouts.create(payout())).orderStatus, "Created");
});

test("error bodies are exactly those of PayStar", async (t) => {
	const { url } = await listening(t, sandboxOf({ payouts: { token: "a.b.c" } }));
	const post = async (body) => {
		const response = await fetch(`${url}/api/v1/integration/withdrawal-order/`, {
			method: "POST",
			headers: { authorization: "Bearer a.b.c", "content-type": "application/json" },
			body,
		});
		return [response.status, await response.text()];
	};
	const order = '{"amount":1,"currency":"USD","externalTransactionId":"A"}';
	const validation = (message) => [
		400,
		`{"label":"VALIDATION_ERROR.","message":"${message}","statusDescrption":"0-0000"}`,
	];
	assert.deepEqual(await post("{}"), validation("External_transaction_id is required property"));
	assert.deepEqual(await post('{"externalTransactionId":"A"}'), validation("Amount is required property"));
	assert.deepEqual(await post('{"externalTransactionId":"A","amount":1}'), validation("Currency is required property"));
	assert.deepEqual(await post(order.replace("USD", "usd")), validation("currency has invalide value"));
	assert.equal((await post(order))[0], 200);
	assert.deepEqual(await post(order), [
		400,
		'{"label":"VALIDATION_ERROR.","statusDescrption":"1-4007","message":"Order with this external_transaction_id already exist"}',
	]);
	const [status, limit] = await post(order.replace('"A"', '"L"').replace(":1,", ":4200,"));
	assert.equal(status, 400);
	assert.match(
		limit,
		/^\{"label":"LIMITS_ERROR","message":"Limit id: [0-9a-f-]{36} was reached","statusDescrption":"0001-0","externalTransactionId":null\}$/,
	);
	const unauthorized = await fetch(`${url}/api/v1/integration/withdrawal-order/x/status`);
	assert.deepEqual([unauthorized.status, await unauthorized.text()], [401, ""]);
});

test("trigger amounts and scenarios choose the outcome", async () => {
	const sandbox = sandboxOf({ scenarios: { Stuck: { outcome: "Processing" } } });
	sandbox.setScenario("Blocked", { outcome: "Failed", action: "4.1.4.61", finalAfterMs: 10 });
	const client = inProcess(sandbox);
	for (const [externalTransactionId, amount] of [
		["Poor", 4063],
		["Stuck", 100],
		["Blocked", 100],
		["Fine", "4063.01"],
	]) {
		await client.payouts.create(payout({ externalTransactionId, amount }));
	}
	sandbox.advance(10_000);
	const stand = async (id) => {
		const { orderStatus, orderHistory } = await client.payouts.getByExternalTransactionId(id);
		return `${orderStatus} ${orderHistory.at(-1).action}`;
	};
	assert.equal(await stand("Poor"), "Failed 4.1.4.63");
	assert.equal(await stand("Stuck"), "Processing 2.1.1.00");
	assert.equal(await stand("Blocked"), "Failed 4.1.4.61");
	assert.equal(await stand("Fine"), "Success 4.1.3.00");
	assert.equal((await rejection(client.payouts.create(payout({ amount: 4423 })))).code, "temporarily_unavailable");
});

test("the system's clock moves orders automatically, and advance moves it further", async () => {
	const sandbox = sandboxOf({ clock: "system", processingAfterMs: 0, finalAfterMs: 3_600_000 });
	const { payouts } = inProcess(sandbox);
	await payouts.create(payout());
	assert.equal((await payouts.getByExternalTransactionId("Order-7")).orderStatus, "Processing");
	assert.ok(Math.abs(sandbox.now() - Date.now()) < 10_000);
	sandbox.advance(3_600_000);
	assert.equal((await payouts.getByExternalTransactionId("Order-7")).orderStatus, "Success");
});

test("a body over the limit is refused", async (t) => {
	const { url } = await listening(t, sandboxOf());
	const response = await fetch(`${url}/api/v1/integration/withdrawal-order/`, {
		method: "POST",
		body: "x".repeat(2 ** 20 + 1),
	});
	assert.equal(response.status, 413);
});

test("listen rejects with the system's error if the port is in use", async (t) => {
	const { port } = await listening(t, sandboxOf());
	assert.equal((await rejection(sandboxOf().listen(port))).code, "EADDRINUSE");
});

test("a server works without its Sandbox object, and can close more than once", async () => {
	const server = await (() => sandboxOf().listen())();
	globalThis.gc?.();
	const response = await fetch(`${server.url}/`);
	assert.equal(response.status, 404);
	await server.close();
	await server.close();
});

test("the error names an invalid option or scenario", () => {
	for (const options of [
		undefined,
		{},
		{ payouts: KEYS, speed: 2 },
		{ payouts: KEYS, scenarios: { A: { outcome: "Maybe" } } },
	]) {
		assert.throws(() => new Sandbox(options), { code: "configuration_invalid" });
	}
	assert.throws(() => sandboxOf().setScenario("A", { result: "Failed" }), /scenario\.result/);
});

test("it accepts the paths of PayStar's curl command, and lists its paths for an unknown path", async (t) => {
	const { url } = await listening(t, sandboxOf());
	const headers = { authorization: `Bearer ${jwtOf(KEYS)}`, "content-type": "application/json" };
	const body = JSON.stringify({ amount: 100, currency: "USD", externalTransactionId: "Curl-1" });
	const response = await fetch(`${url}//api/v1/integration/withdrawal-order`, { method: "POST", headers, body });
	assert.equal(response.status, 200);
	const unknown = await fetch(`${url}/api/v2/payouts`, { headers });
	assert.equal(unknown.status, 404);
	const text = await unknown.text();
	assert.match(text, /POST \/api\/v1\/integration\/withdrawal-order\//);
	assert.match(text, /GET {2}\/api\/v1\/balance\/merchant\?currency=USD/);
});
