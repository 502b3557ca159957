// The handler of callbacks: verify or nothing, and the responses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError, PayStar, SignatureError } from "paystar";
import { createCallbackHandler, HandlerError, MemoryCallbackStore, toNodeHandler } from "paystar/server";
import { callbackOf, clientFor, requestOf, Truth } from "./support/callbacks.mjs";
import { KEYS } from "./support/client.mjs";

/** A handler with its truth, and what it passed on and refused. */
function open(options = {}) {
	const truth = new Truth();
	const passed = [];
	const refused = [];
	const handle = createCallbackHandler({
		paystar: clientFor(truth),
		store: new MemoryCallbackStore(),
		onCallback: (callback, context) => void passed.push({ callback, ...context }),
		onRejected: (error, diagnosis, context) => void refused.push({ error, diagnosis, ...context }),
		...options,
	});
	const post = async (signed, init) => (await handle(requestOf(signed, init))).status;
	return { truth, passed, refused, handle, post };
}

/** Runs `work`, and returns what it logged. */
async function logged(t, work) {
	const lines = [];
	const mock = t.mock.method(console, "error", (...words) => void lines.push(words.map(String).join(" ")));
	await work();
	mock.mock.restore();
	return lines;
}

test("a good callback is passed on with everything that is known, and the response has no body", async () => {
	const { truth, passed, handle } = open();
	truth.set("ord-1", "Success");
	const response = await handle(requestOf(callbackOf()));
	assert.deepEqual([response.status, await response.text()], [200, ""]);
	const [{ callback, ...context }] = passed;
	assert.deepEqual([callback.externalId, callback.status, callback.amount], ["ord-1", "Success", "100.10"]);
	assert.deepEqual(context, {
		decision: "applied",
		previous: undefined,
		transaction: undefined,
		confirmed: true,
		url: "https://merch.example/paystar/callback",
	});
});

test("nothing that is not verified is passed on", async () => {
	const { passed, refused, post, truth } = open();
	truth.set("ord-1", "Success");
	const good = callbackOf();
	const cases = [
		[{ ...good, body: good.body.replace("100.10", "900.10") }, 401, "signature_mismatch"],
		[{ ...good, signature: "" }, 401, "signature_missing"],
		[{ ...good, signature: "not hex" }, 401, "signature_malformed"],
		[{ ...good, signature: `${good.signature}, ${good.signature}` }, 401, "signature_malformed"],
		[{ ...good, body: "" }, 400, "body_invalid"],
		[{ ...good, body: "[]" }, 400, "body_invalid"],
		[{ ...good, body: good.body.replace("{", '{"status":"Success",') }, 400, "body_duplicate_key"],
		[{ ...good, body: `${good.body}${" ".repeat(65_536)}` }, 413, "body_too_large"],
	];
	for (const [signed, status, code] of cases) {
		assert.equal(await post(signed), status, code);
		assert.equal(refused.at(-1).error.code, code);
		assert.equal(refused.at(-1).status, status);
		assert.ok(refused.at(-1).error instanceof (status === 413 ? HandlerError : SignatureError));
	}
	assert.equal(refused[0].diagnosis.cause, "unknown_key_or_tampered");
	assert.equal(refused.length, cases.length);
	assert.deepEqual([passed, truth.reads], [[], []]);
});

test("two Signature headers are refused, also if the first is right", async () => {
	const { passed, handle, truth } = open();
	truth.set("ord-1", "Success");
	const request = requestOf(callbackOf());
	request.headers.append("signature", request.headers.get("signature"));
	assert.equal((await handle(request)).status, 401);
	assert.deepEqual(passed, []);
});

test("other methods than POST are refused with the header Allow", async () => {
	const { handle, refused } = open();
	for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]) {
		const response = await handle(new Request("https://merch.example/", { method }));
		assert.deepEqual([response.status, response.headers.get("allow")], [405, "POST"], method);
	}
	assert.ok(refused.every(({ error }) => error instanceof HandlerError && error.code === "method_not_allowed"));
});

test("a missing Content-Type, or another one, does not matter", async () => {
	const { handle, truth, passed } = open();
	for (const [index, type] of [undefined, "text/plain", "application/x-www-form-urlencoded"].entries()) {
		const externalId = `ord-${index}`;
		truth.set(externalId, "Success");
		const request = requestOf({ ...callbackOf({ externalId }) });
		if (type) request.headers.set("content-type", type);
		else request.headers.delete("content-type");
		assert.equal((await handle(request)).status, 200);
	}
	assert.equal(passed.length, 3);
});

test("the raw body of a serverless platform is used, as bytes or as text", async () => {
	const { handle, truth, passed } = open();
	for (const [index, convert] of [Buffer.from, String, (text) => new TextEncoder().encode(text)].entries()) {
		for (const member of ["rawBody", "body"]) {
			const externalId = `ord-${index}-${member}`;
			truth.set(externalId, "Success");
			const { body, signature } = callbackOf({ externalId });
			const headers = new Headers({ signature });
			const request = { method: "POST", url: "https://merch.example/", headers, [member]: convert(body) };
			assert.equal((await handle(request)).status, 200);
		}
	}
	assert.equal(passed.length, 6);
	const long = { method: "POST", url: "https://merch.example/", headers: new Headers(), rawBody: "x".repeat(70_000) };
	assert.equal((await handle(long)).status, 413);
});

test("a body that is too long is refused, and the rest is read only up to a limit", async () => {
	const { handle } = open();
	let pulled = 0;
	let isCancelled = false;
	const body = new ReadableStream({
		pull: (controller) => void (pulled++, controller.enqueue(new Uint8Array(16_384))),
		cancel: () => void (isCancelled = true),
	});
	const request = new Request("https://merch.example/", { method: "POST", body, duplex: "half" });
	assert.equal((await handle(request)).status, 413);
	assert.ok(pulled <= 75 && isCancelled, `${pulled} ${isCancelled}`);
});

test("a declared length above the limit is refused, also if the body never comes", async () => {
	const { handle } = open();
	const body = new ReadableStream({ pull: () => new Promise(() => {}) });
	const headers = { "content-length": "70000" };
	const request = new Request("https://merch.example/", { method: "POST", body, headers, duplex: "half" });
	assert.equal((await handle(request)).status, 413);
});

test("a body that stalls is refused after the time limit", async () => {
	const { handle, refused } = open({ bodyTimeoutMs: 50 });
	const body = new ReadableStream({
		start: (controller) => controller.enqueue(new Uint8Array(1)),
		pull: () => new Promise(() => {}),
	});
	const request = new Request("https://merch.example/", { method: "POST", body, duplex: "half" });
	assert.equal((await handle(request)).status, 408);
	assert.equal(refused[0].error.code, "body_too_slow");
});

test("a body that was read before is 500, and the log says what to change", async (t) => {
	const { handle, refused, passed } = open();
	const lines = await logged(t, async () => {
		const request = requestOf(callbackOf());
		await request.json();
		assert.equal((await handle(request)).status, 500);
	});
	assert.equal(lines.length, 1);
	assert.match(
		lines[0],
		/^paystar: 500: The body was read before this handler got it\. Before the handler, read request\.clone\(\)/,
	);
	assert.deepEqual([refused[0].error.code, passed], ["body_already_parsed", []]);
});

test("a missing private key is 500, because it is a fault of this server", async () => {
	const { handle, refused } = open({ paystar: new PayStar({ baseUrl: "http://paystar.test" }) });
	assert.equal((await handle(requestOf(callbackOf()))).status, 500);
	assert.equal(refused[0].error.code, "key_missing");
});

test("if the merchant's code throws, the response is 500 and the next callback is passed on again", async () => {
	const failure = new Error("no database");
	let calls = 0;
	const { post, refused, truth } = open({
		onCallback: async () => {
			calls++;
			if (calls === 1) throw failure;
		},
	});
	truth.set("ord-1", "Success");
	assert.equal(await post(callbackOf()), 500);
	assert.equal(refused[0].error, failure);
	assert.equal(await post(callbackOf()), 200);
	assert.equal(await post(callbackOf()), 200);
	assert.equal(calls, 2);
});

test("an error of the merchant's code with a code of this package is still 500", async () => {
	for (const code of ["signature_mismatch", "body_too_large", "not_confirmed"]) {
		const { post, truth } = open({
			onCallback: () => {
				throw Object.assign(new Error("of the merchant"), { code, name: "SignatureError" });
			},
		});
		truth.set("ord-1", "Success");
		assert.equal(await post(callbackOf()), 500, code);
	}
});

test("without onRejected, faults of this server are logged, and those of senders are not", async (t) => {
	const lines = await logged(t, async () => {
		const { post, truth } = open({
			onRejected: undefined,
			onCallback: () => {
				throw new Error("no database");
			},
		});
		truth.set("ord-1", "Success");
		assert.equal(await post({ ...callbackOf(), signature: "00" }), 401);
		assert.equal(await post(callbackOf()), 500);
	});
	assert.equal(lines.length, 1);
	assert.match(lines[0], /^paystar: 500: Error: no database/);
});

test("an onRejected that throws changes no response", async (t) => {
	const lines = await logged(t, async () => {
		const { post } = open({ onRejected: () => Promise.reject(new Error("no log")) });
		assert.equal(await post({ ...callbackOf(), signature: "00" }), 401);
	});
	assert.match(lines[0], /onRejected failed/);
});

test("a request of express that comes to the handler itself is an error that names toNodeHandler", async () => {
	const { handle } = open();
	const given = { method: "POST", url: "/paystar", headers: { signature: "00" } };
	await assert.rejects(handle(given), /use toNodeHandler\(handler\)/);
});

test("wrong options are refused with the name of the option", () => {
	const good = { paystar: clientFor(new Truth()), store: new MemoryCallbackStore(), onCallback() {} };
	for (const [options, message] of [
		[undefined, /needs an object with options/],
		[
			{ ...good, paystar: undefined },
			/The option paystar of createCallbackHandler must be a client.* It has no callbacks\.nextStatus\(\)/,
		],
		[{ ...good, paystar: { callbacks: good.paystar.callbacks } }, /paystar .* has no payouts\.get\(\)/],
		[{ ...good, store: new Map() }, /The option store .* must be a store, .* has no transaction\(\)/],
		[{ ...good, onCallback: undefined }, /onCallback .* must be a function/],
		[{ ...good, onConflict: "log" }, /onConflict .* must be a function/],
		[{ ...good, confirm: "finals" }, /confirm .* must be one of final, always, never/],
		[{ ...good, maxBodyBytes: "64kb" }, /maxBodyBytes .* must be a whole number/],
		[{ ...good, bodyTimeoutMs: 0 }, /bodyTimeoutMs .* must be a whole number from 1 to 600000/],
		[{ ...good, onCallbacks() {} }, /has no option onCallbacks\. Its options are paystar, onCallback/],
	]) {
		assert.throws(
			() => createCallbackHandler(options),
			(error) => error instanceof ConfigurationError && message.test(error.message),
			String(message),
		);
	}
	assert.throws(() => toNodeHandler({}), ConfigurationError);
	assert.throws(() => new MemoryCallbackStore({ maxOrders: -1 }), ConfigurationError);
});

test("no response and no log has a key", async (t) => {
	const { handle, refused, truth } = open();
	truth.before = async () => {
		throw new Error("no network");
	};
	const lines = await logged(t, async () => {
		await handle(requestOf(callbackOf()));
		await handle(requestOf({ ...callbackOf(), signature: "00" }));
	});
	const texts = [
		...lines,
		...refused.map(({ error, diagnosis }) => `${error.stack} ${JSON.stringify([error, diagnosis])}`),
	];
	assert.equal(refused.length, 2);
	assert.ok(texts.every((text) => !text.includes(KEYS.privateKey)));
});
