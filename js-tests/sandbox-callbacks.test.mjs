// The sandbox's callbacks, received by a merchant's server.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { serve, unusedUrl } from "./support/http.mjs";
import { DEPOSIT_KEYS, DEPOSITS, order, PAYOUT_KEYS, sandboxOf, talkTo } from "./support/sandbox.mjs";

const answer =
	(status, headers = {}) =>
	(_, response) =>
		response.writeHead(status, headers).end("ok");

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const statuses = (requests) => requests.map(({ body }) => JSON.parse(body).status);

async function until(isTrue) {
	for (let i = 0; i < 400 && !isTrue(); i++) await sleep(10);
	assert.ok(isTrue(), "It did not come true within 4 seconds.");
}

test("each status of an order has a callback, signed with the key of its pipeline", async (t) => {
	const merchant = await serve(t, answer(204));
	const sandbox = sandboxOf();
	const { createDeposit, createPayout } = await talkTo(t, sandbox);
	await createDeposit(order({ callbackUrl: `${merchant.url}/in` }));
	await createPayout(order({ callbackUrl: `${merchant.url}/out`, amount: 4063 }));
	await sandbox.settle();
	for (const ms of [1000, 2000]) {
		sandbox.advance(ms);
		await sandbox.settle();
	}
	for (const [url, key, expected] of [
		["/in", DEPOSIT_KEYS.privateKey, ["Created", "Processing", "Success"]],
		["/out", PAYOUT_KEYS.privateKey, ["Created", "Processing", "Failed"]],
	]) {
		const requests = merchant.requests.filter((request) => request.url === url);
		assert.deepEqual(statuses(requests), expected);
		for (const { method, headers, body } of requests) {
			const { externalId, status, amount, orderType } = JSON.parse(body);
			assert.equal(method, "POST");
			assert.match(headers["content-type"], /^application\/json/);
			assert.equal(headers.signature, sha256(`${externalId};${status};${amount};${orderType};${key}`));
		}
	}
	const sent = sandbox.listCallbacks();
	assert.equal(sent.length, 6);
	assert.deepEqual(
		sent.map(({ body, state, httpStatus, attempts }) => [body, state, httpStatus, attempts]),
		merchant.requests.map(({ body }) => [body, "delivered", 204, 1]),
	);
});

test("with a manual clock, nothing is sent automatically", async (t) => {
	const merchant = await serve(t, answer(200));
	const sandbox = sandboxOf({ callbackUrl: merchant.url });
	const { createDeposit } = await talkTo(t, sandbox, "HTTP");
	await createDeposit(order());
	await sleep(50);
	assert.equal(merchant.requests.length, 0);
	sandbox.advance(1000);
	await until(() => merchant.requests.length === 2);
	assert.deepEqual(statuses(merchant.requests), ["Created", "Processing"]);
});

test("with the system's clock, callbacks are sent automatically after the response to the creation", async (t) => {
	const merchant = await serve(t, answer(200));
	const sandbox = sandboxOf({
		clock: "system",
		processingAfterMs: 0,
		finalAfterMs: 60,
		callbackUrl: { deposits: merchant.url },
	});
	for (const over of ["HTTP", "in process"]) {
		const { createDeposit } = await talkTo(t, sandbox, over);
		merchant.requests.length = 0;
		await createDeposit(order({ externalTransactionId: over }));
		assert.equal(merchant.requests.length, 0);
		await until(() => merchant.requests.length === 3);
		assert.deepEqual(statuses(merchant.requests), ["Created", "Processing", "Success"]);
	}
});

test("a callback without a 2xx is repeated after each wait, and then given up", async (t) => {
	const merchant = await serve(t, answer(302, { location: "/elsewhere" }));
	const unused = await unusedUrl();
	const sandbox = sandboxOf({ callbacks: { retryAfterMs: [100, 200] } });
	const { createDeposit } = await talkTo(t, sandbox);
	await createDeposit(order({ externalTransactionId: "A", amount: 4100, callbackUrl: merchant.url }));
	await createDeposit(order({ externalTransactionId: "B", amount: 4100, callbackUrl: unused }));
	for (const [ms, attempts, state] of [
		[0, 1, "waiting"],
		[99, 1, "waiting"],
		[1, 2, "waiting"],
		[200, 3, "given_up"],
		[9999, 3, "given_up"],
	]) {
		sandbox.advance(ms);
		await sandbox.settle();
		const sent = sandbox.listCallbacks();
		assert.deepEqual(
			sent.map((callback) => [callback.attempts, callback.state, callback.httpStatus]),
			[
				[attempts, state, 302],
				[attempts, state, undefined],
			],
		);
	}
	assert.deepEqual(new Set(merchant.requests.map(({ url }) => url)), new Set(["/"]));
});

test("a response without an end is cancelled", async (t) => {
	const merchant = await serve(t, (_, response) => {
		response.writeHead(200);
		const flood = setInterval(() => response.write("x".repeat(65_536)), 1);
		response.on("close", () => clearInterval(flood));
	});
	const sandbox = sandboxOf({ callbackUrl: merchant.url });
	const { createDeposit } = await talkTo(t, sandbox);
	await createDeposit(order({ amount: 4100 }));
	await sandbox.settle();
	assert.equal(sandbox.listCallbacks()[0].state, "delivered");
});

test("options choose the sister edition, duplicates and upper case", async (t) => {
	const merchant = await serve(t, answer(200));
	const sandbox = sandboxOf({
		callbackUrl: merchant.url,
		callbacks: { edition: "sister", duplicates: true, signatureCase: "upper" },
	});
	const { createDeposit } = await talkTo(t, sandbox);
	const { externalId } = (await createDeposit(order({ amount: 4100 }))).body;
	await sandbox.settle();
	const [first, second] = merchant.requests;
	assert.equal(merchant.requests.length, 2);
	assert.equal(first.body, `{"externald":"${externalId}","status":"Created","amount":4100,"orderType":"Deposit"}`);
	assert.equal(second.body, first.body);
	const signature = sha256(`${externalId};Created;4100;Deposit;${DEPOSIT_KEYS.privateKey}`);
	assert.equal(first.headers.signature, signature.toUpperCase());
});

test("shuffled callbacks have the same order for the same seed", async (t) => {
	const merchant = await serve(t, answer(200));
	const expected = async (seed) => {
		const sandbox = sandboxOf({ callbackUrl: merchant.url, callbacks: { shuffled: true }, seed });
		const { createDeposit } = await talkTo(t, sandbox);
		await createDeposit(order());
		sandbox.advance(7000);
		await sandbox.settle();
		return statuses(sandbox.listCallbacks()).join();
	};
	const orders = [];
	for (let seed = 0; seed < 12; seed++) orders.push(await expected(seed));
	assert.ok(orders.some((order) => order !== "Created,Processing,Success"));
	assert.equal(await expected(3), orders[3]);
});

test("a changed amount is in the callback and in the status", async (t) => {
	const merchant = await serve(t, answer(200));
	const sandbox = sandboxOf({ callbackUrl: merchant.url });
	const { createDeposit, statusOf } = await talkTo(t, sandbox);
	await createDeposit(order());
	sandbox.changeAmount("Order-7", "90.50");
	await sandbox.settle();
	const amounts = merchant.requests.map(({ body }) => JSON.parse(body).amount);
	assert.deepEqual(amounts, ["100.1", "90.50"]);
	assert.equal((await statusOf(DEPOSITS, "Order-7")).amount, 90.5);
	for (const args of [
		["Order-8", "1"],
		["Order-7", "1", "payouts"],
		["Order-7", 1],
		["Order-7", "1", "payout"],
	]) {
		assert.throws(() => sandbox.changeAmount(...args), { code: "configuration_invalid" });
	}
});

test("callbacks need a private key, and an option turns them off", async (t) => {
	const merchant = await serve(t, answer(200));
	for (const options of [{ callbacks: false }, { deposits: { token: DEPOSIT_KEYS.token } }]) {
		const sandbox = sandboxOf({ callbackUrl: merchant.url, ...options });
		const { createDeposit } = await talkTo(t, sandbox);
		assert.equal((await createDeposit(order())).status, 200);
		sandbox.advance(9000);
		await sandbox.settle();
		assert.deepEqual(sandbox.listCallbacks(), []);
	}
	assert.equal(merchant.requests.length, 0);
});

test("closing the last server stops the callbacks", async (t) => {
	const silent = await serve(t, () => {});
	const sandbox = sandboxOf({ clock: "system", callbackUrl: silent.url, callbacks: { retryAfterMs: [1] } });
	const server = await sandbox.listen();
	const headers = { authorization: `Bearer ${DEPOSIT_KEYS.token}` };
	await fetch(server.url + DEPOSITS, { method: "POST", headers, body: JSON.stringify(order()) });
	await until(() => silent.requests.length === 1);
	await server.close();
	await until(() => sandbox.listCallbacks()[0].state === "waiting");
	await sleep(50);
	assert.equal(silent.requests.length, 1);
});

test("waiting callbacks do not keep a process alive", () => {
	const source = `
		import { Sandbox } from "paystar/sandbox";
		const sandbox = new Sandbox({ deposits: { token: "a.b.c", privateKey: "k" }, callbackUrl: "http://127.0.0.1:9", finalAfterMs: 600000 });
		const headers = { authorization: "Bearer a.b.c" };
		const body = '{"amount":1,"currency":"USD","externalTransactionId":"A"}';
		await sandbox.fetch(new Request("http://s${DEPOSITS}", { method: "POST", headers, body }));`;
	const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", source], {
		cwd: new URL(".", import.meta.url),
		encoding: "utf8",
		timeout: 8000,
	});
	assert.equal(status, 0, stderr);
});
