// Calls keep no memory, and users do not have to free objects. Long-running processes need this.
// `npm test` makes fewer calls. `npm run test:memory` makes 1 000 000 calls of each helper and 100 000 requests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KEYS, payout } from "./support/client.mjs";
import { FUNCTIONS_OF_WASM, printedBy } from "./support/processes.mjs";

const isFull = process.env.PAYSTAR_MEMORY === "full";
const CALLS = isFull ? 1_000_000 : 5_000;
const REQUESTS = isFull ? 100_000 : 2_000;
const CLIENTS = isFull ? 10_000 : 500;
/** Calls before the first measurement. In these calls, the allocator and the table grow to their usual size. */
const WARM_UP = 1_000;
const AT_ONCE = 20;
/** After this number of calls, a loop lets other tasks run, for example finalizers. */
const BETWEEN_TASKS = 1_000;
/** The compiler and its caches change the JS heap. In the full run, one object for each call would be much more. */
const ALLOWED_GROWTH = { memory: 0, handles: 0, heap: 8 * 1024 * 1024 };

// Keeps the exports of each instance of the core, to measure its memory and its handles. The instance that reads the text
// of the wasm has no handles.
const started = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
	constructor(...given) {
		super(...given);
		if ("__wbindgen_externrefs" in this.exports) started.push(this.exports);
	}
};
const paystar = await import("paystar");
const { ConfigurationError, PayStar, PayStarError } = paystar;

const body = '{"externalId":"ord-1","status":"Success","amount":"100.10","orderType":"Withdrawal","currency":"USD"}';
const client = new PayStar({ payouts: KEYS, alerts: { privateKey: KEYS.privateKey } });
const signature = client.callbacks.sign(body);
const ignoreError = (call) => () => {
	try {
		call();
	} catch (error) {
		if (!(error instanceof PayStarError)) throw error;
	}
};

const HELPERS = {
	additionalFieldKeys: () => paystar.additionalFieldKeys(),
	addAmounts: () => paystar.addAmounts("0.1", "0.2"),
	cardBrand: () => paystar.cardBrand("4111111111111111"),
	compareAmounts: () => paystar.compareAmounts("1.00", "2"),
	currencies: () => paystar.currencies(),
	decodeHistoryAction: () => paystar.decodeHistoryAction("4.1.4.63"),
	explain: () => paystar.explain("1-4007"),
	findCurrency: () => paystar.findCurrency("USD"),
	formatAmount: () => paystar.formatAmount("1234.5", "USD"),
	hasCardLength: () => paystar.hasCardLength("4111111111111111"),
	isCardExpired: () => paystar.isCardExpired("05", "39", new Date()),
	isFinalStatus: () => paystar.isFinalStatus("Success"),
	isLuhnValid: () => paystar.isLuhnValid("4111111111111111"),
	maskCardNumber: () => paystar.maskCardNumber("4111111111111111"),
	nextStatus: () => paystar.nextStatus({ status: "Created" }, { status: "Success", amount: "1" }),
	parseAmount: () => paystar.parseAmount("100.10", "USD"),
	telecomOperators: () => paystar.telecomOperators("GBR"),
};
const METHODS = {
	"callbacks.verify": () => client.callbacks.verify(body, signature),
	"callbacks.verify of a forged callback": ignoreError(() =>
		client.callbacks.verify(body.replace("100", "900"), signature),
	),
	"callbacks.diagnose": () => client.callbacks.diagnose(body, "00"),
	"callbacks.sign": () => client.callbacks.sign(body),
	"payouts.validate": () => client.payouts.validate(payout({ amount: "1e3" })),
	"deposits.validate": () => client.deposits.validate(payout()),
	"a wrong argument": ignoreError(() => paystar.parseAmount("x", "USD")),
	"new PayStar with a wrong option": ignoreError(() => new PayStar({ timeoutMs: "x" })),
};
/** In `npm test`, calls with long lists have fewer repetitions. They take longer, and a leak would be larger. */
const LISTS = ["additionalFieldKeys", "currencies", "telecomOperators"];

/** Lets finalizers run. They free the memory of objects that JS no longer uses. */
async function settle() {
	for (let round = 0; round < 3; round++) {
		globalThis.gc();
		await new Promise((resolve) => setTimeout(resolve, 1));
	}
}

async function measure() {
	await settle();
	const [wasm] = started;
	return {
		memory: wasm.memory.buffer.byteLength,
		handles: wasm.__wbindgen_externrefs.length,
		heap: process.memoryUsage().heapUsed,
	};
}

/** Late finalizers can make the table grow once. A leak makes it grow in every round. */
const ROUNDS = 4;

async function assertSteady(work, count) {
	await work(WARM_UP);
	let before = await measure();
	for (let round = 1; ; round++) {
		await work(count);
		const after = await measure();
		const grown = Object.keys(before).filter((key) => after[key] > before[key] + ALLOWED_GROWTH[key]);
		if (grown.length === 0) return;
		assert.ok(round < ROUNDS, `${grown} grew in ${ROUNDS} rounds, last from ${show(before)} to ${show(after)}`);
		before = after;
	}
}

const show = (measured) => JSON.stringify(measured);

async function repeat(call, count) {
	for (let done = 0; done < count; done++) {
		call();
		if (done % BETWEEN_TASKS === 0) await new Promise(setImmediate);
	}
}

test("this file tests every helper", () => {
	const helpers = Object.keys(paystar).filter((name) => /^[a-z]/.test(name));
	assert.deepEqual(Object.keys(HELPERS).sort(), helpers.sort());
});

for (const [name, call] of Object.entries({ ...HELPERS, ...METHODS })) {
	const count = isFull || !LISTS.includes(name) ? CALLS : CALLS / 100;
	test(`${count} calls keep no memory: ${name}`, () => assertSteady((times) => repeat(call, times), count));
}

test(`${CLIENTS} clients keep no memory, although no code frees them`, async () => {
	const makeClients = async (count) => {
		for (let made = 0; made < count; made++) {
			new PayStar({ payouts: KEYS }).payouts.validate(payout());
			if (made % AT_ONCE === 0) await settle();
		}
	};
	await assertSteady(makeClients, CLIENTS);
});

const answer = (text) => () => Promise.resolve(new Response(text, { headers: { "content-type": "application/json" } }));
const FETCHES = {
	answered: answer('{"externalId":"PSP-1","orderStatus":"Created"}'),
	failed: () => Promise.reject(new TypeError("broken")),
};

for (const [name, fetch] of Object.entries(FETCHES)) {
	test(`${REQUESTS} requests keep no memory: ${name}`, async () => {
		const sender = new PayStar({ payouts: KEYS, baseUrl: "http://127.0.0.1:1", fetch, maxRetries: 0 });
		const send = () => sender.payouts.get("PSP-1").catch((error) => assert.ok(error instanceof PayStarError));
		await assertSteady(async (times) => {
			for (let sent = 0; sent < times; sent += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, send));
		}, REQUESTS);
	});
}

test("the measurement finds a leak", async () => {
	const kept = [];
	const before = await measure();
	for (let i = 0; i < 20_000; i++) kept.push(new PayStar({ payouts: KEYS }));
	const after = await measure();
	assert.ok(after.heap > before.heap + ALLOWED_GROWTH.heap);
	assert.equal(kept.length, 20_000);
});

const DROPPED = 100_000;
const MIB = 1024 * 1024;
/** Finalizers run only between tasks, and some platforms have none. So these tests do not call the garbage collector. */
const LOOPS = {
	"in a loop that lets others run": 20,
	"in one task, so that no finalizer runs": Infinity,
};

for (const [name, atOnce] of Object.entries(LOOPS)) {
	test(`${DROPPED} clients that nobody disposes keep no memory, ${name}`, () => {
		// A new process: the heap of this process depends on the tests before.
		const script = `
			${FUNCTIONS_OF_WASM}
			const { PayStar } = await import("paystar");
			const makeClients = async (count) => {
				for (let made = 1; made <= count; made++) {
					new PayStar({ payouts: { publicKey: "p", privateKey: "s" } });
					if (made % ${atOnce} === 0) await new Promise(setImmediate);
				}
			};
			const measure = () => [wasm().memory.buffer.byteLength, process.memoryUsage().rss];
			await makeClients(${WARM_UP * 10});
			const [memory, rss] = measure();
			await makeClients(${DROPPED});
			const [memoryAfter, rssAfter] = measure();
			console.log(JSON.stringify({ wasm: memoryAfter - memory, rss: rssAfter - rss }));`;
		const grown = printedBy(script);
		assert.ok(grown.wasm <= MIB && grown.rss <= 64 * MIB, JSON.stringify(grown));
	});
}

test("a disposed client refuses new calls, but active calls continue", async () => {
	const disposed = new PayStar({ payouts: KEYS, baseUrl: "http://127.0.0.1:1", fetch: FETCHES.answered });
	const { payouts } = disposed;
	const call = payouts.get("PSP-1");
	disposed[Symbol.dispose]();
	disposed[Symbol.dispose]();
	assert.equal((await call).externalId, "PSP-1");
	const isRefusal = (error) => error instanceof ConfigurationError && /was disposed/.test(error.message);
	await assert.rejects(payouts.get("PSP-1"), isRefusal);
	assert.throws(() => disposed.callbacks.verify(body, signature), isRefusal);
});
