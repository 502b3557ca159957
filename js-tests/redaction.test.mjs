// Texts from PayStar or other sources are in errors only without keys, tokens and card numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { createContext, runInContext } from "node:vm";
import { PayStar, PayStarError } from "paystar";
import { CARD, clientOf, KEYS, payout, rejection, testOnEach } from "./support/client.mjs";
import { json, serve } from "./support/http.mjs";

const LUHN_FAILS = "1234123412341234";
const OTHER_CARD = "5555555555554444";
const inFours = (number, separator) => number.match(/.{4}/g).join(separator);

/** Everything that a careless program could print of a value, also its hidden members. */
const printed = (value) =>
	[
		inspect(value, { depth: null, showHidden: true, getters: true, maxStringLength: null }),
		JSON.stringify(value),
		value.stack,
		value.cause?.stack,
	].join("\n");

function assertSilent(error, secrets) {
	const text = printed(error);
	for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} shows up in:\n${text}`);
}

const refusal = (message, more = {}) => json(400, JSON.stringify({ label: "X", message, ...more }));

testOnEach("a text is redacted before it is truncated", async (t, clientOf) => {
	for (let before = 960; before <= 1000; before += 4) {
		const filling = "x".repeat(before);
		for (const [secret, part] of [
			[CARD, "4111111"],
			[OTHER_CARD, "5555555"],
			[inFours(OTHER_CARD, " "), "5555 55"],
			[KEYS.privateKey, "sk_js"],
			[KEYS.publicKey, "pk_js"],
		]) {
			const { url } = await serve(t, refusal(`${filling} ${secret} x`, { label: `${filling} ${secret}` }));
			const error = await rejection(clientOf(url).payouts.create(payout()));
			assert.equal(error.outcome, "rejected");
			assert.ok(error.message.length <= 1000 && error.label.length <= 1000);
			assertSilent(error, [part]);
		}
	}
});

testOnEach(
	"card numbers are masked with all separators and groups, also with a wrong check digit",
	async (t, clientOf) => {
		const separators = [" ", "-", ".", "\n", "\r\n", "/", "_", "\u00A0", "\u200B", " - ", "•"];
		for (const number of [CARD, OTHER_CARD, LUHN_FAILS]) {
			for (const separator of separators) {
				const text = `the card ${inFours(number, separator)} is wrong`;
				const { url } = await serve(t, refusal(text));
				const own = await rejection(clientOf(url).payouts.create(payout()));
				assert.match(own.message, /^the card (\[redacted\]|\d{6}\*{6}\d{4}) is wrong$/, JSON.stringify(text));
			}
		}
		const fields = { cardNumber: LUHN_FAILS };
		for (const text of ["1 2 3 4 1 2 3 4 1 2 3 4 1 2 3 4", "12341234x12341234", "123.412341.2341234", LUHN_FAILS]) {
			const { url } = await serve(t, refusal(`the card ${text} is wrong`));
			const error = await rejection(clientOf(url).payouts.create(payout({ additionalFields: fields })));
			assert.equal(error.message, "the card [redacted] is wrong");
		}
	},
);

testOnEach("ids, times and phone numbers are not redacted", async (t, clientOf) => {
	const message =
		"order 1234567890123456, 5eaf47eb-344c-4aeb-8651-494d649499b5, 2025-07-28T09:29:51.339832Z, +353 861 234 5672, " +
		"1722158991330, 192.168.100.200:8080, 4.1.4.63";
	const { url } = await serve(t, refusal(message));
	assert.equal((await rejection(clientOf(url).payouts.create(payout()))).message, message);
});

testOnEach("the order of a DuplicateOrderError is redacted, except for its id", async (t, clientOf) => {
	const escaped = [...OTHER_CARD].map((digit) => `\\u003${digit}`).join("");
	const order = `{
		"externalId": "4000056655665556",
		"externalTransactionId": "Order-123",
		"orderStatus": "status ${KEYS.privateKey}",
		"amount": 100.10,
		"currency": "USD",
		"orderHistory": [{ "time": "${inFours(OTHER_CARD, ".")}", "action": "${KEYS.publicKey}" }],
		"externalParams": { "cardNumber": "${OTHER_CARD}", "cardHolder": "${inFours(OTHER_CARD, " ")}", "own": "${CARD}" },
		"number": ${OTHER_CARD},
		"nested" : { "deep" : [[{ "text" : "${escaped}" }]], "${OTHER_CARD}": "${KEYS.privateKey}" },
		"cvv": "cvv 123"
	}`;
	const { url } = await serve(t, (request, response) => {
		if (request.method === "POST") {
			refusal("Order with this external_transaction_id already exist", { statusDescrption: "1-4007" })(
				request,
				response,
			);
		} else json(200, order)(request, response);
	});
	const request = payout({
		externalTransactionId: "Order-123",
		additionalFields: { cardNumber: CARD, cardCvv: "123" },
	});
	const error = await rejection(clientOf(url).payouts.create(request));
	assert.equal(error.code, "duplicate_order");
	assert.equal(error.externalTransactionId, "Order-123");
	assert.equal(error.order.externalId, "4000056655665556");
	assert.equal(error.order.extra.cvv, "cvv [redacted]");
	assert.equal(error.order.extra.number, "555555******4444");
	assertSilent(error, [KEYS.privateKey, KEYS.publicKey, CARD, OTHER_CARD, "5555.", "5555 5"]);
});

testOnEach("the last status in the message of waitUntilFinal is redacted and short", async (t, clientOf) => {
	for (const status of [KEYS.privateKey, OTHER_CARD, inFours(LUHN_FAILS, "."), `${"x".repeat(990)} ${OTHER_CARD}`]) {
		const { url } = await serve(t, json(200, JSON.stringify({ externalId: "PSP-1", orderStatus: status })));
		const error = await rejection(
			clientOf(url, { maxRetries: undefined }).payouts.waitUntilFinal(
				{ externalId: "PSP-1" },
				{ deadlineMs: 60, intervalMs: 20 },
			),
		);
		assert.equal(error.code, "deadline_exceeded");
		assertSilent(error, [KEYS.privateKey, "5555555", "1234.1"]);
		assert.ok(error.message.length < 1100);
	}
});

class CodedError extends Error {
	get code() {
		return KEYS.privateKey;
	}
}

class WritingError extends Error {
	#key = KEYS.privateKey;
	toJSON() {
		return this.#key;
	}
}

const otherRealm = createContext({ CARD, KEY: KEYS.privateKey });
const inOtherRealm = (source) => runInContext(`(${source})`, otherRealm);
const withMembers = (members) => Object.assign(new Error("failed"), members);

for (const [name, thrown] of [
	["a code that is a key", withMembers({ code: KEYS.privateKey })],
	["a syscall that is a key, beside a live object", withMembers({ syscall: KEYS.privateKey, live: new Map() })],
	["a name that is a key, beside a live object", withMembers({ name: KEYS.privateKey, live: new Map() })],
	["a code that is a card number", withMembers({ code: CARD, live: new Map() })],
	["a code with a getter", new CodedError("failed")],
	["an error that writes itself as JSON", new WritingError("failed")],
	["a card number as a number", withMembers({ card: Number(CARD) })],
	["another card number as a number", withMembers({ deep: { card: Number(OTHER_CARD) } })],
	["a card number as a bigint", withMembers({ card: BigInt(OTHER_CARD) })],
	["a thrown number", Number(OTHER_CARD)],
	["a symbol", withMembers({ note: Symbol(CARD) })],
	["a card number as a key", withMembers({ [OTHER_CARD]: 1 })],
	["a card number in groups", new Error(`no ${inFours(OTHER_CARD, ".")}`)],
	["a card number that fails its check digit", new Error(`no ${inFours(LUHN_FAILS, "\n")}`)],
	["the card number of the request in unusual groups", new Error("no 41.1111.11111.11111")],
	["a key after a long text", withMembers({ message: `${"x".repeat(995)}${KEYS.privateKey}`, live: new Map() })],
	["a long text with a card number", new Error(`${"x".repeat(990)} ${OTHER_CARD}`)],
	["an error of another realm", inOtherRealm("Object.assign(new Error(KEY), { code: KEY, card: Number(CARD) })")],
	["a record of another realm", inOtherRealm("({ deep: [{ card: CARD }] })")],
	["an aggregate", new AggregateError([new Error(KEYS.privateKey)], "failed")],
	[
		"a value that throws when it is read",
		inOtherRealm("new Proxy({}, { getPrototypeOf() { throw CARD; }, get() { throw CARD; } })"),
	],
	[
		"a message that throws",
		Object.defineProperty(new Error("x"), "message", {
			get() {
				throw new Error(CARD);
			},
		}),
	],
	["a function", Object.assign(() => {}, { code: KEYS.privateKey })],
	[
		"an endless value",
		Object.assign(
			[],
			{ 0: "x" },
			{
				get self() {
					return this;
				},
			},
		),
	],
]) {
	test(`${name} as a cause shows no secrets`, async () => {
		const fetch = async () => {
			throw thrown;
		};
		const error = await rejection(clientOf("http://127.0.0.1:1", { fetch }).payouts.create(payout()));
		assert.ok(error instanceof PayStarError);
		assert.deepEqual([error.code, error.outcome], ["connection_failed", "unknown"]);
		assert.ok(error.cause instanceof Error || typeof error.cause !== "object");
		const secrets = [CARD, OTHER_CARD, KEYS.privateKey, "sk_js", "5555.", "1234\n1", "41.1111"];
		assertSilent(error, secrets);
	});
}

test("a cause that contains only texts and numbers is unchanged, also from another realm", async () => {
	for (const thrown of [
		withMembers({ code: "EPROTO", errno: -71, syscall: "write", details: { attempts: [1, 2, 3], at: 1722158991330 } }),
		inOtherRealm("Object.assign(new Error('failed'), { code: 'EPROTO', details: { a: 1 } })"),
		inOtherRealm("({ status: 'failed' })"),
		new DOMException("failed", "NetworkError"),
		new (class OwnError extends TypeError {})("failed", { cause: new Error("deeper") }),
	]) {
		const fetch = () => Promise.reject(thrown);
		assert.equal((await rejection(clientOf("http://127.0.0.1:1", { fetch }).payouts.create(payout()))).cause, thrown);
	}
	const live = withMembers({ code: "EPROTO", syscall: "write", request: new Map() });
	const fetch = () => Promise.reject(live);
	const { cause } = await rejection(clientOf("http://127.0.0.1:1", { fetch }).payouts.create(payout()));
	assert.deepEqual([cause.name, cause.message, cause.code, cause.syscall], ["Error", "failed", "EPROTO", "write"]);
	assert.equal(cause.request, undefined);
});

const { payouts, callbacks } = clientOf("http://127.0.0.1:1");

for (const [name, use] of [
	["an option of a client", (key) => new PayStar({ [key]: 1 })],
	["an option beside keys", (key) => new PayStar({ payouts: KEYS, [key]: 1 })],
	["a member of keys", (key) => new PayStar({ payouts: { ...KEYS, [key]: 1 } })],
	["a member of the keys of alerts", (key) => new PayStar({ payouts: KEYS, alerts: { [key]: 1 } })],
	["an option of a call", (key) => payouts.validate(payout(), { [key]: 1 })],
	["an option of a verification", (key) => callbacks.verify("{}", "00", { [key]: 1 })],
]) {
	test(`a secret as the name of ${name} is not in the error`, () => {
		for (const secret of [
			KEYS.privateKey,
			"wordsalone",
			"eyJh.eyJw.c2ln",
			inFours(CARD, " "),
			CARD,
			"k".repeat(20_000_000),
		]) {
			assert.throws(
				() => use(secret),
				(error) => {
					assert.equal(error.code, "configuration_invalid");
					assertSilent(error, [secret]);
					return error.message.length < 1000;
				},
			);
		}
	});
}

test("the error still names a misspelt option", () => {
	assert.throws(
		() => new PayStar({ payouts: KEYS, base_url: "http://a" }),
		/base_url is not a key of this object\. Did you mean baseUrl\?/,
	);
	assert.throws(
		() => new PayStar({ payouts: { publicKey: "pk", privatekey: "sk" } }),
		/payouts\.privatekey .*Did you mean privateKey\?/,
	);
});

test("issues do not contain long names of a request completely", () => {
	for (const request of [
		{ [`${"k".repeat(100_000)}`]: 1 },
		payout({ additionalFields: { ["k".repeat(100_000)]: "x" } }),
		payout({ additionalFields: [{ key: "k".repeat(4000), value: "" }] }),
		payout({ additionalFields: { [`${"k".repeat(280)} ${CARD}`]: "" } }),
	]) {
		const issues = payouts.validate(request);
		assert.ok(issues.length > 0);
		for (const { path, message } of issues) assert.ok(path.length <= 300 && message.length <= 1000);
		assert.ok(!JSON.stringify(issues).includes("4111111"));
	}
});
