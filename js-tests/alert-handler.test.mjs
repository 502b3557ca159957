// The handler of alerts: verified, and once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError } from "paystar";
import { createAlertHandler, MemoryCallbackStore } from "paystar/server";
import { alertOf, callbackOf, clientFor, requestOf, Truth } from "./support/callbacks.mjs";
import { rejection } from "./support/client.mjs";

function open(options = {}) {
	const passed = [];
	const refused = [];
	const queued = [];
	const handle = createAlertHandler({
		paystar: clientFor(new Truth()),
		store: new MemoryCallbackStore(),
		onAlert: (alert, context) => void passed.push({ ...alert, ...context }),
		onRejected: (error) => void refused.push(error),
		queue: async (envelope) => void queued.push(envelope),
		...options,
	});
	return { passed, refused, queued, handle, post: async (signed) => (await handle(requestOf(signed))).status };
}

test("an alert is passed on once, also if a hundred copies arrive at the same moment", async () => {
	const { passed, post } = open();
	const alert = await alertOf();
	const statuses = await Promise.all(Array.from({ length: 100 }, () => post(alert)));
	assert.deepEqual(new Set(statuses), new Set([200]));
	assert.equal(passed.length, 1);
	assert.equal(passed[0].message, "<b>Low</b>\nbalance");
	assert.equal(await post(await alertOf({ message: "another" })), 200);
	assert.equal(await post({ ...alert, signature: alert.signature.toUpperCase() }), 200);
	assert.equal(passed.length, 2);
});

test("alerts and callbacks that are not verified are not passed on", async () => {
	const { passed, refused, post } = open();
	const alert = await alertOf();
	assert.equal(await post({ ...alert, body: alert.body.replace("Low", "High") }), 401);
	assert.equal(await post(callbackOf()), 400);
	assert.equal(await post({ ...alert, body: "x".repeat(70_000) }), 413);
	assert.deepEqual(
		refused.map(({ code }) => code),
		["signature_mismatch", "body_invalid", "body_too_large"],
	);
	assert.deepEqual(passed, []);
});

test("if onAlert throws, the response is 500 and the alert is passed on again", async () => {
	let calls = 0;
	const { post } = open({
		onAlert: async () => {
			calls++;
			if (calls === 1) throw new Error("no pager");
		},
	});
	const alert = await alertOf();
	assert.deepEqual([await post(alert), await post(alert), await post(alert), calls], [500, 200, 200, 2]);
});

test("an alert can go through a queue", async () => {
	const { passed, queued, handle } = open();
	assert.equal((await handle.enqueue(requestOf(await alertOf()))).status, 200);
	assert.deepEqual(passed, []);
	assert.deepEqual(await handle.process(queued[0]), { decision: "applied" });
	assert.deepEqual(await handle.process(queued[0]), { decision: "duplicate" });
	assert.equal((await rejection(handle.process({ ...queued[0], signature: "00" }))).code, "signature_malformed");
	assert.equal(passed.length, 1);
});

test("wrong options are refused", () => {
	assert.throws(() => createAlertHandler({ store: new MemoryCallbackStore(), onAlert() {} }), ConfigurationError);
	assert.throws(() => open({ onAlert: undefined }), /onAlert of createAlertHandler must be a function/);
	assert.throws(() => open({ onCallback() {} }), /has no option onCallback/);
});
