// Every fault of the sandbox with every operation, over real sockets: how each call ends, and how many orders the sandbox
// then has.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PayStar } from "paystar";
import { TRANSPORTS } from "./support/client.mjs";
import { CARD, DEPOSIT_KEYS, order, PAYOUT_KEYS, sandboxOf } from "./support/sandbox.mjs";

const TIMEOUT_MS = 600;
/** Longer than the time limit of an attempt. */
const TOO_LATE_MS = 1200;
/** Longer than the longest first wait. So a lookup and a second creation arrive before the order appears. */
const COMMIT_AFTER_MS = 800;
const ALWAYS = 1000;

const creations = {
	"payouts.create": ({ payouts }, request) => payouts.create({ ...request, additionalFields: { cardNumber: CARD } }),
	"deposits.create": ({ deposits }, request) => deposits.create({ ...request, additionalFields: { cardNumber: CARD } }),
	"deposits.createWithToken": ({ deposits }, request) =>
		deposits.createWithToken({ ...request, additionalFields: { cardToken: "BankToken-7" } }),
	"deposits.createHosted": ({ deposits }, request) => deposits.createHosted(request),
};

const reads = {
	"payouts.get": ({ payouts }, { externalId }) => payouts.get(externalId),
	"payouts.getByExternalTransactionId": ({ payouts }) => payouts.getByExternalTransactionId("Order-7"),
	"deposits.get": ({ deposits }, { externalId }) => deposits.get(externalId),
	"deposits.getByExternalTransactionId": ({ deposits }) => deposits.getByExternalTransactionId("Order-7"),
};

/** Creates the order for a read. */
const createFor = (operation, client) => creations[`${operation.split(".")[0]}.create`](client, order());

/** Options of a fault about the creation have no meaning for a read. But a refusal needs `commit`: it creates no order. */
const meetsReads = ({ commit, httpStatus }) => commit === undefined || [401, 403, 423].includes(httpStatus);

async function worldOf(t, options) {
	const sandbox = sandboxOf({ clock: "system", callbacks: false });
	const server = await sandbox.listen();
	t.after(() => server.close());
	const client = new PayStar({
		payouts: PAYOUT_KEYS,
		deposits: DEPOSIT_KEYS,
		baseUrl: server.url,
		timeoutMs: TIMEOUT_MS,
		...options,
	});
	return { sandbox, client };
}

/** How a call ends: `resolvedBy` of its order, or the outcome and code of its error. */
async function endOf(promise) {
	try {
		const { resolvedBy } = await promise;
		return resolvedBy;
	} catch (error) {
		assert.equal(error.externalTransactionId, "Order-7", error.stack);
		assert.ok(error.attempts.length > 0);
		return `${error.outcome} ${error.code}`;
	}
}

const named = (name, faults) => [name, [faults].flat()];
const lossy = ["lost", "resetInHeaders", "resetInBody", "stall", "stallInBody", "truncatedJson", "html", "wrongLength"];
const statuses = [499, 500, 502, 503, 504];

// Only the first creation has the fault.
const once = [
	["no fault", [], "answer"],
	...lossy.map((fault) => [...named(`${fault}, order made`, { fault }), "lookup"]),
	...lossy.map((fault) => [...named(`${fault}, order not made`, { fault, commit: "undone" }), "answer"]),
	...statuses.map((httpStatus) => [...named(`${httpStatus}, order made`, { fault: "status", httpStatus }), "lookup"]),
	...statuses.map((httpStatus) => [
		...named(`${httpStatus}, order not made`, { fault: "status", httpStatus, commit: "undone" }),
		"answer",
	]),
	["423", [{ fault: "status", httpStatus: 423, commit: "undone" }], "answer"],
	["423 with Retry-After", [{ fault: "status", httpStatus: 423, commit: "undone", retryAfter: 1 }], "answer", 1000],
	["429 with Retry-After, order made", [{ fault: "status", httpStatus: 429, retryAfter: 1 }], "lookup", 1000],
	[
		"429 with Retry-After as a date, order not made",
		[{ fault: "status", httpStatus: 429, commit: "undone", retryAfter: 2, retryAfterAs: "date" }],
		// A date has no milliseconds, so the wait can be a second shorter.
		"answer",
		1000,
	],
	["a late response", [{ fault: "late", afterMs: 50 }], "answer"],
	["a response that is too late", [{ fault: "late", afterMs: TOO_LATE_MS }], "lookup"],
	["a slow body", [{ fault: "slowBody", overMs: 50 }], "answer"],
	["a body that is too slow", [{ fault: "slowBody", overMs: TOO_LATE_MS }], "lookup"],
	["a clock that jumps forwards", [{ fault: "clockJump", jumpMs: 86_400_000 }], "answer"],
	["a clock that jumps back", [{ fault: "clockJump", jumpMs: -86_400_000 }], "answer"],
	[
		"lost, and the order appears after a lookup with 404",
		[{ fault: "lost", commit: "later", commitAfterMs: COMMIT_AFTER_MS, reservesId: true }],
		"lookup",
	],
	[
		"lost, and the second creation is faster",
		[{ fault: "lost", commit: "later", commitAfterMs: COMMIT_AFTER_MS }],
		"answer",
	],
	[
		"lost, and the refusal of the duplicate is too late",
		[
			{ fault: "lost", commit: "later", commitAfterMs: COMMIT_AFTER_MS, reservesId: true },
			{ fault: "late", afterMs: TOO_LATE_MS },
		],
		"lookup",
	],
];

const cells = [];
for (const [name, faults, end, leastMs = 0] of once) {
	for (const [operation, create] of Object.entries(creations)) {
		cells.push([
			`${operation}, ${name}: ${end}, one order`,
			async (t, transport) => {
				// With any jitter, there are enough lookups to find the delayed order.
				const { sandbox, client } = await worldOf(t, { transport, maxRetries: 5, deadlineMs: 30_000 });
				for (const fault of faults) sandbox.injectFault({ ...fault, on: "create" });
				const began = performance.now();
				assert.equal(await endOf(create(client, order())), end);
				assert.ok(performance.now() - began >= leastMs, "it waits as long as PayStar asks for");
				if (faults.some(({ commit }) => commit === "later")) await sleep(COMMIT_AFTER_MS);
				assert.deepEqual(
					sandbox.listOrders().map(({ externalTransactionId }) => externalTransactionId),
					["Order-7"],
				);
			},
		]);
	}
}

const codeOf = {
	lost: "connection_failed",
	resetInHeaders: "connection_failed",
	resetInBody: "connection_failed",
	wrongLength: "connection_failed",
	stall: "timeout",
	stallInBody: "timeout",
	truncatedJson: "invalid_answer",
	html: "invalid_answer",
};

// Every request has the fault: how the call ends, and how many orders exist then.
const always = [
	...lossy.map((fault) => [...named(`${fault}, orders made`, { fault }), `unknown ${codeOf[fault]}`, 1]),
	...lossy.map((fault) => [
		...named(`${fault}, orders not made`, { fault, commit: "undone" }),
		// If no order is made, half of a 504 is sent.
		fault === "truncatedJson" ? "unknown server_error" : `unknown ${codeOf[fault]}`,
		0,
	]),
	...statuses.map((httpStatus) => [
		...named(`${httpStatus}, orders made`, { fault: "status", httpStatus }),
		"unknown server_error",
		1,
	]),
	...statuses.map((httpStatus) => [
		...named(`${httpStatus}, orders not made`, { fault: "status", httpStatus, commit: "undone" }),
		"unknown server_error",
		0,
	]),
	["429, orders made", [{ fault: "status", httpStatus: 429 }], "unknown too_many_requests", 1],
	["423", [{ fault: "status", httpStatus: 423, commit: "undone" }], "rejected temporarily_unavailable", 0],
	["401", [{ fault: "status", httpStatus: 401, commit: "undone" }], "rejected unauthorized", 0],
	["403", [{ fault: "status", httpStatus: 403, commit: "undone" }], "rejected forbidden", 0],
	["responses that are too late", [{ fault: "late", afterMs: TOO_LATE_MS }], "unknown timeout", 1],
	["bodies that are too slow", [{ fault: "slowBody", overMs: TOO_LATE_MS }], "unknown timeout", 1],
];

for (const [name, [fault], end, orders] of always) {
	for (const [operation, create] of Object.entries(creations)) {
		cells.push([
			`${operation}, always ${name}: ${end}, ${orders} orders`,
			async (t, transport) => {
				const { sandbox, client } = await worldOf(t, { transport, maxRetries: 1 });
				sandbox.injectFault({ ...fault, times: ALWAYS });
				assert.equal(await endOf(create(client, order())), end);
				assert.equal(sandbox.listOrders().length, orders);
			},
		]);
	}
	if (!meetsReads(fault)) continue;
	const [, code] = end.split(" ");
	for (const [operation, read] of Object.entries(reads)) {
		cells.push([
			`${operation}, always ${name}: ${code}, one order`,
			async (t, transport) => {
				const { sandbox, client } = await worldOf(t, { transport, maxRetries: 1 });
				const made = await createFor(operation, client);
				sandbox.injectFault({ ...fault, times: ALWAYS });
				await assert.rejects(read(client, made), { code });
				assert.equal(sandbox.listOrders().length, 1);
			},
		]);
	}
}

for (const [name, [fault]] of once) {
	if (!fault || !meetsReads(fault)) continue;
	for (const [operation, read] of Object.entries(reads)) {
		cells.push([
			`${operation}, once ${name}: the status, one order`,
			async (t, transport) => {
				const { sandbox, client } = await worldOf(t, { transport });
				const made = await createFor(operation, client);
				sandbox.injectFault(fault);
				assert.equal((await read(client, made)).externalId, made.externalId);
				assert.equal(sandbox.listOrders().length, 1);
			},
		]);
	}
}

for (const transport of TRANSPORTS) {
	// The first call starts the wasm and the transport. This time must not count as a late response.
	test(`a first call without a fault starts the wasm (${transport})`, async (t) => {
		const { client } = await worldOf(t, { transport, timeoutMs: 60_000 });
		assert.equal(await endOf(creations["payouts.create"](client, order())), "answer");
	});

	test(`the fault matrix (${transport})`, { concurrency: 16 }, (t) =>
		Promise.all(cells.map(([name, check]) => t.test(name, (each) => check(each, transport)))),
	);
}
