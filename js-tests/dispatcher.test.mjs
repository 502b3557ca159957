// The transport "dispatcher": Node's own HTTP engine, and what tools put in its place. connection.test.mjs and
// contexts.test.mjs test the common behaviour of all transports.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { execFile } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ConfigurationError, ConnectionError, TimeoutError } from "paystar";
import { clientOf as clientWith, payout, rejection } from "./support/client.mjs";
import { CREATED, json, listening, serve, serveTcp, unusedUrl } from "./support/http.mjs";
import { certificate, serveHttps, serveTls } from "./support/tls.mjs";

const ANSWER = `HTTP/1.1 200 OK\r\ncontent-length: ${CREATED.length}\r\n\r\n${CREATED}`;

const clientOf = (url, options = {}) => clientWith(url, { transport: "dispatcher", ...options });

/** Records the requests of Node's engine. */
function watchEngine(t) {
	const seen = [];
	const onCreate = ({ request }) => seen.push(request.method);
	subscribe("undici:request:create", onCreate);
	t.after(() => unsubscribe("undici:request:create", onCreate));
	return seen;
}

/** Runs a script in a separate process. Returns its output. */
async function runScript(source, args = [], env = {}) {
	const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", source, ...args], {
		cwd: fileURLToPath(new URL(".", import.meta.url)),
		env: { ...process.env, ...env },
		timeout: 20_000,
	});
	return stdout.trim();
}

async function serveCounting(t, answer = json(200, CREATED)) {
	const connections = new Set();
	const server = await serve(t, (request, response) => {
		connections.add(request.socket);
		answer(request, response);
	});
	return { ...server, connections };
}

test("requests go over Node's engine, with User-Agent, `Accept-Encoding: identity` and keep-alive", async (t) => {
	const seen = watchEngine(t);
	const { url, requests } = await serve(t, json(200, CREATED));
	await clientOf(url).payouts.create(payout());
	assert.deepEqual(seen, ["POST"]);
	const [{ headers, body }] = requests;
	assert.match(headers["user-agent"], /^paystar\/\d+\.\d+\.\d+$/);
	assert.equal(headers["accept-encoding"], "identity");
	assert.equal(headers.connection, "keep-alive");
	assert.equal(headers["content-length"], String(Buffer.byteLength(body)));
});

test("the bytes of a request are the same as over node:http, in another order of headers", async (t) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const request = payout({ additionalFields: { bankName: "Bänk 银行" } });
	for (const transport of ["node", "dispatcher"]) await clientOf(url, { transport }).payouts.create(request);
	const [first, second] = requests.map(({ method, url: path, headers, body }) => {
		const { authorization, ...others } = headers;
		assert.match(authorization, /^Bearer /);
		return { method, path, headers: others, body };
	});
	assert.deepEqual(second, first);
});

for (const [path, options] of [
	["dispatcher", { dispatcher: {} }],
	["dispatcher", { dispatcher: "http://proxy.example" }],
	["dispatcher", { dispatcher: { dispatch() {} }, transport: "fetch" }],
	["dispatcher", { dispatcher: { dispatch() {} }, transport: "node" }],
	["dispatcher", { dispatcher: { dispatch() {} }, fetch }],
]) {
	test(`a wrong or useless dispatcher (${Object.keys(options)}) is a ConfigurationError`, () => {
		assert.throws(
			() => clientWith("http://127.0.0.1:1", options),
			(error) => error instanceof ConfigurationError && error.issues.length === 1 && error.issues[0].path === path,
		);
	});
}

// Undici frees a connection one turn after the response. So the next call may open a second connection.
test("all clients use two connections for calls one after another, and at most 256 connections", async (t) => {
	const { url, connections } = await serveCounting(t);
	for (let i = 0; i < 20; i++) await clientOf(url).payouts.create(payout());
	assert.ok(connections.size <= 2);
	const { payouts } = clientOf(url);
	await Promise.all(Array.from({ length: 600 }, (_, i) => payouts.create(payout({ externalTransactionId: `O-${i}` }))));
	assert.ok(connections.size <= 256, `${connections.size} connections`);
});

test("a reused connection that is reset during a request: outcome unknown, and the request is not repeated", async (t) => {
	const methods = [];
	const server = createServer((socket) => {
		socket.on("error", () => {});
		socket.on("data", (part) => {
			methods.push(String(part).split(" ", 1)[0]);
			if (methods.length === 1) socket.write(ANSWER);
			else socket.resetAndDestroy();
		});
	});
	const url = await listening(server);
	t.after(() => server.close());
	const { payouts } = clientOf(url);
	await payouts.create(payout());
	const error = await rejection(payouts.create(payout()));
	assert.ok(error instanceof ConnectionError);
	assert.equal(error.outcome, "unknown");
	assert.deepEqual(methods, ["POST", "POST", "GET"]);
});

test("after the server closed a connection, the client opens a new connection", async (t) => {
	const { url, connections } = await serveCounting(t);
	const { payouts } = clientOf(url);
	for (let i = 1; i <= 3; i++) {
		await payouts.create(payout());
		assert.equal(connections.size, i);
		const last = [...connections].at(-1);
		last.end();
		await once(last, "close");
	}
});

test("a server that closes each connection right after its response gets each request once", async (t) => {
	const ids = [];
	const { url } = await serve(t, (request, response) => {
		response.end(CREATED, () => request.socket.destroySoon());
	});
	const { payouts } = clientOf(url, { maxRetries: 0 });
	const results = [];
	for (let i = 0; i < 200; i++) {
		const id = `Order-${i}`;
		ids.push(id);
		results.push(await payouts.create(payout({ externalTransactionId: id })).catch((error) => error.outcome));
	}
	assert.ok(results.every((result) => result !== "notSent"));
});

test("notSent is exact: no byte of an order with this outcome arrives, wherever connections break", async (t) => {
	const arrived = new Set();
	const server = createServer((socket) => {
		socket.on("error", () => {});
		const limit = Math.random() < 0.3 ? 0 : Math.floor(Math.random() * 400);
		if (limit === 0) {
			socket.resetAndDestroy();
			return;
		}
		let text = "";
		socket.on("data", (part) => {
			text += part;
			for (const [id] of text.matchAll(/N-\d+/g)) arrived.add(id);
			if (text.length > limit) socket.resetAndDestroy();
		});
	});
	const url = await listening(server);
	t.after(() => server.close());
	const { payouts } = clientOf(url);
	const outcomes = await Promise.all(
		Array.from({ length: 300 }, async (_, i) => {
			const externalTransactionId = `N-${i}`;
			const { outcome } = await rejection(payouts.create(payout({ externalTransactionId }), { timeoutMs: 2_000 }));
			return [externalTransactionId, outcome];
		}),
	);
	await new Promise((resolve) => setTimeout(resolve, 50));
	for (const [id, outcome] of outcomes) assert.ok(outcome === "unknown" || !arrived.has(id), id);
	assert.ok(arrived.size > 100);
});

test("calls that end while they wait for a connection are notSent, and never sent later", async (t) => {
	let isOpen = false;
	const arrived = [];
	const { url } = await serve(t, (request, response) => {
		if (request.method === "POST") arrived.push(request.url);
		const answer = () => response.end(CREATED);
		if (isOpen) answer();
		else setTimeout(answer, 300);
	});
	const { payouts } = clientOf(url);
	const busy = Array.from({ length: 256 }, (_, i) => payouts.create(payout({ externalTransactionId: `B-${i}` })));
	await new Promise((resolve) => setTimeout(resolve, 100));
	const waiting = await Promise.all(
		Array.from({ length: 100 }, (_, i) =>
			rejection(payouts.create(payout({ externalTransactionId: `W-${i}` }), { timeoutMs: 50 })),
		),
	);
	for (const error of waiting) {
		assert.ok(error instanceof TimeoutError);
		assert.equal(error.outcome, "notSent");
	}
	isOpen = true;
	await Promise.all(busy);
	await new Promise((resolve) => setTimeout(resolve, 200));
	assert.equal(arrived.length, 256);
	assert.equal((await payouts.create(payout())).externalId, "PSP-1");
});

test("an abort while the connection is made rejects with the reason of the signal, because nothing was sent", async (t) => {
	const url = (await serveTcp(t, () => {})).replace("http:", "https:");
	const controller = new AbortController();
	const reason = new Error("changed my mind");
	setTimeout(() => controller.abort(reason), 50);
	assert.equal(await rejection(clientOf(url).payouts.create(payout(), { signal: controller.signal })), reason);
	const error = await rejection(clientOf(url).payouts.create(payout(), { timeoutMs: 100 }));
	assert.equal(error.code, "timeout");
	assert.equal(error.outcome, "notSent");
});

for (const [name, end] of [
	["a timeout", (client) => client.payouts.create(payout(), { timeoutMs: 100 })],
	["an abort", (client) => client.payouts.create(payout(), { signal: AbortSignal.timeout(100) })],
]) {
	test(`${name} during a request closes the connection`, async (t) => {
		let close;
		const closed = new Promise((resolve) => (close = resolve));
		const url = await serveTcp(t, (socket) => socket.on("close", close));
		assert.equal((await rejection(end(clientOf(url)))).outcome, "unknown");
		await closed;
	});
}

test("a switch to another protocol is a ConnectionError with outcome unknown, not a hang", async (t) => {
	const url = await serveTcp(t, (socket) => {
		socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n");
	});
	const error = await rejection(clientOf(url).payouts.create(payout()));
	assert.ok(error instanceof ConnectionError);
	assert.equal(error.outcome, "unknown");
});

test("a certificate that is not trusted, and a server without TLS, are notSent, and no byte arrives", async (t) => {
	const { url, seen } = await serveTls(t);
	const error = await rejection(clientOf(url).payouts.create(payout()));
	assert.equal(error.outcome, "notSent");
	assert.equal(error.cause.code, "DEPTH_ZERO_SELF_SIGNED_CERT");
	const plain = await serve(t, json(200, CREATED));
	const second = await rejection(clientOf(plain.url.replace("http:", "https:")).payouts.create(payout()));
	assert.ok(second instanceof ConnectionError);
	assert.equal(second.outcome, "notSent");
	assert.equal(seen.bytes + plain.requests.length, 0);
});

test("a trusted certificate works, and connections are kept", async (t) => {
	const { url, connections } = await serveHttps(t);
	const script = `
		import { PayStar } from "paystar";
		import tls from "node:tls";
		const connect = tls.connect;
		tls.connect = (options, ...rest) => connect({ ...options, ca: process.argv[2] }, ...rest);
		const { payouts } = new PayStar({ payouts: { token: "a.b.c" }, baseUrl: process.argv[1], transport: "dispatcher" });
		for (let i = 0; i < 5; i++)
			console.log((await payouts.create({ amount: "1", currency: "USD", externalTransactionId: "A" })).externalId);`;
	assert.equal(await runScript(script, [url, certificate]), Array(5).fill("PSP-1").join("\n"));
	assert.ok(connections.length <= 2);
});

test("after a call, the code of the caller runs in its own context", async (t) => {
	const store = new AsyncLocalStorage();
	const { url } = await serve(t, (_, response) => setTimeout(() => response.end(CREATED), Math.random() * 10));
	const { payouts } = clientOf(url);
	const contexts = Array.from({ length: 600 }, (_, i) => `tenant-${i}`);
	const after = contexts.map((id) =>
		store.run(id, async () => {
			await payouts.create(payout({ externalTransactionId: id }));
			return store.getStore();
		}),
	);
	assert.deepEqual(await Promise.all(after), contexts);
});

test("an idle connection does not keep a process alive", async (t) => {
	const { url } = await serve(t, json(200, CREATED));
	const script = `
		import { PayStar } from "paystar";
		const options = { payouts: { token: "a.b.c" }, baseUrl: process.argv[1], timeoutMs: 3_600_000 };
		const client = new PayStar({ ...options, transport: "dispatcher" });
		await client.payouts.create({ amount: "1", currency: "USD", externalTransactionId: "A" });
		const began = Date.now();
		process.on("exit", () => console.log(Date.now() - began));`;
	assert.ok(Number(await runScript(script, [url])) < 2_000);
});

/** A dispatcher that gives the calls of another function. */
const dispatcherOf = (dispatch) => ({ dispatch });

test("a dispatcher of the user answers, with both kinds of handlers", async () => {
	const body = Buffer.from(CREATED);
	const seen = [];
	for (const dispatch of [
		(options, handler) => {
			seen.push(options);
			handler.onConnect(() => {});
			handler.onHeaders(200, [Buffer.from("content-type"), Buffer.from("application/json")], () => {}, "OK");
			handler.onData(body.subarray(0, 9));
			handler.onData(body.subarray(9));
			handler.onComplete([]);
			return true;
		},
		(_, handler) => {
			const controller = { abort() {} };
			handler.onRequestStart(controller, {});
			handler.onResponseStart(controller, 103, {}, "Early Hints");
			handler.onResponseStart(controller, 200, { "content-type": "application/json" }, "OK");
			handler.onResponseData(controller, body);
			handler.onResponseEnd(controller, {});
			return true;
		},
	]) {
		const client = clientWith("http://127.0.0.1:1", { dispatcher: dispatcherOf(dispatch) });
		assert.equal((await client.payouts.create(payout())).externalId, "PSP-1");
	}
	assert.equal(seen[0].origin, "http://127.0.0.1:1");
	assert.equal(seen[0].method, "POST");
});

const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
for (const [name, dispatch] of [
	["fails before the request", (_, handler) => handler.onError(refused)],
	["fails in the new way", (_, handler) => handler.onResponseError({}, refused)],
	[
		"throws",
		() => {
			throw refused;
		},
	],
	["does nothing", () => false],
	[
		"ends without a response",
		(_, handler) => {
			handler.onConnect(() => {});
			handler.onComplete([]);
		},
	],
]) {
	test(`a dispatcher of the user that ${name} proves nothing: outcome unknown`, async () => {
		const client = clientWith("http://127.0.0.1:1", { dispatcher: dispatcherOf(dispatch), timeoutMs: 200 });
		assert.equal((await rejection(client.payouts.create(payout()))).outcome, "unknown");
	});
}

test("a retry after a refused connection is allowed, because it is notSent", async (t) => {
	const url = await unusedUrl();
	const seen = watchEngine(t);
	const error = await rejection(clientOf(url, { maxRetries: 2 }).payouts.create(payout()));
	assert.equal(error.outcome, "notSent");
	assert.deepEqual(seen, ["POST", "POST", "POST"]);
});
