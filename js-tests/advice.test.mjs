// `error.advice` and `explain(error).advice` are the same text, also for errors that JavaScript code makes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import * as paystar from "paystar";
import * as light from "paystar/helpers";
import { Sandbox } from "paystar/sandbox";
import { clientOf, KEYS, payout, rejection } from "./support/client.mjs";

const { PayStar, explain } = paystar;
const url = "http://127.0.0.1:1";

function thrownBy(call) {
	try {
		call();
	} catch (error) {
		return error;
	}
	throw new Error("It should have thrown.");
}

function assertSameAdvice(error, code, outcome) {
	assert.deepEqual([error.code, error.outcome], [code, outcome], String(error));
	assert.equal(error.advice, explain(error).advice);
	assert.equal(error.toJSON().advice, error.advice);
}

function withoutGlobal(name, work) {
	const original = globalThis[name];
	globalThis[name] = undefined;
	return work().finally(() => (globalThis[name] = original));
}

function disposed(object) {
	object[Symbol.dispose]();
	return object;
}

const REFUSALS = {
	"a disposed client": () => disposed(clientOf(url)).payouts.validate(payout()),
	"a copy of a client": () => Object.create(clientOf(url)).payouts,
	"a class that cannot be created": () => new paystar.Payouts(),
	"an option that is not valid": () => new PayStar({ baseUrl: 5 }),
	"a disposed sandbox": () => disposed(new Sandbox({ payouts: KEYS })).orderCount,
	"a copy of a sandbox": () => Object.create(new Sandbox({ payouts: KEYS })).orderCount,
	"an option of a sandbox that is not valid": () => new Sandbox({ payouts: KEYS, clock: 5 }),
	"an amount of a sandbox that is not valid": () => new Sandbox({ payouts: KEYS }).changeAmount("A", "x", 5),
};

for (const [name, call] of Object.entries(REFUSALS)) {
	test(`${name}: the error has the advice of explain`, () => {
		assertSameAdvice(thrownBy(call), "configuration_invalid", "notSent");
	});
}

test("a signal that accepts no listener: the error has the advice of explain", async () => {
	const signal = {
		aborted: false,
		addEventListener() {
			throw new Error("no");
		},
	};
	const error = await rejection(clientOf(url).payouts.create(payout(), { signal }));
	assertSameAdvice(error, "configuration_invalid", "notSent");
});

test("a missing global function, and a port that is not valid: the errors have the advice of explain", async () => {
	const client = clientOf(url, { transport: "fetch" });
	const error = await withoutGlobal("Headers", () => rejection(client.payouts.create(payout())));
	assert.match(error.message, /no Headers\. Add it to the platform, or use the transport "node"\.$/);
	assertSameAdvice(error, "configuration_invalid", "notSent");
	const listening = new Sandbox({ payouts: KEYS }).listen(-1);
	assertSameAdvice(await rejection(listening), "configuration_invalid", "notSent");
});

test("wrong arguments of helpers: the errors have the advice of explain", () => {
	for (const call of [
		...["decodeHistoryAction", "isFinalStatus", "telecomOperators", "findCurrency", "cardBrand"].map(
			(name) => () => paystar[name](5),
		),
		...["isLuhnValid", "hasCardLength", "maskCardNumber", "parseAmount", "compareAmounts"].map(
			(name) => () => paystar[name]({}),
		),
		() => paystar.addAmounts("x"),
		() => paystar.formatAmount("x", "USD"),
		() => paystar.nextStatus("Created", 5),
		() => paystar.isCardExpired(1, 2),
		() => paystar.isCardExpired("01", "26", new Date(NaN)),
		...["isFinalStatus", "isLuhnValid", "maskCardNumber"].map((name) => () => light[name](5)),
	]) {
		const error = thrownBy(call);
		assertSameAdvice(error, "validation_failed", "notSent");
		assert.doesNotMatch(error.message, /request/);
	}
});

test("calls that an exception interrupted: the errors have the advice of explain", async () => {
	const client = clientOf(url, { fetch: () => new Promise(() => {}), timeoutMs: 60_000 });
	let ended = 0;
	const calls = [client.payouts.create(payout()), client.payouts.get("PSP-1")].map(rejection);
	for (const call of calls) call.then(() => ended++);
	const context = createContext({ currencies: paystar.currencies });
	for (let round = 0; round < 1_000 && ended === 0; round++) {
		// A vm timeout ends wasm in the middle of a function.
		const run = () => runInContext("for (;;) currencies();", context, { timeout: 1 + (round % 5) });
		assert.equal(thrownBy(run).code, "ERR_SCRIPT_EXECUTION_TIMEOUT");
		await new Promise(setImmediate);
	}
	const [created, read] = await Promise.all(calls);
	assertSameAdvice(created, "interrupted", "unknown");
	assertSameAdvice(read, "interrupted", "notSent");
});
