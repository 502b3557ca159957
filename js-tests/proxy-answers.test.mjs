// A proxy responds instead of PayStar. The client must not trust the response, because it did not come over TLS.
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect, createServer } from "node:net";
import { connect as connectTls } from "node:tls";
import { test } from "node:test";
import { HttpsProxyAgent } from "https-proxy-agent";
import { ConnectionError } from "paystar";
import { clientOf, payout, rejection } from "./support/client.mjs";
import { listening } from "./support/http.mjs";
import { certificate, serveHttps } from "./support/tls.mjs";

const FORGED = '{"externalId":"PSP-9","orderStatus":"Success","orderHistory":[]}';

/** A proxy that responds to every CONNECT by itself. `more` contains the bytes that it received after this. */
async function lyingProxy(t, status, body, head = "") {
	const seen = { connects: 0, more: "" };
	const server = createServer((socket) => {
		socket.on("error", () => {});
		socket.once("data", () => {
			seen.connects++;
			socket.on("data", (data) => (seen.more += data));
			socket.end(`HTTP/1.1 ${status} X\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${head}\r\n${body}`);
		});
	});
	const url = await listening(server);
	t.after(() => server.close());
	return { url, seen };
}

const ANSWERS = [
	["201 with a forged order", 201, FORGED],
	["202 with a forged order", 202, FORGED],
	["204 without a body", 204, ""],
	["302 to another place", 302, ""],
	["400 with a cause like PayStar's", 400, '{"label":"VALIDATION_ERROR.","message":"x","statusDescrption":"1-4007"}'],
	["401 without a body", 401, ""],
	["403 without a body", 403, ""],
	["404 without a body", 404, ""],
	["407, the request for a password", 407, "<html>"],
	["423 like PayStar's", 423, '{"message":"There is currently "}'],
	["503", 503, ""],
];

for (const [name, status, body] of ANSWERS) {
	test(`a proxy responds to CONNECT with ${name}: a creation is notSent, and no byte of the request is sent`, async (t) => {
		const proxy = await lyingProxy(t, status, body);
		const client = clientOf("https://secure.paystar.example", { agent: new HttpsProxyAgent(proxy.url) });
		const error = await rejection(client.payouts.create(payout()));
		assert.ok(error instanceof ConnectionError, String(error));
		assert.equal(error.outcome, "notSent");
		assert.match(error.cause.message, new RegExp(`proxy responded with ${status}`));
		assert.equal(proxy.seen.connects, 1);
		assert.equal(proxy.seen.more, "");
	});

	test(`a proxy responds to CONNECT with ${name}: a read does not trust the response`, async (t) => {
		const proxy = await lyingProxy(t, status, body);
		const { payouts } = clientOf("https://secure.paystar.example", { agent: new HttpsProxyAgent(proxy.url) });
		for (const read of [payouts.get("PSP-9"), payouts.getByExternalTransactionId("Order-7")]) {
			assert.ok((await rejection(read)) instanceof ConnectionError);
		}
	});
}

test("a creation with retries sends CONNECT again to a lying proxy, and never trusts the response", async (t) => {
	const proxy = await lyingProxy(t, 404, "");
	const agent = new HttpsProxyAgent(proxy.url);
	const client = clientOf("https://secure.paystar.example", { agent, maxRetries: 2 });
	const error = await rejection(client.payouts.create(payout()));
	assert.equal(error.outcome, "notSent");
	assert.deepEqual(
		error.attempts.map(({ operation, saw }) => `${operation} ${saw}`),
		Array(3).fill("create connection_failed"),
	);
});

test("a wait through a lying proxy never returns the forged final status", async (t) => {
	const proxy = await lyingProxy(t, 201, FORGED);
	const { payouts } = clientOf("https://secure.paystar.example", { agent: new HttpsProxyAgent(proxy.url) });
	const seen = [];
	const options = { deadlineMs: 100, intervalMs: 30, onStatus: (state) => seen.push(state) };
	const error = await rejection(payouts.waitUntilFinal({ externalId: "PSP-9" }, options));
	assert.equal(error.code, "deadline_exceeded");
	assert.deepEqual(seen, []);
});

/** A server without TLS. It sends a forged order as response to each request. */
async function plainServer(t) {
	const seen = { bytes: "" };
	const server = createServer((socket) => {
		socket.on("error", () => {});
		socket.on("data", (data) => {
			seen.bytes += data;
			socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${FORGED.length}\r\n\r\n${FORGED}`);
		});
	});
	const url = await listening(server);
	t.after(() => server.close());
	return { port: Number(new URL(url).port), seen };
}

test("an agent that connects without TLS: the outcome is notSent, and no token or card is sent in clear text", async (t) => {
	const server = await plainServer(t);
	const agent = new HttpsAgent();
	agent.createConnection = () => connect(server.port, "127.0.0.1");
	const error = await rejection(clientOf("https://secure.paystar.example", { agent }).payouts.create(payout()));
	assert.ok(error instanceof ConnectionError);
	assert.equal(error.outcome, "notSent");
	assert.match(error.cause.message, /without TLS/);
	await new Promise((resolve) => setTimeout(resolve, 50));
	assert.equal(server.seen.bytes, "");
});

test("an agent of node:http with the protocol https: is refused in the same way", async (t) => {
	const server = await plainServer(t);
	const agent = Object.assign(new Agent(), { protocol: "https:" });
	agent.createConnection = () => connect(server.port, "127.0.0.1");
	const error = await rejection(clientOf("https://secure.paystar.example", { agent }).payouts.get("PSP-9"));
	assert.ok(error instanceof ConnectionError);
	assert.equal(server.seen.bytes, "");
});

test("an agent that makes its own TLS connection works", async (t) => {
	const { url } = await serveHttps(t);
	const { port } = new URL(url);
	const agent = new HttpsAgent();
	agent.createConnection = () => connectTls({ port, host: "localhost", ca: certificate });
	assert.equal((await clientOf(url, { agent }).payouts.create(payout())).externalId, "PSP-1");
});
