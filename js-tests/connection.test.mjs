// Connections that stall, break or fail: the outcome that each error reports for the order.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { AbortedError, ConnectionError, PayStar, TimeoutError } from "paystar";
import { KEYS, payout, rejection, testOnEach } from "./support/client.mjs";
import { CREATED, json, serve, serveTcp, unusedUrl } from "./support/http.mjs";

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
// Much longer than all tested limits, and much shorter than a hang.
const SOON_MS = 10_000;

/** Returns the error of a promise. Fails if the promise takes longer than these tests may take. */
async function soon(promise) {
	const began = Date.now();
	const error = await rejection(promise);
	assert.ok(Date.now() - began < SOON_MS, `it took ${Date.now() - began} ms`);
	return error;
}

for (const [name, onRequest] of [
	["no response", () => {}],
	["headers without a body", (socket) => socket.write(`${HEAD}content-length: 50\r\n\r\n`)],
	["a body that stalls in the middle", (socket) => socket.write(`${HEAD}content-length: 50\r\n\r\n{"externalId":`)],
	[
		"a body that arrives slowly and never ends",
		(socket) => {
			socket.write(`${HEAD}content-length: 1000000\r\n\r\n{`);
			const timer = setInterval(() => socket.write(" "), 20);
			socket.on("close", () => clearInterval(timer));
		},
	],
]) {
	testOnEach(`${name}: TimeoutError at timeoutMs, outcome unknown`, async (t, clientOf) => {
		const url = await serveTcp(t, onRequest);
		const error = await soon(clientOf(url, { timeoutMs: 200 }).payouts.create(payout()));
		assert.ok(error instanceof TimeoutError);
		assert.equal(error.code, "timeout");
		assert.equal(error.outcome, "unknown");
		assert.equal(error.externalTransactionId, "Order-7");
		assert.match(error.message, /200 ms/);
	});
}

testOnEach("timeoutMs of a call replaces timeoutMs of the client", async (t, clientOf) => {
	const url = await serveTcp(t, () => {});
	const error = await soon(clientOf(url, { timeoutMs: 60_000 }).payouts.get("PSP-1", { timeoutMs: 100 }));
	assert.ok(error instanceof TimeoutError);
});

test("a call ends at timeoutMs, although the injected fetch ignores its signal", async () => {
	const deaf = new PayStar({ payouts: KEYS, maxRetries: 0, fetch: () => new Promise(() => {}), timeoutMs: 100 });
	assert.ok((await soon(deaf.payouts.create(payout()))) instanceof TimeoutError);
});

testOnEach("a refused connection is notSent, and the cause is the error of the system", async (_, clientOf) => {
	const error = await soon(clientOf(await unusedUrl()).payouts.create(payout()));
	assert.ok(error instanceof ConnectionError);
	assert.equal(error.code, "connection_failed");
	assert.equal(error.outcome, "notSent");
	assert.equal(error.cause.code, "ECONNREFUSED");
	assert.match(error.message, /ECONNREFUSED/);
	assert.equal(error.externalTransactionId, "Order-7");
});

testOnEach("a host that does not exist is notSent", async (_, clientOf) => {
	const error = await rejection(clientOf("http://no-such-host.invalid").payouts.create(payout()));
	assert.equal(error.outcome, "notSent");
	assert.equal(error.cause.syscall, "getaddrinfo");
});

for (const [name, onRequest] of [
	["after the request", (socket) => socket.resetAndDestroy()],
	["with a normal end, without a response", (socket) => socket.end()],
	[
		"in the headers",
		(socket) => {
			socket.write("HTTP/1.1 200 O", () => socket.resetAndDestroy());
		},
	],
	[
		"in the body",
		(socket) => {
			socket.write(`${HEAD}content-length: 50\r\n\r\n{"externalId":`, () =>
				setTimeout(() => socket.resetAndDestroy(), 20),
			);
		},
	],
	[
		"with a body shorter than its content-length",
		(socket) => socket.end(`${HEAD}content-length: 500\r\n\r\n${CREATED}`),
	],
	["in a chunk", (socket) => socket.end(`${HEAD}transfer-encoding: chunked\r\n\r\n50\r\n{"externalId":`)],
	["in headers that never end", (socket) => socket.write(`${HEAD}x: ${"y".repeat(200_000)}`)],
	["with something that is not HTTP", (socket) => socket.end("SSH-2.0-OpenSSH\r\n")],
]) {
	testOnEach(`a connection that ends ${name} is ConnectionError with outcome unknown`, async (t, clientOf) => {
		const url = await serveTcp(t, onRequest);
		const error = await soon(clientOf(url).payouts.create(payout()));
		assert.ok(error instanceof ConnectionError, String(error));
		assert.equal(error.outcome, "unknown");
		assert.equal(error.externalTransactionId, "Order-7");
		assert.ok(error.cause instanceof Error);
	});
}

test("an error of an injected fetch proves nothing: its outcome is unknown, also for ECONNREFUSED", async () => {
	const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
	const client = new PayStar({ payouts: KEYS, maxRetries: 0, fetch: () => Promise.reject(refused) });
	const error = await rejection(client.payouts.create(payout()));
	assert.equal(error.outcome, "unknown");
	assert.equal(error.cause, refused);
});

for (const [name, fetch] of [
	[
		"throws at once",
		() => {
			throw new Error("no network here");
		},
	],
	[
		"throws a value that is not an Error",
		() => {
			throw "nothing";
		},
	],
	[
		"throws undefined",
		() => {
			throw undefined;
		},
	],
	["rejects with null", () => Promise.reject(null)],
	["answers with undefined", () => undefined],
	["answers with a string", async () => "200"],
	["answers with an object without a status", async () => ({})],
	["answers with a status that is not a number", async () => ({ status: "200" })],
	[
		"answers with a body that throws",
		async () => ({
			status: 200,
			get body() {
				throw new Error("no");
			},
		}),
	],
	[
		"answers with a stream that is locked",
		async () => {
			const response = new Response(CREATED);
			response.body.getReader();
			return response;
		},
	],
	["answers with a body of text", async () => ({ status: 200, body: CREATED, arrayBuffer: async () => CREATED })],
	[
		"answers with a stream of strings",
		async () =>
			new Response(
				new ReadableStream({
					start(c) {
						c.enqueue("x");
						c.close();
					},
				}),
			),
	],
	[
		"answers with a stream that fails",
		async () =>
			new Response(
				new ReadableStream({
					start(c) {
						c.error(new Error("broken"));
					},
				}),
			),
	],
]) {
	test(`an injected fetch that ${name} causes a ConnectionError, and never a hang`, async () => {
		const error = await soon(new PayStar({ payouts: KEYS, maxRetries: 0, fetch }).payouts.create(payout()));
		assert.ok(error instanceof ConnectionError, String(error));
		assert.equal(error.outcome, "unknown");
	});
}

test("the client reads a response of another library with arrayBuffer", async () => {
	const foreign = { status: 200, body: {}, arrayBuffer: async () => new TextEncoder().encode(CREATED).buffer };
	const client = new PayStar({ payouts: KEYS, maxRetries: 0, fetch: async () => foreign });
	assert.equal((await client.payouts.create(payout())).externalId, "PSP-1");
});

for (const [name, text] of [
	[
		"in chunks",
		`${HEAD}transfer-encoding: chunked\r\n\r\na\r\n${CREATED.slice(0, 10)}\r\n${(CREATED.length - 10).toString(16)}\r\n${CREATED.slice(10)}\r\n0\r\n\r\n`,
	],
	["that ends with the connection", `${HEAD}connection: close\r\n\r\n${CREATED}`],
	["after early hints", `HTTP/1.1 103 Early Hints\r\n\r\n${HEAD}content-length: ${CREATED.length}\r\n\r\n${CREATED}`],
]) {
	testOnEach(`a response ${name} is read completely`, async (t, clientOf) => {
		const url = await serveTcp(t, (socket) => socket.end(text));
		assert.equal((await clientOf(url).payouts.create(payout())).externalId, "PSP-1");
	});
}

testOnEach("a response that never ends is refused at the size limit", async (t, clientOf) => {
	const { url } = await serve(t, (_, response) => {
		response.writeHead(200);
		const more = () => {
			while (!response.destroyed && response.write(" ".repeat(65536)));
		};
		response.on("drain", more);
		more();
	});
	const error = await rejection(clientOf(url).payouts.create(payout()));
	assert.equal(error.code, "invalid_answer");
	assert.equal(error.outcome, "unknown");
	assert.match(error.message, /4 MiB/);
});

testOnEach("a redirect is never followed", async (t, clientOf) => {
	const elsewhere = await serve(t, json(200, CREATED));
	const { url } = await serve(t, (_, response) => response.writeHead(307, { location: elsewhere.url }).end());
	const error = await rejection(clientOf(url).payouts.create(payout()));
	assert.equal(error.code, "unexpected_answer");
	assert.equal(error.outcome, "unknown");
	assert.match(error.message, /redirect/);
	assert.equal(elsewhere.requests.length, 0);
});

testOnEach(
	"after an abort before the call, it rejects with the reason of the signal and sends nothing",
	async (t, clientOf) => {
		const { url, requests } = await serve(t, json(200, CREATED));
		const reason = new Error("changed my mind");
		assert.equal(await soon(clientOf(url).payouts.create(payout(), { signal: AbortSignal.abort(reason) })), reason);
		assert.equal(requests.length, 0);
	},
);

testOnEach(
	"an abort during a request rejects at once with outcome unknown, and the cause is the reason of the signal",
	async (t, clientOf) => {
		const controller = new AbortController();
		const url = await serveTcp(t, () => controller.abort("enough"));
		const error = await soon(clientOf(url).payouts.create(payout(), { signal: controller.signal }));
		assert.ok(error instanceof AbortedError);
		assert.equal(error.code, "aborted");
		assert.equal(error.outcome, "unknown");
		assert.equal(error.cause, "enough");
		assert.equal(error.externalTransactionId, "Order-7");
	},
);

test("an abort by an injected fetch, before the fetch returns, ends the call at once", async () => {
	const controller = new AbortController();
	const fetch = () => new Promise(() => controller.abort("inside"));
	const client = new PayStar({ payouts: KEYS, maxRetries: 0, fetch, timeoutMs: 60_000 });
	const error = await soon(client.payouts.create(payout(), { signal: controller.signal }));
	assert.equal(error.code, "aborted");
	assert.equal(error.cause, "inside");
});

testOnEach("an aborted read rejects with the reason of the signal", async (t, clientOf) => {
	const controller = new AbortController();
	const url = await serveTcp(t, () => controller.abort());
	const error = await soon(clientOf(url).payouts.get("PSP-1", { signal: controller.signal }));
	assert.equal(error, controller.signal.reason);
	assert.equal(error.name, "AbortError");
});

testOnEach("after calls with the same signal, the signal has no listeners", async (t, clientOf) => {
	const { url } = await serve(t, json(200, CREATED));
	const { signal } = new AbortController();
	for (let i = 0; i < 20; i++) await clientOf(url).payouts.create(payout(), { signal });
	assert.equal(getEventListeners(signal, "abort").length, 0);
});

testOnEach("1,000 parallel creations on one client all end with their own results", async (t, clientOf) => {
	const { url, requests } = await serve(t, (request, response) => {
		const { body, url: path } = requests.at(-1);
		const number = Number(/Order-(\d+)/.exec(body || path)[1]);
		if (number % 10 === 3) request.socket.resetAndDestroy();
		else if (number % 10 === 7) response.writeHead(500).end();
		else response.end(`{"externalId":"PSP-${number}","orderStatus":"Created"}`);
	});
	const { payouts } = clientOf(url);
	const calls = Array.from({ length: 1000 }, (_, i) => payouts.create(payout({ externalTransactionId: `Order-${i}` })));
	const settled = await Promise.allSettled(calls);
	for (const [i, { value, reason }] of settled.entries()) {
		if (i % 10 === 3) assert.equal(reason.code, "connection_failed");
		else if (i % 10 === 7) assert.equal(reason.code, "server_error");
		else assert.equal(value.externalId, `PSP-${i}`);
		assert.equal((value ?? reason).externalTransactionId, `Order-${i}`);
	}
});
