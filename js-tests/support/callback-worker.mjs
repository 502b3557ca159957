// One process of a merchant: receives callbacks, and credits accounts in PostgreSQL. The parent may kill it at any moment.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { PayStar } from "paystar";
import { createCallbackHandler, toNodeHandler } from "paystar/server";
import pg from "pg";

const { databaseUrl, schema, paystarUrl, keys, isWithoutLock } = JSON.parse(process.env.WORKER_SETTINGS);

/** The store of the example, or a copy that does not lock, to show that the test can fail. */
async function loadStore() {
	const url = new URL("../../examples/callback-stores/postgres.mjs", import.meta.url);
	if (!isWithoutLock) return import(url);
	const source = readFileSync(url, "utf8").replace(" FOR UPDATE", "");
	return import(`data:text/javascript,${encodeURIComponent(source)}`);
}

const { PostgresCallbackStore } = await loadStore();
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10, options: `-c search_path=${schema}` });

const handle = createCallbackHandler({
	paystar: new PayStar({ payouts: keys, baseUrl: paystarUrl }),
	store: new PostgresCallbackStore(pool),
	onCallback: async ({ externalId, status, amount, isFinal }, { transaction }) => {
		const values = [externalId, status, amount];
		await transaction.query("INSERT INTO ledger (external_id, status, amount) VALUES ($1, $2, $3)", values);
		if (isFinal) await transaction.query("UPDATE accounts SET balance = balance + $1 WHERE id = 1", [amount]);
	},
	onConflict: ({ externalId }) => process.send({ conflict: externalId }),
});

const server = createServer(toNodeHandler(handle));
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
// The process must not outlive its parent.
process.on("disconnect", () => process.exit());
