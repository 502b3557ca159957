// `validate` has a fast way for usual requests, with the same rules. It must give the results of the slow way. A call with
// options takes the slow way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PayStar } from "paystar";
import { DEPOSIT_KEYS, KEYS } from "./support/client.mjs";
import { GROWING_MEMORY, printedBy } from "./support/processes.mjs";
import { outcomeOf, randomsOf, seed } from "./support/random.mjs";

const CASES = Number(process.env.CASES ?? 20_000);

const clients = [false, true].map((strict) => new PayStar({ payouts: KEYS, deposits: DEPOSIT_KEYS, strict }));
const WAYS = clients.flatMap(({ payouts, deposits }) => [
	payouts.validate,
	deposits.validate,
	deposits.validateWithToken,
	deposits.validateHosted,
]);

const USUAL = {
	amount: ["100.10", "1", 5, 0.1, "2600.00"],
	currency: ["USD", "JPY", "EUR", "USDT_TRC20"],
	externalTransactionId: ["Order-7"],
	callbackUrl: ["https://shop.example/callback", "http://[::1]:80/x?y#z"],
	processingRedirectUrl: ["https://shop.example"],
	failedRedirectUrl: ["https://shop.example:8080/a"],
	successRedirectUrl: ["HTTPS://shop.example/"],
};
const WRONG = {
	amount: ["1e3", "-1", "0", "", "1.001", 0.30000000000000004, NaN, 1e21, "01", "1.", 10n, "1".repeat(19)],
	currency: ["usd", "$", "", "USDX", "X".repeat(17), "€", "US\ud800"],
	externalTransactionId: ["", " a", "..", "a\u0000", "x".repeat(600), "день", 7],
	callbackUrl: [
		"ftp://shop.example",
		"https://u@shop.example",
		"https://shop.example:99999",
		"https://a b",
		"https://",
	],
	processingRedirectUrl: ["shop.example", "https://кот.example/", "https://a[b", "https://[x", "x".repeat(2100)],
	failedRedirectUrl: [new URL("https://shop.example"), "https://a%b"],
	successRedirectUrl: ["https://a\u00a0b", "https:\\\\a", ""],
};
const ANY = [undefined, null, true, false, "", "x", 0, -0, {}, [], new Map(), () => {}, Symbol("s"), 1n, new Date(0)];
const FIELDS = {
	cardNumber: ["4111111111111111", "4111111111111112", "4111 1111 1111 1111", "1"],
	cardExpireMonth: ["05", "13", "5"],
	cardExpireYear: ["26", "2026"],
	cardCvv: ["123", "12"],
	cardToken: ["token", " "],
	cardHolder: ["JANE DOE", ""],
	bankName: ["SuperBank", " ", "x".repeat(4097)],
	email: ["a@b.example", "a", "a@b", "день@b.c"],
	phoneNumber: ["+44644012345", "12"],
	customerNationality: ["UKR", "XXX", "ukr"],
	customerBirthdayDate: ["2019-04-05", "2019-02-30"],
	telecomOperator: ["vodafone-uk", "none"],
	dialingCode: ["31", "+31"],
	cardnumber: ["4111111111111111"],
	сardNumber: ["4111111111111111"],
	"agreed.1": ["value"],
	"": ["x"],
	" a": ["x"],
	__proto__x: ["x"],
	4111111111111111: ["x"],
};
const KEY_OF_PROTOTYPE = "__proto__";

function requestOf(random) {
	const pick = (list) => list[random(list.length)];
	const valueOf = (usual, wrong) => (random(30) === 0 ? pick(ANY) : random(12) === 0 ? pick(wrong) : pick(usual));
	const request = random(40) === 0 ? Object.create(null) : {};
	for (const [key, usual] of Object.entries(USUAL)) {
		const isRequired = key === "amount" || key === "currency" || key === "externalTransactionId";
		if (random(isRequired ? 25 : 2) !== 0) request[key] = valueOf(usual, WRONG[key]);
	}
	if (random(4) !== 0) {
		let fields = {};
		for (let count = random(5); count > 0; count--) {
			const key = pick(Object.keys(FIELDS));
			fields[key] = valueOf(FIELDS[key], FIELDS[key]);
		}
		if (random(100) === 0) for (let index = 0; index < 210; index++) fields[`agreed.${index}`] = "x";
		if (random(60) === 0) Object.defineProperty(fields, "hidden", { value: "x" });
		if (random(60) === 0) Object.defineProperty(fields, KEY_OF_PROTOTYPE, { value: "x", enumerable: true });
		if (random(60) === 0) fields[Symbol("s")] = "x";
		if (random(20) === 0) fields = Object.entries(fields).map(([key, value]) => ({ key, value }));
		if (random(60) === 0) fields = new Proxy(fields, {});
		request.additionalFields = random(50) === 0 ? pick(ANY) : fields;
	}
	if (random(30) === 0)
		request[pick(["callbackURL", "description", "amuont", "cardNumber", "день", "0", "key 4111111111111111"])] =
			pick(ANY);
	if (random(60) === 0) Object.defineProperty(request, "amount", { get: () => "5.00", enumerable: random(2) === 0 });
	if (random(60) === 0) Object.defineProperty(request, "hidden", { value: 1 });
	if (random(200) === 0) {
		Object.defineProperty(request, "currency", {
			enumerable: true,
			get() {
				throw new Error("broken");
			},
		});
	}
	if (random(60) === 0) return Object.setPrototypeOf(request, { toString() {} });
	if (random(60) === 0) return new Proxy(request, {});
	if (random(60) === 0) return Object.freeze(request);
	return random(200) === 0 ? pick([...ANY, new Proxy([], { getPrototypeOf: () => Object.prototype })]) : request;
}

test(`the fast way has the results of the slow way (seed ${seed}, ${CASES} cases)`, () => {
	const random = randomsOf(seed);
	let [valid, invalid] = [0, 0];
	for (let index = 0; index < CASES; index++) {
		const validate = WAYS[random(WAYS.length)];
		const request = requestOf(random);
		const fast = outcomeOf(() => validate(request));
		const slow = outcomeOf(() => validate(request, {}));
		const about = () => `seed ${seed}, case ${index}: ${JSON.stringify(fast)} instead of ${JSON.stringify(slow)}`;
		assert.deepEqual(fast, slow, about());
		// `deepEqual` ignores the order of members.
		assert.equal(JSON.stringify(fast), JSON.stringify(slow), about());
		if (fast.value?.length === 0) valid += 1;
		else invalid += 1;
	}
	assert.ok(valid > CASES / 20 && invalid > CASES / 20, `${valid} valid and ${invalid} invalid requests.`);
});

const { payouts } = clients[0];
const request = { amount: "1.00", currency: "USD", externalTransactionId: "Order-1" };

test("a change of an issue does not change later results", () => {
	const invalid = { ...request, amount: "" };
	const [issue] = payouts.validate(invalid);
	const before = { ...issue };
	Object.assign(issue, { path: "x", message: "x", code: "x", severity: "x" });
	assert.deepEqual(payouts.validate(invalid), [before]);
	payouts.validate(request).push(issue);
	assert.deepEqual(payouts.validate(request), []);
});

test("a getter can validate another request", () => {
	const inner = [];
	const outer = {
		...request,
		get amount() {
			inner.push(payouts.validate({ ...request, currency: "" }));
			return "";
		},
	};
	assert.deepEqual(
		payouts.validate(outer).map(({ path, code }) => [path, code]),
		payouts.validate({ ...request, amount: "" }).map(({ path, code }) => [path, code]),
	);
	assert.deepEqual(
		inner.flat().map(({ path }) => path),
		["currency"],
	);
});

test("a member of Object.prototype is not a member of a request", () => {
	Object.defineProperty(Object.prototype, "amount", { value: "1.00", configurable: true, enumerable: true });
	try {
		const rest = { ...request };
		delete rest.amount;
		assert.deepEqual(
			payouts.validate(rest).map(({ path, code }) => [path, code]),
			[["amount", "required"]],
		);
	} finally {
		delete Object.prototype.amount;
	}
});

// Wasm keeps at most 4,096 clients, and gives the handle of a client that it forgot to another client.
test("a client that wasm forgets while a request is read does not use the options of another client", () => {
	const makeClient = (strict) => new PayStar({ payouts: KEYS, strict });
	const { payouts: own } = makeClient(false);
	const wrongDigit = {
		...request,
		get additionalFields() {
			for (let made = 0; made < 5000; made++) makeClient(true);
			return { cardNumber: "4111111111111112" };
		},
	};
	assert.deepEqual(
		own.validate(wrongDigit).map(({ severity }) => severity),
		["warning"],
	);
});

test("issues are right if the memory of wasm grows during each call", () => {
	const { grown, same } = printedBy(`
		${GROWING_MEMORY}
		const { PayStar } = await import("paystar");
		const { payouts } = new PayStar({ payouts: { publicKey: "p", privateKey: "k" } });
		const request = { amount: "1e3", currency: "USD", externalTransactionId: "", additionalFields: { cardCvv: "1" } };
		const same = [payouts.validate(request), payouts.validate(request), payouts.validate(request, {})];
		console.log(JSON.stringify({ grown: grown.includes("validatePlain"), same }));`);
	assert.ok(grown);
	assert.equal(same[2].length, 3);
	assert.deepEqual(same[0], same[2]);
	assert.deepEqual(same[1], same[2]);
});
