// An example of the option `fetch`: undici's `request`, which costs less than the global `fetch`.
//
// const paystar = new PayStar({ payouts, fetch: undiciFetch(new Agent()) });
import { request } from "undici";

/** Sends what the client asks for through a dispatcher of undici: an `Agent`, or a `ProxyAgent`. */
export function undiciFetch(dispatcher) {
	return async (asked) => {
		const { statusCode, headers, body } = await request(asked.url, {
			dispatcher,
			method: asked.method,
			headers: Object.fromEntries(asked.headers),
			body: asked.body === null ? null : await asked.text(),
			signal: asked.signal,
		});
		return new Response(await body.text(), { status: statusCode, headers });
	};
}
