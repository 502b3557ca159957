// The transport "dispatcher": Node's own HTTP engine, and what tools put in its place. node-connections.test.mjs,
// connection.test.mjs and faults.test.mjs test the common behaviour of all transports.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { test } from "node:test";
import { ConfigurationError } from "paystar";
import { clientOf as clientWith, payout, rejection } from "./support/client.mjs";
import { CREATED, json, serve, unusedUrl } from "./support/http.mjs";
import { runNode, runScript } from "./support/processes.mjs";
import { serveProxy } from "./support/proxy.mjs";

const clientOf = (url, options = {}) => clientWith(url, { transport: "dispatcher", ...options });

/** Records the requests of Node's engine. */
function watchEngine(t) {
	const seen = [];
	const onCreate = ({ request }) => seen.push(request.method);
	subscribe("undici:request:create", onCreate);
	t.after(() => unsubscribe("undici:request:create", onCreate));
	return seen;
}

test("requests go over Node's engine", async (t) => {
	const seen = watchEngine(t);
	const { url } = await serve(t, json(200, CREATED));
	await clientOf(url).payouts.create(payout());
	assert.deepEqual(seen, ["POST"]);
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
	["fails without an error", (_, handler) => handler.onError(undefined)],
	[
		"responds without headers",
		(_, handler) => {
			handler.onRequestStart({ abort() {} }, {});
			handler.onResponseStart({}, 503, undefined, "");
			handler.onResponseEnd({}, {});
		},
	],
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

test("a dispatcher of the user that goes on after the end of a call is told to pause, and its data is not kept", async () => {
	const pauses = [];
	const part = new Uint8Array(65_536);
	let aborts = 0;
	const dispatch = (_, handler) => {
		handler.onConnect(() => aborts++);
		handler.onHeaders(200, [], () => {}, "OK");
		for (let i = 0; i < 200; i++) pauses.push(handler.onData(part));
		handler.onComplete([]);
		return true;
	};
	const client = clientWith("http://127.0.0.1:1", { dispatcher: dispatcherOf(dispatch) });
	const error = await rejection(client.payouts.create(payout()));
	assert.equal(error.code, "invalid_answer");
	assert.match(error.message, /4 MiB/);
	assert.equal(pauses[0], true);
	assert.equal(pauses.at(-1), false);
	// The creation and its lookup.
	assert.equal(aborts, 2);
});

const [major] = process.versions.node.split(".").map(Number);
const UNDICIS = ["undici-6", "undici-7", ...(major >= 22 ? ["undici-8"] : [])];

for (const name of UNDICIS) {
	test(`${name}: a dispatcher of the user that follows redirects does not follow a redirect of a request`, async (t) => {
		const { Agent, interceptors } = await import(name);
		const dispatcher = new Agent().compose(interceptors.redirect({ maxRedirections: 3 }));
		t.after(() => dispatcher.close());
		const elsewhere = await serve(t, json(200, CREATED));
		const { url } = await serve(t, (_, response) => response.writeHead(307, { location: elsewhere.url }).end());
		const error = await rejection(clientWith(url, { dispatcher }).payouts.create(payout()));
		assert.equal(error.code, "unexpected_answer");
		assert.equal(error.outcome, "unknown");
		assert.equal(elsewhere.requests.length, 0);
	});

	test(`${name}: requests go through a ProxyAgent, and a proxy that does not exist is unknown`, async (t) => {
		const { ProxyAgent } = await import(name);
		const { url } = await serve(t, json(200, CREATED));
		const proxy = await serveProxy(t);
		const dispatcher = new ProxyAgent({ uri: proxy.url, proxyTunnel: true });
		t.after(() => dispatcher.destroy());
		assert.equal((await clientWith(url, { dispatcher }).payouts.create(payout())).externalId, "PSP-1");
		assert.deepEqual(proxy.asked, [new URL(url).host]);
		const broken = new ProxyAgent(await unusedUrl());
		t.after(() => broken.destroy());
		const error = await rejection(clientWith(url, { dispatcher: broken, timeoutMs: 2_000 }).payouts.create(payout()));
		assert.equal(error.outcome, "unknown");
	});
}

const REFUSED = `
	import { PayStar } from "paystar";
	const [baseUrl] = process.argv.slice(1);
	const { payouts } = new PayStar({ payouts: { token: "a.b.c" }, baseUrl, maxRetries: 0, timeoutMs: 5_000 });
	const create = () => payouts.create({ amount: "1", currency: "USD", externalTransactionId: "A" })
		.then(({ externalId }) => externalId, ({ outcome }) => outcome);`;

for (const name of UNDICIS) {
	test(`${name}: after setGlobalDispatcher, the outcome of a refused connection is unknown`, async () => {
		const script = `${REFUSED}
			import { Agent, setGlobalDispatcher } from "${name}";
			const outcomes = [await create()];
			setGlobalDispatcher(new Agent({ keepAliveTimeout: 1_000 }));
			outcomes.push(await create());
			console.log(outcomes.join());`;
		assert.equal(await runScript(script, [await unusedUrl()]), "notSent,unknown");
	});
}

// Older versions do not know the variable.
test("with NODE_USE_ENV_PROXY=1, requests go through the proxy of the environment", { skip: major < 24 }, async (t) => {
	const { url } = await serve(t, json(200, CREATED));
	const proxy = await serveProxy(t);
	const env = { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: "", no_proxy: "" };
	const script = `${REFUSED} console.log(await create());`;
	assert.equal(await runScript(script, [url], env), "PSP-1");
	assert.deepEqual(proxy.asked, [new URL(url).host]);
	const broken = await unusedUrl();
	assert.equal(await runScript(script, [url], { ...env, HTTP_PROXY: broken, HTTPS_PROXY: broken }), "unknown");
});

test("if the interface of the dispatcher is not known, requests use node:http, and the debug output says it once", async (t) => {
	const { url } = await serve(t, json(200, CREATED));
	const script = `
		import { subscribe } from "node:diagnostics_channel";
		void globalThis.Headers;
		for (const version of [1, 2]) globalThis[Symbol.for("undici.globalDispatcher." + version)] = undefined;
		subscribe("undici:request:create", () => console.log("undici"));
		${REFUSED}
		for (let i = 0; i < 3; i++) console.log(await create());`;
	const { stdout, stderr } = await runNode(script, [url], { NODE_DEBUG: "paystar" });
	assert.deepEqual(stdout.trim().split("\n"), ["PSP-1", "PSP-1", "PSP-1"]);
	assert.equal(stderr.match(/PAYSTAR \d+: .*node:http/g)?.length, 1, stderr);
	assert.equal((await runNode(script, [url])).stderr, "");
});
