// Callbacks: verified, confirmed, once and in order.
import { compare, makeStatusReader, otherOrder } from "./confirmation.js";
import { HandlerError } from "./handler_error.js";
import { aFunction, anyOf, objectWith, optional, readOptions, SIGNED_RULES, wholeNumber } from "./options.js";
import { afterConflict, afterHandling, decide, isKnownConflict, standingOf } from "./order_record.js";
import { makeSignedHandler } from "./signed_handler.js";
import { inTransaction } from "./store.js";

const RULES = {
	paystar: objectWith("a client", ["callbacks.nextStatus", "payouts.get", "deposits.get"]),
	onCallback: aFunction,
	onConflict: optional(aFunction),
	confirm: anyOf("final", "always", "never"),
	confirmTimeoutMs: wholeNumber(10_000, 600_000),
	ownIdFrom: optional(aFunction),
	...SIGNED_RULES,
};

/** A conflict can mean lost money, so it is never silent. */
function logConflict({ externalId, status }, { previous, state }) {
	console.error(
		`paystar: conflict: the callback of ${externalId} says ${status}, PayStar says ${state?.orderStatus}, and you stored ${previous?.status}.`,
	);
}

/** Returns the function that does everything after the verification of a callback. */
function makeSettlement({
	paystar,
	store,
	onCallback,
	onConflict = logConflict,
	confirm,
	confirmTimeoutMs,
	ownIdFrom,
}) {
	const nextStatus = (...given) => paystar.callbacks.nextStatus(...given);
	const readStatus = makeStatusReader(paystar, confirmTimeoutMs);

	/** Decides and acts in one transaction. Without evidence it may end with the wish for a status read, and no change. */
	const attempt = (callback, url, claimed, evidence) =>
		inTransaction(store, callback.externalId, async ({ record, save, transaction }) => {
			const decision = decide(nextStatus, record, callback);
			if (decision === "duplicate" || decision === "stale") return { decision };
			const ownId = record?.ownId ?? claimed;
			if (claimed !== undefined && claimed !== ownId) throw otherOrder();
			const isKnownId = ownId === record?.ownId || ownId === evidence?.ownId;
			const isCompared = confirm === "always" || (confirm === "final" && callback.isFinal);
			const verdict = evidence?.verdict;
			if (!isKnownId || (isCompared && !verdict)) return { ownId, isCompared };
			if (verdict === "stale") return { decision: verdict };

			const known = { previous: standingOf(record), transaction, url, ...(ownId && { ownId }) };
			if (decision === "conflict" || verdict === "conflict") {
				if (!isKnownConflict(nextStatus, record, callback)) {
					await onConflict(callback, { ...known, decision: "conflict", state: evidence?.state });
					await save(afterConflict(record, callback, ownId));
				}
				return { decision: "conflict" };
			}
			await onCallback(callback, { ...known, decision, confirmed: verdict === "duplicate" });
			await save(afterHandling(record, callback, ownId));
			return { decision };
		});

	return async (callback, url) => {
		// Nobody has signed the URL, so the id is only claimed.
		const claimed = ownIdFrom?.(url) || undefined;
		if (claimed !== undefined && typeof claimed !== "string") {
			throw new HandlerError("own_id_invalid", "ownIdFrom must return a string.");
		}
		const first = await attempt(callback, url, claimed);
		if (first.decision) return first.decision;
		// The status is read outside of any transaction, because it can take seconds.
		const { ownId, isCompared } = first;
		const state = await readStatus(callback, ownId);
		const verdict = isCompared ? compare(nextStatus, state, callback) : undefined;
		// Another callback of this order may have been handled meanwhile. So everything is decided again, with the row locked.
		const { decision } = await attempt(callback, url, claimed, { state, verdict, ownId });
		if (decision) return decision;
		throw new HandlerError("not_confirmed", "The order has changed.", 503);
	};
}

export function createCallbackHandler(options) {
	const checked = readOptions("createCallbackHandler", options, RULES);
	const { callbacks } = checked.paystar;
	const verify = (...given) => callbacks.verify(...given);
	const diagnose = (...given) => callbacks.diagnose(...given);
	return makeSignedHandler({ verify, diagnose, settle: makeSettlement(checked) }, checked);
}
