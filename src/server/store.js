// Stores: the one that the package has, and how the handlers use all of them.
import { HandlerError } from "./handler_error.js";
import { readOptions, wholeNumber } from "./options.js";
import { within } from "./within.js";

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
	throw new HandlerError("store_invalid", "The store must await its work, and pass errors on.");
}

const LOCK_MS = 30_000;

export class MemoryCallbackStore {
	// Minifiers rename classes.
	static name = "MemoryCallbackStore";
	#maxOrders;
	#records = new Map();
	/** For each order with a running transaction: the end of its last transaction. The next one waits for it. */
	#last = new Map();
	/** New orders whose transactions are running. */
	#arriving = 0;

	constructor(options = {}) {
		const rules = { maxOrders: wholeNumber(100_000, 10_000_000) };
		this.#maxOrders = readOptions("MemoryCallbackStore", options, rules).maxOrders;
	}

	get size() {
		return this.#records.size;
	}

	forget(externalId) {
		return this.#records.delete(externalId);
	}

	async #run(externalId, work, before) {
		const late = () => new HandlerError("store_busy", "The order is locked.");
		await within(LOCK_MS, before, late);
		let isOpen = true;
		let saved;
		const save = async (record) => {
			if (!isOpen) throw new HandlerError("store_closed", "The transaction has ended.");
			saved = structuredClone(record);
		};
		const isNew = !this.#records.has(externalId);
		// An order that is forgotten could be paid out twice, so a full store refuses new orders instead.
		if (isNew && this.#records.size + this.#arriving >= this.#maxOrders) {
			throw new HandlerError("store_full", "MemoryCallbackStore is full. Use a database.");
		}
		this.#arriving += isNew;
		try {
			const record = structuredClone(this.#records.get(externalId));
			const result = await work({ record, save, transaction: undefined });
			if (saved) this.#records.set(externalId, saved);
			return result;
		} finally {
			isOpen = false;
			this.#arriving -= isNew;
		}
	}

	transaction(externalId, work) {
		const before = this.#last.get(externalId);
		const running = this.#run(externalId, work, before);
		const ended = Promise.allSettled([before, running]).then(() => {
			if (this.#last.get(externalId) === ended) this.#last.delete(externalId);
		});
		this.#last.set(externalId, ended);
		return running;
	}
}
