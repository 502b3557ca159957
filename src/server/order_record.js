// What a store keeps for each order. It is plain JSON. Stores keep it unchanged, and do not look into it.
import { HandlerError } from "./handler_error.js";

/** An order has a handful of combinations of status and amount. This limit only keeps records small. */
const MOST_COMBINATIONS = 256;

const isListed = (nextStatus, list = [], callback) =>
	list.some(
		([status, amount]) => status === callback.status && nextStatus({ status, amount }, callback) === "duplicate",
	);

/** The status and the amount that were passed on last. */
export const standingOf = (record) => record?.status && { status: record.status, amount: record.amount };

/** What a callback means for a record. A combination of status and amount that was handled is a duplicate for ever. */
export function decide(nextStatus, record, callback) {
	if (record && record.orderType !== callback.orderType) return "conflict";
	if (isListed(nextStatus, record?.handled, callback)) return "duplicate";
	return nextStatus(standingOf(record), callback);
}

/** Whether `onConflict` was called for this callback. */
export const isKnownConflict = (nextStatus, record, callback) => isListed(nextStatus, record?.conflicts, callback);

function extended(record, list, callback, ownId) {
	const { status, amount, orderType } = callback;
	const known = record?.[list] ?? [];
	if (known.length >= MOST_COMBINATIONS) {
		throw new HandlerError("record_full", `The order has more than ${MOST_COMBINATIONS} amounts.`);
	}
	return { orderType, ...record, ...(ownId && { ownId }), [list]: [...known, [status, amount]] };
}

/** The record after a callback was passed on. */
export const afterHandling = (record, callback, ownId) => ({
	...extended(record, "handled", callback, ownId),
	status: callback.status,
	amount: callback.amount,
});

/** The record after `onConflict` was called. */
export const afterConflict = (record, callback, ownId) => extended(record, "conflicts", callback, ownId);
