// Reads the status of an order, to find out whether a callback is still true. A callback has no time and no number, so an
// old callback verifies for ever.
import { HandlerError } from "./handler_error.js";

/** What a status read says about a callback. */
export const CONFIRMED = "confirmed";
export const CONTRADICTED = "contradicted";
export const OUTDATED = "outdated";

export class Confirmation {
	#paystar;
	#timeoutMs;
	/** The reads that are running, so that a hundred copies of a callback need one read. */
	#running = new Map();

	constructor(paystar, timeoutMs) {
		this.#paystar = paystar;
		this.#timeoutMs = timeoutMs;
	}

	#read({ externalId, orderType }, ownId) {
		const pipeline = { Deposit: "deposits", Withdrawal: "payouts" }[orderType];
		if (pipeline === undefined) {
			throw new HandlerError("confirmation_failed", `No status can be read for the order type ${orderType}.`);
		}
		const key = JSON.stringify([pipeline, externalId, ownId]);
		const running = this.#running.get(key);
		if (running) return running;
		const orders = this.#paystar[pipeline];
		const options = { deadlineMs: this.#timeoutMs };
		const read = (
			ownId === undefined ? orders.get(externalId, options) : orders.getByExternalTransactionId(ownId, options)
		).finally(() => this.#running.delete(key));
		this.#running.set(key, read);
		return read;
	}

	/** Reads the status. It may be a read that started before this callback arrived: PayStar's final statuses stay. */
	async stateOf(callback, ownId) {
		let state;
		try {
			state = await this.#read(callback, ownId);
		} catch (error) {
			if (error instanceof HandlerError || error?.code === "key_missing") throw error;
			const message = `The status of the order could not be read, so the callback is not confirmed: ${error?.message}`;
			throw new HandlerError("confirmation_failed", message, { cause: error });
		}
		if (state.externalId === callback.externalId) return state;
		if (ownId === undefined) {
			throw new HandlerError("confirmation_failed", "PayStar returned the status of another order.");
		}
		throw new HandlerError(
			"own_id_mismatch",
			"The id in the URL of the callback belongs to another order. Nobody has signed the URL.",
		);
	}

	/** What PayStar's status says about a callback. Throws if PayStar does not yet say what the callback says. */
	compare(state, callback) {
		const { status, amount } = { status: state.orderStatus, amount: state.amount };
		const decision = this.#paystar.callbacks.nextStatus(amount === undefined ? status : { status, amount }, callback);
		if (decision === "duplicate") return CONFIRMED;
		if (decision === "conflict") return CONTRADICTED;
		if (decision === "stale") return OUTDATED;
		const known = amount === undefined ? status : `${status} ${amount}`;
		throw new HandlerError(
			"not_confirmed",
			`PayStar says ${known}, and the callback says ${callback.status} ${callback.amount}. The status read can lag behind, so the same callback is looked at again when it is repeated.`,
		);
	}
}
