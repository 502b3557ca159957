// The package reads every published example of PayStar, or a test here says why it is refused. The samples have the shapes,
// spellings and mistakes of the published examples, but different values.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { PayStar } from "paystar";
import { KEYS, rejection } from "./support/client.mjs";

const folder = new URL("./samples/", import.meta.url);
const sample = (name) => readFileSync(new URL(name, folder), "utf8");
const answering = (text, status = 200) =>
	new PayStar({ payouts: KEYS, deposits: KEYS, maxRetries: 0, fetch: async () => new Response(text, { status }) });
const order = { amount: 1, currency: "USD", externalTransactionId: "Own-1" };
const seen = new Set();

/** Adds a test of a sample, and remembers that the sample was used. */
const over = (name, what, check) => {
	seen.add(name);
	test(`${name}: ${what}`, () => check(sample(name)));
};

over("payout_create_response_200.json", "is an order", async (text) => {
	assert.equal((await answering(text).payouts.create(order)).orderStatus, "Created");
});

for (const [name, pipeline, orderStatus, amount, steps] of [
	["payout_status_by_paystar_id_200.json", "payouts", "Success", undefined, 2],
	["payout_status_by_merch_id_200.json", "payouts", "Processing", undefined, 1],
	["deposit_status_by_paystar_id_200.json", "deposits", "Failed", "1300.00", 2],
	["deposit_status_by_merch_id_200.json", "deposits", "Success", "1300.00", 2],
	["order_history_200.json", "deposits", "Success", "1300.00", 2],
	["deposit_status_with_tokens.json", "deposits", "Processing", undefined, 0],
	["history_v2_success.json", "deposits", "Success", "1300.0", 3],
	["history_v2_failed.json", "payouts", "Failed", "1300.0", 3],
]) {
	over(name, "is a status with all digits, the history and the card", async (text) => {
		const state = await answering(text)[pipeline].get(JSON.parse(text).externalId);
		const { externalParams } = JSON.parse(text);
		assert.equal(state.orderStatus, orderStatus);
		assert.equal(state.amount, amount);
		assert.equal(state.orderHistory.length, steps);
		assert.deepEqual(state.externalParams, externalParams && { ...externalParams, extra: {} });
		assert.deepEqual(state.extra, {});
	});
}

for (const [name, available] of [
	["balance_200.json", "800"],
	["balance_200_older.json", undefined],
]) {
	over(name, "is a balance with all digits", async (text) => {
		const balance = await answering(text).balances.get(JSON.parse(text).currency);
		for (const [key, digits] of [...text.matchAll(/"(\w+)": ([\d.]+)/g)].map(([, key, digits]) => [key, digits])) {
			assert.equal(balance[key], digits, key);
		}
		assert.equal(balance.pipelineAvailableBalance, available);
	});
}

over("balance_200_decimals.txt", "is not valid JSON: a comma is missing", async (text) => {
	assert.equal((await rejection(answering(text).balances.get("USD"))).code, "invalid_answer");
	const mended = text.replace(/(2200\.00)\n/, "$1,\n");
	assert.equal((await answering(mended).balances.get("USD")).pipelineAvailableBalance, "800.0");
});

over("callback_body.json", "is a callback, and its swapped card members are unchanged", (text) => {
	const { callbacks } = answering("");
	const callback = callbacks.verify(text, callbacks.sign(text));
	assert.equal(callback.amount, "75");
	assert.equal(callback.unsigned.externalParams.cardNumber, "JANE DOE");
});

over("callback_body_sister.json", "is a callback", (text) => {
	const { callbacks } = answering("");
	const callback = callbacks.verify(text, callbacks.sign(text));
	assert.equal(callback.externalId, "0c6d3a5e-52a8-4d2b-9a55-6d0f6c0a7716");
	assert.equal(callback.amount, "75");
});

over("callback_body_2025_04_29.txt", "is not valid JSON, and amount is its only signed member", (text) => {
	const { callbacks } = answering("");
	assert.throws(() => callbacks.sign(text), { code: "body_invalid" });
	assert.throws(() => callbacks.sign(text.replace("]", "")), /no externalId/);
});

for (const name of ["deposit_create_request_callback_url.json", "deposit_create_request_additional_fields.json"]) {
	over(name, "is a valid request, and an unknown operator is a warning", (text) => {
		const issues = answering("").deposits.validate(JSON.parse(text));
		assert.deepEqual(
			issues.map(({ code, severity }) => [code, severity]),
			name.includes("additional") ? [["unknown_value", "warning"]] : [],
		);
	});
}

over("deposit_create_request_lookalike.txt", "is not valid JSON: commas are missing", (text) => {
	assert.throws(() => JSON.parse(text), SyntaxError);
});

over(
	"deposit_create_request_lookalike_mended.json",
	"has a Cyrillic letter in its key, and is refused for it",
	(text) => {
		const [issue] = answering("").deposits.validate(JSON.parse(text));
		assert.equal(issue.code, "lookalike_letters");
		assert.match(issue.message, /U\+0441/);
	},
);

over("sister_bridge_request.json", "is a request of another API, and the issues name its unknown keys", (text) => {
	const issues = answering("").payouts.validate(JSON.parse(text));
	assert.deepEqual(
		issues.filter(({ code }) => code === "unknown_key").map(({ path }) => path),
		["externalId", "properties"],
	);
});

for (const [name, code] of [
	["error_400_validation_1.json", "request_refused"],
	["error_400_validation_2.json", "request_refused"],
	["error_400_validation_3.json", "request_refused"],
	["error_400_validation_4.json", "request_refused"],
	["error_400_limit.json", "limit_reached"],
	["error_400_already_exist.json", "duplicate_order"],
]) {
	over(name, `is an error with PayStar's texts and code ${code}`, async (text) => {
		const error = await rejection(answering(text, 400).payouts.create(order));
		const body = JSON.parse(text);
		assert.equal(error.code, code);
		assert.equal(error.message, body.message);
		assert.equal(error.label, body.label);
		assert.equal(error.statusDescription, body.statusDescrption);
		assert.equal(error.outcome, code === "duplicate_order" ? "unknown" : "rejected");
	});
}

test("every sample has a test", () => {
	assert.deepEqual(
		readdirSync(folder).filter((name) => !seen.has(name)),
		[],
	);
});
