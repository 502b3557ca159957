// Reads the status of an order, to find out whether a callback is still true. A callback has no time and no number, so an
// old callback verifies for ever.
import { HandlerError } from "./handler_error.js";
import { within } from "./within.js";

const PIPELINES = { Deposit: "deposits", Withdrawal: "payouts" };

const failed = (message, cause) =>
	new HandlerError("confirmation_failed", `The callback is not confirmed: ${message}`, 503, { cause });

export const otherOrder = () => new HandlerError("own_id_mismatch", "The id in the URL belongs to another order.", 401);

/** Makes a function that reads the status of the order of a callback, by PayStar's id or by the merchant's own id. */
export function makeStatusReader(paystar, timeoutMs) {
	/** The reads that are running, so that a hundred copies of a callback need one read. PayStar's final statuses stay. */
	const running = new Map();

	function start(key, read) {
		const promise = read();
		const forget = () => running.get(key) === promise && running.delete(key);
		running.set(key, promise);
		// If every request stopped waiting, the error of the read must not be unhandled.
		promise.then(forget, forget);
		return promise;
	}

	return async ({ externalId, orderType }, ownId) => {
		const pipeline = PIPELINES[orderType];
		if (!pipeline) throw failed(`unknown order type ${orderType}.`);
		const orders = paystar[pipeline];
		const options = { deadlineMs: timeoutMs };
		const read = async () =>
			ownId === undefined ? orders.get(externalId, options) : orders.getByExternalTransactionId(ownId, options);
		const key = JSON.stringify([pipeline, externalId, ownId]);
		let state;
		try {
			// The read may belong to a request that its platform has cancelled. Then it never ends.
			state = await within(timeoutMs, running.get(key) ?? start(key, read), () => {
				running.delete(key);
				return new Error(`it took more than ${timeoutMs} ms.`);
			});
		} catch (error) {
			throw failed(error?.message, error);
		}
		if (state.externalId === externalId) return state;
		if (ownId === undefined) throw failed("PayStar returned another order.");
		throw otherOrder();
	};
}

/**
 * What PayStar's status says about a callback: `duplicate` if it agrees, `conflict`, or `stale` if it is newer. Throws if
 * PayStar does not yet say what the callback says.
 */
export function compare(nextStatus, { orderStatus: status, amount }, callback) {
	const decision = nextStatus({ status, amount }, callback);
	if (decision !== "applied") return decision;
	const said = [status, amount].join(" ").trim();
	throw new HandlerError(
		"not_confirmed",
		`PayStar says ${said}, and the callback says ${callback.status} ${callback.amount}. The status read can lag behind.`,
		503,
	);
}
