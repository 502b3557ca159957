// What users may write with paystar/server, and what the compiler must refuse.
import { PayStar } from "paystar";
import {
	createAlertHandler,
	createCallbackHandler,
	HandlerError,
	MemoryCallbackStore,
	toNodeHandler,
	type CallbackStore,
	type SignedEnvelope,
} from "paystar/server";
import { testCallbackStore } from "paystar/server/testing";

const paystar = new PayStar({ baseUrl: "http://127.0.0.1:4010" });
const queued: SignedEnvelope[] = [];

const handle = createCallbackHandler({
	paystar,
	store: new MemoryCallbackStore({ maxOrders: 10 }),
	onCallback: async (callback, { decision, previous, transaction, confirmed, url, ownId }) => {
		const known: "applied" = decision;
		const none: undefined = transaction;
		console.log(callback.status, previous?.amount, confirmed, url.length, ownId?.length, known, none);
	},
	onConflict: (callback, { state, previous }) => console.log(callback.externalId, state?.orderStatus, previous?.status),
	onRejected: (error, diagnosis, { status }) => {
		if (error instanceof HandlerError && error.code === "not_confirmed") console.log(status, diagnosis?.cause);
	},
	confirm: "final",
	ownIdFrom: (url) => new URL(url).searchParams.get("order") ?? undefined,
	queue: async (envelope) => void queued.push(envelope),
});

export const response: Promise<Response> = handle(new Request("http://shop.example/"));
export const node: (request: object, response: object) => Promise<void> = toNodeHandler(handle);
export const queueing = toNodeHandler(handle.enqueue);
export const decided: Promise<{ decision: "applied" | "duplicate" | "stale" | "conflict" }> = handle.process(
	JSON.parse("{}") as SignedEnvelope,
);

/** A database of a merchant. */
interface Sql {
	query(text: string): Promise<void>;
}
declare const store: CallbackStore<Sql>;
createCallbackHandler({
	paystar,
	store,
	onCallback: (_, { transaction }) => transaction.query("update orders set …"),
});
createAlertHandler({ paystar, store, onAlert: (alert, { transaction }) => transaction.query(alert.message) });

testCallbackStore({
	test: (name, work) => void [name, work],
	createStore: () => ({ store, effects: { write: (sql, key) => sql.query(key), count: async () => 1 } }),
});

// @ts-expect-error A store is required.
createCallbackHandler({ paystar, onCallback: () => {} });
// @ts-expect-error The word is not an option.
createCallbackHandler({ paystar, store, onCallback: () => {}, confirm: "sometimes" });
// @ts-expect-error A client is required.
createCallbackHandler({ paystar: {}, store, onCallback: () => {} });
createCallbackHandler({
	paystar,
	store,
	// @ts-expect-error The transaction of this store has no such method.
	onCallback: (_, { transaction }) => transaction.commit(),
});
