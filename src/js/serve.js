// The sandbox behind `fetch` and behind HTTP. `handle` is the Rust sandbox, `courier` sends its callbacks.

const LONGEST_BODY = 1024 * 1024;
/** The client's own header: the host that a request would have gone to. */
const HOST_HEADER = "x-paystar-host";

export function toFetch(handle, courier) {
	return async (request) => {
		request.signal?.throwIfAborted();
		const body = new Uint8Array(await request.arrayBuffer());
		if (body.length > LONGEST_BODY) return new Response(null, { status: 413 });
		const { origin, host, pathname, search } = new URL(request.url);
		const [status, headers, text] = handle({
			method: request.method,
			target: pathname + search,
			authorization: request.headers.get("authorization") ?? undefined,
			host,
			namedHost: request.headers.get(HOST_HEADER) ?? undefined,
			origin,
			body,
		});
		courier.changed();
		return new Response(text === "" ? null : text, { status, headers });
	};
}

export async function listen(handle, courier, port = 0) {
	// Behind a name that bundlers do not follow: browsers have no node:http, and need none.
	const name = "node:http";
	const { createServer } = await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
	const server = createServer((request, response) => {
		const parts = [];
		let length = 0;
		request.on("data", (part) => {
			length += part.length;
			if (length <= LONGEST_BODY) parts.push(part);
		});
		request.on("error", () => response.destroy());
		request.on("end", () => {
			if (length > LONGEST_BODY) {
				response.writeHead(413).end();
				return;
			}
			const [status, headers, text] = handle({
				method: request.method,
				target: request.url,
				authorization: request.headers.authorization,
				host: request.headers.host,
				namedHost: request.headers[HOST_HEADER],
				address: request.socket.remoteAddress,
				origin,
				body: Buffer.concat(parts),
			});
			response.writeHead(status, Object.fromEntries(headers)).end(text);
			courier.changed();
		});
	});
	await new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen({ port, host: "127.0.0.1" }, resolve);
	});
	const { port: taken } = server.address();
	const origin = `http://127.0.0.1:${taken}`;
	courier.serverOpened();
	let isOpen = true;
	const close = () =>
		new Promise((resolve) => {
			if (isOpen) courier.serverClosed();
			isOpen = false;
			server.close(() => resolve());
			server.closeAllConnections();
		});
	return { url: origin, port: taken, close };
}
