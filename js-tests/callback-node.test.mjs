// toNodeHandler: requests of servers, of serverless platforms, and of people who mean no good.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { createCallbackHandler, MemoryCallbackStore, toNodeHandler } from "paystar/server";
import { callbackOf, clientFor, Truth } from "./support/callbacks.mjs";

function open(options = {}) {
	const passed = [];
	const refused = [];
	const handle = createCallbackHandler({
		paystar: clientFor(new Truth()),
		store: new MemoryCallbackStore(),
		confirm: "never",
		onCallback: ({ externalId }, { url }) => void passed.push(`${externalId} ${url}`),
		onRejected: (error) => void refused.push(error),
		...options,
	});
	return { passed, refused, handler: toNodeHandler(handle) };
}

/** A response that only keeps what it gets. */
class FakeResponse {
	headers = {};
	setHeader(name, value) {
		this.headers[name] = value;
	}
	end(body) {
		this.body = body;
	}
}

/** Serves a handler, and returns a function that sends text over a socket and returns the first line of the response. */
async function serve(t, handler) {
	const server = createServer(handler);
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => {
		server.close();
		server.closeAllConnections();
	});
	return async (text) => {
		const socket = connect(server.address().port, "127.0.0.1");
		socket.write(text);
		for await (const chunk of socket) {
			socket.destroy();
			return chunk.toString();
		}
		return "";
	};
}

test("requests of serverless platforms: a raw body, and headers as a text or an array", async () => {
	const { body, signature } = callbackOf();
	const { passed, handler } = open();
	for (const [index, more] of [
		{ rawBody: Buffer.from(body) },
		{ body: Buffer.from(body) },
		{ rawBody: body, body: JSON.parse(body) },
		{ rawBody: new Uint8Array(Buffer.from(body)), headers: { signature: [signature] } },
	].entries()) {
		const response = new FakeResponse();
		await handler({ method: "POST", url: "/hook?order=7", headers: { signature }, ...more }, response);
		assert.equal(response.statusCode, 200, `case ${index}`);
	}
	assert.deepEqual(passed, ["ord-1 http://localhost/hook?order=7"]);
});

test("two signatures in an array are refused, also if both are right", async () => {
	const { body, signature } = callbackOf();
	const { refused, handler } = open();
	const response = new FakeResponse();
	await handler({ method: "POST", url: "/", headers: { signature: [signature, signature] }, rawBody: body }, response);
	assert.deepEqual([response.statusCode, refused[0].code], [401, "signature_malformed"]);
});

test("the sentence about a parsed body names the framework", async (t) => {
	t.mock.method(console, "error", () => {});
	const { body, signature } = callbackOf();
	const parsed = { method: "POST", url: "/", headers: { signature }, body: JSON.parse(body) };
	for (const [request, fix] of [
		[parsed, /before anything reads it/],
		[{ ...parsed, app: () => {} }, /express\.raw.*NestJS: create the application with \{ rawBody: true \}/],
		[{ ...parsed, query: {}, cookies: {} }, /bodyParser: false/],
		[{ body: parsed.body, raw: { ...parsed, body: undefined } }, /addContentTypeParser/],
	]) {
		const { passed, refused, handler } = open();
		const response = new FakeResponse();
		await handler(request, response);
		assert.equal(response.statusCode, 500);
		assert.match(refused[0].message, fix);
		assert.deepEqual(passed, []);
	}
});

test("two Signature headers, a wrong host, a wrong path and other methods get a response without a body", async (t) => {
	const { passed, handler } = open();
	const send = await serve(t, handler);
	const { body, signature } = callbackOf();
	const requestOf = (first, ...headers) =>
		[first, "Connection: close", `Content-Length: ${body.length}`, ...headers, "", body].join("\r\n");
	const signed = `Signature: ${signature}`;
	for (const [text, status] of [
		[requestOf("POST / HTTP/1.1", "Host: a", signed, signed), 401],
		[requestOf("POST / HTTP/1.1", "Host: a", signed, "SIGNATURE: 00"), 401],
		[requestOf("POST / HTTP/1.1", "Host: a", "Signature:"), 401],
		[requestOf("POST / HTTP/1.1", "Host: a b:c", signed), 400],
		[requestOf("POST / HTTP/1.1", "Host: user:pass@a", signed), 400],
		[requestOf("TRACE / HTTP/1.1", "Host: a", signed), 400],
		[requestOf("PUT / HTTP/1.1", "Host: a", signed), 405],
		[requestOf("GET / HTTP/1.1", "Host: a", signed), 405],
		[requestOf("POST //other.example/x HTTP/1.1", "Host: a", signed), 200],
		[requestOf("POST http://other.example/x HTTP/1.1", "Host: a", signed), 200],
	]) {
		const answer = await send(text);
		assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), text.slice(0, 60));
		assert.match(answer, /content-length: 0\r\n/i);
	}
	assert.deepEqual(passed, ["ord-1 http://a//other.example/x"]);
});

test("a body in many small parts, and a body without a length, are read whole", async (t) => {
	const { passed, handler } = open();
	const server = createServer(handler);
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	const { body, signature } = callbackOf();
	const parts = new ReadableStream({
		async start(controller) {
			for (const letter of body) controller.enqueue(new TextEncoder().encode(letter));
			controller.close();
		},
	});
	const url = `http://127.0.0.1:${server.address().port}/`;
	const response = await fetch(url, { method: "POST", body: parts, duplex: "half", headers: { signature } });
	assert.equal(response.status, 200);
	assert.equal(passed.length, 1);
});

test("a web-standard response with headers, cookies and a body is written unchanged", async (t) => {
	const handler = toNodeHandler(async (request) => {
		const headers = new Headers({ "content-type": "text/plain", "x-method": request.method });
		headers.append("set-cookie", "a=1");
		headers.append("set-cookie", "b=2");
		return new Response(`ключ ${await request.text()}`, { status: 418, headers });
	});
	const server = createServer(handler);
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	const response = await fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", body: "in" });
	assert.deepEqual([response.status, await response.text()], [418, "ключ in"]);
	assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
	assert.equal(response.headers.get("x-method"), "POST");
});

test("a handler that throws is 500 and a line in the log", async (t) => {
	const log = t.mock.method(console, "error", () => {});
	const response = new FakeResponse();
	const handler = toNodeHandler(() => Promise.reject(new Error("broken")));
	await handler({ method: "POST", url: "/", headers: {}, rawBody: "" }, response);
	assert.equal(response.statusCode, 500);
	assert.equal(log.mock.callCount(), 1);
});

test("a handler whose response is already sent changes nothing", async () => {
	const { handler } = open();
	const response = Object.assign(new FakeResponse(), { headersSent: true });
	await handler({ method: "POST", url: "/", headers: {}, rawBody: "" }, response);
	assert.equal(response.statusCode, undefined);
});
