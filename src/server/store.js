// Stores: the one that the package has, and how the handlers use all of them.
import { HandlerError, refusal } from "./handler_error.js";
import { numberOption } from "./options.js";

/**
 * Runs `work` in a transaction of a store, and returns its result only if the transaction committed. The result does not
 * go through the store, so that a store that swallows an error cannot make a failure look like a success.
 */
export async function inTransaction(store, id, work) {
	let result;
	await store.transaction(id, async (opened) => {
		result = undefined;
		const record = opened.record ?? undefined;
		const value = await work({ ...opened, record });
		result = { value };
	});
	if (result) return result.value;
	throw new HandlerError(
		"store_invalid",
		"transaction() of the store resolved, but its work did not run to its end. Return the promise of work, and let its errors pass.",
	);
}

const LOCK_MS = 30_000;

export class MemoryCallbackStore {
	#maxOrders;
	#records = new Map();
	/** For each order with a running transaction: the end of its last transaction. */
	#locks = new Map();
	/** New orders whose transactions are running. */
	#arriving = new Set();

	constructor(options = {}) {
		this.#maxOrders = numberOption("MemoryCallbackStore", options, "maxOrders", 100_000, 1, 10_000_000);
	}

	get size() {
		return this.#records.size;
	}

	forget(externalId) {
		return this.#records.delete(externalId);
	}

	/** Waits until the order has no other transaction. Returns the function that ends this one. */
	async #lock(externalId) {
		const before = this.#locks.get(externalId);
		let end;
		const ended = new Promise((resolve) => (end = resolve));
		const last = Promise.all([before, ended]).then(() => {
			if (this.#locks.get(externalId) === last) this.#locks.delete(externalId);
		});
		this.#locks.set(externalId, last);
		let timer;
		const late = new Promise((_, reject) => {
			const fail = () =>
				reject(new HandlerError("store_busy", `Another callback of this order is still running after ${LOCK_MS} ms.`));
			if (before) timer = setTimeout(fail, LOCK_MS);
		});
		try {
			await Promise.race([before, late]);
		} catch (error) {
			end();
			throw error;
		} finally {
			clearTimeout(timer);
		}
		return end;
	}

	/** An order that is forgotten could be paid out twice, so a full store refuses new orders instead. */
	#reserve(externalId) {
		if (this.#records.has(externalId)) return;
		if (this.#records.size + this.#arriving.size >= this.#maxOrders) {
			throw new HandlerError(
				"store_full",
				`MemoryCallbackStore has ${this.#maxOrders} orders, and forgets none of them. Use a store in your database.`,
			);
		}
		this.#arriving.add(externalId);
	}

	async transaction(externalId, work) {
		if (typeof externalId !== "string" || typeof work !== "function") {
			throw refusal("transaction needs an externalId and a function.");
		}
		const end = await this.#lock(externalId);
		let isOpen = true;
		let saved;
		try {
			this.#reserve(externalId);
			const save = async (record) => {
				if (!isOpen) throw new HandlerError("store_closed", "The transaction has ended, so nothing was saved.");
				saved = structuredClone(record);
			};
			const result = await work({
				record: structuredClone(this.#records.get(externalId)),
				save,
				transaction: undefined,
			});
			if (saved !== undefined) this.#records.set(externalId, saved);
			return result;
		} finally {
			isOpen = false;
			this.#arriving.delete(externalId);
			end();
		}
	}
}
Object.defineProperty(MemoryCallbackStore, "name", { value: "MemoryCallbackStore", configurable: true });
