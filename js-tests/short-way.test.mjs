// Creations and status reads without options take a short way into wasm, and usual orders take a short way out of it. The
// results must be those of the long way: a call with options, and JSON.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PayStar } from "paystar";
import { KEYS, payout } from "./support/client.mjs";
import { randomsOf, seed } from "./support/random.mjs";

const CASES = Number(process.env.CASES ?? 4_000);

const TEXTS = [
	"",
	"a",
	"Order-7",
	"a\nb",
	'a"b',
	"a\\b",
	"\u0000",
	"день",
	"💳",
	"\ud800",
	"\u007f",
	"x".repeat(9_000),
];
const AMOUNTS = ["100.10", "1", "0", "-1", "1e3", 5, 0.1 + 0.2, NaN, 10n, null, undefined, "9007199254740993.01"];
const STATUSES = ["Created", "Success", "Failed", "New\\nStatus", "\\u0041", "\\ud83d\\udcb3", "день", ""];
const EXTRAS = [
	'"amount":1.50',
	'"note":"a"',
	'"extra":{"a":[1]}',
	'"currency":"EUR"',
	'"resolvedBy":"lookup"',
	'"__proto__":1',
];
const ACTIONS = ["1.1.2.00", "4.1.4.63", "", "x", "9.9.9.99"];

/** A transport that answers at once, and records what was sent. */
function answering() {
	const sent = [];
	const transport = {
		answer: { status: 200, body: "" },
		sent,
		dispatch({ origin, path, method, headers, body }, handler) {
			sent.push([method, origin + path, ...headers, String(body)].join("\n"));
			const { status, body: text } = transport.answer;
			handler.onConnect(() => {});
			handler.onHeaders(status, []);
			handler.onData(Buffer.from(text));
			handler.onComplete();
			return true;
		},
	};
	return transport;
}

async function outcomeOf(promise) {
	try {
		return { value: await promise };
	} catch (error) {
		const { name, code, message, outcome, issues, order, attempts, externalTransactionId } = error;
		return { name, code, message, outcome, issues, order, attempts: attempts?.length, externalTransactionId };
	}
}

function randomCase(random) {
	const pick = (list) => list[random(list.length)];
	const often = (usual, list) => (random(3) > 0 ? usual : pick(list));
	const request = payout({
		amount: often("100.10", AMOUNTS),
		externalTransactionId: often(`Order-${random(1_000)}`, TEXTS),
		callbackUrl: often(undefined, ["https://merchant.example/a", "ftp://a", new URL("https://merchant.example/ж")]),
		additionalFields: often({ cardNumber: "4111111111111111", bankName: often("Bank", TEXTS) }, [
			{},
			[{ key: "bankName", value: pick(TEXTS) }],
			null,
			{ cardNumber: "4111111111111112" },
			new Map(),
		]),
	});
	if (random(8) === 0) request[pick(TEXTS)] = pick(TEXTS);
	const members = ['"externalId":"PSP-1"', `"orderStatus":"${often("Created", STATUSES)}"`];
	if (random(4) === 0)
		members.push(`"externalTransactionId":${JSON.stringify(often(request.externalTransactionId, TEXTS))}`);
	while (random(3) === 0) members.push(pick(EXTRAS));
	if (random(2) === 0) {
		const entry = () => `{"time":"2025-07-28T09:29:5${random(10)}.000332","action":"${pick(ACTIONS)}"}`;
		members.push(`"orderHistory":[${Array.from({ length: random(4) }, entry)}]`);
	}
	if (random(10) === 0) members.splice(random(members.length), 1);
	const body = random(20) === 0 ? pick(TEXTS) : `{${random(2) ? members.reverse() : members}}`;
	const status = random(8) === 0 ? pick([201, 204, 400, 404, 423, 500]) : 200;
	return { request, answer: { status, body }, id: often("PSP-1", [...TEXTS, 5, null, {}]) };
}

/** The members of an order that the response has, read by JavaScript. */
function expectedOrder({ externalTransactionId }, body) {
	const { externalId, orderStatus } = JSON.parse(body);
	return { externalId, externalTransactionId, orderStatus, resolvedBy: "answer", extra: {} };
}

test("a call on the short way has the request and the result of the long way", async (t) => {
	t.diagnostic(`seed ${seed}`);
	const random = randomsOf(seed);
	const transport = answering();
	const { payouts } = new PayStar({ payouts: KEYS, dispatcher: transport, maxRetries: 0 });
	const counts = { orders: 0, states: 0, failures: 0 };
	for (let index = 0; index < CASES; index++) {
		const { request, answer, id } = randomCase(random);
		transport.answer = answer;
		const isRead = random(3) === 0;
		const both = [];
		for (const options of [[], [{}]]) {
			transport.sent.length = 0;
			const call = isRead ? payouts.get(id, ...options) : payouts.create(request, ...options);
			both.push({ outcome: await outcomeOf(call), sent: [...transport.sent] });
		}
		const [short, long] = both;
		const what = `seed ${seed}, case ${index}`;
		assert.deepEqual(short, long, what);
		const { value } = short.outcome;
		if (value === undefined) {
			counts.failures++;
		} else if (isRead) {
			counts.states++;
		} else {
			counts.orders++;
			const names = ["externalId", "externalTransactionId", "orderStatus", "resolvedBy"];
			const isUsual = value.resolvedBy === "answer" && Object.keys(value.extra).length === 0;
			if (isUsual) assert.deepEqual(value, expectedOrder(request, answer.body), what);
			assert.deepEqual(Object.keys(value).slice(0, names.length), names, what);
		}
	}
	for (const [name, count] of Object.entries(counts)) assert.ok(count > CASES / 20, `${name}: ${count}`);
});

test("a getter of a request may make other calls", async () => {
	const transport = answering();
	transport.answer = { status: 200, body: '{"externalId":"PSP-1","orderStatus":"Created"}' };
	const { payouts } = new PayStar({ payouts: KEYS, dispatcher: transport });
	const inner = [];
	const request = {
		...payout(),
		get additionalFields() {
			inner.push(payouts.create(payout({ externalTransactionId: "Inner" })));
			payouts.validate(payout({ amount: "other" }));
			return { bankName: "Outer" };
		},
	};
	const order = await payouts.create(request);
	assert.equal(order.externalTransactionId, "Order-7");
	for (const each of await Promise.all(inner)) assert.equal(each.externalTransactionId, "Inner");
	const outer = transport.sent.filter((sent) => sent.includes('"externalTransactionId":"Order-7"'));
	assert.equal(outer.length, 1);
	assert.ok(outer[0].includes('"value":"Outer"'));
});

test("many calls that start in the same task keep their own requests", async () => {
	const transport = answering();
	transport.answer = { status: 200, body: '{"externalId":"PSP-1","orderStatus":"Created"}' };
	const { payouts } = new PayStar({ payouts: KEYS, dispatcher: transport });
	const ids = Array.from({ length: 200 }, (_, index) => `Order-${"x".repeat(index)}`);
	const orders = await Promise.all(ids.map((id) => payouts.create(payout({ externalTransactionId: id }))));
	assert.deepEqual(
		orders.map((order) => order.externalTransactionId),
		ids,
	);
	ids.forEach((id, index) => assert.ok(transport.sent[index].includes(`"externalTransactionId":"${id}"`)));
});

test("the meanings of a history can be changed, and the next status has its own", async () => {
	const transport = answering();
	const orderHistory = [{ time: "2025-07-28T09:29:51.000332", action: "1.1.2.00" }];
	transport.answer = {
		status: 200,
		body: JSON.stringify({ externalId: "PSP-1", orderStatus: "Created", orderHistory }),
	};
	const { payouts } = new PayStar({ payouts: KEYS, dispatcher: transport });
	const first = await payouts.get("PSP-1");
	const before = structuredClone(first);
	const empty = (object) => {
		for (const [key, value] of Object.entries(object)) {
			if (Object(value) === value) empty(value);
			else object[key] = "changed";
		}
	};
	empty(first);
	assert.notDeepEqual(first, before);
	assert.deepEqual(await payouts.get("PSP-1"), before);
});
