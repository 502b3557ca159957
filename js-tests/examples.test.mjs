// Every example runs unchanged with the sandbox.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { PayStar } from "paystar";
import { Sandbox } from "paystar/sandbox";
import { MemoryCallbackStore } from "paystar/server";
import { callbackHandler } from "../examples/callbacks-web.mjs";
import { KEYS, rejection } from "./support/client.mjs";
import { pageOf, SAME_ORIGIN } from "./support/panel.mjs";
import { run, start } from "./support/programs.mjs";

const ENV = { PAYSTAR_PUBLIC_KEY: KEYS.publicKey, PAYSTAR_PRIVATE_KEY: KEYS.privateKey };

async function sandboxFor(t, options = {}) {
	const sandbox = new Sandbox({ payouts: KEYS, processingAfterMs: 20, finalAfterMs: 60, ...options });
	const server = await sandbox.listen();
	t.after(() => server.close());
	return { sandbox, env: { ...ENV, PAYSTAR_BASE_URL: server.url, POLL_MS: "20" } };
}

const signed = (body) => ({ body, signature: new PayStar({ payouts: KEYS }).callbacks.sign(body) });

test("pay-and-wait pays and waits, and a second run does not pay again", async (t) => {
	const { sandbox, env } = await sandboxFor(t);
	const args = ["Order-7", "100.10", "USD", "4111111111111111"];
	const first = await run("pay-and-wait.mjs", args, env);
	assert.equal(first.status, 0, first.stderr);
	assert.match(first.stdout, /^created [0-9a-f-]{36}\n/);
	assert.match(first.stdout, /Success\n$/);
	const again = await run("pay-and-wait.mjs", args, env);
	assert.equal(again.status, 0, again.stderr);
	assert.match(again.stdout, /^found [0-9a-f-]{36}\n/);
	assert.equal(sandbox.orderCount, 1);
	const failing = await run("pay-and-wait.mjs", ["Order-8", "4063", "USD", "4111111111111111"], env);
	assert.equal(failing.status, 1);
	const refused = await run("pay-and-wait.mjs", ["Order-9", "1e3", "USD", "4111111111111111"], env);
	assert.equal(refused.status, 2);
	assert.match(refused.stderr, /amount must be written without an exponent/);
});

const callbackOf = (externalId, status) =>
	signed(`{"externalId":"${externalId}","status":"${status}","amount":100.10,"orderType":"Withdrawal"}`);

const payout = { amount: "100.10", currency: "USD", externalTransactionId: "Order-7" };

/** A payout that ended with `Success`. */
async function paidPayout(env, changes) {
	const { payouts } = new PayStar({ payouts: KEYS, baseUrl: env.PAYSTAR_BASE_URL });
	await payouts.create({ ...payout, additionalFields: { cardNumber: "4111111111111111" }, ...changes });
	return payouts.waitUntilFinal({ externalTransactionId: payout.externalTransactionId }, { intervalMs: 20 });
}

test("callbacks with express: each new status is handled once, and a forged callback is refused", async (t) => {
	const { env } = await sandboxFor(t);
	const { url, printed } = await start(t, "callbacks-express.mjs", env);
	const { externalId } = await paidPayout(env, { callbackUrl: url });
	const isHandled = () => printed.text.includes(`${externalId} Success 100.10, before: `);
	for (let waits = 0; waits < 500 && !isHandled(); waits++) await sleep(20);
	assert.ok(isHandled(), printed.text);
	const post = async ({ body, signature }) =>
		(await fetch(url, { method: "POST", body, headers: { signature } })).status;
	const success = callbackOf(externalId, "Success");
	assert.equal(await post(success), 200);
	assert.equal(await post(callbackOf(externalId, "Created")), 200);
	assert.equal(await post({ ...success, body: success.body.replace("100.10", "900.10") }), 401);
	assert.match(printed.text, /refused: signature_mismatch/);
	assert.equal(printed.text.match(/Success 100\.10/g).length, 1);
	assert.ok(!printed.text.includes(KEYS.privateKey));
});

test("the panel proxy pays after a second person has approved, and the page knows neither key nor card", async (t) => {
	const { sandbox, env } = await sandboxFor(t);
	const { url } = await start(t, "panel-proxy.mjs", env);
	const page = await (await fetch(url)).text();
	assert.match(page, /baseUrl: "\/paystar"/);
	assert.equal((await fetch(`${url}/package/index.js`)).status, 200);
	const traffic = [page];
	const panelOf = (user) => pageOf(url, { headers: { ...SAME_ORIGIN, cookie: `user=${user}` }, traffic });
	const order = { amount: "100.10", currency: "USD", externalTransactionId: "Payout-1" };
	const paid = (user, changes) =>
		panelOf(user).payouts.create({ ...order, additionalFields: { customerId: "customer-7" }, ...changes });
	const refusal = async (...given) => {
		const { code, outcome, httpStatus, message } = await rejection(paid(...given));
		assert.equal(outcome, "rejected");
		return [code, httpStatus, message];
	};
	assert.deepEqual(await refusal("nobody"), ["rejected", 401, "Please log in."]);
	assert.deepEqual((await refusal("eve")).slice(0, 2), ["rejected", 403]);
	const pending = ["approval_pending", 403, "ann asked for 100.10 USD to customer-7. Another person must approve it."];
	assert.deepEqual(await refusal("ann"), pending);
	assert.deepEqual(await refusal("ann"), pending);
	assert.match((await refusal("bob", { amount: "900.00" }))[2], /another payout/);
	assert.equal(sandbox.orderCount, 0);
	const { externalId } = await paid("bob");
	assert.equal((await panelOf("eve").payouts.get(externalId)).externalId, externalId);
	assert.equal(sandbox.orderCount, 1);
	const text = JSON.stringify(traffic);
	assert.ok(![KEYS.privateKey, KEYS.publicKey, "4111111111111111"].some((secret) => text.includes(secret)));
});

test("callbacks with a web-standard handler", async (t) => {
	const { env } = await sandboxFor(t);
	const { externalId } = await paidPayout(env);
	const saved = [];
	const options = { payouts: KEYS, baseUrl: env.PAYSTAR_BASE_URL };
	const handler = callbackHandler(options, new MemoryCallbackStore(), ({ status }) => void saved.push(status));
	const post = async ({ body, signature }) => {
		const request = new Request("https://merch.example/callback", { method: "POST", body, headers: { signature } });
		return (await handler(request)).status;
	};
	const success = callbackOf(externalId, "Success");
	assert.equal(await post(success), 200);
	assert.equal(await post(success), 200);
	assert.deepEqual(saved, ["Success"]);
	assert.equal(await post({ ...success, body: success.body.replace(externalId, "ord-2") }), 401);
});

test("hosted-deposit prints the URL of the page, and ends when the customer has paid", async (t) => {
	const sandbox = new Sandbox({ deposits: KEYS, processingAfterMs: 20, finalAfterMs: 60 });
	const server = await sandbox.listen();
	t.after(() => server.close());
	const env = { ...ENV, PAYSTAR_BASE_URL: server.url, POLL_MS: "50" };
	const seen = { text: "" };
	const ending = run("hosted-deposit.mjs", ["Basket-1", "75.50", "EUR"], env, (part) => {
		seen.text += part;
		const link = /^page (\S+)$/m.exec(seen.text)?.[1];
		if (link === undefined || seen.isPaid) return;
		seen.isPaid = true;
		const form = { cardNumber: "4111111111111111", cardHolder: "JANE DOE", expiry: "05/39", cvv: "123", action: "pay" };
		void fetch(link, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
	});
	const { status, stdout, stderr } = await ending;
	assert.equal(status, 0, stderr);
	assert.match(stdout, /Success\ntoken BankToken-\S+\n$/);
	const refused = await run("hosted-deposit.mjs", ["Basket-2", "0", "EUR"], env);
	assert.equal(refused.status, 2);
	assert.match(refused.stderr, /amount must be above zero.*\nfor the customer: /s);
});

test("the TypeScript project compiles under strict settings, and pays", async (t) => {
	const root = fileURLToPath(new URL("..", import.meta.url));
	const tsc = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "examples/typescript"], {
		cwd: root,
		encoding: "utf8",
	});
	assert.equal(tsc.status, 0, tsc.stdout);
	const { sandbox, env } = await sandboxFor(t);
	const { status, stdout, stderr } = await run("typescript/dist/main.js", [], env);
	assert.equal(status, 0, stderr);
	assert.match(stdout, /Salary-1: made, [0-9a-f-]{36}\nSalary-2: refused, .*additionalFields\.email/);
	assert.equal(sandbox.orderCount, 1);
});
