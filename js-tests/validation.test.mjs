// The package refuses wrong requests and options before it sends anything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError, PayStar, ValidationError } from "paystar";
import { CARD, clientOf, KEYS, payout, rejection } from "./support/client.mjs";
import { CREATED, json, serve } from "./support/http.mjs";

const { payouts } = clientOf("http://127.0.0.1:1");
const errorsOf = (changes, options) =>
	payouts
		.validate(payout(changes), options)
		.filter(({ severity }) => severity === "error")
		.map(({ path, code }) => `${path}: ${code}`);

test("a valid request has no issues", () => {
	assert.deepEqual(payouts.validate(payout()), []);
});

for (const [name, amount, code] of [
	["a sum of floats", 0.1 + 0.2, "not_exact"],
	["more decimals than the currency has", "100.101", "too_many_decimals"],
	["a float with parts of a cent", 100.101, "not_exact"],
	["a negative amount", "-1", "negative"],
	["a negative number", -1, "negative"],
	["zero", 0, "zero"],
	["zero as text", "0.00", "zero"],
	["an exponent", "1e3", "exponent_form"],
	["a number that prints with an exponent", 1e21, "exponent_form"],
	["NaN", Number.NaN, "invalid_format"],
	["Infinity", Number.POSITIVE_INFINITY, "invalid_format"],
	["an unsafe integer", 2 ** 53, "not_exact"],
	["nineteen digits", "1234567890123456789", "too_many_digits"],
	["a thousands separator", "1,000", "invalid_format"],
	["empty text", "", "invalid_format"],
	["a bigint", 100n, "invalid_type"],
	["a boolean", true, "invalid_type"],
	["an object", { value: 1 }, "invalid_type"],
	["undefined", undefined, "required"],
	["null", null, "required"],
]) {
	test(`${name} as amount: ${code}`, () => assert.deepEqual(errorsOf({ amount }), [`amount: ${code}`]));
}

test("one error has all issues of a request, and nothing is sent", async (t) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const wrong = {
		amount: 0.1 + 0.2,
		currency: "US",
		callbackURL: "https://shop.example",
		successRedirectUrl: "shop.example/success",
		additionalFields: [
			{ key: "\u0441ardNumber", value: CARD },
			{ key: "email", value: "nobody" },
			{ key: "email", value: "" },
		],
	};
	const error = await rejection(clientOf(url).payouts.create(wrong));
	assert.ok(error instanceof ValidationError);
	assert.equal(error.outcome, "notSent");
	assert.deepEqual(
		error.issues.map(({ path, code }) => [path, code]),
		[
			["callbackURL", "unknown_key"],
			["amount", "not_exact"],
			["externalTransactionId", "required"],
			["successRedirectUrl", "invalid_format"],
			["additionalFields.\u0441ardNumber", "lookalike_letters"],
			["additionalFields.email", "invalid_format"],
			["additionalFields.email", "duplicate_key"],
			["additionalFields.email", "empty"],
		],
	);
	assert.equal(requests.length, 0);
});

test("a wrong check digit is a warning, and with strict an error", async (t) => {
	const { url } = await serve(t, json(200, CREATED));
	const sample = payout({ additionalFields: { cardNumber: "1234123412341234" } });
	const client = clientOf(url);
	assert.deepEqual(
		client.payouts.validate(sample).map(({ code, severity }) => [code, severity]),
		[["luhn_failed", "warning"]],
	);
	assert.equal((await client.payouts.create(sample)).externalId, "PSP-1");
	assert.equal((await rejection(client.payouts.create(sample, { strict: true }))).issues[0].code, "luhn_failed");
	assert.equal((await rejection(clientOf(url, { strict: true }).payouts.create(sample))).outcome, "notSent");
});

test("half of a surrogate pair is refused, because UTF-8 cannot contain it", () => {
	assert.deepEqual(errorsOf({ externalTransactionId: "Order-\uD800" }), ["externalTransactionId: invalid_type"]);
	assert.deepEqual(errorsOf({ externalTransactionId: "Order-\uFFFD" }), []);
	assert.deepEqual(errorsOf({ additionalFields: { own: "\uDC00" } }), ["additionalFields.own: invalid_type"]);
});

for (const [name, request] of [
	["undefined", undefined],
	["null", null],
	["a string", "payout"],
	["an array", [payout()]],
	["a function", () => payout()],
	[
		"a throwing proxy",
		new Proxy(
			{},
			{
				ownKeys() {
					throw new Error("no");
				},
			},
		),
	],
	[
		"a throwing getter",
		{
			...payout(),
			get amount2() {
				return 1;
			},
			get amount() {
				throw new Error("no");
			},
		},
	],
]) {
	test(`${name} as a request is an issue, not a crash`, async () => {
		const error = await rejection(payouts.create(request));
		assert.ok(error instanceof ValidationError);
		assert.equal(error.issues[0].code, "invalid_type");
	});
}

test("a request that contains itself is an issue, not a crash", async () => {
	const request = payout();
	request.additionalFields = { own: request };
	assert.ok((await rejection(payouts.create(request))) instanceof ValidationError);
	request.amount = request;
	assert.ok((await rejection(payouts.create(request))) instanceof ValidationError);
});

test("an id that a URL cannot contain unchanged is refused", async () => {
	for (const id of ["", ".", "..", " x", 7, undefined, {}, "\uD800"]) {
		assert.equal((await rejection(payouts.get(id))).code, "validation_failed", String(id));
		assert.equal((await rejection(payouts.getByExternalTransactionId(id))).code, "validation_failed");
	}
});

for (const [name, options, path] of [
	["no options", undefined, "options"],
	["neither keys nor baseUrl", {}, "payouts"],
	["a missing private key", { payouts: { publicKey: "pk" } }, "payouts.privateKey"],
	["a misspelt option", { payouts: KEYS, baseURL: "http://a" }, "baseURL"],
	["a baseUrl that is not a URL", { payouts: KEYS, baseUrl: "localhost:4010" }, "baseUrl"],
	["a baseUrl that only the platform refuses", { payouts: KEYS, baseUrl: "http://1.2.3.4.5" }, "baseUrl"],
	["a timeout of zero", { payouts: KEYS, timeoutMs: 0 }, "timeoutMs"],
	["an infinite timeout", { payouts: KEYS, timeoutMs: Number.POSITIVE_INFINITY }, "timeoutMs"],
	["a fetch that is not a function", { payouts: KEYS, fetch: {} }, "fetch"],
]) {
	test(`a client with ${name} is refused, and the error names ${path}`, () => {
		assert.throws(
			() => new PayStar(options),
			(error) =>
				error instanceof ConfigurationError && error.code === "configuration_invalid" && error.issues[0].path === path,
		);
	});
}

test("wrong options of a call are refused before anything is sent", async (t) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const client = clientOf(url);
	for (const options of [{ timeout: 5 }, { timeoutMs: -1 }, { signal: {} }, "fast"]) {
		const error = await rejection(client.payouts.create(payout(), options));
		assert.ok(error instanceof ConfigurationError);
		assert.equal(error.outcome, "notSent");
		assert.equal(error.externalTransactionId, "Order-7");
		assert.equal((await rejection(client.payouts.get("PSP-1", options))).code, "configuration_invalid");
	}
	assert.equal(requests.length, 0);
});

test("a client that has only deposits keys refuses payouts before anything is sent", async (t) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const client = new PayStar({ deposits: KEYS, baseUrl: url });
	assert.equal((await rejection(client.payouts.create(payout()))).code, "configuration_invalid");
	assert.equal((await rejection(client.payouts.get("PSP-1"))).code, "configuration_invalid");
	assert.equal(requests.length, 0);
});

test("keys are refused in an environment like a browser, except with dangerouslyAllowBrowser", (t) => {
	globalThis.window = { document: {} };
	t.after(() => delete globalThis.window);
	assert.throws(() => new PayStar({ payouts: KEYS }), /dangerouslyAllowBrowser/);
	assert.ok(new PayStar({ payouts: KEYS, dangerouslyAllowBrowser: true }));
	assert.ok(new PayStar({ baseUrl: "https://merch.example" }));
});
