// The functions that need no client. Admin panels use them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import cardValidator from "card-validator";
import creditCardType from "credit-card-type";
import {
	AbortedError,
	additionalFieldKeys,
	addAmounts,
	cardBrand,
	compareAmounts,
	ConfigurationError,
	currencies,
	decodeHistoryAction,
	explain,
	findCurrency,
	formatAmount,
	hasCardLength,
	isCardExpired,
	isFinalStatus,
	isLuhnValid,
	maskCardNumber,
	parseAmount,
	PayStar,
	telecomOperators,
	ValidationError,
} from "paystar";
import { CARD, clientOf, payout, rejection } from "./support/client.mjs";
import { json, serve, unusedUrl } from "./support/http.mjs";

const types = readFileSync(new URL("./node_modules/paystar/dist/index.d.ts", import.meta.url), "utf8");

/** The words of a union type in the types of the package. */
function declaredWords(pattern) {
	const [, union] = pattern.exec(types);
	return [...union.matchAll(/"([^"]+)"/g)].map(([, word]) => word);
}

/** Returns the path and code of the only issue of an error that a call throws. */
function issueOf(call) {
	try {
		call();
	} catch (error) {
		assert.ok(error instanceof ValidationError, String(error));
		assert.equal(error.outcome, "notSent");
		assert.equal(error.issues.length, 1);
		assert.ok(error.message.includes(error.issues[0].message) && !error.message.includes("request"));
		return [error.issues[0].path, error.issues[0].code];
	}
	throw new Error("It should have thrown.");
}

test("a decoded history code has the payment's state, the reason and a summary", () => {
	assert.deepEqual(decodeHistoryAction("4.1.4.63"), {
		action: "4.1.4.63",
		form: "v2",
		stage: "check",
		result: "success",
		paymentState: "failed",
		reasonGroup: "ISSUER",
		reason: "INSUFFICIENT_FUNDS",
		isDocumented: true,
		v2: ["4.1.4.63"],
		isAmbiguous: false,
		summary: "The payment failed: insufficient funds. The check itself worked.",
		whoActs: "payer",
	});
});

test("a legacy code has the meaning of its v2 code, and isAmbiguous if there are several", () => {
	assert.deepEqual(decodeHistoryAction("2.2.3.1"), {
		...decodeHistoryAction("2.2.4.31"),
		action: "2.2.3.1",
		form: "legacy",
	});
	const ambiguous = decodeHistoryAction("2.0.0.0");
	assert.deepEqual(ambiguous.v2, ["2.1.1.00", "3.1.1.00"]);
	assert.equal(ambiguous.isAmbiguous, true);
	assert.equal("stage" in ambiguous, false);
	assert.equal(ambiguous.paymentState, "created");
});

test("the code 4.1.0.0 of the samples, which is not documented, has only the meaning of its parts", () => {
	const { form, result, isDocumented, v2, ...rest } = decodeHistoryAction("4.1.0.0");
	assert.deepEqual([form, result, isDocumented, v2], ["legacy", "success", false, []]);
	assert.equal("paymentState" in rest || "stage" in rest, false);
});

test("any other text is an unknown code, not a crash", () => {
	for (const text of ["", "Success", "4.1.4.633", "\uD800", "💳", "4.".repeat(100_000), "٤.1.4.63"]) {
		assert.equal(decodeHistoryAction(text).form, "unknown");
	}
	assert.equal(decodeHistoryAction("x").action, "x");
});

test("the types declare every word of a decoded code", () => {
	const words = (name) =>
		declaredWords(new RegExp(`interface HistoryAction \\{[\\s\\S]*?\\n\\s+${name}\\??: ([^;]+);`));
	const seen = {
		form: new Set(),
		stage: new Set(),
		result: new Set(),
		paymentState: new Set(),
		reasonGroup: new Set(),
	};
	seen.whoActs = new Set();
	for (let stage = 0; stage < 10; stage++) {
		for (let middle = 0; middle < 100; middle++) {
			for (let reason = 0; reason < 100; reason++) {
				const tail = String(reason).padStart(2, "0");
				const code = `${stage}.${Math.floor(middle / 10)}.${middle % 10}.${tail}`;
				if (reason % 7 === 0 || middle < 25) {
					const action = decodeHistoryAction(code);
					for (const name of Object.keys(seen)) if (name in action) seen[name].add(action[name]);
				}
			}
		}
	}
	for (const code of ["2.2.3.1", "none"]) seen.form.add(decodeHistoryAction(code).form);
	for (const [name, found] of Object.entries(seen)) assert.deepEqual([...found].sort(), words(name).sort(), name);
});

test("operators are found by the name or a code of their country", () => {
	assert.equal(telecomOperators().length, 31);
	assert.deepEqual(telecomOperators("GB")[0], {
		value: "vodafone-uk",
		name: "Vodafone",
		country: "United Kingdom",
		countryCode: "GBR",
	});
	for (const country of ["Ukraine", "UKRAINE", "ua", "UKR"]) assert.equal(telecomOperators(country).length, 4);
	assert.deepEqual(telecomOperators("NLD"), []);
});

test("currencies have names and minor units", () => {
	assert.deepEqual(findCurrency("usd"), { code: "USD", name: "United States dollar", minorUnits: 2 });
	assert.equal(findCurrency("JPY").minorUnits, 0);
	assert.equal("minorUnits" in findCurrency("XAU"), false);
	assert.equal(findCurrency("USDT"), undefined);
	const all = currencies();
	assert.ok(all.length > 150 && all.every(({ code, name }) => code.length === 3 && name.length > 2));
});

test("additionalFieldKeys returns the documented keys, with the same texts as the types", () => {
	const keys = additionalFieldKeys();
	assert.equal(keys.length, 28);
	assert.deepEqual(
		keys.find(({ key }) => key === "cardExpireMonth"),
		{
			key: "cardExpireMonth",
			group: "payment method & card",
			meaning: "The month in which the card expires.",
			format: "MM",
			example: "05",
		},
	);
	assert.equal("example" in keys.find(({ key }) => key === "firstName"), false);
	const [, members] = /export interface KnownAdditionalFields \{([\s\S]*?)\n\}/.exec(types);
	for (const { key, meaning } of keys) {
		assert.ok(members.includes(`* ${meaning}`), `${meaning} is not the comment of ${key}`);
		assert.match(members, new RegExp(`\\n\\s+${key}\\?: string \\| undefined;`));
	}
	const groups = declaredWords(/interface AdditionalFieldKey \{[\s\S]*?\n\s+group: ([^;]+);/);
	assert.deepEqual([...new Set(keys.map(({ group }) => group))], groups);
	const fields = Object.fromEntries(keys.map(({ key, example }) => [key, example ?? "x"]));
	const { payouts } = clientOf("http://127.0.0.1:1");
	const errors = payouts.validate(payout({ additionalFields: fields })).filter(({ severity }) => severity === "error");
	assert.deepEqual(errors, []);
});

/** The brands of the package. The library uses the same names. */
const BRANDS = declaredWords(/function cardBrand\(\s*number: string,?\s*\):\s*([^;]+);/);

/** A card number with this prefix and length, and the correct check digit. */
function numberOf(prefix, length) {
	const body = String(prefix).padEnd(length - 1, "0");
	const digit = [..."0123456789"].find((last) => isLuhnValid(body + last));
	return body + digit;
}

test("brands and lengths are the same as in a maintained library, for all of its patterns", () => {
	const differences = new Set();
	for (const type of Object.values(creditCardType.types)) {
		const { patterns, lengths } = creditCardType.getTypeInfo(type);
		for (const pattern of patterns.flat()) {
			for (const length of lengths) {
				const number = numberOf(pattern, length);
				const ours = cardBrand(number);
				if (ours !== type) differences.add(`${type} ${pattern}: ${ours}`);
				else assert.ok(hasCardLength(number), `${type} ${length}`);
			}
		}
	}
	const known = [...differences].filter((difference) => BRANDS.includes(difference.split(" ")[0]));
	const others = [...differences].filter((difference) => !known.includes(difference));
	// The package does not know these brands. Their ranges belong only to them, or also to a network that it knows.
	assert.deepEqual([...new Set(others.map((difference) => difference.split(" ")[0]))].sort(), [
		"elo",
		"hiper",
		"hipercard",
		"naranja",
		"troy",
		"verve",
	]);
	assert.deepEqual(known, []);
});

test("if the library finds a brand that the package knows, the package finds the same brand", () => {
	for (let prefix = 1000; prefix < 10_000; prefix++) {
		const number = String(prefix).padEnd(16, "0");
		// The library returns the best brand, or all possible brands.
		const theirs = creditCardType(number).map(({ type }) => type);
		const ours = cardBrand(number);
		if (theirs.length === 0) {
			// The library has some ranges of UnionPay. The package has the whole block of this network, 810 to 817.
			assert.ok(ours === undefined || ours === "unionpay", `${prefix}: ${ours}`);
		} else if (theirs.some((type) => BRANDS.includes(type))) {
			// All numbers from 62 belong to UnionPay. The library returns Maestro for the ranges that it does not list.
			const agrees = theirs.includes(ours) || (ours === "unionpay" && prefix >= 6200 && prefix <= 6299);
			assert.ok(agrees, `${prefix}: ${ours}, not ${theirs}`);
		}
	}
});

test("each brand has the lengths of the library, and the lengths of other real cards", () => {
	const differences = {};
	for (const type of BRANDS) {
		const { patterns, lengths } = creditCardType.getTypeInfo(type);
		const ours = [];
		for (let length = 10; length <= 20; length++) {
			if (hasCardLength(String(patterns.flat()[0]).padEnd(length, "0"))) ours.push(length);
		}
		for (const length of lengths) assert.ok(ours.includes(length), `${type} ${length}`);
		const more = ours.filter((length) => !lengths.includes(length));
		if (more.length > 0) differences[type] = more;
	}
	assert.deepEqual(differences, {
		// Old cards of 13 digits are still in test sets.
		visa: [13],
		// ISO/IEC 7812 allows up to 19 digits. These networks document "14 to 19" and "16 to 19".
		"diners-club": [15, 17, 18],
		discover: [17, 18],
	});
});

test("the check of check digits agrees with a maintained library, for all patterns of the brands", () => {
	let compared = 0;
	for (const type of BRANDS) {
		const { patterns, lengths } = creditCardType.getTypeInfo(type);
		for (const pattern of patterns.flat()) {
			const right = numberOf(pattern, lengths[0]);
			for (let last = 0; last <= 9; last++) {
				const number = right.slice(0, -1) + last;
				// The library also checks the length. The length of this number is valid for the brand.
				const theirs = cardValidator.number(number, { luhnValidateUnionPay: true });
				assert.equal(isLuhnValid(number), theirs.isValid, number);
				compared++;
			}
		}
	}
	assert.ok(compared > 500);
});

test("check digits, lengths and masks accept spaces and hyphens between digits", () => {
	for (const number of [CARD, "4111 1111 1111 1111", "4111-1111-1111-1111"]) {
		assert.equal(isLuhnValid(number), true);
		assert.equal(hasCardLength(number), true);
		assert.equal(cardBrand(number), "visa");
		assert.equal(maskCardNumber(number), "411111******1111");
	}
	assert.equal(isLuhnValid("1234123412341234"), false);
	assert.equal(hasCardLength("41111111111111"), false);
	assert.equal(maskCardNumber("411111111111"), "************");
	assert.equal(maskCardNumber("my card is 4111111111111111").includes("4"), false);
	assert.equal(maskCardNumber("411111******1111"), "411111******1111");
});

test("a card is valid until the end of its month", () => {
	const at = (text) => new Date(text);
	assert.equal(isCardExpired("05", "26", at("2026-05-31T23:59:59.999Z")), false);
	assert.equal(isCardExpired("05", "26", at("2026-06-01T00:00:00Z")), true);
	assert.equal(isCardExpired("01", "20"), true);
	assert.equal(isCardExpired("01", "99"), false);
	assert.equal(isCardExpired("01", "99", undefined), false);
	assert.equal(isCardExpired("5", "26"), undefined);
	assert.equal(isCardExpired("05", "2026"), undefined);
	for (const wrong of [
		new Date(Number.NaN),
		"2026-05-01",
		0,
		null,
		{},
		new Proxy(new Date(), {}),
		new Date("-000001-01-01T00:00:00Z"),
	]) {
		assert.deepEqual(
			issueOf(() => isCardExpired("05", "26", wrong)),
			["at", "invalid_type"],
		);
	}
});

test("parseAmount has the rules of a request", () => {
	assert.equal(parseAmount("100.10", "USD"), "100.10");
	assert.equal(parseAmount(100.1, "USD"), "100.1");
	assert.equal(parseAmount("9007199254740993.01", "USD"), "9007199254740993.01");
	assert.equal(parseAmount("0.00000001", "USDT_TRC20"), "0.00000001");
	for (const [amount, currency, ...issue] of [
		[0.1 + 0.2, "USD", "amount", "not_exact"],
		["-1", "USD", "amount", "negative"],
		["1.5", "JPY", "amount", "too_many_decimals"],
		[1n, "USD", "amount", "invalid_type"],
		[undefined, "USD", "amount", "required"],
		["1", "usd", "currency", "invalid_format"],
		["1", 840, "currency", "invalid_type"],
	]) {
		assert.deepEqual(
			issueOf(() => parseAmount(amount, currency)),
			issue,
		);
		if (issue[0] === "amount") {
			const { payouts } = clientOf("http://127.0.0.1:1");
			const [{ path, code }] = payouts.validate(payout({ amount, currency }));
			assert.deepEqual([path, code], issue);
		}
	}
});

test("sums and comparisons are exact, without the errors of floats", () => {
	assert.equal(addAmounts("0.1", "0.2"), "0.3");
	assert.equal(addAmounts("1.50", "2"), "3.50");
	assert.equal(addAmounts("-100.00", "30.5"), "-69.50");
	assert.equal(addAmounts("9007199254740993.01", "0.01"), "9007199254740993.02");
	assert.equal(addAmounts(...["1", "2", "3"]), "6");
	assert.equal(addAmounts(), "0");
	assert.deepEqual(["10", "9.5", "-1", "9.50", "9007199254740993", "9007199254740992"].sort(compareAmounts), [
		"-1",
		"9.5",
		"9.50",
		"10",
		"9007199254740992",
		"9007199254740993",
	]);
	assert.equal(compareAmounts("1.5", "1.50"), 0);
	assert.deepEqual(
		issueOf(() => addAmounts("1", "2,5")),
		["amounts[1]", "invalid_format"],
	);
	assert.deepEqual(
		issueOf(() => addAmounts("1", 2)),
		["amounts[1]", "invalid_type"],
	);
	assert.deepEqual(
		issueOf(() => addAmounts(["1", "2"])),
		["amounts[0]", "invalid_type"],
	);
	assert.deepEqual(
		issueOf(() => addAmounts("9".repeat(18), "1")),
		["amounts", "too_many_digits"],
	);
	assert.deepEqual(
		issueOf(() => compareAmounts("1", "one")),
		["b", "invalid_format"],
	);
});

test("formatAmount writes at least the decimals of the currency", () => {
	assert.equal(formatAmount("100.1", "USD"), "100.10");
	assert.equal(formatAmount("-5", "EUR"), "-5.00");
	assert.equal(formatAmount("100", "JPY"), "100");
	assert.equal(formatAmount("0.12345", "USD"), "0.12345");
	assert.deepEqual(
		issueOf(() => formatAmount("1e3", "USD")),
		["amount", "exponent_form"],
	);
	assert.deepEqual(
		issueOf(() => formatAmount("1", "dollars & cents")),
		["currency", "invalid_format"],
	);
});

test("every error code of this package has an explanation", () => {
	const unknown = explain("no such thing");
	assert.deepEqual([unknown.whoseFault, unknown.retry], ["unknown", "afterStatusRead"]);
	for (const code of declaredWords(/export type ErrorCode = ([^;]+);/)) {
		assert.notDeepEqual(explain(code), unknown, `${code} needs a row in errors.tsv`);
	}
});

test("an error is explained by its fields", async (t) => {
	const { url } = await serve(t, json(400, '{"label":"LIMITS_ERROR","statusDescrption":"0001-0","message":"Limit"}'));
	assert.deepEqual(explain(await rejection(clientOf(url).payouts.create(payout()))), explain("limit_reached"));

	const refused = explain(await rejection(clientOf(await unusedUrl()).payouts.create(payout())));
	assert.deepEqual([refused.whoseFault, refused.retry], ["network", "sameRequestLater"]);

	const broken = await serve(t, json(500, ""));
	const error = await rejection(clientOf(broken.url).payouts.create(payout()));
	assert.equal(explain(error).retry, "afterStatusRead");

	const { PayStar: OtherCopy } = createRequire(import.meta.url)("paystar");
	const invalid = await rejection(new OtherCopy({ baseUrl: url }).payouts.create({}));
	assert.deepEqual(explain(invalid), explain("validation_failed"));
	assert.throws(
		() => new PayStar({}),
		(configuration) => configuration instanceof ConfigurationError && explain(configuration).retry === "afterMending",
	);
	const controller = new AbortController();
	const stalled = new PayStar({ baseUrl: url, fetch: () => new Promise(() => setTimeout(() => controller.abort())) });
	const aborted = await rejection(stalled.payouts.create(payout(), { signal: controller.signal }));
	assert.ok(aborted instanceof AbortedError);
	assert.equal(explain(aborted).retry, "afterStatusRead");
});

test("explain knows PayStar's labels, descriptions and history codes", () => {
	assert.deepEqual(explain("VALIDATION_ERROR."), explain("request_refused"));
	assert.deepEqual(explain("1-4007"), explain("duplicate_order"));
	assert.deepEqual(explain("0000-1").retry, "sameRequestLater");
	const failed = explain("4.1.4.63");
	assert.deepEqual([failed.whoseFault, failed.retry], ["payer", "never"]);
	assert.match(failed.advice, /^The payment failed: insufficient funds\./);
	assert.doesNotMatch(failed.payerText, /\d|PayStar|insufficient/);
});

test("explain returns the unknown explanation for all other values", () => {
	const unknown = explain("no such thing");
	const throwing = new Proxy({}, { get: () => assert.fail("read"), ownKeys: () => assert.fail("listed") });
	for (const subject of [undefined, null, 5, {}, [], new Error("x"), throwing, "\uD800", Symbol("x"), () => {}]) {
		assert.deepEqual(explain(subject), unknown);
	}
});

test("only Success and Failed are final", () => {
	assert.deepEqual(["Init", "Created", "Processing", "Success", "Failed", "Reviewing"].filter(isFinalStatus), [
		"Success",
		"Failed",
	]);
});

test("the error names an argument that is not a string", () => {
	for (const [call, name] of [
		[decodeHistoryAction, "action"],
		[isFinalStatus, "status"],
		[findCurrency, "code"],
		[cardBrand, "number"],
		[isLuhnValid, "number"],
		[hasCardLength, "number"],
		[maskCardNumber, "number"],
		[isCardExpired, "month"],
	]) {
		assert.deepEqual(
			issueOf(() => call()),
			[name, "required"],
			name,
		);
		assert.deepEqual(
			issueOf(() => call(4111111111111111)),
			[name, "invalid_type"],
			name,
		);
	}
	assert.deepEqual(
		issueOf(() => telecomOperators(5)),
		["country", "invalid_type"],
	);
});
