// Receives PayStar's callbacks with a web-standard handler: Hono, Next.js, Workers, Deno and Bun take it as it is.
import { nextStatus, PayStar, SignatureError } from "paystar";

/** Makes the handler. `orders` is your database: `get(id)` and `set(id, { status, amount })`, sync or not. */
export function callbackHandler(options, orders) {
	const paystar = new PayStar(options);
	return async (request) => {
		let callback;
		try {
			// The raw bytes: `request.json()` would lose digits of the amount, and with them the signature.
			const rawBody = new Uint8Array(await request.arrayBuffer());
			callback = paystar.callbacks.verify(rawBody, request.headers.get("signature"));
		} catch (error) {
			if (!(error instanceof SignatureError)) throw error;
			return new Response(error.code, { status: 401 });
		}
		// Callbacks repeat and overtake each other; only news is stored.
		const decision = nextStatus(await orders.get(callback.externalId), callback);
		if (decision === "applied") {
			await orders.set(callback.externalId, { status: callback.status, amount: callback.amount });
		}
		return new Response(decision);
	};
}
