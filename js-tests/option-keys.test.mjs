// The types of options have exactly the keys that the package accepts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { PayStar, PayStarError } from "paystar";
import { Sandbox } from "paystar/sandbox";
import ts from "typescript-5.0";
import { KEYS, payout } from "./support/client.mjs";

/** This text is not similar to a valid key. So the message of its issue lists all keys. */
const UNKNOWN = "zzzzzzzzzzzzzzz";
const ABSENT = null;

const entries = ["index", "sandbox"].map((name) =>
	fileURLToPath(new URL(`./node_modules/paystar/dist/${name}.d.ts`, import.meta.url)),
);
const program = ts.createProgram(entries, { target: ts.ScriptTarget.ES2022, lib: ["lib.es2022.d.ts", "lib.dom.d.ts"] });
const checker = program.getTypeChecker();
const exported = entries.flatMap((file) =>
	checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file))),
);

/** The keys of a type: also inherited keys, and for a union the keys of all its members. */
function keysOf(type) {
	const members = type.isUnion() ? type.types : [type];
	const isObject = ({ flags }) => flags & ts.TypeFlags.Object;
	const keys = members.filter(isObject).flatMap((member) => member.getProperties().map(({ name }) => name));
	return [...new Set(keys)].sort();
}

/** The keys of `PayStarOptions`, or of the object in its member: `PayStarOptions.alerts`. */
function typedKeys(path) {
	const [name, ...members] = path.split(".");
	const symbol = exported.find((each) => each.name === name);
	const type = members.reduce(
		(parent, member) => checker.getNonNullableType(checker.getTypeOfSymbol(parent.getProperty(member))),
		checker.getDeclaredTypeOfSymbol(symbol),
	);
	return keysOf(type);
}

/** The issues of a call, which it returns, throws or rejects with. */
async function issuesOf(work) {
	try {
		return await work();
	} catch (error) {
		assert.ok(error instanceof PayStarError, String(error));
		return error.issues;
	}
}

const client = () =>
	new PayStar({ payouts: KEYS, maxRetries: 0, fetch: () => Promise.reject(new Error("Nothing must be sent.")) });
const sandbox = (options = {}) => new Sandbox({ payouts: KEYS, ...options });
const BODY = '{"externalId":"1","amount":1,"status":"Success","type":"Withdrawal"}';

/** For each type: the places that take an object of this type. */
const PLACES = {
	PayStarOptions: [(options) => new PayStar(options)],
	Credentials: [
		(payouts) => new PayStar({ payouts }),
		(deposits) => new PayStar({ deposits }),
		(payouts) => sandbox({ payouts }),
		(deposits) => sandbox({ deposits }),
	],
	"PayStarOptions.alerts": [(alerts) => new PayStar({ alerts })],
	CallOptions: [
		(options) => client().payouts.get("1", options),
		(options) => client().payouts.getByExternalTransactionId("1", options),
		(options) => client().payouts.validate(payout(), options),
		(options) => client().deposits.get("1", options),
		(options) => client().deposits.getByExternalTransactionId("1", options),
		(options) => client().deposits.validate(payout(), options),
		(options) => client().deposits.validateWithToken(payout(), options),
		(options) => client().deposits.validateHosted(payout(), options),
	],
	CreateOptions: [
		(options) => client().payouts.create(payout(), options),
		(options) => client().deposits.create(payout(), options),
		(options) => client().deposits.createWithToken(payout(), options),
		(options) => client().deposits.createHosted(payout(), options),
	],
	WaitOptions: [
		(options) => client().payouts.waitUntilFinal({ externalId: "1" }, options),
		(options) => client().deposits.waitUntilFinal({ externalId: "1" }, options),
	],
	BalanceOptions: [(options) => client().balances.get("USD", options)],
	VerifyOptions: [
		(options) => client().callbacks.verify(BODY, "00", options),
		(options) => client().callbacks.diagnose(BODY, "00", options),
		(options) => client().alerts.verify(BODY, "00", options),
	],
	OrderReference: [(which) => client().payouts.waitUntilFinal(which)],
	OrderRequest: [
		(request) => client().payouts.validate(request),
		(request) => client().deposits.validate(request),
		(request) => client().deposits.validateWithToken(request),
		(request) => client().deposits.validateHosted(request),
	],
	AdditionalField: [(field) => client().payouts.validate(payout({ additionalFields: [field] }))],
	SandboxOptions: [(options) => new Sandbox(options)],
	Scenario: [(A) => sandbox({ scenarios: { A } }), (scenario) => sandbox().setScenario("A", scenario)],
	SandboxFault: [(fault) => sandbox({ faults: [fault] }), (rule) => sandbox().injectFault(rule)],
	SandboxSeededFaults: [(faults) => sandbox({ faults })],
	"SandboxOptions.limits": [(limits) => sandbox({ limits })],
	SandboxLimits: [(payouts) => sandbox({ limits: { payouts } }), (deposits) => sandbox({ limits: { deposits } })],
	"SandboxOptions.callbackUrl": [(callbackUrl) => sandbox({ callbackUrl })],
	SandboxCallbackOptions: [(callbacks) => sandbox({ callbacks })],
};

/** Gives a place an unknown key beside all keys of the type. Returns the issues about unknown keys. */
async function unknownKeys(place, keys) {
	const object = Object.fromEntries([...keys, UNKNOWN].map((key) => [key, key === UNKNOWN ? 1 : ABSENT]));
	const issues = await issuesOf(() => place(object));
	return issues.filter(({ code }) => code === "unknown_key");
}

for (const [type, places] of Object.entries(PLACES)) {
	test(`the package accepts exactly the keys of ${type}`, async () => {
		const keys = typedKeys(type);
		assert.notEqual(keys.length, 0);
		for (const place of places) {
			const issues = await unknownKeys(place, keys);
			assert.equal(issues.length, 1, `${place}\n${issues.map(({ message }) => message).join("\n")}`);
			const [, accepted] = /Known keys: (.+)\.$/.exec(issues[0].message);
			assert.deepEqual(accepted.split(", ").sort(), keys, `${place}`);
		}
	});
}

test("every exported type of options is compared", () => {
	const isOptions = ({ name }) => /(Options|Credentials|Scenario|Limits|Faults?)$/.test(name);
	const names = exported.filter(isOptions).map(({ name }) => name);
	assert.deepEqual(
		names.filter((name) => !(name in PLACES)),
		[],
	);
});
