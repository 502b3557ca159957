// Plain servers, instead of the sandbox. They record the requests, and each test sets the responses.
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";

/** Starts a server on a free port of loopback. Resolves to its URL. */
export const listening = (server) =>
	new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen({ port: 0, host: "127.0.0.1" }, () => resolve(`http://127.0.0.1:${server.address().port}`));
	});

/** Serves HTTP for one test. `answer(request, response)` can do anything. `requests` has the requests, as text. */
export async function serve(t, answer) {
	const requests = [];
	const server = createServer((request, response) => {
		const parts = [];
		request.on("data", (part) => parts.push(part));
		request.on("error", () => {});
		request.on("end", () => {
			const { method, url, headers, rawHeaders } = request;
			requests.push({ method, url, headers, rawHeaders, body: Buffer.concat(parts).toString() });
			answer(request, response);
		});
	});
	const url = await listening(server);
	t.after(() => {
		server.close();
		server.closeAllConnections();
	});
	return { url, requests };
}

/** Serves TCP for one test. Calls `onRequest(socket, text)` when the request is complete. */
export async function serveTcp(t, onRequest) {
	const sockets = new Set();
	const server = createTcpServer((socket) => {
		sockets.add(socket);
		let text = "";
		let isAnswered = false;
		socket.on("error", () => {});
		socket.on("data", (part) => {
			text += part;
			const [head, body = ""] = text.split("\r\n\r\n", 2);
			const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
			if (isAnswered || !text.includes("\r\n\r\n") || Buffer.byteLength(body) < length) return;
			isAnswered = true;
			onRequest(socket, text);
		});
	});
	const url = await listening(server);
	t.after(() => {
		server.close();
		for (const socket of sockets) socket.destroy();
	});
	return url;
}

/** A URL without a server. */
export async function unusedUrl() {
	const server = createTcpServer();
	const url = await listening(server);
	await new Promise((resolve) => server.close(resolve));
	return url;
}

export const json = (status, body) => (_, response) => {
	response.writeHead(status, { "content-type": "application/json" }).end(body);
};

/** Serves HTTP like `serve`. `connections` has the sockets of the requests. */
export async function serveCounting(t, answer = json(200, CREATED)) {
	const connections = new Set();
	const server = await serve(t, (request, response) => {
		connections.add(request.socket);
		answer(request, response);
	});
	return { ...server, connections };
}

export const CREATED = '{"externalId": "PSP-1", "orderStatus": "Created"}';
