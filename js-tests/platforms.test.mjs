// Calls on a platform with other code: test libraries, wrapped or missing functions, shared signals.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import nock from "nock";
import { AbortedError, ConnectionError, PayStar, TimeoutError } from "paystar";
import { Sandbox } from "paystar/sandbox";
import { clientOf, KEYS, payout, rejection, testOnEach, TRANSPORTS } from "./support/client.mjs";
import { CREATED, json, serve, serveTcp, unusedUrl } from "./support/http.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** Runs a script in a separate process. Returns its output and its exit code. */
async function runScript(source, ...nodeArgs) {
	try {
		const { stdout, stderr } = await promisify(execFile)(
			process.execPath,
			[...nodeArgs, "--input-type=module", "-e", source],
			{ cwd: folder, timeout: 20_000 },
		);
		return { stdout: stdout.trim(), stderr, code: 0 };
	} catch (error) {
		return { stdout: error.stdout?.trim(), stderr: error.stderr, code: error.code };
	}
}

const OPTIONS = `{ payouts: { publicKey: "pk_platform", privateKey: "sk_platform" }, baseUrl: "http://127.0.0.1:1" }`;
const ORDER = `{ amount: "1", currency: "USD", externalTransactionId: "A" }`;

test("nock: a response is read, and after a response that is too late the outcome is unknown", async (t) => {
	t.after(() => nock.restore());
	nock.disableNetConnect();
	t.after(() => nock.enableNetConnect());
	const scope = nock("https://secure.paystar.uk");
	const path = "/api/v1/integration/withdrawal-order/";
	const client = new PayStar({ payouts: KEYS, maxRetries: 0, timeoutMs: 200 });
	scope.post(path).reply(200, { externalId: "PSP-1", orderStatus: "Created" });
	assert.equal((await client.payouts.create(payout())).externalId, "PSP-1");
	scope.post(path).delay(1_000).reply(200, { externalId: "PSP-2", orderStatus: "Created" });
	scope.get(/status-by-external/).reply(500);
	const late = await rejection(client.payouts.create(payout({ externalTransactionId: "Order-8" })));
	assert.ok(late instanceof TimeoutError, String(late));
	assert.equal(late.outcome, "unknown");
	scope.post(path).delayConnection(1_000).reply(200, { externalId: "PSP-3", orderStatus: "Created" });
	scope.get(/status-by-external/).reply(500);
	assert.equal(
		(await rejection(client.payouts.create(payout({ externalTransactionId: "Order-9" })))).outcome,
		"unknown",
	);
	scope.post(path).replyWithError(Object.assign(new Error("reset"), { code: "ECONNRESET" }));
	scope.get(/status-by-external/).reply(500);
	const broken = await rejection(client.payouts.create(payout({ externalTransactionId: "Order-10" })));
	assert.equal(broken.outcome, "unknown");
});

for (const [name, wrap] of Object.entries({
	"a retry around it":
		(fetch) =>
		async (...given) => {
			try {
				return await fetch(...given);
			} catch {
				return fetch("http://127.0.0.1:1", given[1]);
			}
		},
	"a monitoring agent": (fetch) =>
		function (...given) {
			return fetch.apply(this, given);
		},
	"a bound function": (fetch) => fetch.bind(globalThis),
	"a proxy": (fetch) => new Proxy(fetch, {}),
	"a function with the same name": (fetch) => {
		const named = { fetch: (input, init) => fetch(input, init) };
		return named.fetch;
	},
})) {
	test(`with a global fetch that is wrapped by ${name}, the outcome of a refused connection is unknown`, async (t) => {
		const original = globalThis.fetch;
		t.after(() => (globalThis.fetch = original));
		const client = clientOf(await unusedUrl(), { transport: "fetch" });
		assert.equal((await rejection(client.payouts.create(payout()))).outcome, "notSent");
		globalThis.fetch = wrap(original);
		assert.equal((await rejection(client.payouts.create(payout()))).outcome, "unknown");
	});
}

test("with an undici dispatcher of other code, the outcome of a refused connection is unknown", async (t) => {
	const client = clientOf(await unusedUrl(), { transport: "fetch" });
	assert.equal((await rejection(client.payouts.create(payout()))).outcome, "notSent");
	// Newer versions of Node use the second dispatcher.
	const key = [2, 1].map((version) => Symbol.for(`undici.globalDispatcher.${version}`)).find((it) => globalThis[it]);
	const plain = globalThis[key];
	t.after(() => (globalThis[key] = plain));
	class RetryAgent {
		dispatch(...given) {
			return plain.dispatch(...given);
		}
	}
	const composed = new Proxy(plain, {});
	const patched = Object.assign(Object.create(plain), { dispatch: (...given) => plain.dispatch(...given) });
	for (const dispatcher of [new RetryAgent(), composed, patched]) {
		globalThis[key] = dispatcher;
		assert.equal((await rejection(client.payouts.create(payout()))).outcome, "unknown");
	}
});

testOnEach("a very large Retry-After is not ignored: the call ends without another request", async (t, clientOf) => {
	for (const retryAfter of ["4294967296", "99999999999999999999", "1e9", "Fri, 31 Dec 9999 23:59:59 GMT"]) {
		const { url, requests } = await serve(t, (_, response) => {
			response.writeHead(423, { "retry-after": retryAfter }).end('{"message":"There is currently "}');
		});
		const error = await rejection(clientOf(url, { maxRetries: 2 }).payouts.create(payout()));
		if (retryAfter === "1e9") continue;
		assert.equal(error.code, "temporarily_unavailable");
		assert.equal(requests.length, 1, retryAfter);
		assert.ok(error.retryAfterMs >= 4_294_967_296_000 || retryAfter.includes("9999"), String(error.retryAfterMs));
	}
});

test("without a global fetch, a request of the transport fetch throws a ConfigurationError", async () => {
	const script = `
		for (const name of ["fetch", "Headers", "Request", "Response"]) delete globalThis[name];
		const { PayStar } = await import("paystar");
		process.on("exit", (code) => console.log("exit", code));
		for (const options of [{ transport: "fetch" }, { fetch: async () => { throw new Error("called") } }]) {
			const client = new PayStar({ ...${OPTIONS}, ...options, maxRetries: 0 });
			for (const call of [client.payouts.create(${ORDER}), client.payouts.get("A"), client.balances.get("USD")]) {
				try { await call; console.log("no error"); } catch (error) { console.log(error.name, error.outcome, error.message); }
			}
		}`;
	// Newer versions of Node do not have the flag.
	const flags = process.allowedNodeEnvironmentFlags.has("--no-experimental-fetch") ? ["--no-experimental-fetch"] : [];
	const { stdout, stderr } = await runScript(script, ...flags);
	const lines = stdout.split("\n");
	assert.equal(lines.length, 7, stdout + stderr);
	for (const line of lines.slice(0, 6)) assert.match(line, /^ConfigurationError notSent .*(fetch|Headers|Request)/);
	assert.equal(lines[6], "exit 0");
});

for (const [name, onStatus] of Object.entries({
	"an async onStatus that rejects": async () => {
		throw new Error("own");
	},
	"an onStatus that throws": () => {
		throw new Error("own");
	},
	"an onStatus that returns a thenable that throws": () => ({
		then() {
			throw new Error("own");
		},
	}),
})) {
	testOnEach(`${name} ends the wait with its error`, async (t, clientOf) => {
		const { url } = await serve(t, json(200, '{"externalId":"A","orderStatus":"Created"}'));
		const error = await rejection(
			clientOf(url).payouts.waitUntilFinal({ externalId: "A" }, { onStatus, intervalMs: 10 }),
		);
		assert.equal(error.message, "own");
	});
}

test("a wait lets an async onStatus finish, but not after the deadline or an abort", async (t) => {
	const { url, requests } = await serve(t, json(200, '{"externalId":"A","orderStatus":"Created"}'));
	const { payouts } = clientOf(url);
	const never = { onStatus: () => new Promise(() => {}), intervalMs: 5 };
	const late = await rejection(payouts.waitUntilFinal({ externalId: "A" }, { ...never, deadlineMs: 100 }));
	assert.equal(late.code, "deadline_exceeded");
	const signal = AbortSignal.timeout(50);
	assert.equal(
		(await rejection(payouts.waitUntilFinal({ externalId: "A" }, { ...never, signal }))).name,
		"TimeoutError",
	);
	// A timer can end a millisecond too early. Then there is a last read at the deadline.
	assert.ok(requests.length === 2 || requests.length === 3, `${requests.length}`);
});

test("thirty calls with one signal cause no warning, and an abort ends all of them", async (t) => {
	const url = await serveTcp(t, () => {});
	const warnings = [];
	const onWarning = (warning) => warnings.push(warning);
	process.on("warning", onWarning);
	t.after(() => process.off("warning", onWarning));
	for (const transport of TRANSPORTS) {
		const controller = new AbortController();
		const { payouts } = clientOf(url, { transport });
		const calls = Array.from({ length: 30 }, (_, i) =>
			rejection(payouts.create(payout({ externalTransactionId: `S-${i}` }), { signal: controller.signal })),
		);
		setTimeout(() => controller.abort(new Error("enough")), 100);
		for (const error of await Promise.all(calls)) {
			assert.ok(error instanceof AbortedError || error.message === "enough", String(error));
			if (error instanceof AbortedError) assert.equal(error.cause.message, "enough");
		}
	}
	await new Promise((resolve) => setTimeout(resolve, 20));
	assert.deepEqual(warnings, []);
});

test("a signal has no listeners after its calls", async (t) => {
	const { url } = await serve(t, json(200, CREATED));
	const signal = new AbortController().signal;
	const { getEventListeners } = createRequire(import.meta.url)("node:events");
	for (let i = 0; i < 20; i++)
		await clientOf(url).payouts.create(payout({ externalTransactionId: `L-${i}` }), { signal });
	assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("Node prints the message and the stack of an uncaught error, but not the code of the package", async () => {
	for (const transport of TRANSPORTS) {
		const { stderr, code } = await runScript(`
			const { PayStar } = await import("paystar");
			async function payTheBill() {
				const client = new PayStar({ ...${OPTIONS}, maxRetries: 0, transport: "${transport}" });
				await client.payouts.create(${ORDER});
			}
			await payTheBill();`);
		assert.equal(code, 1);
		assert.ok(stderr.length < 4_000, `${stderr.length} characters`);
		assert.match(stderr, /ConnectionError: The connection to PayStar/);
		assert.match(stderr, /at (async )?payTheBill/);
		assert.ok(stderr.split("\n").every((line) => line.length < 400));
	}
	const thrown = await runScript(`
		const { PayStar } = await import("paystar");
		new PayStar({});`);
	assert.ok(thrown.stderr.length < 4_000, `${thrown.stderr.length} characters`);
});

testOnEach("the stack of an error contains the function that awaits the call", async (t, clientOf) => {
	const client = clientOf(await unusedUrl());
	for (const call of [
		async function refundTheOrder() {
			await client.payouts.create(payout());
		},
		async function readTheOrder() {
			await client.payouts.get("A");
		},
		async function readTwoOrders() {
			await Promise.all([client.payouts.get("A"), client.payouts.get("B")]);
		},
		async function waitForTheOrder() {
			await client.payouts.waitUntilFinal({ externalId: "A" }, { deadlineMs: 20 });
		},
		async function askForTheBalance() {
			await client.balances.get("USD");
		},
		// This fails at once, so the stack also has functions that only return the promise.
		function sendNothing() {
			return client.payouts.create({});
		},
	]) {
		const error = await rejection(call());
		assert.match(error.stack, new RegExp(`^${error.name}: `));
		assert.ok(error.stack.includes(error.message));
		assert.match(error.stack, new RegExp(`at (async )?${call.name}`));
		assert.doesNotMatch(error.stack, /\[object Object\]/);
	}
});

test("the JSON of an error contains its cause in a safe form", async (t) => {
	const client = clientOf(await unusedUrl());
	const { cause, ...fields } = JSON.parse(JSON.stringify(await rejection(client.payouts.create(payout()))));
	assert.equal(cause.code, "ECONNREFUSED");
	assert.equal(cause.name, "Error");
	assert.match(cause.message, /ECONNREFUSED/);
	assert.equal(fields.name, "ConnectionError");
	const url = await serveTcp(t, () => {});
	const reason = Object.assign(new Error("mine"), { token: "secret" });
	const controller = new AbortController();
	setTimeout(() => controller.abort(reason), 50);
	const aborted = await rejection(clientOf(url).payouts.create(payout(), { signal: controller.signal }));
	assert.deepEqual(JSON.parse(JSON.stringify(aborted)).cause, { name: "Error", message: "mine" });
});

test("sandbox.listen works in CommonJS", async (t) => {
	const { Sandbox: Required } = createRequire(import.meta.url)("paystar/sandbox");
	for (const Class of [Required, Sandbox]) {
		const server = await new Class({ payouts: KEYS }).listen();
		t.after(() => server.close());
		assert.equal((await clientOf(server.url).payouts.create(payout())).orderStatus, "Created");
	}
});

test("if fetch throws a value that is not an Error, the error is a ConnectionError with outcome unknown", async () => {
	for (const thrown of [undefined, null, 0, "x", Symbol("x"), {}]) {
		const client = clientOf("http://a", { fetch: () => Promise.reject(thrown) });
		const error = await rejection(client.payouts.create(payout()));
		assert.ok(error instanceof ConnectionError);
		assert.equal(error.outcome, "unknown");
	}
});

test("options that are probably a mistake cause one warning", async () => {
	const { stderr, stdout } = await runScript(`
		const { PayStar } = await import("paystar");
		const same = { publicKey: "pk_platform", privateKey: "sk_platform_same" };
		const other = { publicKey: "pk_other", privateKey: "sk_platform_same" };
		process.on("warning", ({ name, message }) => console.log(name, message));
		for (let i = 0; i < 3; i++) new PayStar({ payouts: same, deposits: other });`);
	assert.match(stdout, /^PayStarWarning .*deposits/);
	assert.equal(stdout.split("\n").length, 1);
	assert.ok(!(stdout + stderr).includes("sk_platform_same"));
});

test("the signal of an injected fetch is aborted after a timeout, but not after a response", async () => {
	const signals = [];
	const answer = (request) => {
		signals.push(request.signal);
		return request.url.endsWith("never/status")
			? new Promise(() => {})
			: new Response('{"externalId":"A","orderStatus":"Created"}');
	};
	const client = clientOf("http://a", { fetch: async (request) => answer(request), timeoutMs: 100 });
	await client.payouts.get("A");
	await rejection(client.payouts.get("never"));
	await new Promise((resolve) => setTimeout(resolve, 20));
	assert.deepEqual(
		signals.map(({ aborted }) => aborted),
		[false, true],
	);
});
