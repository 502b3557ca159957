// `callbacks.verify` has a fast way for usual bodies. It must give the results of the slow way, which verifies all bodies. A
// call with options takes the slow way.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { PayStar } from "paystar";
import { DEPOSIT_KEYS, KEYS } from "./support/client.mjs";
import { GROWING_MEMORY, printedBy } from "./support/processes.mjs";
import { outcomeOf, randomsOf, seed } from "./support/random.mjs";

const CASES = Number(process.env.CASES ?? 20_000);

const client = new PayStar({ payouts: { ...KEYS, previousPrivateKeys: ["old-key"] }, deposits: DEPOSIT_KEYS });
const { verify } = client.callbacks;

const sign = (parts, key) =>
	createHash("sha256")
		.update([...parts, key].join(";"))
		.digest("hex");

const NAMES = ["externalId", "externald", "status", "amount", "orderType", "currency", "externalParams"];
const OTHER_NAMES = [
	"fee",
	"note",
	"__proto__",
	"constructor",
	"toString",
	"1",
	"0",
	"",
	"день",
	'\\"',
	"extra",
	"isFinal",
];
const TEXTS = [
	"",
	"Success",
	"Failed",
	"Init",
	"EUR",
	"a;b",
	'a\\"b',
	"\\u0041",
	"\\ud83d",
	"день",
	"true",
	"null",
	"1.50",
	"\u007f",
];
const WORDS = [
	"0",
	"1.50",
	"-2",
	"1e2",
	"2600.00",
	"true",
	"false",
	"null",
	"[]",
	'["1", 2]',
	'{"a": 1.0}',
	"{ }",
	'{"__proto__":{"a":-0},"a":1,"a":[12345678901234567890,1e400]}',
	'["[1]","a 12",{"b":"\\"3"},null,true,-1.5E-7]',
	'"\\n7"',
	'"[1]"',
	'"{}"',
	`${"[".repeat(30)}7${"]".repeat(30)}`,
	`${"[".repeat(31)}7${"]".repeat(31)}`,
	`${"[".repeat(32)}7${"]".repeat(32)}`,
	"[1 2]",
	'{"a":01}',
	"01",
	"tru",
	"",
];
const PARAMS = [
	"{}",
	'{"cardToken":"t","cardStorageToken":null,"cardHolder":"JANE DOE","cardNumber":"411111******1111"}',
	'{"cardNumber":"4","cardToken":"t"}',
	'{"cardToken":"t","cardToken":"u"}',
	'{"cardToken":1}',
	'{"cardToken":"t","more":1.0}',
	'{"cardHolder":"\\u0041"}',
	"null",
	'""',
];

/** The JSON of a member of a body. */
function memberOf(random, pick, name = pick(random(3) === 0 ? NAMES : OTHER_NAMES)) {
	const space = pick(["", "", "", " ", "\n", "\t "]);
	const value = name === "externalParams" ? pick(PARAMS) : random(2) === 0 ? `"${pick(TEXTS)}"` : pick(WORDS);
	return `"${name}"${space}:${space}${value}`;
}

function caseOf(random) {
	const pick = (list) => list[random(list.length)];
	const id = pick(["a30288b2-5f0c-4c5b-9a25-0c8f7a1f5a11", "PSP-1", "ord"]);
	const status = pick(["Created", "Processing", "Success", "Failed", "OnHold"]);
	const amount = pick(["100.10", "2600.00", "1", "0.5", "-3"]);
	const type = pick(["Withdrawal", "Withdrawal", "Deposit", "Refund"]);
	const key = pick([KEYS.privateKey, KEYS.privateKey, KEYS.privateKey, DEPOSIT_KEYS.privateKey, "old-key", "other"]);
	const written = random(2) === 0 ? `"${amount}"` : amount;
	const members = [`"externalId":"${id}"`, `"status":"${status}"`, `"amount":${written}`, `"orderType":"${type}"`];
	if (random(2) === 0) members.push('"currency":"USD"');
	if (random(3) === 0) members.push(`"externalParams":${pick(PARAMS)}`);
	for (let count = random(4); count > 0; count--) members.splice(random(members.length + 1), 0, memberOf(random, pick));
	if (random(20) === 0) members.splice(random(members.length), 1);
	if (random(300) === 0) members.push(`"long":"${"x".repeat(9000)}"`);
	if (random(100) === 0) for (let index = 0; index < 12; index++) members.push(`"x${index}":${index}`);
	let body = `${pick(["", "", "", " ", "\ufeff"])}{${members.join(pick([",", ", "]))}}${pick(["", "", "", "\n", "x"])}`;
	const signed = random(6) === 0 ? String(Number(amount)) : amount;
	let signature = sign([id, status, signed, type], key);
	if (random(10) === 0) signature = signature.toUpperCase();
	if (random(30) === 0) signature = ` ${signature}\t`;
	if (random(30) === 0)
		signature = pick([undefined, null, "", " ", "é", signature.slice(1), `${signature}0`, 5, [signature]]);
	if (random(50) === 0) body = body.replace(/"[a-z]/, (text) => `${text}\ud800`);
	const bytes = Buffer.from(body);
	if (random(50) === 0) bytes[random(bytes.length)] = random(256);
	const form = pick([body, body, bytes, new Uint8Array(bytes), bytes.subarray(random(3))]);
	return { form, signature };
}

test(`the fast way has the results of the slow way (seed ${seed}, ${CASES} cases)`, () => {
	const random = randomsOf(seed);
	let verified = 0;
	for (let index = 0; index < CASES; index++) {
		const { form, signature } = caseOf(random);
		const fast = outcomeOf(() => verify(form, signature));
		const slow = outcomeOf(() => verify(form, signature, {}));
		const about = () => `seed ${seed}, case ${index}: ${Buffer.from(form)} with ${signature}`;
		assert.deepEqual(fast, slow, about());
		// `deepEqual` ignores the order of members.
		assert.equal(JSON.stringify(fast), JSON.stringify(slow), about());
		if (fast.value !== undefined) verified += 1;
	}
	assert.ok(verified > CASES / 20, `Only ${verified} of the bodies were verified.`);
});

test("a value that the caller gets is a copy of the body, not of the memory that later calls use", () => {
	const bodyOf = (id) => JSON.stringify({ externalId: id, status: "Success", amount: "1.00", orderType: "Withdrawal" });
	const signatureOf = (id) => sign([id, "Success", "1.00", "Withdrawal"], KEYS.privateKey);
	const bytes = Buffer.from(bodyOf("first"));
	const first = verify(bytes, signatureOf("first"));
	bytes.fill(0);
	verify(bodyOf("other"), signatureOf("other"));
	assert.equal(first.externalId, "first");
});

test("a body in shared memory is read once", () => {
	const body = JSON.stringify({ externalId: "a", status: "Success", amount: "1.00", orderType: "Withdrawal" });
	const shared = new Uint8Array(new SharedArrayBuffer(body.length));
	shared.set(Buffer.from(body));
	const signature = sign(["a", "Success", "1.00", "Withdrawal"], KEYS.privateKey);
	assert.deepEqual(
		outcomeOf(() => verify(shared, signature)),
		outcomeOf(() => verify(shared, signature, {})),
	);
});

test("a disposed client, a copy of the namespace and a lost receiver have the same errors in both ways", () => {
	const disposed = new PayStar({ payouts: KEYS });
	const { callbacks } = disposed;
	disposed[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
	const proto = Object.getPrototypeOf(client.callbacks);
	for (const call of [
		(options) => callbacks.verify("{}", "a", options),
		(options) => proto.verify.call({}, "{}", "a", options),
		(options) => proto.verify.call(undefined, "{}", "a", options),
	]) {
		const error = outcomeOf(() => call());
		assert.equal(error.code, "configuration_invalid");
		assert.deepEqual(
			error,
			outcomeOf(() => call({})),
		);
	}
});

// Wasm keeps at most 4,096 clients, and gives the handle of a client that it forgot to another client.
for (const [form, reads] of [
	["text", "TextEncoder"],
	["bytes", "TextDecoder"],
]) {
	test(`a client that wasm forgets while a body is read does not use the key of another client: ${form}`, () => {
		// A new process: the classes are read once.
		const script = `
			import { createHash } from "node:crypto";
			import { PayStar } from "paystar";
			const makeClient = (privateKey) => new PayStar({ payouts: { publicKey: "p", privateKey } });
			const { callbacks } = makeClient("own-key");
			const signature = createHash("sha256").update("a;Success;1.00;Withdrawal;other-key").digest("hex");
			const text = JSON.stringify({ externalId: "a", status: "Success", amount: "1.00", orderType: "Withdrawal" });
			const body = "${form}" === "text" ? text : Buffer.from(text);
			const Class = globalThis.${reads};
			let made = 0;
			Object.defineProperty(globalThis, "${reads}", {
				get() {
					for (; made < 5000; made++) makeClient("other-key");
					return Class;
				},
			});
			let result;
			try {
				result = callbacks.verify(body, signature);
			} catch ({ code }) {
				result = code;
			}
			console.log(JSON.stringify({ made, result }));`;
		assert.deepEqual(printedBy(script), { made: 5000, result: "signature_mismatch" });
	});
}

test("a callback has its values if the memory of wasm grows while it is verified", () => {
	const script = `
		${GROWING_MEMORY}
		const { createHash } = await import("node:crypto");
		const { PayStar } = await import("paystar");
		const { callbacks } = new PayStar({ payouts: { publicKey: "p", privateKey: "key" } });
		const body = JSON.stringify({ externalId: "a", status: "Success", amount: "1.00", orderType: "Withdrawal" });
		const signature = createHash("sha256").update("a;Success;1.00;Withdrawal;key").digest("hex");
		const same = [callbacks.verify(body, signature), callbacks.verify(body, signature, {})];
		console.log(JSON.stringify({ grown: grown.includes("verifyPlain"), same }));`;
	const { grown, same } = printedBy(script);
	assert.ok(grown);
	assert.deepEqual(same[0], same[1]);
});
