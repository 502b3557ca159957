// Receives PayStar's callbacks with a web-standard handler. It works unchanged in Hono, Next.js, Workers, Deno and Bun.
import { nextStatus, PayStar, SignatureError } from "paystar";

/** Returns the handler. `orders` is your database, with `get(id)` and `set(id, { status, amount })`. Both may be async. */
export function callbackHandler(options, orders) {
	const paystar = new PayStar(options);
	return async (request) => {
		let callback;
		try {
			// Verify the raw bytes. `request.json()` can lose digits of the amount, and then the signature is wrong.
			const rawBody = new Uint8Array(await request.arrayBuffer());
			callback = paystar.callbacks.verify(rawBody, request.headers.get("signature"));
		} catch (error) {
			if (!(error instanceof SignatureError)) throw error;
			return new Response(error.code, { status: 401 });
		}
		// A callback can come twice, or after a newer callback. So only a new status is stored.
		const decision = nextStatus(await orders.get(callback.externalId), callback);
		if (decision === "applied") {
			await orders.set(callback.externalId, { status: callback.status, amount: callback.amount });
		}
		return new Response(decision);
	};
}
