// The sandbox's faults, over a socket and with `sandbox.fetch`.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { rejection } from "./support/client.mjs";
import { DEPOSITS, order, PAYOUTS, payoutToken, sandboxOf, talkTo } from "./support/sandbox.mjs";

/** Longer than every fault in this file that ends. */
const LONG_MS = 10_000;

async function listening(t, sandbox) {
	const server = await sandbox.listen();
	t.after(() => server.close());
	return server;
}

const creation = (id, signal) => ({
	method: "POST",
	headers: { authorization: `Bearer ${payoutToken()}`, connection: "close" },
	body: JSON.stringify(order({ externalTransactionId: id })),
	signal,
});

/** Creates a payout over a socket. The result has the received text, and how the connection ended within `ms`. */
function createOverTcp({ port }, { id = "A", ms = LONG_MS } = {}) {
	const { headers, body } = creation(id);
	const socket = connect(port, "127.0.0.1");
	const head = [`POST ${PAYOUTS} HTTP/1.1`, "host: sandbox", `content-length: ${body.length}`];
	for (const [name, value] of Object.entries(headers)) head.push(`${name}: ${value}`);
	socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
	return new Promise((resolve) => {
		const parts = [];
		const timer = setTimeout(() => end("open"), ms);
		const end = (ending) => {
			clearTimeout(timer);
			socket.destroy();
			const text = Buffer.concat(parts).toString();
			const [headText, bodyText] = text.split("\r\n\r\n", 2);
			const length = /^content-length: (\d+)/im.exec(text)?.[1];
			resolve({ ending, text, head: headText, body: bodyText, length: length && Number(length) });
		};
		socket.on("data", (part) => parts.push(part));
		socket.on("end", () => end("closed"));
		socket.on("error", ({ code }) => end(code));
	});
}

const createInProcess = (sandbox, id = "A", signal) =>
	sandbox.fetch(new Request(`http://sandbox.test${PAYOUTS}`, creation(id, signal)));

const WHOLE = /^\{"externalId":"[^"]+","orderStatus":"Created"\}$/;
const HALF = /^\{"externalId":"[^"}]+$/;

const onTheWire = {
	none: { ending: "closed", body: WHOLE },
	lost: { ending: "closed", text: /^$/ },
	resetInHeaders: { ending: "ECONNRESET", text: /^HTTP\/1\.1 200 [^{]+$/ },
	resetInBody: { ending: "ECONNRESET", body: HALF },
	stall: { ending: "open", text: /^$/ },
	stallInBody: { ending: "open", body: HALF },
	status: { ending: "closed", head: /^HTTP\/1\.1 503 /, body: /^$/ },
	truncatedJson: { ending: "closed", body: HALF, isWhole: true },
	html: { ending: "closed", head: /^HTTP\/1\.1 200 [^]*text\/html/, body: /<html>/ },
	wrongLength: { ending: "closed", body: WHOLE, isWhole: false },
	late: { ending: "closed", body: WHOLE, takesMs: 300 },
	slowBody: { ending: "closed", body: WHOLE, takesMs: 300 },
	sentTwice: { ending: "closed", head: /^HTTP\/1\.1 400 /, body: /1-4007/ },
	clockJump: { ending: "closed", head: /^date: Thu, 01 Jan 2026 01:00:00 GMT/im, body: WHOLE },
};
const parametersOf = { late: { afterMs: 300 }, slowBody: { overMs: 300 } };

for (const [fault, { ending, takesMs = 0, isWhole, ...expected }] of Object.entries(onTheWire)) {
	test(`${fault} over a socket`, async (t) => {
		const sandbox = sandboxOf({ faults: [{ fault, ...parametersOf[fault] }] });
		const server = await listening(t, sandbox);
		const begin = performance.now();
		const got = await createOverTcp(server, { ms: ending === "open" ? 300 : LONG_MS });
		assert.equal(got.ending, ending);
		for (const [part, pattern] of Object.entries(expected)) assert.match(got[part], pattern);
		assert.ok(performance.now() - begin >= takesMs * 0.9);
		if (isWhole !== undefined) assert.equal(got.length === got.body.length, isWhole);
		assert.equal(sandbox.orderCount, 1, "the order is there all the same");
		assert.match((await createOverTcp(server)).body, /1-4007/, "and one rule is one fault");
	});
}

test("a slow body is sent in pieces after its headers", async (t) => {
	const { url } = await listening(t, sandboxOf({ faults: [{ fault: "slowBody", overMs: 400 }] }));
	const response = await fetch(url + PAYOUTS, creation("A"));
	assert.equal(response.status, 200);
	const begin = performance.now();
	const pieces = [];
	for await (const piece of response.body) pieces.push(piece);
	assert.ok(pieces.length > 2, `${pieces.length} pieces`);
	assert.ok(performance.now() - begin >= 200);
	assert.match(Buffer.concat(pieces).toString(), WHOLE);
});

test("a response that is cut has a larger content-length", async (t) => {
	for (const fault of ["resetInBody", "stallInBody", "wrongLength"]) {
		const { body, length } = await createOverTcp(await listening(t, sandboxOf({ faults: [{ fault }] })), { ms: 300 });
		assert.ok(length > body.length, fault);
	}
});

test("a response without a body is also cut", async (t) => {
	for (const fault of ["resetInBody", "stallInBody", "wrongLength"]) {
		const { url } = await listening(t, sandboxOf({ faults: [{ fault }] }));
		const response = await fetch(`${url}${PAYOUTS}x/status`, { signal: AbortSignal.timeout(300) });
		assert.equal(response.status, 401);
		await assert.rejects(response.text(), fault);
	}
});

test("a server closes while responses are stalled, late or slow", async () => {
	const kinds = ["stall", "stallInBody", "late", "slowBody"];
	for (const fault of kinds) {
		const sandbox = sandboxOf({ faults: [{ fault, ...(fault === "late" && { afterMs: 3_600_000 }) }] });
		const server = await sandbox.listen();
		const call = createOverTcp(server);
		while (sandbox.orderCount === 0) await sleep(5);
		await server.close();
		assert.notEqual((await call).ending, "open", fault);
	}
});

for (const over of ["HTTP", "in process"]) {
	const creator = async (t, sandbox) => {
		if (over === "in process") return (id, signal) => createInProcess(sandbox, id, signal);
		const { url } = await listening(t, sandbox);
		return (id, signal) => fetch(url + PAYOUTS, creation(id, signal));
	};

	test(`fetch ${over}: a lost or cut response rejects`, async (t) => {
		const sandbox = sandboxOf();
		const create = await creator(t, sandbox);
		for (const [index, [fault, isInBody]] of [
			["lost", false],
			["resetInHeaders", false],
			["resetInBody", true],
			["wrongLength", true],
		].entries()) {
			sandbox.injectFault({ fault });
			const call = create(`A${index}`);
			const error = await rejection(isInBody ? call.then((response) => response.text()) : call);
			assert.ok(error instanceof TypeError, fault);
			assert.equal(error.message, isInBody ? "terminated" : "fetch failed");
			assert.ok(error.cause instanceof Error && error.cause.code);
			assert.equal(sandbox.orderCount, index + 1);
		}
	});

	test(`fetch ${over}: a stalled, late or slow response ends with the reason of the signal`, async (t) => {
		const sandbox = sandboxOf();
		const create = await creator(t, sandbox);
		for (const [index, [rule, isInBody]] of [
			[{ fault: "stall" }, false],
			[{ fault: "stallInBody" }, true],
			[{ fault: "late", afterMs: LONG_MS }, false],
			[{ fault: "slowBody", overMs: LONG_MS }, true],
		].entries()) {
			sandbox.injectFault(rule);
			const controller = new AbortController();
			const call = create(`A${index}`, controller.signal);
			let ended = false;
			const text = call.then((response) => response.text()).finally(() => (ended = true));
			text.catch(() => {});
			if (isInBody) assert.equal((await call).status, 200);
			while (sandbox.orderCount <= index) await sleep(5);
			globalThis.gc?.();
			await sleep(50);
			assert.equal(ended, false);
			const reason = new Error("enough");
			controller.abort(reason);
			assert.equal(await rejection(text), reason, rule.fault);
		}
	});

	test(`fetch ${over}: a late or slow response is complete`, async (t) => {
		const sandbox = sandboxOf();
		const create = await creator(t, sandbox);
		for (const rule of [
			{ fault: "late", afterMs: 200 },
			{ fault: "slowBody", overMs: 200 },
		]) {
			sandbox.injectFault(rule);
			const begin = performance.now();
			assert.match(await (await create(rule.fault)).text(), WHOLE);
			assert.ok(performance.now() - begin >= 180, rule.fault);
		}
	});

	test(`fetch ${over}: cut JSON, an HTML page and a jump of the clock`, async (t) => {
		const sandbox = sandboxOf();
		const create = await creator(t, sandbox);
		const answerTo = async (rule) => {
			sandbox.injectFault(rule);
			const response = await create(rule.fault);
			return { response, text: await response.text() };
		};
		const cut = await answerTo({ fault: "truncatedJson" });
		assert.match(cut.text, HALF);
		assert.match(cut.response.headers.get("content-type"), /json/);
		const page = await answerTo({ fault: "html" });
		assert.equal(page.response.status, 200);
		assert.match(page.response.headers.get("content-type"), /html/);
		const before = sandbox.now();
		const jumped = await answerTo({ fault: "clockJump", jumpMs: -60_000 });
		assert.equal(sandbox.now(), before - 60_000);
		assert.equal(Date.parse(jumped.response.headers.get("date")), before - 60_000);
	});

	test(`fetch ${over}: another status, with Retry-After`, async (t) => {
		const sandbox = sandboxOf();
		const create = await creator(t, sandbox);
		const from = sandbox.now();
		for (const [rule, status, retryAfter, orders] of [
			[{}, 503, null, 1],
			[{ httpStatus: 499, commit: "undone" }, 499, null, 1],
			[{ httpStatus: 429, retryAfter: 2 }, 429, "2", 2],
			[{ httpStatus: 429, retryAfter: 2, retryAfterAs: "date" }, 429, new Date(from + 2000).toUTCString(), 3],
			[{ httpStatus: 423 }, 423, null, 3],
		]) {
			sandbox.injectFault({ fault: "status", ...rule });
			const response = await create(JSON.stringify(rule));
			assert.equal(response.status, status);
			assert.equal(response.headers.get("retry-after"), retryAfter);
			assert.equal(response.headers.get("date"), new Date(from).toUTCString());
			assert.equal(sandbox.orderCount, orders);
		}
	});

	test(`a delayed order appears by the sandbox's clock ${over}, and each id has one order`, async (t) => {
		const sandbox = sandboxOf();
		const { createPayout, api } = await talkTo(t, sandbox, over);
		const statusOf = async (id) =>
			(await api(`${PAYOUTS}${id}/status-by-external-transaction-id`, payoutToken())).status;
		for (const [id, reservesId, second] of [
			["Reserved", true, /1-4007/],
			["Free", false, WHOLE],
		]) {
			sandbox.injectFault({ fault: "none", commit: "later", commitAfterMs: 500, reservesId });
			assert.equal((await createPayout(order({ externalTransactionId: id }))).status, 504);
			assert.equal(await statusOf(id), 404);
			assert.match((await createPayout(order({ externalTransactionId: id }))).text, second);
			sandbox.advance(500);
			assert.equal(await statusOf(id), 200);
		}
		assert.deepEqual(
			sandbox.listOrders().map(({ pipeline, externalTransactionId }) => [pipeline, externalTransactionId]),
			[
				["payouts", "Reserved"],
				["payouts", "Free"],
			],
		);
	});
}

test("a body that is not read to its end is collected", async () => {
	const sandbox = sandboxOf({ faults: [{ fault: "stallInBody" }] });
	const response = await createInProcess(sandbox);
	const reader = response.body.getReader();
	assert.match(Buffer.from((await reader.read()).value).toString(), HALF);
	await reader.cancel();
	assert.equal((await reader.read()).done, true);
});

test("a delayed order has a callback when it appears", async () => {
	const { createServer } = await import("node:http");
	const bodies = [];
	const receiver = createServer(async (request, response) => {
		bodies.push(JSON.parse(Buffer.concat(await request.toArray())));
		response.end();
	});
	await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
	try {
		const callbackUrl = `http://127.0.0.1:${receiver.address().port}/`;
		const sandbox = sandboxOf({ callbackUrl, faults: [{ fault: "none", commit: "later", commitAfterMs: 50 }] });
		await createInProcess(sandbox);
		sandbox.advance(49);
		await sandbox.settle();
		assert.deepEqual([bodies, sandbox.listOrders()], [[], []]);
		sandbox.advance(1);
		await sandbox.settle();
		assert.deepEqual(
			bodies.map(({ status }) => status),
			["Created"],
		);
		assert.equal(sandbox.listOrders()[0].callbackUrl, callbackUrl);
	} finally {
		receiver.close();
		receiver.closeAllConnections();
	}
});

test("a rule applies to its requests, and clearFaults removes the script", async (t) => {
	const sandbox = sandboxOf();
	const { createPayout, createDeposit, statusOf } = await talkTo(t, sandbox);
	const answer = { fault: "status", httpStatus: 500, times: 2 };
	sandbox.injectFault({ ...answer, on: "create", externalTransactionId: "A", skip: 1 });
	const create = async (id) => (await createPayout(order({ externalTransactionId: id }))).status;
	assert.deepEqual([await create("A"), await create("B"), await create("A"), await create("A")], [200, 200, 500, 500]);
	assert.equal(await create("A"), 400);
	sandbox.injectFault({ ...answer, on: "status" });
	assert.equal((await createDeposit(order())).status, 200);
	assert.equal(await statusOf(DEPOSITS, "Order-7"), undefined);
	sandbox.clearFaults();
	assert.equal((await statusOf(DEPOSITS, "Order-7")).orderStatus, "Created");
});

test("the same seed gives the same faults", async () => {
	const play = async (seed) => {
		const sandbox = sandboxOf({ faults: { seed, rate: 0.5, kinds: ["lost", "status", "html"] } });
		const seen = [];
		for (let id = 0; id < 60; id++) {
			const call = createInProcess(sandbox, `${id}`);
			seen.push(await call.then(async (response) => `${response.status} ${await response.text()}`, String));
			sandbox.advance(10);
		}
		sandbox.advance(LONG_MS);
		const ids = sandbox.listOrders().map(({ externalTransactionId }) => externalTransactionId);
		assert.equal(new Set(ids).size, ids.length);
		return JSON.stringify([seen, ids]);
	};
	assert.equal(await play(1), await play(1));
	assert.notEqual(await play(1), await play(2));
});

test("the error names an invalid fault", () => {
	for (const [faults, path] of [
		[[{ fault: "gone" }], "faults[0].fault"],
		[[{ fault: "lost", commit: "never" }], "faults[0].commit"],
		[[{ fault: "status", httpStatus: 423, commit: "done" }], "faults[0].commit"],
		[{ seed: 1, rate: 2 }, "faults.rate"],
		["lost", "faults"],
	]) {
		assert.throws(
			() => sandboxOf({ faults }),
			({ code, issues }) => code === "configuration_invalid" && issues.length === 1 && issues[0].path === path,
		);
	}
	assert.throws(() => sandboxOf().injectFault({ fault: "lost", times: 0 }), /rule\.times/);
	assert.throws(() => sandboxOf().injectFault(), /rule/);
});
