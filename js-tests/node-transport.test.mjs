// Behaviour that only the transport "node" (node:http) has. node-connections.test.mjs tests the rest.
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { test } from "node:test";
import { HttpsProxyAgent } from "https-proxy-agent";
import { ConfigurationError, ConnectionError, TimeoutError } from "paystar";
import { clientOf as clientWith, KEYS, payout, rejection, TRANSPORTS } from "./support/client.mjs";
import { serveProxy } from "./support/proxy.mjs";
import { CREATED, json, serve, serveCounting, serveTcp, unusedUrl } from "./support/http.mjs";
import { runScript } from "./support/processes.mjs";
import { certificate, serveHttps, serveTls } from "./support/tls.mjs";

const clientOf = (url, options = {}) => clientWith(url, { transport: "node", ...options });

test("the transport never uses a replaced fetch, and sends User-Agent and `Accept-Encoding: identity`", async (t) => {
	t.mock.method(globalThis, "fetch", () => assert.fail("fetch was called"));
	const { url, requests } = await serve(t, json(200, CREATED));
	await clientOf(url).payouts.create(payout());
	const [{ headers, body }] = requests;
	assert.match(headers["user-agent"], /^paystar\/\d+\.\d+\.\d+$/);
	assert.equal(headers["accept-encoding"], "identity");
	assert.equal(headers.connection, "keep-alive");
	assert.equal(headers["content-length"], String(Buffer.byteLength(body)));
});

test("the transport fetch uses the global fetch at the time of the call", async (t) => {
	const client = clientOf("http://127.0.0.1:1", { transport: "fetch" });
	const mock = t.mock.method(globalThis, "fetch", async () => new Response(CREATED));
	await client.payouts.create(payout());
	assert.equal(mock.mock.callCount(), 1);
});

test("an injected fetch replaces all transports", async () => {
	for (const transport of TRANSPORTS) {
		const fetch = async () => new Response(CREATED);
		const order = await clientOf("http://127.0.0.1:1", { transport, fetch }).payouts.create(payout());
		assert.equal(order.externalId, "PSP-1");
	}
});

for (const [path, options] of [
	["transport", { transport: "undici" }],
	["agent", { agent: {} }],
	["agent", { agent: "http://proxy.example" }],
	["agent", { agent: new Agent(), transport: "fetch" }],
	["agent", { agent: new Agent(), fetch }],
]) {
	test(`a wrong or useless ${path} (${Object.keys(options)}) is a ConfigurationError`, () => {
		assert.throws(
			() => clientOf("http://127.0.0.1:1", options),
			(error) => error instanceof ConfigurationError && error.issues.length === 1 && error.issues[0].path === path,
		);
	});
}

test("the client does not read the members of an agent: sockets, cycles and getters are allowed", () => {
	const agent = new Agent();
	agent.self = agent;
	Object.defineProperty(agent, "secret", { enumerable: true, get: () => assert.fail("it was read") });
	clientOf("http://127.0.0.1:1", { agent });
});

test("outside of Node, the default transport is fetch, and the transport node is refused", async () => {
	const script = `
		const [fake] = process.argv.slice(1);
		if (fake === "Cloudflare-Workers") Object.defineProperty(globalThis, "navigator", { value: { userAgent: fake } });
		else if (fake === "old Node") process.getBuiltinModule = undefined;
		else globalThis[fake] = {};
		const { PayStar } = await import("paystar");
		globalThis.fetch = async () => new Response('${CREATED}');
		const options = { payouts: { token: "a.b.c" }, baseUrl: "http://127.0.0.1:1" };
		const order = { amount: "1", currency: "USD", externalTransactionId: "A" };
		console.log((await new PayStar(options).payouts.create(order)).externalId);
		try { new PayStar({ ...options, transport: "node" }); } catch (error) { console.log(error.issues[0].path); }`;
	for (const fake of ["Deno", "Bun", "EdgeRuntime", "Cloudflare-Workers", "old Node"]) {
		assert.equal(await runScript(script, [fake]), "PSP-1\ntransport", fake);
	}
});

test("all clients of an entry use the same connection for calls one after another", async (t) => {
	const { url, connections } = await serveCounting(t);
	for (let i = 0; i < 20; i++) await clientOf(url).payouts.create(payout());
	assert.equal(connections.size, 1);
	const { PayStar: Required } = createRequire(import.meta.url)("paystar");
	const client = new Required({ payouts: KEYS, baseUrl: url, transport: "node" });
	for (let i = 0; i < 3; i++) await client.payouts.create(payout());
	assert.equal(connections.size, 2);
});

test("the first request loads the modules of HTTP, and an http URL does not load the modules of TLS", async (t) => {
	const { url } = await serve(t, json(200, CREATED));
	const script = `
		import { PayStar } from "paystar";
		const loaded = () => ["http", "https", "tls", "internal/deps/undici/undici"]
			.filter((name) => process.moduleLoadList.includes("NativeModule " + name));
		const before = loaded();
		const options = { payouts: { token: "a.b.c", privateKey: "s" }, transport: "node" };
		const client = new PayStar({ ...options, baseUrl: process.argv[1] });
		try { client.callbacks.verify("{}", "0".repeat(64)); } catch {}
		console.log(JSON.stringify(loaded()) === JSON.stringify(before));
		await client.payouts.create({ amount: "1", currency: "USD", externalTransactionId: "A" });
		console.log(loaded().filter((name) => !before.includes(name)).join());`;
	assert.equal(await runScript(script, [url]), "true\nhttp");
});

const silent = (t) => serveTcp(t, () => {});
for (const [name, world] of [
	[
		"a name that never resolves",
		async () => ({ url: "http://merch.example", options: { agent: new Agent({ lookup: () => {} }) } }),
	],
	["a TLS handshake without a response", async (t) => ({ url: (await silent(t)).replace("http:", "https:") })],
	[
		"a wait for one of the agent's connections",
		async (t) => {
			const url = await silent(t);
			const options = { agent: new Agent({ maxSockets: 1 }) };
			const first = rejection(clientOf(url, options).payouts.create(payout(), { timeoutMs: 2_000 }));
			t.after(() => first);
			return { url, options };
		},
	],
]) {
	test(`${name}: a timeout is notSent`, async (t) => {
		const { url, options } = await world(t);
		const error = await rejection(clientOf(url, { timeoutMs: 100, ...options }).payouts.create(payout()));
		assert.ok(error instanceof TimeoutError);
		assert.equal(error.code, "timeout");
		assert.equal(error.outcome, "notSent");
		assert.match(error.message, /no connection .* 100 ms/);
	});

	test(`${name}: an abort rejects with the reason of the signal, because nothing was sent`, async (t) => {
		const { url, options } = await world(t);
		const controller = new AbortController();
		const reason = new Error("changed my mind");
		setTimeout(() => controller.abort(reason), 50);
		const { signal } = controller;
		assert.equal(await rejection(clientOf(url, options).payouts.create(payout(), { signal })), reason);
	});
}

test("a certificate of another host is notSent", async (t) => {
	const { url, seen } = await serveTls(t);
	const agent = new HttpsAgent({ ca: certificate });
	const error = await rejection(clientOf(url.replace("localhost", "127.0.0.1"), { agent }).payouts.create(payout()));
	assert.equal(error.outcome, "notSent");
	assert.equal(error.cause.code, "ERR_TLS_CERT_ALTNAME_INVALID");
	assert.equal(seen.bytes, 0);
});

test("an agent for the other protocol is notSent", async () => {
	const error = await rejection(clientOf("https://127.0.0.1:1", { agent: new Agent() }).payouts.create(payout()));
	assert.equal(error.outcome, "notSent");
	assert.equal(error.cause.code, "ERR_INVALID_PROTOCOL");
});

test("a custom agent sends the requests, with its certificates and its connections", async (t) => {
	const { url, connections } = await serveHttps(t);
	const agent = new HttpsAgent({ ca: certificate, keepAlive: true });
	t.after(() => agent.destroy());
	const { payouts } = clientOf(url, { agent });
	for (let i = 0; i < 5; i++) assert.equal((await payouts.create(payout())).externalId, "PSP-1");
	assert.equal(connections.length, 1);
});

test("a request through a proxy uses TLS", async (t) => {
	const { url } = await serveHttps(t);
	const proxy = await serveProxy(t);
	const agent = new HttpsProxyAgent(proxy.url);
	// The options of the constructor are for the connection to the proxy. These options are for the connection through it.
	agent.options.ca = certificate;
	assert.equal((await clientOf(url, { agent }).payouts.create(payout())).externalId, "PSP-1");
	assert.deepEqual(proxy.asked, [new URL(url).host]);
});

test("a proxy that does not exist is notSent, and so is a proxy to a server with a wrong certificate", async (t) => {
	const { url, seen } = await serveTls(t);
	for (const proxy of [await unusedUrl(), (await serveProxy(t)).url]) {
		const error = await rejection(clientOf(url, { agent: new HttpsProxyAgent(proxy) }).payouts.create(payout()));
		assert.ok(error instanceof ConnectionError);
		assert.equal(error.outcome, "notSent");
	}
	assert.equal(seen.bytes, 0);
});

test("if it is not known whether a stream is connected, the outcome is unknown", async (t) => {
	const { url } = await serve(t, (request) => request.socket.destroy());
	const agent = new Agent();
	agent.createConnection = (options) => {
		const socket = connect(options);
		Object.defineProperty(socket, "connecting", { get: () => undefined, set() {} });
		return socket;
	};
	assert.equal((await rejection(clientOf(url, { agent }).payouts.create(payout()))).outcome, "unknown");
});

test("a signal of another library that throws does not cause a crash", async (t) => {
	const { url } = await serve(t, json(200, CREATED));
	const signal = {
		aborted: false,
		addEventListener() {},
		removeEventListener() {
			throw new Error("no");
		},
	};
	assert.equal((await clientOf(url).payouts.create(payout(), { signal })).externalId, "PSP-1");
	const deaf = { ...signal, addEventListener: signal.removeEventListener };
	assert.equal((await rejection(clientOf(url).payouts.create(payout(), { signal: deaf }))).outcome, "notSent");
});
