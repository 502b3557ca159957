// The sandbox behind HTTP. `handle` is the Rust sandbox, `courier` sends its callbacks.

export const LONGEST_BODY = 1024 * 1024;
/** The client's own header: the host that a request would have gone to. */
export const HOST_HEADER = "x-paystar-host";
/** How much more a wrong `content-length` promises. */
export const MISSING_BYTES = 16;
const BEFORE_RESET_MS = 20;
/** Of a body that is sent slowly. */
export const PIECES = 8;

export async function listen(handle, courier, port = 0) {
	const { createServer } = await nodeHttp();
	const server = createServer((request, response) => {
		// Each answer has its date by the sandbox's clock.
		response.sendDate = false;
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
			let reply;
			try {
				reply = handle({
					method: request.method,
					target: request.url,
					authorization: request.headers.authorization,
					host: request.headers.host,
					namedHost: request.headers[HOST_HEADER],
					address: request.socket.remoteAddress,
					origin,
					body: Buffer.concat(parts),
				});
			} catch (error) {
				// A sandbox that was lost or disposed. Its server says so, and goes on.
				response.writeHead(503, { "content-type": "text/plain; charset=utf-8" }).end(error.message);
				return;
			}
			send(reply, response, request.socket);
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

/** Bundlers must not follow the import: browsers have no node:http, and need none. Jest refuses imports in CommonJS. */
async function nodeHttp() {
	const name = "node:http";
	return (
		globalThis.process?.getBuiltinModule?.(name) ?? (await import(/* webpackIgnore: true */ /* @vite-ignore */ name))
	);
}

function send([status, headers, text, sending, ms], response, socket) {
	const body = Buffer.from(text);
	const half = body.subarray(0, body.length / 2);
	// Past Node's own writer, which would not send half of a thing.
	const head = (length) => {
		const lines = [...headers, ["content-length", length]].map(([name, value]) => `${name}: ${value}\r\n`);
		return Buffer.from(`HTTP/1.1 ${status} \r\n${lines.join("")}\r\n`);
	};
	const promised = Math.max(body.length, 1);
	// A reset that comes together with the bytes before it looks like an ordinary end: the other side reads first, even
	// where it is in this very process.
	const reset = () => setTimeout(() => setImmediate(() => socket.resetAndDestroy()), BEFORE_RESET_MS);
	const begin = () => response.writeHead(status, { ...Object.fromEntries(headers), "content-length": body.length });
	switch (sending) {
		case "lost":
			socket.destroy();
			return;
		case "cutInHeaders":
			socket.write(head(promised).subarray(0, head(promised).length / 2), reset);
			return;
		case "cutInBody":
			socket.write(Buffer.concat([head(promised), half]), reset);
			return;
		case "stalled":
			return;
		case "stalledInBody":
			socket.write(Buffer.concat([head(promised), half]));
			return;
		case "short":
			socket.end(Buffer.concat([head(body.length + MISSING_BYTES), body]));
			return;
		case "late": {
			const timer = setTimeout(() => begin().end(body), ms);
			response.on("close", () => clearTimeout(timer));
			return;
		}
		case "slow":
			begin().flushHeaders();
			trickle(body, ms, response);
			return;
		default:
			begin().end(body);
	}
}

function trickle(body, ms, response) {
	const size = Math.ceil(body.length / PIECES);
	let piece = 0;
	const timer = setInterval(() => {
		response.write(body.subarray(piece * size, (piece + 1) * size));
		piece++;
		if (piece < PIECES) return;
		clearInterval(timer);
		response.end();
	}, ms / PIECES);
	response.on("close", () => clearInterval(timer));
}
