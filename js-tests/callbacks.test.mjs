// Callbacks and alerts: which of them the client accepts, which it refuses, and why.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "node:util";
import { ConfigurationError, explain, nextStatus, PayStar, SignatureError } from "paystar";

const vectors = (name) => JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), "utf8"));
const sha256 = (...parts) => createHash("sha256").update(parts.join(";")).digest("hex");
const client = (payouts = "payout-key", deposits = "deposit-key") =>
	new PayStar({
		payouts: { publicKey: "pk", privateKey: payouts },
		deposits: { publicKey: "pk", privateKey: deposits },
		alerts: { privateKey: "alert-key" },
	});
const BODY =
	'{"externalId":"ord-1","status":"Success","amount":2600.00,"orderType":"Withdrawal","currency":"USD","externalParams":{"cardToken":"t"},"seq":7}';
const SIGNATURE = sha256("ord-1", "Success", "2600.00", "Withdrawal", "payout-key");

for (const { note, body, privateKey, signature, verifies } of vectors("callback_signatures")) {
	test(`vector: ${note}`, () => {
		const { callbacks } = client(privateKey, privateKey);
		for (const raw of [body, new TextEncoder().encode(body), Buffer.from(body)]) {
			if (verifies) {
				const callback = callbacks.verify(raw, signature);
				const digits = /"amount"\s*:\s*"?([\d.]+)/.exec(body)[1];
				assert.equal(callback.amount, digits);
				assert.equal(callbacks.diagnose(raw, signature).verified, true);
			} else {
				assert.throws(() => callbacks.verify(raw, signature), SignatureError);
				assert.equal(callbacks.diagnose(raw, signature).verified, false);
			}
		}
	});
}

for (const { body, createdAt, message, privateKey, signature } of vectors("alert_signatures")) {
	test(`alert vector of ${createdAt}`, () => {
		const { alerts } = new PayStar({ alerts: { privateKey }, baseUrl: "http://127.0.0.1:1" });
		assert.deepEqual(alerts.verify(body, signature), { createdAt, message, unsigned: {} });
		assert.throws(() => alerts.verify(body.replace("2026", "2027"), signature), { code: "signature_mismatch" });
	});
}

test("the result separates signed from unsigned members", () => {
	assert.deepEqual(client().callbacks.verify(BODY, SIGNATURE), {
		externalId: "ord-1",
		status: "Success",
		isFinal: true,
		amount: "2600.00",
		orderType: "Withdrawal",
		unsigned: {
			currency: "USD",
			externalParams: { cardToken: "t", cardStorageToken: null, cardHolder: null, cardNumber: null, extra: {} },
			extra: { seq: "7" },
		},
	});
});

test("a callback with a changed unsigned member verifies, and with a changed signed member it does not", () => {
	const { callbacks } = client();
	assert.equal(callbacks.verify(BODY.replace('"USD"', '"EUR"'), SIGNATURE).unsigned.currency, "EUR");
	for (const [from, to] of [
		["ord-1", "ord-2"],
		["Success", "Failed"],
		["2600.00", "2600.01"],
		["Withdrawal", "Deposit"],
	]) {
		assert.throws(() => callbacks.verify(BODY.replace(from, to), SIGNATURE), { code: "signature_mismatch" });
	}
});

for (const [name, body, signature, code] of [
	["no header", BODY, undefined, "signature_missing"],
	["a null header", BODY, null, "signature_missing"],
	["an empty header", BODY, "", "signature_missing"],
	["a header that is not hex", BODY, `sha256=${SIGNATURE}`, "signature_malformed"],
	["two headers", BODY, [SIGNATURE, SIGNATURE], "signature_malformed"],
	["a parsed body", JSON.parse(BODY), SIGNATURE, "body_invalid"],
	["no body", undefined, SIGNATURE, "body_invalid"],
	["an empty body", "", SIGNATURE, "body_invalid"],
	["a body that is not JSON", "status=Success", SIGNATURE, "body_invalid"],
	["a body over 64 KiB", `${BODY}${" ".repeat(65_536)}`, SIGNATURE, "body_too_large"],
	["a signed key twice", BODY.replace("{", '{"status":"Failed",'), SIGNATURE, "body_duplicate_key"],
	["both spellings of the id", BODY.replace("{", '{"externald":"x",'), SIGNATURE, "body_duplicate_key"],
	["a semicolon in a signed value", BODY.replace("ord-1", "ord;1"), SIGNATURE, "body_ambiguous_value"],
]) {
	test(`${name} is refused with ${code}`, () => {
		assert.throws(
			() => client().callbacks.verify(body, signature),
			(error) => error instanceof SignatureError && error.code === code && error.outcome === undefined,
		);
	});
}

test("an option sets the largest size of a body", () => {
	const long = `${BODY}${" ".repeat(65_536)}`;
	assert.equal(client().callbacks.verify(long, SIGNATURE, { maxBodyBytes: 100_000 }).externalId, "ord-1");
	assert.throws(() => client().callbacks.verify(BODY, SIGNATURE, { maxBodyBytes: 10 }), { code: "body_too_large" });
	assert.throws(() => client().callbacks.verify(BODY, SIGNATURE, { maxBytes: 10 }), { code: "configuration_invalid" });
});

test("during a key rotation, previous keys and keys of the call verify", () => {
	const rotated = new PayStar({ payouts: { publicKey: "pk", privateKey: "new", previousPrivateKeys: ["payout-key"] } });
	assert.equal(rotated.callbacks.verify(BODY, SIGNATURE).externalId, "ord-1");
	const other = new PayStar({ payouts: { token: "a.b.c" } });
	assert.throws(() => other.callbacks.verify(BODY, SIGNATURE), { code: "key_missing" });
	assert.equal(other.callbacks.verify(BODY, SIGNATURE, { privateKeys: ["x", "payout-key"] }).externalId, "ord-1");
});

for (const [name, keys, body, signature, cause] of [
	["the other pipeline's key", ["x", "payout-key"], BODY, SIGNATURE, "other_pipeline_key"],
	[
		"a body that lost the digits of its amount",
		[],
		JSON.stringify({ ...JSON.parse(BODY), currency: "JPY" }),
		SIGNATURE,
		"amount_digits_lost",
	],
	["a changed status", [], BODY.replace("Success", "Failed"), SIGNATURE, "status_changed"],
	["a changed id", [], BODY.replace("ord-1", "ord-2"), SIGNATURE, "unknown_key_or_tampered"],
	["no header", [], BODY, undefined, "header_missing"],
	["a header that is not hex", [], BODY, "zz", "header_not_hex"],
	["a parsed body", [], JSON.parse(BODY), SIGNATURE, "body_refused"],
]) {
	test(`diagnose reports ${name}, and shows no key`, () => {
		const diagnosis = client(...keys).callbacks.diagnose(body, signature);
		assert.equal(diagnosis.cause, cause);
		assert.equal(diagnosis.verified, false);
		assert.ok(diagnosis.explanation.length > 20);
		assert.ok(!/payout-key|deposit-key/.test(inspect(diagnosis)));
	});
}

test("verify accepts a signature from sign", () => {
	const { callbacks } = client();
	assert.equal(callbacks.sign(BODY), SIGNATURE);
	assert.throws(() => callbacks.sign("{}"), { code: "body_invalid" });
});

test("alerts need a separate key", () => {
	const { alerts } = new PayStar({ payouts: { publicKey: "pk", privateKey: "sk" } });
	assert.throws(() => alerts.verify('{"CreatedAt":"t","Message":"m"}', "a".repeat(64)), { code: "key_missing" });
});

test("a missing private key is an error of the configuration, not of the signature", () => {
	const { alerts, callbacks } = new PayStar({ deposits: { token: "a.b.c" } });
	const withdrawal = () => callbacks.verify(BODY, SIGNATURE);
	const deposit = () => callbacks.verify(BODY.replace("Withdrawal", "Deposit"), SIGNATURE);
	const unknownType = () => callbacks.verify(BODY.replace("Withdrawal", "Refund"), SIGNATURE);
	const alert = () => alerts.verify('{"CreatedAt":"t","Message":"m"}', "a".repeat(64));
	for (const call of [withdrawal, deposit, unknownType, alert, () => callbacks.sign(BODY)]) {
		assert.throws(call, (error) => {
			assert.ok(error instanceof ConfigurationError && !(error instanceof SignatureError));
			assert.deepEqual([error.code, error.outcome, error.retryable], ["key_missing", "notSent", false]);
			assert.equal(error.advice, explain(error).advice);
			return true;
		});
	}
	assert.equal(callbacks.diagnose(BODY, SIGNATURE).cause, "key_missing");
});

for (const [current, callback, decision] of [
	[undefined, { status: "Created", amount: "5" }, "applied"],
	["Created", { status: "Processing" }, "applied"],
	["Processing", { status: "Created" }, "stale"],
	["Success", { status: "Success" }, "duplicate"],
	[{ status: "Success", amount: "5" }, { status: "Success", amount: "5.00" }, "duplicate"],
	[{ status: "Success", amount: "5" }, { status: "Success", amount: "6" }, "applied"],
	["Success", { status: "Failed" }, "conflict"],
	["Failed", { status: "Processing" }, "stale"],
	["Created", { status: "OnReview" }, "applied"],
]) {
	test(`after ${JSON.stringify(current)}, ${JSON.stringify(callback)} is ${decision}`, () => {
		assert.equal(nextStatus(current, callback), decision);
	});
}

test("nextStatus accepts a verified callback unchanged, and refuses other objects", () => {
	const callback = client().callbacks.verify(BODY, SIGNATURE);
	assert.equal(nextStatus({ status: "Processing", amount: "2600" }, callback), "applied");
	assert.equal(nextStatus(callback, callback), "duplicate");
	assert.throws(() => nextStatus("Created", {}), { code: "validation_failed" });
	assert.throws(() => nextStatus(5, callback), /current must be a status/);
});

test("a body that was parsed and written again verifies only if the currency determines the lost digits", () => {
	const { callbacks } = client();
	const again = (body) => JSON.stringify(JSON.parse(body));
	const bodyOf = (amount, rest = "") =>
		`{"externalId":"e","status":"Success","amount":${amount},"orderType":"Withdrawal"${rest}}`;
	for (const [body, verifies] of [
		[bodyOf("100.10"), true],
		[bodyOf("100.10", ',"currency":"USD"'), true],
		[bodyOf("100.100", ',"currency":"KWD"'), true],
		[bodyOf("100.100"), false],
		[bodyOf("100.1000", ',"currency":"USD"'), false],
		[bodyOf("100.10", ',"currency":"KWD"'), false],
		[bodyOf("9007199254740993"), false],
		[bodyOf('"100.10"'), true],
	]) {
		const signature = callbacks.sign(body);
		assert.equal(callbacks.verify(body, signature).externalId, "e");
		const verifyAgain = () => callbacks.verify(again(body), signature);
		if (verifies) verifyAgain();
		else assert.throws(verifyAgain, { code: "signature_mismatch" }, body);
	}
});
