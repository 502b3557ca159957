// What the transports "node" and "dispatcher" have in common: kept connections, and an exact `notSent`.
// connection.test.mjs and faults.test.mjs test the common behaviour of all transports.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { ConnectionError, TimeoutError } from "paystar";
import { clientOf, payout, rejection, testOnEach, testOnNode } from "./support/client.mjs";
import { CREATED, json, listening, serve, serveCounting, serveTcp } from "./support/http.mjs";
import { runScript } from "./support/processes.mjs";
import { certificate, serveHttps, serveSlowTls, serveTls } from "./support/tls.mjs";

const ANSWER = `HTTP/1.1 200 OK\r\ncontent-length: ${CREATED.length}\r\n\r\n${CREATED}`;

testOnNode("requests have User-Agent, `Accept-Encoding: identity` and keep-alive", async (t, clientOf) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	await clientOf(url).payouts.create(payout());
	const [{ headers, body }] = requests;
	assert.match(headers["user-agent"], /^paystar\/\d+\.\d+\.\d+$/);
	assert.equal(headers["accept-encoding"], "identity");
	assert.equal(headers.connection, "keep-alive");
	assert.equal(headers["content-length"], String(Buffer.byteLength(body)));
});

testOnNode("all clients use the same connection for calls one after another", async (t, clientOf) => {
	const { url, connections } = await serveCounting(t);
	for (let i = 0; i < 20; i++) await clientOf(url).payouts.create(payout());
	assert.equal(connections.size, 1);
});

testOnNode("calls in flight open no more connections than there are calls", async (t, clientOf) => {
	const { url, connections } = await serveCounting(t);
	const { payouts } = clientOf(url);
	const one = async (_, lane) => {
		for (let i = 0; i < 20; i++) await payouts.create(payout({ externalTransactionId: `O-${lane}-${i}` }));
	};
	await Promise.all(Array.from({ length: 32 }, one));
	assert.ok(connections.size <= 32, `${connections.size} connections`);
});

testOnNode("parallel calls open at most 256 connections", async (t, clientOf) => {
	const { url, connections } = await serveCounting(t);
	const { payouts } = clientOf(url);
	await Promise.all(Array.from({ length: 600 }, (_, i) => payouts.create(payout({ externalTransactionId: `O-${i}` }))));
	assert.ok(connections.size <= 256, `${connections.size} connections`);
});

testOnNode(
	"a kept connection that is reset during a request: outcome unknown, and the request is not repeated",
	async (t, clientOf) => {
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
		// The GET is the lookup of the order.
		assert.deepEqual(methods, ["POST", "POST", "GET"]);
	},
);

testOnNode("after the server closed a connection, the client opens a new connection", async (t, clientOf) => {
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

// The connection breaks before the next request, together with it, or after it. Only the server knows which requests came.
testOnNode(
	"a server that closes each connection right after its response gets each request at most once",
	async (t, clientOf) => {
		const arrived = [];
		const { url, requests } = await serve(t, (request, response) => {
			if (request.method === "POST") arrived.push(/Order-\d+/.exec(requests.at(-1).body)[0]);
			response.end(CREATED, () => setTimeout(() => request.socket.destroy(), Math.random() * 2));
		});
		const { payouts } = clientOf(url);
		const outcomes = new Map();
		for (let i = 0; i < 300; i++) {
			const externalTransactionId = `Order-${i}`;
			const { outcome } = await payouts.create(payout({ externalTransactionId })).catch((error) => error);
			outcomes.set(externalTransactionId, outcome);
			if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
		}
		assert.equal(new Set(arrived).size, arrived.length);
		for (const id of arrived) assert.notEqual(outcomes.get(id), "notSent", id);
	},
);

testOnNode(
	"notSent is exact: no byte of an order with this outcome arrives, wherever connections break",
	async (t, clientOf) => {
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
	},
);

testOnNode(
	"calls that end while they wait for a connection are notSent, are never sent later, and close no connection",
	async (t, clientOf, transport) => {
		const arrived = [];
		const { url, connections } = await serveCounting(t, (request, response) => {
			if (request.method === "POST") arrived.push(request.url);
			setTimeout(() => response.end(CREATED), 300);
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
		await Promise.all(busy);
		await new Promise((resolve) => setTimeout(resolve, 200));
		assert.equal(arrived.length, 256);
		assert.equal((await payouts.create(payout())).externalId, "PSP-1");
		// The agent of node:http keeps 64 idle connections.
		const isOpen = (socket) => !socket.destroyed;
		assert.ok([...connections].filter(isOpen).length >= (transport === "node" ? 64 : 256));
	},
);

const silent = async (t) => (await serveTcp(t, () => {})).replace("http:", "https:");

testOnNode("a timeout during the TLS handshake is notSent", async (t, clientOf) => {
	const error = await rejection(clientOf(await silent(t), { timeoutMs: 100 }).payouts.create(payout()));
	assert.ok(error instanceof TimeoutError);
	assert.equal(error.code, "timeout");
	assert.equal(error.outcome, "notSent");
	assert.match(error.message, /no connection .* 100 ms/);
});

testOnNode(
	"an abort during the TLS handshake rejects with the reason of the signal, because nothing was sent",
	async (t, clientOf) => {
		const controller = new AbortController();
		const reason = new Error("changed my mind");
		setTimeout(() => controller.abort(reason), 50);
		const { signal } = controller;
		assert.equal(await rejection(clientOf(await silent(t)).payouts.create(payout(), { signal })), reason);
	},
);

for (const [name, end] of [
	["a timeout", (client) => client.payouts.create(payout(), { timeoutMs: 100 })],
	["an abort", (client) => client.payouts.create(payout(), { signal: AbortSignal.timeout(100) })],
]) {
	testOnEach(`${name} during a request closes the connection, and the outcome is unknown`, async (t, clientOf) => {
		let close;
		const closed = new Promise((resolve) => (close = resolve));
		const url = await serveTcp(t, (socket) => socket.on("close", close));
		assert.equal((await rejection(end(clientOf(url)))).outcome, "unknown");
		await closed;
	});
}

testOnEach(
	"a switch to another protocol is a ConnectionError with outcome unknown, not a hang",
	async (t, clientOf) => {
		const url = await serveTcp(t, (socket) => {
			socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n");
		});
		const error = await rejection(clientOf(url).payouts.create(payout()));
		assert.ok(error instanceof ConnectionError);
		assert.equal(error.outcome, "unknown");
	},
);

testOnNode(
	"a compressed response is invalid_answer, because the request does not allow compression",
	async (t, clientOf) => {
		const { url } = await serve(t, (_, response) => {
			response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(CREATED));
		});
		const error = await rejection(clientOf(url).payouts.create(payout()));
		assert.equal(error.code, "invalid_answer");
		assert.equal(error.outcome, "unknown");
	},
);

for (const version of ["TLSv1.2", "TLSv1.3"]) {
	testOnEach(`a self-signed certificate (${version}) is notSent, and no byte arrives`, async (t, clientOf) => {
		const { url, seen } = await serveTls(t, { minVersion: version, maxVersion: version });
		const error = await rejection(clientOf(url).payouts.create(payout()));
		assert.ok(error instanceof ConnectionError);
		assert.equal(error.outcome, "notSent");
		assert.equal(error.cause.code, "DEPTH_ZERO_SELF_SIGNED_CERT");
		await new Promise((resolve) => setTimeout(resolve, 50));
		assert.equal(seen.bytes, 0);
	});
}

testOnNode("a server without TLS is notSent", async (t, clientOf) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const error = await rejection(clientOf(url.replace("http:", "https:")).payouts.create(payout()));
	assert.ok(error instanceof ConnectionError);
	assert.equal(error.outcome, "notSent");
	assert.equal(requests.length, 0);
});

/** The start of a script that trusts the certificate of the tests. */
const TRUSTING = `
	import { PayStar } from "paystar";
	import tls from "node:tls";
	const [baseUrl, ca, transport] = process.argv.slice(1);
	const { connect } = tls;
	tls.connect = (options, ...rest) => connect({ ...options, ca }, ...rest);
	const { payouts } = new PayStar({ payouts: { token: "a.b.c" }, baseUrl, transport, maxRetries: 0 });
	const create = () => payouts.create({ amount: "1", currency: "USD", externalTransactionId: "A" });`;

testOnEach("a trusted certificate works, and its connection is kept", async (t, _, transport) => {
	const { url, connections } = await serveHttps(t);
	const script = `${TRUSTING} for (let i = 0; i < 5; i++) console.log((await create()).externalId);`;
	assert.equal(await runScript(script, [url, certificate, transport]), Array(5).fill("PSP-1").join("\n"));
	// Fetch can open a second connection before the first connection is free.
	assert.ok(connections.length <= (transport === "fetch" ? 2 : 1), `${connections.length} connections`);
});

testOnEach("a certificate of another host is notSent, and no byte arrives", async (t, _, transport) => {
	const { url, seen } = await serveTls(t);
	const script = `${TRUSTING}
		await create().catch(({ outcome, cause }) => console.log(outcome, cause.code));`;
	const output = await runScript(script, [url.replace("localhost", "127.0.0.1"), certificate, transport]);
	assert.equal(output, "notSent ERR_TLS_CERT_ALTNAME_INVALID");
	assert.equal(seen.bytes, 0);
});

testOnEach("data and resets after a response or a timeout have no effect", async (t, clientOf) => {
	const url = await serveTcp(t, (socket) => {
		socket.write(ANSWER);
		setTimeout(() => socket.write("garbage\r\n\r\n", () => socket.resetAndDestroy()), 20);
	});
	await clientOf(url).payouts.create(payout());
	const slow = await serveTcp(t, (socket) => setTimeout(() => socket.resetAndDestroy(), 60));
	await rejection(clientOf(slow).payouts.create(payout(), { timeoutMs: 40 }));
	await new Promise((resolve) => setTimeout(resolve, 100));
});

testOnEach("a second response on a connection is never the response of the next request", async (t, clientOf) => {
	const forged = ANSWER.replace("PSP-1", "PSP-X");
	const server = createServer((socket) => {
		socket.on("error", () => {});
		socket.on("data", () => socket.write(ANSWER + forged));
	});
	const url = await listening(server);
	t.after(() => server.close());
	const { payouts } = clientOf(url);
	for (let i = 0; i < 20; i++) {
		const { externalId } = await payouts.create(payout()).catch(() => ({}));
		assert.notEqual(externalId, "PSP-X");
	}
});

testOnEach("if a response has two Retry-After headers, the first header counts", async (t, clientOf) => {
	const url = await serveTcp(t, (socket) => {
		const body = '{"message":"There is currently "}';
		const head = `HTTP/1.1 423 Locked\r\nretry-after: 7\r\nretry-after: 9\r\ncontent-length: ${body.length}`;
		socket.end(`${head}\r\n\r\n${body}`);
	});
	const error = await rejection(clientOf(url).payouts.create(payout()));
	assert.equal(error.code, "temporarily_unavailable");
	assert.equal(error.retryAfterMs, 7_000);
});

testOnNode("an idle connection does not keep a process alive", async (t, _, transport) => {
	const { url } = await serve(t, json(200, CREATED));
	const script = `
		import { PayStar } from "paystar";
		const [baseUrl, transport] = process.argv.slice(1);
		const client = new PayStar({ payouts: { token: "a.b.c" }, baseUrl, transport, timeoutMs: 3_600_000 });
		await client.payouts.create({ amount: "1", currency: "USD", externalTransactionId: "A" });
		const began = Date.now();
		process.on("exit", () => console.log(Date.now() - began));`;
	assert.ok(Number(await runScript(script, [url, transport])) < 2_000);
});

test("the bytes of a request are the same over node:http and over Node's engine, in another order of headers", async (t) => {
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

// Vitest, Jest and Sinon replace `setImmediate` too.
testOnNode("calls end although a test replaced setImmediate", async (t, clientOf) => {
	const { url } = await serve(t, json(200, CREATED));
	t.mock.timers.enable({ apis: ["setImmediate"] });
	for (let i = 0; i < 3; i++) assert.equal((await clientOf(url).payouts.create(payout())).externalId, "PSP-1");
});

// Undici does not close a connection that it is still making. So the next call gets it.
test("a connection that is ready after the end of its call sends nothing, and the next call uses it", async (t) => {
	const arrived = [];
	let connections = 0;
	const { server, url } = await serveSlowTls(t, (request) => arrived.push(request.url));
	server.on("secureConnection", () => connections++);
	const script = `${TRUSTING}
		await payouts.get("late", { timeoutMs: 100 }).catch(({ code }) => console.log(code));
		await new Promise((resolve) => setTimeout(resolve, 500));
		console.log((await create()).externalId);`;
	assert.equal(await runScript(script, [url, certificate, "dispatcher"]), "timeout\nPSP-1");
	assert.equal(arrived.length, 1);
	assert.equal(connections, 1);
});

test("a process ends soon after a call whose connection was never made", async (t) => {
	const script = `${TRUSTING}
		await payouts.get("A", { timeoutMs: 100 }).catch(({ code }) => console.log(code));
		const began = Date.now();
		process.on("exit", () => console.log(Date.now() - began));`;
	const [code, ms] = (await runScript(script, [await silent(t), "", "dispatcher"])).split("\n");
	assert.equal(code, "timeout");
	assert.ok(Number(ms) < 15_000, `${ms} ms`);
});
