// The package reads an input completely or refuses it with its name. A member that is lost silently could be the
// destination of a payout.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { ConfigurationError, explain, parseAmount, PayStar, ValidationError } from "paystar";
import { Sandbox } from "paystar/sandbox";
import { CARD, clientOf, KEYS, payout, rejection } from "./support/client.mjs";
import { CREATED, json, serve } from "./support/http.mjs";

const { payouts } = clientOf("http://127.0.0.1:1");
const FIELDS = { cardNumber: CARD, bankName: "SuperBank" };

/** Returns the only issue of a request. The test fails if there are more or no issues. */
function onlyIssue(request) {
	const issues = payouts.validate(request);
	assert.equal(issues.length, 1, JSON.stringify(issues));
	return issues[0];
}

class Decimal {
	constructor(digits) {
		this.digits = digits;
	}
	toString() {
		return this.digits;
	}
	valueOf() {
		return this.digits;
	}
}

class WithGetter {
	#card = CARD;
	get cardNumber() {
		return this.#card;
	}
}

class PrivateAlone {
	#card = CARD;
	describe() {
		return this.#card.length;
	}
}

const otherRealm = createContext({});
const inOtherRealm = (source) => runInContext(`(${source})`, otherRealm);

/** Values that are not plain objects, and their names in issues. */
const STRANGE = [
	["a Map", new Map(Object.entries(FIELDS))],
	["a Set", new Set([CARD])],
	["a WeakMap", new WeakMap()],
	["a WeakSet", new WeakSet()],
	["a WeakRef", new WeakRef(FIELDS)],
	["a Promise: await it first", Promise.resolve(FIELDS)],
	[
		"an instance of Thenable: await it first",
		new (class Thenable {
			then() {}
		})(),
	],
	["a Date", new Date()],
	["a RegExp", /4/],
	["an Error", Object.assign(new Error("x"), FIELDS)],
	["a String object", new String(CARD)],
	["a Number object: use its toString()", new Number(1)],
	["a Boolean object: use its toString()", new Boolean(true)],
	["an ArrayBuffer", new ArrayBuffer(4)],
	["a Uint8Array", new Uint8Array(4)],
	["a Uint8Array", Buffer.from("x")],
	["a DataView", new DataView(new ArrayBuffer(4))],
	["a URLSearchParams", new URLSearchParams(FIELDS)],
	["a FormData", new FormData()],
	["a Headers", new Headers(FIELDS)],
	["a URL", new URL("https://shop.example")],
	["an AbortSignal", AbortSignal.abort()],
	[
		"a Generator",
		(function* () {
			yield CARD;
		})(),
	],
	[
		"an AsyncGenerator",
		(async function* () {
			yield CARD;
		})(),
	],
	["a Map Iterator", new Map().entries()],
	["an Array Iterator", [][Symbol.iterator]()],
	["an instance of Decimal: use its toString()", new Decimal("1")],
	["an instance of WithGetter: give a plain object", new WithGetter()],
	["an instance of PrivateAlone: give a plain object", new PrivateAlone()],
	[
		"an instance of Iterable: give a plain object",
		new (class Iterable {
			cardNumber = CARD;
			*[Symbol.iterator]() {}
		})(),
	],
	["a Map", new (class Fields extends Map {})(Object.entries(FIELDS))],
	["an object with a prototype: give a plain object", Object.create({ cardNumber: CARD })],
	["an object with a prototype: give a plain object", Object.setPrototypeOf({ bankName: "x" }, { cardNumber: CARD })],
	[
		"an object with hidden members: give a plain object",
		Object.defineProperty({ bankName: "x" }, "cardNumber", { value: CARD }),
	],
	["a function", () => FIELDS],
	["a function", class Fields {}],
	["a symbol", Symbol("x")],
	["a bigint", 1n],
	["a Map", new Proxy(new Map(), {})],
	["a Promise: await it first", new Proxy(Promise.resolve(), {})],
	["a Map", inOtherRealm("new Map([['cardNumber', '4111111111111111']])")],
	["a Promise: await it first", inOtherRealm("Promise.resolve({})")],
	["a Date", inOtherRealm("new Date()")],
	["an array with holes, or with members beside its entries", Object.assign([], FIELDS)],
	["an array with holes, or with members beside its entries", new Array(1)],
	["an array with holes, or with members beside its entries", "a-4".match(/-(?<digit>\d)/)],
	[
		"an object that throws while it is read",
		{
			get cardNumber() {
				throw new Error("no");
			},
		},
	],
	["an object that throws while it is read", revoked()],
];

function revoked() {
	const { proxy, revoke } = Proxy.revocable({}, {});
	revoke();
	return proxy;
}

for (const [index, [name, value]] of STRANGE.entries()) {
	// If a value throws, the whole request cannot be read.
	const throws = name.includes("throws");
	test(`at every level, an issue names the refused value: ${name} (${index})`, async () => {
		const whole = onlyIssue(value);
		assert.equal(whole.code, "invalid_type");
		assert.equal(whole.message, `The request must be an object, not ${name}.`);

		const fields = onlyIssue(payout({ additionalFields: value }));
		assert.deepEqual(
			[fields.path, fields.code, fields.severity],
			[throws ? "" : "additionalFields", "invalid_type", "error"],
		);
		assert.ok(fields.message.endsWith(`not ${name}.`), fields.message);

		for (const [additionalFields, path] of [
			[{ own: value }, "additionalFields.own"],
			[[value], "additionalFields[0]"],
			[[{ key: "own", value }], "additionalFields.own"],
		]) {
			const issue = onlyIssue(payout({ additionalFields }));
			assert.deepEqual([issue.path, issue.code], [throws ? "" : path, "invalid_type"]);
			assert.ok(issue.message.endsWith(`not ${name}.`), issue.message);
		}

		const amount = onlyIssue(payout({ amount: value }));
		assert.deepEqual([amount.path, amount.code], [throws ? "" : "amount", "invalid_type"]);

		assert.throws(() => new PayStar(value), ConfigurationError);
		assert.throws(() => new PayStar({ payouts: value }), ConfigurationError);
		assert.throws(() => payouts.validate(payout(), value), ConfigurationError);
		assert.throws(() => new Sandbox(value), { code: "configuration_invalid" });
		assert.ok((await rejection(payouts.waitUntilFinal(value))) instanceof ValidationError);
		assert.ok((await rejection(payouts.get(value))) instanceof ValidationError);
		assert.ok((await rejection(payouts.get("PSP-1", value))) instanceof ConfigurationError);
	});
}

test("the issue of an amount that is an object says what to do", () => {
	assert.equal(
		onlyIssue(payout({ amount: new Decimal("100.10") })).message,
		"amount must be a decimal string or a number, not an instance of Decimal: use its toString().",
	);
	assert.match(onlyIssue(payout({ amount: Promise.resolve("1") })).message, /not a Promise: await it first\./);
});

class PayoutDto {
	constructor() {
		Object.assign(this, payout({ additionalFields: Object.assign(new FieldsDto(), FIELDS) }));
	}
	toJSON() {
		return { id: this.externalTransactionId };
	}
	describe() {
		return "a payout";
	}
}

class FieldsDto {
	cardNumber;
	bankName = undefined;
	#note = "x";
	note() {
		return this.#note;
	}
}

class SpecialPayoutDto extends PayoutDto {}

const accessors = {};
for (const [key, value] of Object.entries(FIELDS)) {
	Object.defineProperty(accessors, key, { enumerable: true, get: () => value, set() {} });
}

for (const [name, request] of [
	["a plain object", payout()],
	["an instance of a class, with methods", new PayoutDto()],
	["an instance of a subclass", new SpecialPayoutDto()],
	["an instance of an old class", Object.assign(new (function Old() {})(), payout())],
	["an object without a prototype", Object.assign(Object.create(null), payout())],
	["an object of another realm", inOtherRealm(JSON.stringify(payout()))],
	["an object of JSON.parse", JSON.parse(JSON.stringify(payout()))],
	["a frozen object", Object.freeze(payout())],
	["a Proxy of an object", new Proxy(payout(), {})],
	["own getters", payout({ additionalFields: accessors })],
	["symbols beside its members", payout({ [Symbol("note")]: 1 })],
	["a URL where a URL is expected", { ...payout(), callbackUrl: new URL("https://shop.example/callback?a=b") }],
]) {
	test(`${name}: all members are read`, async (t) => {
		const { url, requests } = await serve(t, json(200, CREATED));
		assert.deepEqual(payouts.validate(request), []);
		await clientOf(url).payouts.create(request);
		const body = JSON.parse(requests[0].body);
		assert.equal(body.amount, 100.1);
		assert.deepEqual(body.additionalFields, [
			{ key: "cardNumber", value: CARD },
			{ key: "bankName", value: "SuperBank" },
		]);
		assert.equal(body.callbackUrl, request.callbackUrl?.href);
	});
}

test("a URL object is accepted for each URL of a request and for baseUrl, but not for other members", async (t) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const there = new URL("https://shop.example/a b");
	const request = payout({
		callbackUrl: there,
		processingRedirectUrl: there,
		failedRedirectUrl: there,
		successRedirectUrl: there,
	});
	await new PayStar({ payouts: KEYS, baseUrl: new URL(url) }).payouts.create(request);
	assert.equal(requests[0].url, "/api/v1/integration/withdrawal-order/");
	assert.equal(requests[0].body.split("https://shop.example/a%20b").length, 5);
	assert.throws(() => new PayStar({ payouts: KEYS, baseUrl: new URL("https://a:b@shop.example") }), /baseUrl must be/);
	assert.equal(onlyIssue(payout({ currency: there })).code, "invalid_type");
	const forged = { [Symbol.toStringTag]: "URL", href: "https://evil.example" };
	assert.equal(onlyIssue(payout({ callbackUrl: forged })).code, "invalid_type");
});

test("nothing is read from Object.prototype or Array.prototype", async (t) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	let stolen = 0;
	const added = {
		fetch: () => (stolen += 1),
		agent: { addRequest: () => (stolen += 1) },
		signal: AbortSignal.abort(),
		onStatus: () => (stolen += 1),
		timeoutMs: -1,
		maxRetries: "x",
		callbackUrl: "none",
		additionalFields: { cardNumber: "5555555555554444" },
		aborted: true,
		addEventListener() {},
		addRequest() {},
		privateKey: "x",
		externalId: "PSP-9",
		[Symbol.toStringTag]: "Map",
	};
	const bare = () => ({ amount: "1", currency: "USD", externalTransactionId: "A" });
	/** The test runner also fails with a polluted prototype. So only `work` runs with it. */
	function polluted(work) {
		Object.assign(Object.prototype, added);
		Object.defineProperty(Array.prototype, 0, { value: { key: "own", value: "x" }, configurable: true });
		try {
			return work();
		} catch (error) {
			return error;
		} finally {
			for (const key of Reflect.ownKeys(added)) delete Object.prototype[key];
			delete Array.prototype[0];
		}
	}
	// They use all handles that are free, so that the refused client below needs a new one.
	const held = Array.from({ length: 2000 }, () => new PayStar({ payouts: KEYS }));
	assert.deepEqual(
		polluted(() => payouts.validate(bare(), {})),
		[],
	);
	assert.equal(
		polluted(() => payouts.validate({ ...bare(), additionalFields: new Array(1) }))[0].path,
		"additionalFields",
	);
	assert.equal(polluted(() => new PayStar({ payouts: { publicKey: "pk" } })).issues[0].path, "payouts.privateKey");
	assert.equal((await rejection(polluted(() => payouts.waitUntilFinal({})))).code, "validation_failed");
	for (const transport of ["node", "fetch"]) {
		const client = polluted(() => new PayStar({ payouts: KEYS, baseUrl: url, transport }));
		assert.equal((await client.payouts.create(bare())).externalId, "PSP-1");
		assert.equal(requests.at(-1).body, '{"amount":1,"currency":"USD","externalTransactionId":"A"}');
	}
	assert.equal(stolen, 0);
	assert.ok(held.every((client) => client.payouts));
});

test("an object with inherited options is refused", () => {
	for (const options of [
		Object.create({ payouts: KEYS }),
		Object.assign(Object.create({ fetch() {}, timeoutMs: 5 }), { payouts: KEYS }),
		Object.defineProperty({ payouts: KEYS }, "baseUrl", { value: "http://127.0.0.1:1" }),
	]) {
		assert.throws(() => new PayStar(options), /give a plain object/);
	}
});

test("a value that is too large is refused completely, and not truncated", async () => {
	const list = new Array(1000).fill("x");
	for (const [name, value] of [
		["many values", { a: 1, b: new Array(1000).fill(list) }],
		["a long text", "x".repeat(10_000_001)],
		["a long key", { ["x".repeat(10_000_001)]: "x" }],
		["the same long text often", { a: new Array(100).fill("x".repeat(1_000_000)) }],
	]) {
		const error = await rejection(payouts.create(payout({ additionalFields: value })));
		assert.equal(error.message.includes("not a value that is too large to be read."), true, name);
		assert.equal(error.issues.length, 1);
	}
	const deep = onlyIssue(payout({ additionalFields: [{ key: "a", value: { b: { c: { d: 1 } } } }] }));
	assert.equal(deep.code, "invalid_type");
});

test("endless chains of prototypes do not cause a hang", () => {
	const endless = new Proxy({}, { getPrototypeOf: () => endless });
	assert.match(onlyIssue(endless).message, /too many prototypes/);
	assert.equal(onlyIssue(payout({ additionalFields: endless })).path, "additionalFields");
	const liar = new Proxy([], { get: (target, key) => (key === "length" ? 1e9 : target[key]) });
	assert.match(onlyIssue(payout({ additionalFields: liar })).message, /too many entries/);
});

for (const [amount, currency, mayBeThousands] of [
	["500.000", "IDR", true],
	["1.000", "USD", true],
	["5.000", "JPY", true],
	["100.000", "EUR", true],
	["100.0", "JPY", false],
	["1.0000", "KWD", false],
	["0.0100", "USD", false],
]) {
	test(`${amount} ${currency} has too many decimals`, async () => {
		const issue = onlyIssue(payout({ amount, currency }));
		assert.deepEqual([issue.path, issue.code, issue.severity], ["amount", "too_many_decimals", "error"]);
		assert.equal(/separates thousands/.test(issue.message), mayBeThousands, issue.message);
		assert.ok(!issue.message.includes(amount));
		assert.throws(() => parseAmount(amount, currency), { code: "validation_failed" });
		for (const create of ["create", "createWithToken", "createHosted"]) {
			const deposits = new PayStar({ deposits: KEYS, baseUrl: "http://127.0.0.1:1" }).deposits;
			const error = await rejection(deposits[create]({ ...payout({ amount, currency }), additionalFields: undefined }));
			assert.ok(error.issues.some(({ code }) => code === "too_many_decimals"));
		}
	});
}

test("decimals within the minor unit, and of an unknown currency, are sent with their digits", () => {
	for (const [amount, currency] of [
		["500000.00", "IDR"],
		["1.000", "KWD"],
		["500.000", "USDT"],
		["100", "JPY"],
	]) {
		assert.equal(parseAmount(amount, currency), amount);
	}
	assert.equal(parseAmount(500, "IDR"), "500");
});

test("amounts of PayStar can have any number of decimals", async (t) => {
	const body = '{"externalId":"PSP-1","orderStatus":"Success","amount":2600.000000,"currency":"JPY"}';
	const { url } = await serve(t, json(200, body));
	assert.equal((await clientOf(url).payouts.get("PSP-1")).amount, "2600.000000");
});

test("keys without a value are left out of a record, and are an error in PayStar's array", async (t) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const optional = { callbackUrl: undefined, failedRedirectUrl: null, successRedirectUrl: undefined };
	const request = payout({ ...optional, additionalFields: { ...FIELDS, email: undefined, own: null } });
	await clientOf(url).payouts.create(request);
	assert.deepEqual(Object.keys(JSON.parse(requests[0].body)), [
		"amount",
		"currency",
		"externalTransactionId",
		"additionalFields",
	]);
	assert.equal(JSON.parse(requests[0].body).additionalFields.length, 2);
	const pair = onlyIssue(payout({ additionalFields: [{ key: "bankName", value: undefined }] }));
	assert.deepEqual([pair.path, pair.code], ["additionalFields.bankName", "required"]);
});

test("a key that is similar to a documented key causes a warning, in both forms", () => {
	for (const [key, meant] of [
		["emial", "email"],
		["cardnumber", "cardNumber"],
		["bank_name", "bankName"],
		["phoneNubmer", "phoneNumber"],
	]) {
		for (const additionalFields of [{ [key]: "x" }, [{ key, value: "x" }]]) {
			const issue = onlyIssue(payout({ additionalFields }));
			assert.deepEqual([issue.code, issue.severity], ["known_by_other_spelling", "warning"]);
			assert.ok(issue.message.includes(`did you mean ${meant}?`), issue.message);
		}
	}
	assert.deepEqual(
		payouts.validate(payout({ additionalFields: { customerStatus: "x", email2: "x", walletId: "x" } })),
		[],
	);
});

for (const [name, options, path] of [
	["a line break after a key", { payouts: { ...KEYS, privateKey: "s3cr3t\n" } }, "payouts.privateKey"],
	["a space before a key", { payouts: { ...KEYS, publicKey: " s3cr3t" } }, "payouts.publicKey"],
	["quotes around a key", { payouts: { ...KEYS, privateKey: '"s3cr3t"' } }, "payouts.privateKey"],
	["a line break in a key", { deposits: { ...KEYS, privateKey: "s3c\nr3t" } }, "deposits.privateKey"],
	["a byte-order mark before a key", { payouts: { ...KEYS, privateKey: "\uFEFFs3cr3t" } }, "payouts.privateKey"],
	[
		"an invisible character in a previous key",
		{ payouts: { ...KEYS, previousPrivateKeys: ["s3\u200Bcr3t"] } },
		"payouts.previousPrivateKeys[0]",
	],
	["a line break after the key of alerts", { alerts: { privateKey: "s3cr3t\n" } }, "alerts.privateKey"],
	["the text `undefined` as a key", { payouts: { ...KEYS, privateKey: `${undefined}` } }, "payouts.privateKey"],
	[
		"the public key as the private one",
		{ payouts: { publicKey: "s3cr3t", privateKey: "s3cr3t" } },
		"payouts.privateKey",
	],
	["a private key as the token", { payouts: { token: "s3cr3t" } }, "payouts.token"],
	["a token of two parts", { payouts: { token: "s3cr3t.b" } }, "payouts.token"],
	["a token with an empty part", { payouts: { token: "s3cr3t..b" } }, "payouts.token"],
	["a token with a line break", { payouts: { token: "a.s3cr3t.b\n" } }, "payouts.token"],
]) {
	test(`${name} is refused, and the error does not show it`, () => {
		assert.throws(
			() => new PayStar(options),
			(error) => {
				assert.ok(error instanceof ConfigurationError);
				assert.equal(error.issues[0].path, path);
				assert.ok(!JSON.stringify(error).includes("s3cr3t") && !error.stack.includes("s3cr3t"));
				return true;
			},
		);
	});
}

test("a relative baseUrl is refused outside of a page, and the error has the reason", () => {
	for (const baseUrl of ["/paystar", "paystar", "./paystar", "//evil.example"]) {
		assert.throws(() => new PayStar({ baseUrl }), /baseUrl must be an absolute http or https URL.*In a page it can/);
	}
});

test("explain accepts an error of the package, although it is not a plain object", async () => {
	const error = await rejection(payouts.create({}));
	assert.equal(explain(error).whoseFault, "merchant");
	assert.equal(explain(new Error("x")).whoseFault, "unknown");
});
