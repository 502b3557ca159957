// Conformance tests of a store. They need no test framework: they get `test`, and throw ordinary errors.
import { within } from "./within.js";

const PAUSE_MS = 20;
const LIMIT_MS = 30_000;

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

function assert(isTrue, message) {
	if (!isTrue) throw new Error(message);
}

/** JSON with sorted members, because a database may change their order. */
const textOf = (value) =>
	JSON.stringify(value, (_, each) =>
		Object(each) === each && !Array.isArray(each)
			? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
			: each,
	);

function assertSame(actual, expected, message) {
	const [is, should] = [textOf(actual), textOf(expected)];
	assert(is === should, `${message} It is ${is}, but it should be ${should}.`);
}

async function assertRejects(promise, expected, message) {
	let error;
	try {
		await promise;
	} catch (thrown) {
		error = thrown;
	}
	assert(error !== undefined, `${message} It resolved.`);
	if (expected) assert(error === expected, `${message} It rejected with another error: ${error}`);
}

/** Fails instead of waiting for ever, because a store with a deadlock would stop the whole test run. */
const limited = (work) =>
	within(LIMIT_MS, work, () => new Error(`The store did not end within ${LIMIT_MS} ms. It may have a deadlock.`));

const read = async (store, id) => {
	let found;
	await store.transaction(id, async ({ record }) => {
		found = record ?? undefined;
	});
	return found;
};
const write = (store, id, record) => store.transaction(id, ({ save }) => save(record));
const RECORD = { status: "Success", amount: "100.10", handled: [["Success", "100.10"]], text: "'\"\\;ключ 🔑\n" };

const TESTS = {
	"an order without a record has no record": async ({ store }) => {
		assertSame(await read(store, "order-1"), undefined, "A new order must have no record.");
		assertSame(await read(store, "order-1"), undefined, "A read must not make a record.");
	},
	"a record comes back unchanged": async ({ store }) => {
		await write(store, "order-1", RECORD);
		assertSame(await read(store, "order-1"), RECORD, "The record changed.");
		await write(store, "order-1", { status: "Failed" });
		assertSame(await read(store, "order-1"), { status: "Failed" }, "The new record must replace the old one.");
	},
	"the last of two saves counts": async ({ store }) => {
		await store.transaction("order-1", async ({ save }) => {
			await save({ status: "Created" });
			await save({ status: "Processing" });
		});
		assertSame(await read(store, "order-1"), { status: "Processing" }, "The last save must count.");
	},
	"similar ids are different orders": async ({ store }) => {
		const ids = ["order-1", "ORDER-1", "order-1 ", "order-10", "order_1", "order%", "o'; --", "é", "e\u0301"];
		ids.push("x".repeat(250), `${"x".repeat(250)}y`);
		for (const [number, id] of ids.entries()) await write(store, id, { number });
		for (const [number, id] of ids.entries()) {
			assertSame(await read(store, id), { number }, `The order with the id ${JSON.stringify(id)} has another record.`);
		}
	},
	"transaction returns the result of its work": async ({ store }) => {
		assertSame(await store.transaction("order-1", async () => "done"), "done", "The result is another one.");
	},
	"if the work throws, transaction rejects with the same error and nothing is stored": async ({ store }) => {
		await write(store, "order-1", { status: "Created" });
		for (const id of ["order-1", "order-2"]) {
			const failure = new Error("the merchant's code failed");
			const failing = store.transaction(id, async ({ save }) => {
				await save({ status: "Success" });
				throw failure;
			});
			await assertRejects(failing, failure, "transaction must reject with the error of its work.");
		}
		assertSame(await read(store, "order-1"), { status: "Created" }, "The record must be the old one.");
		assertSame(await read(store, "order-2"), undefined, "There must be no record.");
	},
	"many failures do not use the store up": async ({ store }) => {
		for (let count = 0; count < 50; count++) {
			const failing = store.transaction(`order-${count}`, () => Promise.reject(new Error("failed")));
			await assertRejects(failing, undefined, "transaction must reject.");
		}
		await write(store, "order-1", { status: "Created" });
	},
	"two transactions of an order never run at the same time": async ({ store }) => {
		for (const id of ["known", "new"]) {
			if (id === "known") await write(store, id, { count: 0 });
			let running = 0;
			const add = () =>
				store.transaction(id, async ({ record, save }) => {
					running++;
					assert(running === 1, `Two transactions of one ${id} order ran at the same time. Lock its row.`);
					await pause();
					await save({ count: (record?.count ?? 0) + 1 });
					running--;
				});
			await Promise.all(Array.from({ length: 10 }, add));
			assertSame(await read(store, id), { count: 10 }, `Transactions of a ${id} order overwrote each other.`);
		}
	},
	"a transaction that failed does not block the next one of the same order": async ({ store }) => {
		const failing = store.transaction("order-1", async () => {
			await pause();
			throw new Error("failed");
		});
		const next = write(store, "order-1", { status: "Created" });
		await assertRejects(failing, undefined, "transaction must reject.");
		await next;
		assertSame(await read(store, "order-1"), { status: "Created" }, "The second transaction must be stored.");
	},
	"a save after the end of the transaction is refused": async ({ store }) => {
		let late;
		await store.transaction("order-1", async ({ save }) => {
			late = save;
		});
		await assertRejects(
			(async () => late({ status: "Success" }))(),
			undefined,
			"A save after the end must be refused. Otherwise it is not part of the transaction.",
		);
		assertSame(await read(store, "order-1"), undefined, "A save after the end must change nothing.");
	},
};

/** These tests need to write into the merchant's tables, so they run only if `createStore` returns `effects`. */
const EFFECT_TESTS = {
	"an effect and its record commit together": async ({ store, effects }) => {
		await store.transaction("order-1", async ({ transaction, save }) => {
			await effects.write(transaction, "effect-1");
			await save({ status: "Success" });
		});
		assertSame(await effects.count("effect-1"), 1, "The effect must be stored once.");
		assertSame(await read(store, "order-1"), { status: "Success" }, "The record must be stored.");
	},
	"an effect and its record roll back together": async ({ store, effects }) => {
		const failing = store.transaction("order-1", async ({ transaction, save }) => {
			await effects.write(transaction, "effect-1");
			await save({ status: "Success" });
			throw new Error("failed");
		});
		await assertRejects(failing, undefined, "transaction must reject.");
		assertSame(await effects.count("effect-1"), 0, "The effect must roll back with the record.");
		assertSame(await read(store, "order-1"), undefined, "The record must roll back with the effect.");
	},
	"if the commit fails, transaction rejects and nothing is stored": async ({ store, effects }) => {
		if (effects.breakCommit === undefined) return;
		const failing = store.transaction("order-1", async ({ transaction, save }) => {
			await effects.write(transaction, "effect-1");
			await save({ status: "Success" });
			await effects.breakCommit(transaction);
		});
		await assertRejects(failing, undefined, "transaction must reject if the commit fails.");
		assertSame(await effects.count("effect-1"), 0, "There must be no effect.");
		assertSame(await read(store, "order-1"), undefined, "There must be no record.");
	},
	"if the work hides an error of the database, transaction does not pretend that it committed": async ({
		store,
		effects,
	}) => {
		if (effects.fail === undefined) return;
		const failing = store.transaction("order-1", async ({ transaction, save }) => {
			await effects.write(transaction, "effect-1");
			await save({ status: "Success" });
			await effects.fail(transaction).catch(() => {});
		});
		// Some databases go on after an error. Then the effect and the record must both be there.
		const hasCommitted = await failing.then(
			() => true,
			() => false,
		);
		const [count, record] = [await effects.count("effect-1"), await read(store, "order-1")];
		assertSame([count, record !== undefined], hasCommitted ? [1, true] : [0, false], "The result is not true.");
	},
};

export function testCallbackStore({ test, createStore }) {
	if (typeof test !== "function" || typeof createStore !== "function") {
		throw new TypeError("testCallbackStore needs { test, createStore }. createStore returns { store }.");
	}
	const add = (name, work, needsEffects) =>
		test(`callback store: ${name}`, async () => {
			const created = await createStore();
			try {
				if (typeof created?.store?.transaction !== "function") {
					throw new TypeError("createStore must return { store }, and the store needs transaction().");
				}
				if (!needsEffects || created.effects) await limited(work(created));
			} finally {
				await created?.close?.();
			}
		});
	for (const [name, work] of Object.entries(TESTS)) add(name, work, false);
	for (const [name, work] of Object.entries(EFFECT_TESTS)) add(name, work, true);
}
