// The replay guard: a callback has no time and no number, so an old callback verifies for ever.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { test } from "node:test";
import { createCallbackHandler, MemoryCallbackStore } from "paystar/server";
import { callbackOf, clientFor, requestOf, Truth } from "./support/callbacks.mjs";
import { rejection } from "./support/client.mjs";

function open(options = {}) {
	const truth = new Truth();
	const passed = [];
	const conflicts = [];
	const refused = [];
	const contexts = [];
	const handle = createCallbackHandler({
		paystar: clientFor(truth),
		store: new MemoryCallbackStore(),
		onCallback: ({ externalId, status, amount }, context) => {
			passed.push(`${externalId} ${status} ${amount}`);
			contexts.push(context);
		},
		onConflict: ({ externalId, status }, context) =>
			void conflicts.push({ text: `${externalId} ${status}`, ...context }),
		onRejected: (error, _, context) => void refused.push({ error, ...context }),
		...options,
	});
	const post = async (changes, url) => (await handle(requestOf(callbackOf(changes), { url }))).status;
	return { truth, passed, contexts, conflicts, refused, handle, post };
}

test("a final callback is passed on once, if PayStar's status agrees", async () => {
	const { truth, passed, contexts, post } = open();
	truth.set("ord-1", "Success");
	assert.equal(await post(), 200);
	assert.equal(await post(), 200);
	assert.equal(await post({ amount: "100.1000" }), 200);
	assert.deepEqual(passed, ["ord-1 Success 100.10"]);
	assert.equal(contexts[0].confirmed, true);
	assert.equal(truth.reads.length, 1);
});

test("while PayStar's status lags behind, nothing is passed on and the response is 503", async () => {
	const { truth, passed, refused, post } = open();
	for (const status of ["Created", "Processing", "SomethingNew"]) {
		truth.set("ord-1", status);
		assert.equal(await post(), 503, status);
		assert.equal(refused.at(-1).error.code, "not_confirmed");
	}
	assert.deepEqual(passed, []);
	truth.set("ord-1", "Success");
	assert.equal(await post(), 200);
	assert.deepEqual(passed, ["ord-1 Success 100.10"]);
});

test("a callback that contradicts PayStar's final status goes to onConflict once, and is not passed on", async () => {
	const { truth, passed, conflicts, post } = open();
	truth.set("ord-1", "Failed");
	assert.equal(await post(), 200);
	assert.equal(await post(), 200);
	assert.deepEqual(passed, []);
	const [{ state, ...conflict }] = conflicts;
	assert.equal(conflicts.length, 1);
	assert.equal(state.orderStatus, "Failed");
	assert.deepEqual(conflict, {
		text: "ord-1 Success",
		decision: "conflict",
		previous: undefined,
		transaction: undefined,
		url: "https://merch.example/paystar/callback",
	});
	// PayStar's status decides, also after a conflict.
	assert.equal(await post({ status: "Failed" }), 200);
	assert.deepEqual(passed, ["ord-1 Failed 100.10"]);
});

test("a callback that contradicts a stored final status is a conflict, also if PayStar now agrees with it", async () => {
	const { truth, passed, conflicts, post } = open();
	truth.set("ord-1", "Success");
	await post();
	truth.set("ord-1", "Failed");
	assert.equal(await post({ status: "Failed" }), 200);
	assert.deepEqual(passed, ["ord-1 Success 100.10"]);
	assert.deepEqual(
		conflicts.map(({ text, previous, state }) => [text, previous, state.orderStatus]),
		[["ord-1 Failed", { status: "Success", amount: "100.10" }, "Failed"]],
	);
});

test("a conflict without onConflict is logged", async (t) => {
	const { truth, post } = open({ onConflict: undefined });
	const log = t.mock.method(console, "error", () => {});
	truth.set("ord-1", "Failed");
	assert.equal(await post(), 200);
	assert.match(
		String(log.mock.calls[0].arguments[0]),
		/conflict: the callback of ord-1 says Success, PayStar says Failed, and you stored undefined/,
	);
});

test("an onConflict that throws is called again", async () => {
	let calls = 0;
	const { truth, post } = open({
		onConflict: () => {
			calls++;
			if (calls === 1) throw new Error("no mail");
		},
	});
	truth.set("ord-1", "Failed");
	assert.equal(await post(), 500);
	assert.equal(await post(), 200);
	assert.equal(await post(), 200);
	assert.equal(calls, 2);
});

test("if PayStar cannot be reached or does not know the order, the response is 503", async () => {
	const { truth, passed, refused, post } = open();
	assert.equal(await post(), 503);
	assert.equal(refused.at(-1).error.cause.code, "not_found");
	for (const answer of [
		() => Promise.reject(new Error("no network")),
		() => new Response(null, { status: 401 }),
		() => new Response("bad gateway", { status: 502 }),
		() => Response.json({ externalId: "ord-2", orderStatus: "Success", orderHistory: [] }),
	]) {
		truth.before = async () => answer();
		assert.equal(await post(), 503);
		assert.equal(refused.at(-1).error.code, "confirmation_failed");
	}
	assert.deepEqual(passed, []);
});

test("a status read that hangs ends after confirmTimeoutMs with 503", async () => {
	const { truth, post } = open({ confirmTimeoutMs: 50 });
	truth.before = () => new Promise(() => {});
	assert.equal(await post(), 503);
});

test("two old callbacks with different amounts cannot alternate", async () => {
	const { truth, passed, post } = open();
	truth.set("ord-1", "Success");
	for (let round = 0; round < 4; round++) {
		assert.equal(await post({ amount: "100.10" }), 200);
		assert.equal(await post({ amount: "250.00" }), 200);
	}
	assert.deepEqual(passed, ["ord-1 Success 100.10", "ord-1 Success 250.00"]);
	for (const [index, status] of ["Created", "Processing", "Created", "Processing"].entries()) {
		await post({ externalId: "ord-2", status, amount: `${1 + (index % 2)}` });
		await post({ externalId: "ord-2", status: "Processing", amount: "7" });
	}
	assert.equal(passed.filter((text) => text.startsWith("ord-2")).length, new Set(passed).size - 2);
});

test("if PayStar's status has an amount, a callback with another amount is not confirmed", async () => {
	const { truth, passed, post } = open();
	truth.set("dep-1", "Success", { amount: "250.00" });
	const deposit = { externalId: "dep-1", orderType: "Deposit" };
	assert.equal(await post({ ...deposit, amount: "100.00" }), 503);
	assert.equal(await post({ ...deposit, amount: "250" }), 200);
	assert.deepEqual(passed, ["dep-1 Success 250"]);
	assert.ok(truth.reads.every((path) => path.includes("deposit-order")));
});

test("every final callback is confirmed, also if the order was final before", async () => {
	const { truth, passed, post } = open();
	truth.set("ord-1", "Success");
	assert.equal(await post(), 200);
	truth.orders.delete("ord-1");
	assert.equal(await post({ amount: "999.00" }), 503);
	assert.deepEqual(passed, ["ord-1 Success 100.10"]);
});

test("callbacks arrive in any order: an older status is not passed on after a newer status", async () => {
	const { truth, passed, contexts, post } = open();
	truth.set("ord-1", "Success");
	for (const status of ["Processing", "Created", "Success", "Processing", "Created"]) {
		assert.equal(await post({ status }), 200);
	}
	assert.deepEqual(passed, ["ord-1 Processing 100.10", "ord-1 Success 100.10"]);
	assert.deepEqual(
		contexts.map(({ previous, confirmed }) => [previous?.status, confirmed]),
		[
			[undefined, false],
			["Processing", true],
		],
	);
});

test("the same id with another order type is a conflict", async () => {
	const { truth, passed, conflicts, post } = open();
	truth.set("ord-1", "Success");
	await post();
	assert.equal(await post({ orderType: "Deposit" }), 200);
	assert.deepEqual([passed.length, conflicts.length], [1, 1]);
});

test("with confirm: always, callbacks with other statuses are confirmed, too", async () => {
	const { truth, passed, contexts, post } = open({ confirm: "always" });
	assert.equal(await post({ status: "Processing" }), 503);
	truth.set("ord-1", "Created");
	assert.equal(await post({ status: "Processing" }), 503);
	assert.equal(await post({ status: "Created" }), 200);
	truth.set("ord-1", "Success");
	assert.equal(await post({ status: "Processing" }), 200);
	assert.deepEqual(passed, ["ord-1 Created 100.10"]);
	assert.equal(contexts[0].confirmed, true);
});

test("with confirm: never, nothing is read and nothing is confirmed", async () => {
	const { truth, contexts, conflicts, post } = open({ confirm: "never" });
	assert.equal(await post(), 200);
	assert.equal(await post({ status: "Failed" }), 200);
	assert.deepEqual([truth.reads, contexts[0].confirmed], [[], false]);
	assert.deepEqual([conflicts.length, conflicts[0].state], [1, undefined]);
});

test("a hundred copies at the same moment are passed on once, with one status read", async () => {
	for (const slow of [false, true]) {
		const { truth, passed, post } = open({
			...(slow ? { onCallback: async () => void (await wait(20), passed.push("ord-1")) } : {}),
		});
		truth.before = () => wait(10);
		truth.set("ord-1", "Success");
		const statuses = await Promise.all(Array.from({ length: 100 }, () => post()));
		assert.deepEqual(new Set(statuses), new Set([200]));
		assert.equal(passed.length, 1);
		assert.equal(truth.reads.length, 1);
	}
});

test("a hundred copies at the same moment with another status first: each status is passed on once", async () => {
	const { truth, passed, post } = open();
	truth.set("ord-1", "Success");
	const statuses = ["Created", "Processing", "Success"];
	await Promise.all(Array.from({ length: 99 }, (_, index) => post({ status: statuses[index % 3] })));
	assert.equal(new Set(passed).size, passed.length);
	assert.equal(passed.at(-1), "ord-1 Success 100.10");
});

test("what another process stored during the status read is seen: the decision is made again in the transaction", async () => {
	const store = new MemoryCallbackStore();
	const first = open({ store });
	const second = open({ store, confirm: "never" });
	first.truth.set("ord-1", "Success");
	first.truth.before = async () => {
		// The other process handles the same callback while this one waits for PayStar.
		assert.equal(await second.post(), 200);
	};
	assert.equal(await first.post(), 200);
	assert.deepEqual([first.passed, second.passed], [[], ["ord-1 Success 100.10"]]);
});

test("the status is read outside of any transaction", async () => {
	let running = 0;
	const memory = new MemoryCallbackStore();
	const store = {
		async transaction(externalId, work) {
			running++;
			try {
				return await memory.transaction(externalId, work);
			} finally {
				running--;
			}
		},
	};
	const { truth, passed, post } = open({ store });
	truth.set("ord-1", "Success");
	truth.before = async () => assert.equal(running, 0);
	assert.equal(await post(), 200);
	assert.equal(passed.length, 1);
});

test("if the commit fails, the response is 500 and the callback is passed on again", async () => {
	const memory = new MemoryCallbackStore();
	let isBroken = true;
	const store = {
		transaction: (externalId, work) =>
			memory.transaction(externalId, async (opened) => {
				const result = await work(opened);
				if (isBroken) throw new Error("the commit failed");
				return result;
			}),
	};
	const { passed, refused, post } = open({ store, confirm: "never" });
	assert.equal(await post(), 500);
	assert.match(refused[0].error.message, /commit failed/);
	isBroken = false;
	assert.equal(await post(), 200);
	assert.equal(await post(), 200);
	assert.equal(passed.length, 2);
});

test("a store that swallows errors or does not run the work cannot make a failure look like a success", async () => {
	for (const transaction of [
		async (_, work) => work({ record: undefined, save: async () => {} }).catch(() => {}),
		async () => {},
	]) {
		const { refused, post } = open({
			store: { transaction },
			confirm: "never",
			onCallback: () => Promise.reject(new Error("no database")),
		});
		assert.equal(await post(), 500);
		assert.equal(refused[0].error.code, "store_invalid");
	}
});

test("a store may run the work again after a conflict in its database", async () => {
	const memory = new MemoryCallbackStore();
	const store = {
		async transaction(externalId, work) {
			await memory
				.transaction(externalId, async (opened) => {
					await work(opened);
					throw new Error("40001");
				})
				.catch(() => {});
			return memory.transaction(externalId, work);
		},
	};
	const { post, passed } = open({ store, confirm: "never" });
	assert.equal(await post(), 200);
	assert.equal(await post(), 200);
	// The first call was rolled back.
	assert.equal(passed.length, 2);
});

const ownIdFrom = (url) => new URL(url).searchParams.get("order") ?? undefined;
const urlFor = (id) => `https://merch.example/paystar/callback?order=${encodeURIComponent(id)}`;

test("your own id in the URL is checked by a status read with this id", async () => {
	const { truth, passed, contexts, refused, post } = open({ ownIdFrom });
	truth.set("ord-1", "Processing", { externalTransactionId: "Merch/1 ü" });
	truth.set("ord-2", "Processing", { externalTransactionId: "Merch-2" });
	const processing = { status: "Processing" };
	assert.equal(await post(processing, urlFor("Merch-2")), 401);
	assert.equal(refused.at(-1).error.code, "own_id_mismatch");
	assert.equal(await post(processing, urlFor("Merch-3")), 503);
	assert.deepEqual(passed, []);
	assert.equal(await post(processing, urlFor("Merch/1 ü")), 200);
	assert.deepEqual([contexts[0].ownId, contexts[0].confirmed], ["Merch/1 ü", false]);
	// Later callbacks of the order need no read for the id, and another id is refused.
	const reads = truth.reads.length;
	assert.equal(await post({ status: "Processing", amount: "5" }, urlFor("Merch/1 ü")), 200);
	assert.equal(await post({ status: "Processing", amount: "6" }, urlFor("Merch-2")), 401);
	assert.equal(truth.reads.length, reads);
	assert.equal(await post({ status: "Processing", amount: "7" }), 200);
	assert.equal(contexts.at(-1).ownId, "Merch/1 ü");
});

test("a final callback with your own id needs one status read for both checks", async () => {
	const { truth, contexts, post } = open({ ownIdFrom });
	truth.set("ord-1", "Success", { externalTransactionId: "Merch-1" });
	assert.equal(await post({}, urlFor("Merch-1")), 200);
	assert.deepEqual([contexts[0].ownId, contexts[0].confirmed, truth.reads.length], ["Merch-1", true, 1]);
	assert.match(truth.reads[0], /status-by-external-transaction-id/);
});

test("a callback without your own id in its URL is passed on without an id", async () => {
	const { truth, contexts, post } = open({ ownIdFrom });
	truth.set("ord-1", "Success");
	assert.equal(await post(), 200);
	assert.equal("ownId" in contexts[0], false);
});

test("an ownIdFrom that throws, or returns no string, is 500 and nothing is passed on", async () => {
	for (const wrong of [() => 7, () => new URL("no url")]) {
		const { passed, post } = open({ ownIdFrom: wrong });
		assert.equal(await post(), 500);
		assert.deepEqual(passed, []);
	}
});

test("MemoryCallbackStore refuses new orders when it is full, and forgets only what it is told to forget", async () => {
	const store = new MemoryCallbackStore({ maxOrders: 2 });
	const { passed, refused, post } = open({ store, confirm: "never" });
	for (const [externalId, status] of [
		["a", 200],
		["b", 200],
		["c", 500],
		["a", 200],
	]) {
		assert.equal(await post({ externalId }), status, externalId);
	}
	assert.equal(refused[0].error.code, "store_full");
	assert.deepEqual(passed, ["a Success 100.10", "b Success 100.10"]);
	assert.deepEqual([store.size, store.forget("a"), store.forget("a")], [2, true, false]);
	assert.equal(await post({ externalId: "c" }), 200);
	const many = await Promise.all(Array.from({ length: 10 }, (_, index) => post({ externalId: `n${index}` })));
	assert.deepEqual(new Set(many), new Set([500]));
});

test("an order with too many amounts is 500 instead of a record without an end", async () => {
	const { passed, refused, post } = open({ confirm: "never" });
	for (let amount = 1; amount <= 256; amount++) await post({ amount: `${amount}` });
	assert.equal(passed.length, 256);
	assert.equal(await post({ amount: "1000" }), 500);
	assert.equal(refused[0].error.code, "record_full");
	assert.equal(await post({ amount: "200" }), 200);
});

test("what enqueue stored is verified again by process, and everything else happens there", async () => {
	const queued = [];
	const { truth, passed, refused, handle } = open({ queue: async (envelope) => void queued.push(envelope) });
	truth.set("ord-1", "Success");
	const url = urlFor("Merch-1");
	assert.equal((await handle.enqueue(requestOf(callbackOf(), { url }))).status, 200);
	assert.equal((await handle.enqueue(requestOf({ ...callbackOf(), signature: "00" }))).status, 401);
	assert.deepEqual([passed, truth.reads, queued.length], [[], [], 1]);
	const envelope = JSON.parse(JSON.stringify(queued[0]));
	assert.deepEqual([envelope.rawBody, envelope.signature, envelope.url], [...Object.values(callbackOf()), url]);
	assert.ok(Math.abs(Date.parse(envelope.receivedAt) - Date.now()) < 10_000);
	assert.deepEqual(await handle.process(envelope), { decision: "applied" });
	assert.deepEqual(await handle.process(envelope), { decision: "duplicate" });
	assert.deepEqual(passed, ["ord-1 Success 100.10"]);
	for (const [changes, code] of [
		[{ rawBody: envelope.rawBody.replace("100.10", "900.10") }, "signature_mismatch"],
		[{ signature: undefined }, "signature_missing"],
		[{ rawBody: undefined }, "body_invalid"],
		[{ rawBody: {} }, "body_invalid"],
	]) {
		assert.equal((await rejection(handle.process({ ...envelope, ...changes }))).code, code);
		assert.equal(refused.at(-1).error.code, code);
	}
	assert.equal((await rejection(handle.process(undefined))).code, "body_invalid");
});

test("process rejects while PayStar's status lags behind, so that the message stays in the queue", async () => {
	const { truth, handle } = open();
	truth.set("ord-1", "Processing");
	const { body: rawBody, signature } = callbackOf();
	const envelope = { rawBody, signature, url: "https://merch.example/", receivedAt: new Date().toISOString() };
	assert.equal((await rejection(handle.process(envelope))).code, "not_confirmed");
	truth.set("ord-1", "Success");
	assert.deepEqual(await handle.process(envelope), { decision: "applied" });
});

test("enqueue answers 500 if the queue fails or is missing", async () => {
	const failing = open({ queue: () => Promise.reject(new Error("no queue")) });
	assert.equal((await failing.handle.enqueue(requestOf(callbackOf()))).status, 500);
	const missing = open();
	assert.equal((await missing.handle.enqueue(requestOf(callbackOf()))).status, 500);
	assert.equal(missing.refused[0].error.code, "queue_missing");
});
