// Retries, lookups, duplicates and deadlines: the requests of a call, and its result or error.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AbortedError, DuplicateOrderError, PayStar, TimeoutError } from "paystar";
import { clientOf, KEYS, payout, rejection } from "./support/client.mjs";
import { CREATED, json, serve, serveTcp, unusedUrl } from "./support/http.mjs";

const FOUND = '{"externalId":"PSP-1","orderStatus":"Processing","orderHistory":[]}';
const DUPLICATE =
	'{"label":"VALIDATION_ERROR.","statusDescrption":"1-4007","message":"Order with this external_transaction_id already exist"}';

/** Answers each request with the next response of the list: [status, body, headers]. The last response is repeated. */
const script =
	(...answers) =>
	(_, response) => {
		const [status, body = "", headers = {}] = answers.length > 1 ? answers.shift() : answers[0];
		response.writeHead(status, headers).end(body);
	};

const methodsOf = (requests) => requests.map(({ method }) => method).join(" ");

test("if the response to a payout is lost, a lookup finds the order, and the payout is not sent again", async (t) => {
	const { url, requests } = await serve(t, script([500], [200, FOUND]));
	const order = await clientOf(url, { maxRetries: 2 }).payouts.create(payout());
	assert.deepEqual(order, {
		externalId: "PSP-1",
		externalTransactionId: "Order-7",
		orderStatus: "Processing",
		resolvedBy: "lookup",
		extra: {},
	});
	assert.equal(methodsOf(requests), "POST GET");
	assert.match(requests[1].url, /\/withdrawal-order\/Order-7\/status-by-external-transaction-id$/);
});

test("if PayStar does not know a payout, the same bytes are sent again", async (t) => {
	const { url, requests } = await serve(t, script([503], [404], [200, CREATED]));
	const order = await clientOf(url, { maxRetries: 2 }).payouts.create(payout());
	assert.equal(order.resolvedBy, "answer");
	assert.equal(methodsOf(requests), "POST GET POST");
	assert.equal(requests[2].body, requests[0].body);
	assert.equal(requests[2].url, requests[0].url);
});

test("a page with status 404 does not allow a second creation", async (t) => {
	const { url, requests } = await serve(t, script([503], [404, "<html>nginx</html>"]));
	const error = await rejection(clientOf(url, { maxRetries: 1 }).payouts.create(payout()));
	assert.deepEqual([error.outcome, error.code], ["unknown", "server_error"]);
	assert.equal(methodsOf(requests), "POST GET GET GET");
});

test("a lookup that names another order proves nothing", async (t) => {
	const other = '{"externalId":"PSP-2","orderStatus":"Success","externalTransactionId":"Order-8"}';
	const { url } = await serve(t, script([503], [200, other]));
	const error = await rejection(clientOf(url).payouts.create(payout()));
	assert.equal(error.outcome, "unknown");
	assert.equal(error.attempts[1].saw, "invalid_answer");
});

test("an error lists all attempts and their results", async (t) => {
	const { url } = await serve(t, script([502], [404], [400, DUPLICATE], [401]));
	const error = await rejection(clientOf(url, { maxRetries: 2 }).payouts.create(payout()));
	assert.deepEqual([error.code, error.outcome, error.httpStatus], ["server_error", "unknown", 502]);
	assert.deepEqual(
		error.attempts.map(({ operation, saw, httpStatus }) => [operation, saw, httpStatus]),
		[
			["create", "server_error", 502],
			["read", "no_order", undefined],
			["create", "duplicate_order", 400],
			["read", "unauthorized", 401],
		],
	);
	for (const [index, { atMs, durationMs }] of error.attempts.entries()) {
		assert.ok(Number.isInteger(atMs) && Number.isInteger(durationMs) && durationMs >= 0);
		assert.ok(index === 0 || atMs >= error.attempts[index - 1].atMs);
	}
	assert.doesNotMatch(JSON.stringify(error), /sk_js_tests|4111111111111111|Bearer/);
});

test("after an unknown outcome, a later refusal does not make it rejected", async (t) => {
	const { url } = await serve(t, script([500], [404], [400, '{"label":"LIMITS_ERROR"}'], [404]));
	const error = await rejection(clientOf(url, { maxRetries: 1 }).payouts.create(payout()));
	assert.deepEqual([error.code, error.outcome], ["server_error", "unknown"]);
});

test("a 401 is not tried again, and says where to look", async (t) => {
	const { url, requests } = await serve(t, script([401]));
	const error = await rejection(clientOf(url, { maxRetries: 10 }).payouts.create(payout()));
	assert.equal(error.code, "unauthorized");
	assert.match(error.advice, /complete.+active.+this pipeline.+allow-list/);
	assert.equal(requests.length, 1);
});

test("a refused connection is tried again, and is notSent in the end", async () => {
	const error = await rejection(clientOf(await unusedUrl(), { maxRetries: 2 }).payouts.create(payout()));
	assert.deepEqual([error.code, error.outcome, error.attempts.length], ["connection_failed", "notSent", 3]);
});

test("a duplicate is thrown with the order that has the id", async (t) => {
	const { url } = await serve(t, script([400, DUPLICATE], [200, FOUND]));
	const error = await rejection(clientOf(url).payouts.create(payout()));
	assert.ok(error instanceof DuplicateOrderError);
	// The network may have sent this request twice. So the order may come from the same request.
	assert.equal(error.outcome, "unknown");
	assert.match(error.advice, /it may be yours/);
	assert.deepEqual([error.order.externalId, error.order.orderStatus], ["PSP-1", "Processing"]);
});

test("with onDuplicate: return, a duplicate is the result", async (t) => {
	const { url } = await serve(t, script([400, DUPLICATE], [200, FOUND]));
	const order = await clientOf(url).payouts.create(payout(), { onDuplicate: "return" });
	assert.deepEqual([order.externalId, order.resolvedBy], ["PSP-1", "lookup"]);
});

test("if the order of a duplicate cannot be read, the error has no order", async (t) => {
	const { url } = await serve(t, script([400, DUPLICATE], [401]));
	const error = await rejection(clientOf(url).payouts.create(payout(), { onDuplicate: "return" }));
	assert.equal(error.code, "duplicate_order");
	assert.equal("order" in error, false);
});

test("the error names a wrong value of onDuplicate, deadlineMs or maxRetries", async () => {
	for (const [key, value] of [
		["onDuplicate", "ignore"],
		["onDuplicate", true],
		["deadlineMs", 0],
		["maxRetries", 11],
	]) {
		const error = await rejection(clientOf("http://127.0.0.1:9").payouts.create(payout(), { [key]: value }));
		assert.deepEqual([error.code, error.issues[0].path], ["configuration_invalid", key]);
	}
});

test("a read is repeated after a temporary failure, and its error lists the attempts", async (t) => {
	const { url, requests } = await serve(t, script([503], [200, FOUND]));
	assert.equal((await clientOf(url, { maxRetries: 1 }).payouts.get("PSP-1")).orderStatus, "Processing");
	assert.equal(requests.length, 2);
	const broken = await serve(t, script([503]));
	const error = await rejection(clientOf(broken.url, { maxRetries: 1 }).balances.get("USD"));
	assert.deepEqual(
		error.attempts.map(({ operation, saw }) => `${operation} ${saw}`),
		["read server_error", "read server_error"],
	);
});

test("a read of an order that does not exist is not repeated", async (t) => {
	const { url, requests } = await serve(t, script([404]));
	const error = await rejection(clientOf(url, { maxRetries: 5 }).payouts.get("PSP-1"));
	assert.deepEqual([error.code, error.httpStatus], ["not_found", 404]);
	assert.equal(requests.length, 1);
});

const second = 1000;
for (const [name, headers, least, most] of [
	["in seconds", { "retry-after": "1" }, second, 3 * second],
	[
		"as a date, by the server's own clock",
		{ "retry-after": "Tue, 01 Jan 2019 00:00:01 GMT", date: "Tue, 01 Jan 2019 00:00:00 GMT" },
		second,
		3 * second,
	],
	["in the past", { "retry-after": "Tue, 01 Jan 2019 00:00:00 GMT" }, 0, second],
	["that is not valid", { "retry-after": "soon" }, 0, second],
]) {
	test(`Retry-After ${name}: the wait has the right length`, async (t) => {
		const { url } = await serve(t, script([423, "{}", headers], [200, CREATED]));
		const began = performance.now();
		await clientOf(url, { maxRetries: 1 }).payouts.create(payout());
		const took = performance.now() - began;
		assert.ok(took >= least && took < most, `it took ${took} ms`);
	});
}

test("a Retry-After after the deadline ends the call at once, and the error has retryAfterMs", async (t) => {
	const { url } = await serve(t, script([423, "{}", { "retry-after": "3600" }]));
	const began = performance.now();
	const error = await rejection(clientOf(url, { maxRetries: 5 }).payouts.create(payout()));
	assert.ok(performance.now() - began < 5 * second);
	assert.deepEqual([error.code, error.retryAfterMs], ["temporarily_unavailable", 3_600_000]);
});

test("deadlineMs ends a call, although timeoutMs and maxRetries would allow more time", async (t) => {
	const url = await serveTcp(t, () => {});
	const began = performance.now();
	const options = { timeoutMs: 60_000, deadlineMs: 300, maxRetries: 10 };
	const error = await rejection(clientOf(url).payouts.create(payout(), options));
	assert.ok(error instanceof TimeoutError);
	assert.equal(error.outcome, "unknown");
	const took = performance.now() - began;
	assert.ok(took >= 290 && took < 5 * second, `it took ${took} ms`);
});

test("an abort rejects with an AbortedError if an order may exist, and otherwise with the reason of the signal", async (t) => {
	const unknown = await serve(t, script([500, "", { "retry-after": "2" }]));
	const refused = await serve(t, script([423, "{}", { "retry-after": "2" }]));
	for (const [server, check] of [
		[
			unknown,
			(error) => assert.ok(error instanceof AbortedError && error.cause === "enough" && error.attempts.length === 1),
		],
		[refused, (error) => assert.equal(error, "enough")],
	]) {
		const controller = new AbortController();
		setTimeout(() => controller.abort("enough"), 200);
		const client = clientOf(server.url, { maxRetries: 5 });
		check(await rejection(client.payouts.create(payout(), { signal: controller.signal })));
	}
});

test("by default, a client retries twice", async (t) => {
	const { url, requests } = await serve(t, json(423, "{}"));
	await rejection(new PayStar({ payouts: KEYS, baseUrl: url }).payouts.create(payout()));
	assert.equal(requests.length, 3);
});

test("after a crash, the same call finds the order that was made", async (t) => {
	const { url, requests } = await serve(t, script([200, CREATED], [400, DUPLICATE], [200, FOUND]));
	await clientOf(url).payouts.create(payout());
	const again = await clientOf(url).payouts.create(payout(), { onDuplicate: "return" });
	assert.equal(again.externalId, "PSP-1");
	assert.equal(methodsOf(requests), "POST POST GET");
});
