// Exceptions in the code of a caller never break the other clients of the process.
// Slow cases (stack overflows, vm timeouts) have many repetitions only in `npm run test:memory`: 10 000 and 1 000.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import * as paystar from "paystar";
import { Sandbox } from "paystar/sandbox";
import { KEYS, payout, rejection } from "./support/client.mjs";

const { PayStar, PayStarError } = paystar;
const isFull = process.env.PAYSTAR_MEMORY === "full";
/** Much more than the 1 024 slots of the value stack of wasm-bindgen. */
const CHEAP = 10_000;
const DEAR = isFull ? 10_000 : 60;
const PAYOUTS = 100;
/** After a stack overflow, the functions return one by one. This is the number of functions that call the package. */
const LEVELS = 1_000;

const BODY = '{"externalId":"ord-1","status":"Success","amount":"100.10","orderType":"Withdrawal"}';
const sandbox = new Sandbox({ payouts: KEYS });
const options = { payouts: KEYS, alerts: { privateKey: "alarm" }, baseUrl: "http://sandbox", fetch: sandbox.fetch };
const other = new PayStar(options);
const signature = other.callbacks.sign(BODY);
let order = 0;

/** Checks that another client can still pay and verify. */
async function assertPays(count = PAYOUTS) {
	for (let paid = 0; paid < count; paid++) {
		const externalTransactionId = `After-${++order}`;
		const made = await other.payouts.create(payout({ externalTransactionId }));
		assert.equal(made.externalTransactionId, externalTransactionId);
	}
	assert.equal(other.callbacks.verify(BODY, signature).externalId, "ord-1");
}

/** Runs a call. It may throw or reject only with an error of the package, or with an `allowed` error. */
async function endsWell(call, allowed = () => false) {
	let error;
	try {
		await call();
		return;
	} catch (thrown) {
		error = thrown;
	}
	assert.ok(error instanceof PayStarError || allowed(error), `${error?.stack ?? error}`);
	if (error instanceof PayStarError && error.code !== "body_invalid") assert.ok(error.outcome, error.code);
}

/** Calls of every function and method. Each argument is the value. */
function exportsWith(client, value) {
	const helpers = Object.entries(paystar).filter(([name]) => /^[a-z]/.test(name));
	const calls = helpers.map(([name, helper]) => [name, () => helper(value, value, value)]);
	for (const namespace of ["payouts", "deposits", "balances", "callbacks", "alerts"]) {
		for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(client[namespace]))) {
			if (name === "constructor") continue;
			calls.push([`${namespace}.${name}`, () => client[namespace][name](value, value, value)]);
		}
	}
	calls.push(["new PayStar", () => new PayStar(value)], ["new Sandbox", () => new Sandbox(value)]);
	for (const name of ["changeAmount", "setScenario", "injectFault"]) {
		calls.push([`sandbox.${name}`, () => sandbox[name](value, value, value)]);
	}
	return calls;
}

function detached() {
	const bytes = new TextEncoder().encode(BODY);
	structuredClone(bytes, { transfer: [bytes.buffer] });
	return bytes;
}

class Liar extends Uint8Array {
	get length() {
		return 4_294_967_295;
	}
	get byteLength() {
		return 4_294_967_295;
	}
}

const HOSTILE = {
	"a detached Uint8Array": detached,
	"a subclass that lies about its length": () => new Liar(8),
	"a number": () => 4711,
	"a symbol": () => Symbol("x"),
	"a BigInt": () => 10n ** 30n,
	"a function that throws": () => () => {
		throw new Error("own");
	},
	"an object whose getters throw": () => ({
		get amount() {
			throw new Error("own");
		},
		get signal() {
			throw new Error("own");
		},
		get privateKeys() {
			throw new Error("own");
		},
	}),
	"a revoked proxy": () => {
		const { proxy, revoke } = Proxy.revocable({}, {});
		revoke();
		return proxy;
	},
	"a proxy whose traps throw": () =>
		new Proxy(
			{},
			{
				get() {
					throw new Error("own");
				},
				ownKeys() {
					throw new Error("own");
				},
				getPrototypeOf() {
					throw new Error("own");
				},
				getOwnPropertyDescriptor() {
					throw new Error("own");
				},
			},
		),
	"an object that calls the package while it is read": () => ({
		get amount() {
			other.payouts.validate(payout());
			return other.callbacks.verify(BODY, signature).amount;
		},
	}),
	"a thenable whose then throws": () => ({
		then() {
			throw new Error("own");
		},
	}),
	"half of a surrogate pair": () => "\ud800",
	"a cyclic object": () => {
		const cycle = {};
		cycle.self = cycle;
		return cycle;
	},
};

for (const [name, make] of Object.entries(HOSTILE)) {
	test(`after ${CHEAP} calls of all exports with ${name}, another client can still pay`, async () => {
		const client = new PayStar(options);
		const calls = exportsWith(client, make()).length;
		const rounds = Math.ceil(CHEAP / calls);
		for (let round = 0; round < rounds; round++) {
			for (const [, call] of exportsWith(client, make())) await endsWell(call);
		}
		await assertPays(isFull ? PAYOUTS : 3);
	});
}

/** If the stack is full at the first line of a call, the package cannot make its own error. Nothing was sent. */
const isOverflow = (error) => error.message.includes("call stack");

/** Fills the stack, then calls a function at different depths near the end. At some depths, wasm overflows. */
function atTheEndOfTheStack(call) {
	let levels = 0;
	const dive = () => {
		try {
			dive();
		} catch {
			// The stack is full.
		}
		levels++;
		if (levels <= LEVELS && levels % 7 === 0) call();
	};
	dive();
}

/** Repeats vm timeouts until one of them interrupts wasm. Then an active call of another client ends. */
async function loseWasm(call, client = other) {
	const context = createContext({ call });
	let isLost = false;
	const underWay = new PayStar({ ...options, fetch: () => new Promise(() => {}), timeoutMs: 60_000 }).payouts.get("A");
	underWay.catch(() => (isLost = true));
	for (let round = 0; round < 1_000 && !isLost; round++) {
		try {
			runInContext("for (;;) call();", context, { timeout: 1 + (round % 5) });
		} catch (error) {
			if (error.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
		}
		await new Promise(setImmediate);
	}
	assert.ok(isLost, "no timeout hit wasm");
	assert.deepEqual(client.payouts.validate(payout()), []);
}

test("a stack overflow in the caller's code ends only its own call, and other clients can still pay", async (t) => {
	const client = new PayStar(options);
	// An interrupted sandbox loses its orders. The last test of this file covers sandboxes.
	const calls = exportsWith(client, payout()).filter(([name]) => !/sandbox/i.test(name));
	let inside = 0;
	const rounds = Math.ceil(DEAR / calls.length) + 1;
	for (let round = 0; round < rounds; round++) {
		for (const [, call] of calls) {
			const pending = [];
			atTheEndOfTheStack(() => {
				try {
					const result = call();
					if (result?.then) pending.push(result);
				} catch (error) {
					if (error.code === "interrupted") inside++;
					else if (!(error instanceof PayStarError) && !isOverflow(error)) throw error;
				}
			});
			for (const result of pending) await endsWell(() => result, isOverflow);
		}
	}
	t.diagnostic(`${inside} of them happened inside wasm`);
	await assertPays();
});

test("when wasm is lost, active calls end at once, and their outcome is unknown if an order may exist", async () => {
	const never = new PayStar({ ...options, fetch: () => new Promise(() => {}), timeoutMs: 60_000 });
	const create = never.payouts.create(payout({ externalTransactionId: "Lost-1" }));
	const read = never.payouts.get("PSP-1");
	const { externalId } = await other.payouts.create(payout({ externalTransactionId: "Waiting-1" }));
	const wait = other.payouts.waitUntilFinal({ externalId }, { intervalMs: 60_000 });
	const ends = [create, read, wait].map(rejection);
	await new Promise((resolve) => setTimeout(resolve, 50));
	await loseWasm(() => other.payouts.validate(payout({ currency: "usd" })));
	const began = Date.now();
	const [created, got, waited] = await Promise.all(ends);
	assert.ok(Date.now() - began < 2_000);
	for (const error of [created, got, waited]) {
		assert.ok(error instanceof paystar.InterruptedError, String(error));
		assert.match(error.message, /interrupted/);
	}
	assert.equal(created.outcome, "unknown");
	assert.equal(created.externalTransactionId, "Lost-1");
	assert.equal(created.retryable, false);
	assert.match(created.advice, /read its status/i);
	await assertPays(3);
});

test("a vm timeout, which no catch block can handle, breaks no calls of other clients", async () => {
	const client = new PayStar(options);
	const context = createContext({ client, payout, BODY, signature, paystar });
	const body = `for (;;) { ${[
		"client.payouts.validate(payout());",
		"client.callbacks.verify(BODY, signature);",
		"paystar.currencies();",
		"paystar.explain('1-4007');",
	].join("")} }`;
	for (let round = 0; round < (isFull ? 1_000 : 40); round++) {
		assert.throws(() => runInContext(body, context, { timeout: 1 + (round % 4) }), {
			code: "ERR_SCRIPT_EXECUTION_TIMEOUT",
		});
		assert.equal(other.callbacks.verify(BODY, signature).amount, "100.10");
	}
	await assertPays();
});

test(`after ${CHEAP} calls of a disposed client, another client can still pay`, async () => {
	const disposed = new PayStar(options);
	const { payouts } = disposed;
	disposed[Symbol.dispose]();
	for (let done = 0; done < CHEAP; done++) {
		assert.throws(() => payouts.validate(payout()), paystar.ConfigurationError);
		assert.equal((await rejection(payouts.create(payout()))).outcome, "notSent");
	}
	await assertPays(isFull ? PAYOUTS : 3);
});

/** A reader that returns one piece. */
const once = (piece) => ({
	async read() {
		const given = piece;
		piece = { done: true };
		return given;
	},
});

const bodies = {
	"a thenable whose then throws": () => ({
		then() {
			throw new Error("own");
		},
	}),
	"a thenable that settles twice": () => ({
		then(resolve, reject) {
			resolve({ status: 200, body: null, headers: new Headers() });
			reject(new Error("own"));
		},
	}),
	"a response whose status throws": () => ({
		get status() {
			throw new Error("own");
		},
	}),
	"a response whose headers throw": () => ({
		status: 503,
		body: null,
		get headers() {
			throw new Error("own");
		},
	}),
	"a body whose reader throws": () => ({
		status: 200,
		body: {
			getReader() {
				throw new Error("own");
			},
		},
	}),
	"a chunk that lies about its length": () => ({
		status: 200,
		body: { getReader: () => once({ done: false, value: new Liar(8) }) },
	}),
	"a chunk that is not an array of bytes": () => ({
		status: 200,
		body: { getReader: () => ({ read: async () => ({ done: false, value: { length: 5 } }) }) },
	}),
	"a detached chunk": () => ({
		status: 200,
		body: { getReader: () => ({ read: async () => ({ done: false, value: detached() }) }) },
	}),
	"a read that calls the package": () => ({
		status: 200,
		body: {
			getReader: () => ({
				read: async () => {
					other.payouts.validate(payout());
					throw new Error("own");
				},
			}),
		},
	}),
};

for (const [name, make] of Object.entries(bodies)) {
	test(`fetch returns ${name} ${CHEAP / 10} times: each call ends, and another client can still pay`, async () => {
		const client = new PayStar({ ...options, fetch: () => make(), maxRetries: 0, timeoutMs: 5_000 });
		for (let done = 0; done < CHEAP / 10; done++) {
			const error = await rejection(client.payouts.create(payout()));
			assert.ok(error instanceof PayStarError, error?.stack);
			assert.equal(error.outcome, "unknown");
		}
		await assertPays(isFull ? PAYOUTS : 3);
	});
}

test("a reader of empty chunks or of single bytes does not block timers", async () => {
	for (const value of [new Uint8Array(), new Uint8Array(1)]) {
		const body = { getReader: () => ({ read: async () => ({ done: false, value }), cancel() {} }) };
		const fetch = async () => ({ status: 200, body, headers: new Headers() });
		const client = new PayStar({ ...options, fetch, maxRetries: 0, timeoutMs: 200 });
		const began = Date.now();
		assert.equal((await rejection(client.payouts.create(payout()))).outcome, "unknown");
		assert.ok(Date.now() - began < 3_000);
	}
	await assertPays(3);
});

test("if a signal throws, the call ends with an error, and if the clock throws, calls still work", async (t) => {
	const quiet = { addEventListener() {}, removeEventListener() {} };
	const throwing = (name, signal) =>
		Object.defineProperty(signal, name, {
			enumerable: true,
			get() {
				throw new Error("own");
			},
		});
	for (const signal of [
		throwing("aborted", { ...quiet }),
		throwing("reason", { ...quiet, aborted: true }),
		throwing("addEventListener", { aborted: false }),
	]) {
		for (let done = 0; done < 100; done++) {
			const externalTransactionId = `Signal-${++order}`;
			await endsWell(
				() => other.payouts.create(payout({ externalTransactionId }), { signal }),
				(error) => /throws when its reason is read/.test(error?.message),
			);
		}
	}
	t.mock.method(performance, "now", () => {
		throw new Error("own");
	});
	await assertPays(10);
});

test("a key of 100 MB is refused, its error is short, and other clients can still pay", async () => {
	const key = "k".repeat(100 * 1024 * 1024);
	for (const call of [
		() => new PayStar({ [key]: 1 }),
		() => other.payouts.validate({ [key]: 1 }),
		() => other.payouts.validate(payout({ additionalFields: { [key]: "1" } })),
		() => paystar.cardBrand(key),
		() => sandbox.setScenario(key, {}),
		() => other.callbacks.verify(key, signature),
	]) {
		let text;
		try {
			text = JSON.stringify(call()) ?? "";
		} catch (error) {
			assert.ok(error instanceof PayStarError, String(error).slice(0, 200));
			text = JSON.stringify(error) + error.message + error.stack;
		}
		assert.ok(text.length < 20_000, `${text.length} characters`);
	}
	await assertPays(3);
});

for (const port of [-1, 65_536, 1.5, "x", NaN, {}]) {
	test(`listen(${String(port)}) rejects with a ConfigurationError`, async () => {
		assert.ok((await rejection(new Sandbox({ payouts: KEYS }).listen(port))) instanceof paystar.ConfigurationError);
	});
}

test("such calls keep no memory", async () => {
	const measure = async () => {
		for (let round = 0; round < 5; round++) {
			globalThis.gc?.();
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
		const { heapUsed, external, arrayBuffers } = process.memoryUsage();
		return heapUsed + external + arrayBuffers;
	};
	const hostile = async () => {
		for (const make of Object.values(HOSTILE)) {
			for (const [, call] of exportsWith(new PayStar(options), make())) await endsWell(call);
		}
		await loseWasm(() => other.payouts.validate(payout()));
		await assertPays(3);
	};
	await hostile();
	const before = await measure();
	for (let round = 0; round < (isFull ? 50 : 5); round++) await hostile();
	const grown = (await measure()) - before;
	assert.ok(grown < 24 * 1024 * 1024, `${grown} bytes`);
});

test("a disposed sandbox sends no callbacks, and its timers throw no errors", async (t) => {
	const thrown = [];
	const onThrown = (error) => thrown.push(error);
	process.on("uncaughtException", onThrown);
	t.after(() => process.off("uncaughtException", onThrown));
	const gone = new Sandbox({
		payouts: KEYS,
		callbackUrl: "http://127.0.0.1:1/",
		processingAfterMs: 10,
		finalAfterMs: 20,
	});
	const server = await gone.listen();
	t.after(() => server.close());
	const client = new PayStar({ payouts: KEYS, baseUrl: server.url, maxRetries: 0 });
	await client.payouts.create(payout());
	gone[Symbol.dispose]();
	const error = await rejection(client.payouts.get("A"));
	assert.equal(error.httpStatus, 503);
	await new Promise((resolve) => setTimeout(resolve, 100));
	assert.deepEqual(thrown, []);
});

// This must be the last test, because all sandboxes of a process share one instance of wasm.
test("a sandbox that an exception interrupted reports it, and a new sandbox works", async () => {
	const hit = new Sandbox({ payouts: KEYS });
	const isHit = () => {
		try {
			hit.listOrders();
			return false;
		} catch {
			return true;
		}
	};
	const context = createContext({ isHit, make: () => new Sandbox({ payouts: KEYS })[Symbol.dispose]() });
	for (let round = 0; round < 1_000 && !isHit(); round++) {
		try {
			runInContext("for (;;) if (!isHit()) make();", context, { timeout: 1 + (round % 5) });
		} catch (error) {
			assert.equal(error.code, "ERR_SCRIPT_EXECUTION_TIMEOUT");
		}
	}
	assert.throws(
		() => hit.listOrders(),
		(error) => error instanceof paystar.ConfigurationError && /is lost/.test(error.message),
	);
	const next = new Sandbox({ payouts: KEYS });
	const client = new PayStar({ ...options, fetch: next.fetch });
	assert.equal((await client.payouts.create(payout())).orderStatus, "Created");
});
