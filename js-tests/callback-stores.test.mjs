// All stores pass the same conformance tests, and the conformance tests find stores that are wrong.
import { PGlite } from "@electric-sql/pglite";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { MemoryCallbackStore } from "paystar/server";
import { testCallbackStore } from "paystar/server/testing";
import pg from "pg";
import { PgliteCallbackStore } from "../examples/callback-stores/pglite.mjs";
import { PostgresCallbackStore, SCHEMA } from "../examples/callback-stores/postgres.mjs";
import { startPostgres } from "./support/postgres.mjs";

const EFFECTS = `
	CREATE TABLE effects (key text);
	CREATE TABLE parents (id int PRIMARY KEY);
	CREATE TABLE children (parent int REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)`;

/** Writes into tables of the merchant. `query` runs outside of any transaction. */
const effectsOf = (query) => ({
	write: (transaction, key) => transaction.query("INSERT INTO effects (key) VALUES ($1)", [key]),
	count: async (key) =>
		Number((await query("SELECT count(*) AS count FROM effects WHERE key = $1", [key])).rows[0].count),
	breakCommit: (transaction) => transaction.query("INSERT INTO children (parent) VALUES (1)"),
	fail: (transaction) => transaction.query("SELECT 1 / 0"),
});

describe("MemoryCallbackStore", () => {
	testCallbackStore({ test, createStore: () => ({ store: new MemoryCallbackStore() }) });
});

describe("the example with PGlite", () => {
	let db;
	before(async () => {
		db = new PGlite();
		await db.exec("CREATE SCHEMA used");
	});
	after(() => db.close());

	testCallbackStore({
		test,
		createStore: async () => {
			await db.exec(`DROP SCHEMA used CASCADE; CREATE SCHEMA used; SET search_path = used; ${SCHEMA}; ${EFFECTS}`);
			return { store: new PgliteCallbackStore(db), effects: effectsOf((text, values) => db.query(text, values)) };
		},
	});
});

describe("the example with PostgreSQL", () => {
	let postgres;
	before(async () => {
		postgres = await startPostgres();
	});
	after(() => postgres.stop());
	let count = 0;

	const createWith = (Store) => async () => {
		const schema = `store_${count++}`;
		const pool = new pg.Pool({ connectionString: postgres.url, max: 5, options: `-c search_path=${schema}` });
		await pool.query(`CREATE SCHEMA ${schema}; ${SCHEMA}; ${EFFECTS}`);
		return {
			store: new Store(pool),
			effects: effectsOf((text, values) => pool.query(text, values)),
			close: () => pool.end(),
		};
	};

	testCallbackStore({ test, createStore: createWith(PostgresCallbackStore) });

	for (const [mistake, changes, expected] of [
		[
			"locks only rows that exist",
			[
				[/\t*await client\.query\(INSERT.*\n/, ""],
				["rows[0].record", "rows[0]?.record"],
				[
					/const SAVE = .*/,
					`const SAVE = "INSERT INTO paystar_callbacks VALUES ($1, $2) ON CONFLICT (external_id) DO UPDATE SET record = $2";`,
				],
			],
			/never run at the same time/,
		],
		["does not lock at all", [[" FOR UPDATE", ""]], /never run at the same time/],
		["does not see that COMMIT rolled back", [[/if \(command !== "COMMIT"\)/, "if (false)"]], /hides an error/],
	]) {
		test(`the conformance tests find a store that ${mistake}`, async () => {
			let source = readFileSync(new URL("../examples/callback-stores/postgres.mjs", import.meta.url), "utf8");
			for (const [from, to] of changes) {
				const changed = source.replace(from, to);
				assert.notEqual(changed, source, String(from));
				source = changed;
			}
			const { PostgresCallbackStore: Changed } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
			const failed = await failuresOf(createWith(Changed));
			assert.ok(
				failed.some((name) => expected.test(name)),
				`found only: ${failed.join("; ")}`,
			);
		});
	}

	test("a store in a database with another isolation level makes the second callback wait", async () => {
		const options = "-c search_path=isolated -c default_transaction_isolation=serializable";
		const pool = new pg.Pool({ connectionString: postgres.url, max: 5, options });
		await pool.query(`CREATE SCHEMA isolated; ${SCHEMA}`);
		const store = new PostgresCallbackStore(pool);
		const add = () => store.transaction("order-1", ({ record, save }) => save({ count: (record?.count ?? 0) + 1 }));
		await Promise.all(Array.from({ length: 10 }, add));
		const found = await store.transaction("order-1", async ({ record }) => record);
		assert.deepEqual(found, { count: 10 });
		await pool.end();
	});
});

/** Runs the conformance tests with a store. Returns the names of the tests that fail. */
async function failuresOf(createStore) {
	const tests = [];
	testCallbackStore({ test: (name, work) => void tests.push([name, work]), createStore });
	const failed = [];
	for (const [name, work] of tests) await work().catch(() => failed.push(name.replace("callback store: ", "")));
	return failed;
}

/** A store without a lock, with a map of records. */
const naive = (change = {}) => {
	const records = new Map();
	const { keyOf = (id) => id, commit = (work) => work(), ...more } = change;
	return {
		async transaction(externalId, work) {
			const key = keyOf(externalId);
			let saved;
			let isOpen = true;
			const save = async (record) => {
				if (!isOpen) throw new Error("ended");
				saved = structuredClone(record);
			};
			const result = await work({ record: records.get(key), save, transaction: undefined });
			isOpen = false;
			await commit(async () => saved === undefined || records.set(key, saved));
			return result;
		},
		...more,
	};
};

for (const [mistake, makeStore, expected] of [
	["does not lock", () => naive(), /never run at the same time/],
	["ignores the case of ids", () => naive({ keyOf: (id) => id.toLowerCase() }), /similar ids/],
	["cuts ids", () => naive({ keyOf: (id) => id.slice(0, 64) }), /similar ids/],
	[
		"hides the error of its work",
		() => {
			const memory = new MemoryCallbackStore();
			return { transaction: (id, work) => memory.transaction(id, work).catch(() => {}) };
		},
		/if the work throws/,
	],
	[
		"saves at once, and not at the commit",
		() => {
			const memory = new MemoryCallbackStore();
			const records = new Map();
			return {
				transaction: (id, work) =>
					memory.transaction(id, () =>
						work({ record: records.get(id), save: async (record) => void records.set(id, record) }),
					),
			};
		},
		/nothing is stored/,
	],
	[
		"forgets the result of its work",
		() => {
			const memory = new MemoryCallbackStore();
			return { transaction: (id, work) => memory.transaction(id, work).then(() => {}) };
		},
		/returns the result/,
	],
]) {
	test(`the conformance tests find a store that ${mistake}`, async () => {
		const failed = await failuresOf(() => ({ store: makeStore() }));
		assert.ok(
			failed.some((name) => expected.test(name)),
			`found only: ${failed.join("; ")}`,
		);
	});
}

test("wrong arguments of testCallbackStore are refused", async () => {
	assert.throws(() => testCallbackStore({ test }), TypeError);
	assert.throws(() => testCallbackStore({ createStore() {} }), TypeError);
	const failed = await failuresOf(() => ({ store: {} }));
	assert.ok(failed.length > 10);
});
