// Receives PayStar's callbacks with a web-standard handler. It works unchanged in Hono, Next.js, Workers, Deno and Bun.
import { PayStar } from "paystar";
import { createCallbackHandler } from "paystar/server";

/**
 * Returns the handler. `store` keeps what was handled, for example a `PostgresCallbackStore` (callback-stores/postgres.mjs).
 * `saveStatus(callback, transaction)` changes the order in the same transaction of the database.
 */
export function callbackHandler(options, store, saveStatus) {
	return createCallbackHandler({
		paystar: new PayStar(options),
		store,
		onCallback: (callback, { transaction }) => saveStatus(callback, transaction),
	});
}
