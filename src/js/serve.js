// The sandbox behind `fetch` and behind HTTP. `handle` is the Rust sandbox.

const LONGEST_BODY = 1024 * 1024;
const HEADERS = { "content-type": "application/json; charset=utf-8" };

export function toFetch(handle) {
	return async (request) => {
		request.signal?.throwIfAborted();
		const body = new Uint8Array(await request.arrayBuffer());
		const [status, text] = handle(
			request.method,
			new URL(request.url).pathname,
			request.headers.get("authorization") ?? undefined,
			body,
		);
		return text === "" ? new Response(null, { status }) : new Response(text, { status, headers: HEADERS });
	};
}

export async function listen(handle, port = 0) {
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
			const path = request.url.split("?", 1)[0];
			const [status, text] = handle(request.method, path, request.headers.authorization, Buffer.concat(parts));
			response.writeHead(status, text === "" ? {} : HEADERS).end(text);
		});
	});
	await new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen({ port, host: "127.0.0.1" }, resolve);
	});
	const address = server.address();
	const close = () =>
		new Promise((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
	return { url: `http://127.0.0.1:${address.port}`, port: address.port, close };
}
