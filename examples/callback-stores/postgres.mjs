// A callback store in PostgreSQL, with the package `pg`. Your changes and the record commit in one transaction.

/** Run this once. `record` is JSON of the package: keep it unchanged. */
export const SCHEMA = `
	CREATE TABLE IF NOT EXISTS paystar_callbacks (
		external_id text PRIMARY KEY,
		record jsonb
	)`;

// A row that does not exist cannot be locked. So the row is made first, and then it is locked.
const INSERT = "INSERT INTO paystar_callbacks (external_id) VALUES ($1) ON CONFLICT DO NOTHING";
const LOCK = "SELECT record FROM paystar_callbacks WHERE external_id = $1 FOR UPDATE";
const SAVE = "UPDATE paystar_callbacks SET record = $2 WHERE external_id = $1";

export class PostgresCallbackStore {
	#pool;

	/** `pool` is a `Pool` of the package `pg`. */
	constructor(pool) {
		this.#pool = pool;
	}

	async transaction(externalId, work) {
		const client = await this.#pool.connect();
		let isOpen = true;
		const save = async (record) => {
			if (!isOpen) throw new Error("The transaction has ended.");
			await client.query(SAVE, [externalId, JSON.stringify(record)]);
		};
		let broken;
		try {
			// With another isolation level, the second of two callbacks would fail instead of waiting.
			await client.query("BEGIN ISOLATION LEVEL READ COMMITTED");
			await client.query("SET LOCAL lock_timeout = '20s'");
			await client.query(INSERT, [externalId]);
			const { rows } = await client.query(LOCK, [externalId]);
			const result = await work({ record: rows[0].record ?? undefined, save, transaction: client });
			isOpen = false;
			// After an error that somebody caught, PostgreSQL answers COMMIT with ROLLBACK.
			const { command } = await client.query("COMMIT");
			if (command !== "COMMIT")
				throw new Error("An SQL error inside the transaction was hidden, so it was rolled back.");
			return result;
		} catch (error) {
			isOpen = false;
			await client.query("ROLLBACK").catch((failure) => (broken = failure));
			throw error;
		} finally {
			// A connection that cannot roll back does not go back to the pool.
			client.release(broken);
		}
	}
}
