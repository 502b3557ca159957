// A server with a self-signed certificate, over TLS or HTTPS.
import { createServer } from "node:https";
import { createServer as createTcpServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { generate } from "selfsigned";
import { CREATED, listening } from "./http.mjs";

const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
	keyType: "ec",
	extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
});

/** The certificate. A client that trusts it also trusts the servers in this file, with the host `localhost`. */
export const certificate = cert;

/** Counts the decrypted bytes that arrive. */
export async function serveTls(t, options = {}) {
	const seen = { bytes: 0 };
	const server = createTlsServer({ key, cert, ...options }, (socket) => {
		socket.on("error", () => {});
		socket.on("data", (part) => (seen.bytes += part.length));
	});
	server.on("tlsClientError", () => {});
	const { port } = new URL(await listening(server));
	t.after(() => server.close());
	return { url: `https://localhost:${port}`, seen };
}

/** Answers every request with a created order. */
export async function serveHttps(t) {
	const connections = [];
	const server = createServer({ key, cert }, (request, response) =>
		request.resume().on("end", () => response.end(CREATED)),
	);
	server.on("secureConnection", (socket) => connections.push(socket));
	const { port } = new URL(await listening(server));
	t.after(() => {
		server.close();
		server.closeAllConnections();
	});
	return { url: `https://localhost:${port}`, connections };
}

/** Like `serveHttps`, but the TLS handshake begins after 300 ms. */
export async function serveSlowTls(t, onRequest) {
	const server = createServer({ key, cert }, (request, response) => {
		onRequest(request);
		request.resume().on("end", () => response.end(CREATED));
	});
	const front = createTcpServer((socket) => setTimeout(() => server.emit("connection", socket), 300));
	const { port } = new URL(await listening(front));
	t.after(() => {
		front.close();
		server.closeAllConnections();
	});
	return { server, url: `https://localhost:${port}` };
}
