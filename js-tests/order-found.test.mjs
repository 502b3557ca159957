// How the client checks that a response is about the requested order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DuplicateOrderError, PayStar, TimeoutError } from "paystar";
import { clientOf, DEPOSIT_KEYS, payout, rejection } from "./support/client.mjs";
import { json, serve } from "./support/http.mjs";
import { PAYOUT_KEYS, sandboxOf } from "./support/sandbox.mjs";

const DUPLICATE = '{"label":"VALIDATION_ERROR.","statusDescrption":"1-4007","message":"already exist"}';
const status = (members = "") => `{"externalId":"PSP-1","orderStatus":"Success"${members}}`;

/** Sends one response to creations, and another response to lookups. */
const answering = (creation, lookup) => (request, response) => {
	const [code, body = ""] = request.method === "POST" ? creation : lookup;
	response.writeHead(code).end(body);
};

const LOST = { "a lost response": [503], "a broken response": [200, "{"], "a duplicate": [400, DUPLICATE] };
const OTHERS = {
	"an amount of 5.00": ',"amount":5.00',
	"an amount of 100.1000000000000001": ',"amount":100.1000000000000001',
	"an amount of 10010": ',"amount":10010',
	"the amount as text": ',"amount":"5.00"',
	"the currency EUR": ',"currency":"EUR"',
	"the currency EUR and the same amount": ',"currency":"EUR","amount":100.10',
};

for (const [how, creation] of Object.entries(LOST)) {
	for (const [name, members] of Object.entries(OTHERS)) {
		test(`after ${how}, an order with ${name} is thrown, never returned`, async (t) => {
			const { url } = await serve(t, answering(creation, [200, status(members)]));
			for (const onDuplicate of ["throw", "return"]) {
				const client = clientOf(url, { maxRetries: 1, deposits: DEPOSIT_KEYS });
				for (const orders of [client.payouts, client.deposits]) {
					const error = await rejection(orders.create(payout(), { onDuplicate }));
					assert.ok(error instanceof DuplicateOrderError);
					assert.deepEqual([error.outcome, error.retryable], ["unknown", false]);
					assert.equal(error.httpStatus, how === "a duplicate" ? 400 : 200);
					assert.equal(error.order.externalId, "PSP-1");
					assert.match(error.message, /another amount or currency/);
					assert.equal(error.attempts.at(-1).saw, "other_order");
				}
			}
		});
	}
}

for (const [name, members, amount, currency] of [
	["the same digits", ',"amount":100.10', "100.10"],
	["fewer digits", ',"amount":100.1', "100.1"],
	["more zeros as text", ',"amount":"100.1000"', "100.1000"],
	["an exponent", ',"amount":1.001e2', "100.1"],
	["the same currency", ',"currency":"USD","amount":100.10', "100.10", "USD"],
	["the currency in lower case", ',"currency":"usd"', undefined, "usd"],
	["no amount and no currency", ""],
]) {
	test(`an order with ${name} is the requested order, and the result has the amount and currency of its status`, async (t) => {
		for (const creation of Object.values(LOST)) {
			const { url } = await serve(t, answering(creation, [200, status(members)]));
			const order = await clientOf(url).payouts.create(payout(), { onDuplicate: "return" });
			assert.deepEqual(order, {
				externalId: "PSP-1",
				externalTransactionId: "Order-7",
				orderStatus: "Success",
				resolvedBy: "lookup",
				...(amount && { amount }),
				...(currency && { currency }),
				extra: {},
			});
		}
	});
}

test("a lookup that names another order proves nothing, and is repeated", async (t) => {
	for (const other of ['"Order-8"', '"order-7"', '"Order-7 "', '""', "7"]) {
		const answers = [status(`,"externalTransactionId":${other}`), status(',"externalTransactionId":"Order-7"')];
		const { url } = await serve(t, (request, response) => {
			if (request.method === "POST") response.writeHead(400).end(DUPLICATE);
			else response.end(answers.shift());
		});
		const order = await clientOf(url, { maxRetries: 1 }).payouts.create(payout(), { onDuplicate: "return" });
		assert.deepEqual([order.externalId, answers.length], ["PSP-1", 0], other);
	}
});

test("a duplicate error about another order is not a refusal of this order", async (t) => {
	const other = DUPLICATE.replace("{", '{"externalTransactionId":"Order-8",');
	const { url } = await serve(t, answering([400, other], [503]));
	const error = await rejection(clientOf(url).payouts.create(payout()));
	assert.deepEqual([error.code, error.outcome], ["unexpected_answer", "unknown"]);
});

for (const pipeline of ["payouts", "deposits"]) {
	test(`${pipeline}: a read refuses a response about another order`, async (t) => {
		for (const other of ['"Order-8"', '"order-7"', '""', "7", "{}"]) {
			const { url } = await serve(t, json(200, status(`,"externalTransactionId":${other}`)));
			const client = clientOf(url, { deposits: DEPOSIT_KEYS })[pipeline];
			const error = await rejection(client.getByExternalTransactionId("Order-7"));
			assert.deepEqual([error.code, error.outcome, error.httpStatus], ["invalid_answer", "unknown", 200], other);
			const wait = client.waitUntilFinal({ externalTransactionId: "Order-7" }, { intervalMs: 5, deadlineMs: 50 });
			const late = await rejection(wait);
			assert.ok(late instanceof TimeoutError);
			assert.equal(late.code, "deadline_exceeded");
			// The last read can end with a timeout at the deadline.
			assert.match(late.cause.code, /^(invalid_answer|timeout)$/);
		}
		const { url } = await serve(t, json(200, status(',"externalTransactionId":"Order-7"')));
		const client = clientOf(url, { deposits: DEPOSIT_KEYS })[pipeline];
		assert.equal((await client.getByExternalTransactionId("Order-7")).externalId, "PSP-1");
		assert.equal((await client.get("PSP-1")).extra.externalTransactionId, "Order-7");
		for (const id of ["PSP-2", "psp-1", "PSP-10"]) {
			assert.equal((await rejection(client.get(id))).code, "invalid_answer", id);
			const late = await rejection(client.waitUntilFinal({ externalId: id }, { intervalMs: 5, deadlineMs: 50 }));
			assert.match(late.cause.code, /^(invalid_answer|timeout)$/, id);
		}
	});
}

test("a wait that began with one order never ends with another order", async (t) => {
	let reads = 0;
	const { url } = await serve(t, (_request, response) => {
		const [externalId, orderStatus] = reads++ === 0 ? ["PSP-1", "Processing"] : ["PSP-2", "Success"];
		response.end(JSON.stringify({ externalId, orderStatus }));
	});
	const seen = [];
	const late = await rejection(
		clientOf(url).payouts.waitUntilFinal(
			{ externalTransactionId: "Order-7" },
			{ intervalMs: 5, deadlineMs: 100, onStatus: (state) => seen.push(state.externalId) },
		),
	);
	assert.equal(late.code, "deadline_exceeded");
	assert.match(late.cause.code, /^(invalid_answer|timeout)$/);
	assert.match(late.message, /Processing/);
	assert.deepEqual(seen, ["PSP-1"]);
	assert.ok(reads > 2);
});

test("a balance of another currency is refused", async (t) => {
	const body =
		'{"currency":"EUR","merchantBalance":1,"merchantOverdraft":0,"pipelineBalance":1,' +
		'"pipelineProcessingOrdersDeposit":0,"pipelineProcessingOrdersWithdrawals":0}';
	const { url } = await serve(t, json(200, body));
	const { balances } = clientOf(url);
	assert.equal((await balances.get("EUR")).currency, "EUR");
	for (const currency of ["USD", "EURC", "XXX"]) {
		assert.equal((await rejection(balances.get(currency))).code, "invalid_answer", currency);
	}
});

/** A sandbox and its client. */
function worldOf(options = {}) {
	const sandbox = sandboxOf({ callbacks: false, ...options });
	const client = new PayStar({
		payouts: PAYOUT_KEYS,
		deposits: { publicKey: "pk", privateKey: "sk" },
		baseUrl: "http://sandbox.test",
		fetch: sandbox.fetch,
		maxRetries: 2,
	});
	return { sandbox, client };
}

test("a payout that the network sends twice is made once, and the error says that the order may be yours", async () => {
	const { sandbox, client } = worldOf();
	sandbox.injectFault({ fault: "sentTwice", on: "create" });
	const error = await rejection(client.payouts.create(payout()));
	assert.ok(error instanceof DuplicateOrderError);
	assert.deepEqual([error.outcome, error.order.externalId], ["unknown", sandbox.listOrders()[0].externalId]);
	assert.match(error.advice, /it may be yours/);
	assert.doesNotMatch(error.message + error.advice, /somebody else/);
	assert.equal(sandbox.orderCount, 1);
});

test("a payout that the network sends twice is a result with onDuplicate: return, or if the first response arrives", async () => {
	for (const [rule, options, resolvedBy] of [
		[{ answer: "second" }, { onDuplicate: "return" }, "lookup"],
		[{ answer: "first" }, {}, "answer"],
		[{ answer: "second", commit: "undone" }, {}, "answer"],
		[{ answer: "first", commit: "undone" }, {}, "lookup"],
	]) {
		const { sandbox, client } = worldOf();
		sandbox.injectFault({ fault: "sentTwice", on: "create", ...rule });
		assert.equal((await client.payouts.create(payout(), options)).resolvedBy, resolvedBy, JSON.stringify(rule));
		assert.equal(sandbox.orderCount, 1);
	}
});

test("after an abort, the outcome of a payout that the network sent twice is unknown", async () => {
	const { sandbox, client } = worldOf();
	sandbox.injectFault({ fault: "sentTwice", on: "create" });
	sandbox.injectFault({ fault: "stall", on: "status" });
	const controller = new AbortController();
	setTimeout(() => controller.abort("enough"), 100);
	const error = await rejection(client.payouts.create(payout(), { signal: controller.signal }));
	assert.deepEqual([error.code, error.outcome], ["aborted", "unknown"]);
	assert.equal(sandbox.orderCount, 1);
});

test("a deposit with the same id and another amount is not returned as a result", async () => {
	const deposits = { publicKey: "pk", privateKey: "sk" };
	const { sandbox, client } = worldOf({ deposits });
	await client.deposits.create(payout({ amount: "5.00" }));
	for (const rules of [[], [{ fault: "lost", on: "create" }]]) {
		for (const rule of rules) sandbox.injectFault(rule);
		const error = await rejection(client.deposits.create(payout(), { onDuplicate: "return" }));
		assert.ok(error instanceof DuplicateOrderError);
		assert.equal(Number(error.order.amount), 5);
	}
	const same = await client.deposits.create(payout({ amount: "5" }), { onDuplicate: "return" });
	assert.equal(Number(same.amount), 5);
	assert.equal(sandbox.orderCount, 1);
});
