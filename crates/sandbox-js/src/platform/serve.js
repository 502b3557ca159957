// The sandbox as an HTTP server of Node. `sandbox` is the object for wasm, and `courier` sends its callbacks.

import {
	CUT_IN_BODY,
	CUT_IN_HEADERS,
	LATE,
	LONGEST_BODY,
	LOST,
	MISSING_BYTES,
	PIECES,
	SHORT,
	SLOW,
	STALLED,
	STALLED_IN_BODY,
} from "./transmission.js";

const BEFORE_RESET_MS = 20;

export async function listen(sandbox, courier, port = 0) {
	const { createServer } = await nodeHttp();
	const server = createServer((request, response) => {
		// The sandbox adds a date from its clock.
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
				reply = sandbox.handle({
					method: request.method,
					target: request.url,
					authorization: request.headers.authorization,
					host: request.headers.host,
					namedHost: request.headers[sandbox.hostHeader],
					address: request.socket.remoteAddress,
					origin,
					body: Buffer.concat(parts),
				});
			} catch (error) {
				// The sandbox was lost or disposed. The server says so, and continues.
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

/** Bundlers must not follow the import, because browsers have no node:http. Jest refuses imports in CommonJS. */
async function nodeHttp() {
	const name = "node:http";
	return (
		globalThis.process?.getBuiltinModule?.(name) ?? (await import(/* webpackIgnore: true */ /* @vite-ignore */ name))
	);
}

function send([status, headers, text, transmission, ms], response, socket) {
	const body = Buffer.from(text);
	const half = body.subarray(0, body.length / 2);
	// Node's own writer cannot send a part of a response.
	const head = (length) => {
		const lines = [...headers, ["content-length", length]].map(([name, value]) => `${name}: ${value}\r\n`);
		return Buffer.from(`HTTP/1.1 ${status} \r\n${lines.join("")}\r\n`);
	};
	const promised = Math.max(body.length, 1);
	// A reset that arrives together with the bytes before it looks like an ordinary end. So the other side, which can be
	// in the same process, gets time to read.
	const reset = () => setTimeout(() => setImmediate(() => socket.resetAndDestroy()), BEFORE_RESET_MS);
	const begin = () => response.writeHead(status, { ...Object.fromEntries(headers), "content-length": body.length });
	switch (transmission) {
		case LOST:
			socket.destroy();
			return;
		case CUT_IN_HEADERS:
			socket.write(head(promised).subarray(0, head(promised).length / 2), reset);
			return;
		case CUT_IN_BODY:
			socket.write(Buffer.concat([head(promised), half]), reset);
			return;
		case STALLED:
			return;
		case STALLED_IN_BODY:
			socket.write(Buffer.concat([head(promised), half]));
			return;
		case SHORT:
			socket.end(Buffer.concat([head(body.length + MISSING_BYTES), body]));
			return;
		case LATE: {
			const timer = setTimeout(() => begin().end(body), ms);
			response.on("close", () => clearTimeout(timer));
			return;
		}
		case SLOW:
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
