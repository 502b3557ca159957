// A callback store in PGlite, a PostgreSQL inside the process. The SQL is the same as in postgres.mjs.

export { SCHEMA } from "./postgres.mjs";

const INSERT = "INSERT INTO paystar_callbacks (external_id) VALUES ($1) ON CONFLICT DO NOTHING";
const LOCK = "SELECT record FROM paystar_callbacks WHERE external_id = $1 FOR UPDATE";
const SAVE = "UPDATE paystar_callbacks SET record = $2 WHERE external_id = $1";

export class PgliteCallbackStore {
	#db;

	/** `db` is a `PGlite`. It has one connection, so its transactions run one after the other. */
	constructor(db) {
		this.#db = db;
	}

	transaction(externalId, work) {
		return this.#db.transaction(async (tx) => {
			let isOpen = true;
			const save = async (record) => {
				if (!isOpen) throw new Error("The transaction has ended.");
				await tx.query(SAVE, [externalId, record]);
			};
			try {
				await tx.query(INSERT, [externalId]);
				const { rows } = await tx.query(LOCK, [externalId]);
				const result = await work({ record: rows[0].record ?? undefined, save, transaction: tx });
				// After an error that somebody caught, COMMIT would roll back without an error. This statement fails then.
				await tx.query("SELECT 1");
				return result;
			} finally {
				isOpen = false;
			}
		});
	}
}
