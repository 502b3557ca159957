// Callbacks: verified, confirmed, once and in order.
import { Confirmation, CONFIRMED, CONTRADICTED, OUTDATED } from "./confirmation.js";
import { HandlerError } from "./handler_error.js";
import { checkNames, functionOption, numberOption, objectOption, wordOption } from "./options.js";
import { afterConflict, afterHandling, decide, isKnownConflict, standingOf } from "./order_record.js";
import { makeSignedHandler } from "./signed_handler.js";
import { inTransaction } from "./store.js";

const MAKER = "createCallbackHandler";
const CLIENT_HINT = "Pass a client: new PayStar({ … }).";
const STORE_HINT = "Pass new MemoryCallbackStore(), or a store in your database.";
const CLIENT_METHODS = [
	"callbacks.verify",
	"callbacks.diagnose",
	"callbacks.nextStatus",
	"payouts.get",
	"payouts.getByExternalTransactionId",
	"deposits.get",
	"deposits.getByExternalTransactionId",
];
const NAMES = [
	"paystar",
	"store",
	"onCallback",
	"onConflict",
	"onRejected",
	"confirm",
	"confirmTimeoutMs",
	"ownIdFrom",
	"queue",
	"maxBodyBytes",
	"bodyTimeoutMs",
];

/** The limits of a body. */
export const limitsOf = (maker, options) => ({
	maxBodyBytes: numberOption(maker, options, "maxBodyBytes", 65_536, 1, 2 ** 24),
	bodyTimeoutMs: numberOption(maker, options, "bodyTimeoutMs", 10_000, 1, 600_000),
});

export const storeOption = (maker, options) => objectOption(maker, options, "store", ["transaction"], STORE_HINT);

/** A conflict can mean lost money, so it is never silent. */
function logConflict({ externalId, status }, { previous, state }) {
	const known = previous?.status ?? "nothing";
	console.error(
		`paystar: a callback of the order ${externalId} says ${status}. You stored ${known}, and PayStar says ${state?.orderStatus ?? "nothing"}. It was not passed on.`,
	);
}

/** Does everything after the verification of a callback. */
class Settlement {
	#store;
	#confirm;
	#confirmation;
	#nextStatus;
	#ownIdFrom;
	#onCallback;
	#onConflict;

	constructor(options) {
		const paystar = objectOption(MAKER, options, "paystar", CLIENT_METHODS, CLIENT_HINT);
		this.#store = storeOption(MAKER, options);
		this.#confirm = wordOption(MAKER, options, "confirm", ["final", "always", "never"]);
		const timeoutMs = numberOption(MAKER, options, "confirmTimeoutMs", 10_000, 1, 600_000);
		this.#confirmation = new Confirmation(paystar, timeoutMs);
		this.#nextStatus = (current, callback) => paystar.callbacks.nextStatus(current, callback);
		this.#ownIdFrom = functionOption(MAKER, options, "ownIdFrom", false);
		this.#onCallback = functionOption(MAKER, options, "onCallback", true);
		this.#onConflict = functionOption(MAKER, options, "onConflict", false) ?? logConflict;
	}

	/** The merchant's own id in a URL. Nobody has signed it. `undefined` if the URL has none. */
	#claimedId(url) {
		const id = this.#ownIdFrom?.(url) ?? undefined;
		if (id === undefined || typeof id === "string") return id || undefined;
		throw new HandlerError("own_id_invalid", "ownIdFrom must return a string, or undefined.");
	}

	async settle(callback, url) {
		const claimed = this.#claimedId(url);
		const first = await this.#attempt(callback, url, claimed);
		if (first.needsStatus === undefined) return first.decision;
		// The status is read outside of any transaction, because it can take seconds.
		const { ownId, isCompared } = first.needsStatus;
		const state = await this.#confirmation.stateOf(callback, ownId);
		const verdict = isCompared ? this.#confirmation.compare(state, callback) : undefined;
		// Another callback of this order may have been handled meanwhile. So everything is decided again, with the row locked.
		const second = await this.#attempt(callback, url, claimed, { state, verdict, ownId });
		if (second.needsStatus === undefined) return second.decision;
		throw new HandlerError("not_confirmed", "The order changed while its status was read.");
	}

	/** Decides and acts in one transaction. Without evidence it may end with the wish for a status read, and no change. */
	#attempt(callback, url, claimed, evidence) {
		return inTransaction(this.#store, callback.externalId, async ({ record, save, transaction }) => {
			const decision = decide(this.#nextStatus, record, callback);
			if (decision === "duplicate" || decision === "stale") return { decision };
			const ownId = record?.ownId ?? claimed;
			if (claimed !== undefined && claimed !== ownId) {
				throw new HandlerError(
					"own_id_mismatch",
					"The id in the URL is not the id of the earlier callbacks of this order.",
				);
			}
			const isKnownId = ownId === undefined || ownId === record?.ownId || ownId === evidence?.ownId;
			const isCompared = this.#confirm === "always" || (this.#confirm === "final" && callback.isFinal);
			if (!isKnownId || (isCompared && evidence?.verdict === undefined)) return { needsStatus: { ownId, isCompared } };
			if (evidence?.verdict === OUTDATED) return { decision: "stale" };

			const previous = standingOf(record);
			const known = { previous, transaction, url, ...(ownId === undefined ? {} : { ownId }) };
			if (decision === "conflict" || evidence?.verdict === CONTRADICTED) {
				if (isKnownConflict(this.#nextStatus, record, callback)) return { decision: "conflict" };
				await this.#onConflict(callback, { ...known, decision: "conflict", state: evidence?.state });
				await save(afterConflict(record, callback, ownId));
				return { decision: "conflict" };
			}
			await this.#onCallback(callback, { ...known, decision, confirmed: evidence?.verdict === CONFIRMED });
			await save(afterHandling(record, callback, ownId));
			return { decision };
		});
	}
}

export function createCallbackHandler(options) {
	checkNames(MAKER, options, NAMES);
	const settlement = new Settlement(options);
	const { callbacks } = options.paystar;
	const limits = limitsOf(MAKER, options);
	const { maxBodyBytes } = limits;
	return makeSignedHandler({
		title: MAKER,
		verify: (bytes, signature) => callbacks.verify(bytes, signature, { maxBodyBytes }),
		diagnose: (bytes, signature) => callbacks.diagnose(bytes, signature, { maxBodyBytes }),
		settle: (callback, url) => settlement.settle(callback, url),
		queue: functionOption(MAKER, options, "queue", false),
		onRejected: functionOption(MAKER, options, "onRejected", false),
		limits,
	});
}
