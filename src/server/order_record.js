// What a store keeps for each order. It is plain JSON. Stores keep it unchanged, and do not look into it.
import { HandlerError } from "./handler_error.js";

/** An order has a handful of combinations of status and amount. This limit only keeps records small. */
const MOST_COMBINATIONS = 256;

const isListed = (nextStatus, list = [], callback) =>
	list.some(
		([status, amount]) => status === callback.status && nextStatus({ status, amount }, callback) === "duplicate",
	);

/** The status and the amount that were passed on last. */
export const standingOf = (record) =>
	record?.status === undefined ? undefined : { status: record.status, amount: record.amount };

/** What a callback means for a record. A combination of status and amount that was handled is a duplicate for ever. */
export function decide(nextStatus, record, callback) {
	if (record === undefined) return "applied";
	if (record.orderType !== callback.orderType) return "conflict";
	if (isListed(nextStatus, record.handled, callback)) return "duplicate";
	return nextStatus(standingOf(record), callback);
}

/** Whether `onConflict` was called for this callback. */
export const isKnownConflict = (nextStatus, record, callback) => isListed(nextStatus, record?.conflicts, callback);

function extended(list = [], { status, amount }) {
	if (list.length < MOST_COMBINATIONS) return [...list, [status, amount]];
	const limit = `The order has more than ${MOST_COMBINATIONS} combinations of status and amount.`;
	throw new HandlerError("record_full", `${limit} Find out who sends them, and remove its record.`);
}

const withOwnId = (ownId) => (ownId === undefined ? {} : { ownId });

/** The record after a callback was passed on. */
export const afterHandling = (record, callback, ownId) => ({
	...record,
	...withOwnId(ownId),
	status: callback.status,
	amount: callback.amount,
	orderType: callback.orderType,
	handled: extended(record?.handled, callback),
});

/** The record after `onConflict` was called. */
export const afterConflict = (record, callback, ownId) => ({
	orderType: callback.orderType,
	...withOwnId(ownId),
	...record,
	conflicts: extended(record?.conflicts, callback),
});
