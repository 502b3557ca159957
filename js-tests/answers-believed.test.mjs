// Which responses the client trusts: only responses that PayStar itself can send, about the requested order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { ApiError, explain, NotFoundError, PayStar } from "paystar";
import { clientOf, DEPOSIT_KEYS, KEYS, payout, rejection, testOnEach } from "./support/client.mjs";
import { CREATED, json, serve } from "./support/http.mjs";

const FOUND = '{"externalId":"PSP-1","orderStatus":"Processing","orderHistory":[]}';
const HTML = "<!doctype html><title>Access denied</title>";

/** Bodies that PayStar does not send. */
const FOREIGN = {
	"a page": HTML,
	"a page after a byte order mark": `\uFEFF${HTML}`,
	"a page after a no-break space": `\u00A0${HTML}`,
	"a page in UTF-16": Buffer.from(`\uFEFF${HTML}`, "utf16le"),
	"a compressed page": gzipSync(HTML),
	"a router's text": "404 page not found",
	"a cluster's text": "default backend - 404",
	"a byte order mark alone": "\uFEFF",
	"a no-break space alone": "\u00A0",
	"an array": "[]",
	"a JSON text": '"not found"',
	"JSON null": "null",
	"half of an object": '{"message":"not found"',
	"two objects": "{}{}",
	"an object with a member twice": '{"message":"a","message":"b"}',
	"an order": FOUND,
	"an order without an id": '{"externalId":null,"message":"not found"}',
	"an order whose key has another case": '{"ExternalID":"PSP-1"}',
	"an order with an escaped name": '{"external\\u0049d":"PSP-1"}',
	"an order with the spelling of the sister brands": '{"externald":"PSP-1"}',
	"another order's error": '{"message":"not found","externalTransactionId":"Order-8"}',
	"an error about the id in lower case": '{"message":"not found","externalTransactionId":"order-7"}',
};

/** Bodies that PayStar can send. */
const OWN = {
	"an empty object": "{}",
	"an object": '{"message":"Order not found"}',
	"an object after a byte order mark": '\uFEFF{"title":"Not Found","status":404}',
	"an error about the order": '{"message":"no","externalTransactionId":"Order-7"}',
	"an error with an empty id": '{"message":"no","externalTransactionId":null}',
};

const EMPTY = { "no body": "", "white space": " \r\n\t" };

/** Answers each request with the next response of the list: [status, body]. The last response is repeated. */
const script =
	(...answers) =>
	(_, response) => {
		const [status, body = ""] = answers.length > 1 ? answers.shift() : answers[0];
		response.writeHead(status).end(body);
	};
const methodsOf = (requests) => requests.map(({ method }) => method).join(" ");

for (const [name, body] of Object.entries(FOREIGN)) {
	testOnEach(`a 404 with ${name} does not prove that the order does not exist`, async (t, clientOver) => {
		const { url, requests } = await serve(t, script([503], [404, body]));
		const error = await rejection(clientOver(url, { maxRetries: 1 }).payouts.create(payout()));
		assert.deepEqual([error.outcome, error.code], ["unknown", "server_error"]);
		assert.equal(methodsOf(requests), "POST GET GET GET", "it goes on looking, and does not send again");
		const read = await rejection(clientOver(url).payouts.getByExternalTransactionId("Order-7"));
		assert.equal(read.code, "unexpected_answer");
		assert.ok(!(read instanceof NotFoundError) && !/PayStar knows no order/.test(read.message));
	});

	test(`the client does not trust a refusal with ${name}, and looks the order up`, async (t) => {
		for (const status of [400, 401, 403, 423]) {
			const { url, requests } = await serve(t, script([status, body], [200, FOUND]));
			const order = await clientOf(url).payouts.create(payout());
			assert.deepEqual([order.externalId, order.resolvedBy], ["PSP-1", "lookup"], status);
			assert.equal(methodsOf(requests), "POST GET");
			const blocked = await serve(t, json(status, body));
			const error = await rejection(clientOf(blocked.url).payouts.create(payout()));
			assert.deepEqual(
				[error.code, error.outcome, error.retryable, error.httpStatus],
				["unexpected_answer", "unknown", false, status],
			);
		}
	});
}

for (const [name, body] of Object.entries({ ...OWN, ...EMPTY })) {
	test(`a 404 with ${name} proves that PayStar does not know the order`, async (t) => {
		const { url, requests } = await serve(t, script([503], [404, body], [200, CREATED]));
		assert.equal((await clientOf(url, { maxRetries: 1 }).payouts.create(payout())).resolvedBy, "answer");
		assert.equal(methodsOf(requests), "POST GET POST");
	});

	test(`a status read that gets a 404 with ${name} throws a NotFoundError`, async (t) => {
		const { url, requests } = await serve(t, json(404, body));
		const client = clientOf(url, { maxRetries: 3, deposits: DEPOSIT_KEYS });
		for (const orders of [client.payouts, client.deposits]) {
			const error = await rejection(orders.getByExternalTransactionId("Order-7"));
			assert.ok(error instanceof NotFoundError && error instanceof ApiError);
			assert.deepEqual(
				[error.name, error.code, error.outcome, error.retryable, error.httpStatus, error.externalTransactionId],
				["NotFoundError", "not_found", "unknown", false, 404, "Order-7"],
			);
			assert.doesNotMatch(error.advice, /read the status/i);
			assert.equal(explain(error).advice, error.advice);
		}
		assert.equal(requests.length, 2, "it is not tried again");
		assert.equal((await rejection(client.balances.get("USD"))).code, "unexpected_answer");
		const once = { maxRetries: 0 };
		assert.equal((await rejection(client.payouts.create(payout(), once))).code, "unexpected_answer");
	});
}

test("in a read by PayStar's id, a 404 that names an externalTransactionId is about another order", async (t) => {
	const { url } = await serve(t, json(404, OWN["an error about the order"]));
	assert.equal((await rejection(clientOf(url).payouts.get("PSP-1"))).code, "unexpected_answer");
});

test("a wait continues while PayStar does not know the id yet", async (t) => {
	const { url, requests } = await serve(t, script([404], [404, HTML], [200, FOUND.replace("Processing", "Success")]));
	const state = await clientOf(url).payouts.waitUntilFinal({ externalId: "PSP-1" }, { intervalMs: 5 });
	assert.deepEqual([state.orderStatus, requests.length], ["Success", 3]);
});

test("refusals in the documented form have the outcome rejected", async (t) => {
	for (const [status, body, code] of [
		[401, "", "unauthorized"],
		[401, " \n", "unauthorized"],
		[401, "{}", "unauthorized"],
		[403, "", "forbidden"],
		[403, '{"reason":"the address is not on the list"}', "forbidden"],
		[423, '{"message":"There is currently"}', "temporarily_unavailable"],
		[423, "{}", "temporarily_unavailable"],
		[400, '{"label":"X"}', "request_refused"],
		[400, '{"label":"X","externalTransactionId":"Order-7"}', "request_refused"],
		[400, '{"label":"LIMITS_ERROR","externalTransactionId":null}', "limit_reached"],
	]) {
		const { url, requests } = await serve(t, json(status, body));
		const error = await rejection(clientOf(url).payouts.create(payout()));
		assert.deepEqual([error.code, error.outcome, requests.length], [code, "rejected", 1], `${status} ${body}`);
	}
});

test("a 423 without a body is not a refusal: the client looks the order up", async (t) => {
	const { url, requests } = await serve(t, script([423], [404], [200, CREATED]));
	assert.equal((await clientOf(url, { maxRetries: 1 }).payouts.create(payout())).resolvedBy, "answer");
	assert.equal(methodsOf(requests), "POST GET POST");
});

for (const status of [201, 202, 203, 206, 207, 226]) {
	testOnEach(`a ${status} with an order is not a creation`, async (t, clientOver) => {
		const { url, requests } = await serve(t, script([status, CREATED.replace("PSP-1", "PSP-forged")], [200, FOUND]));
		const order = await clientOver(url).payouts.create(payout());
		assert.deepEqual([order.externalId, order.resolvedBy], ["PSP-1", "lookup"]);
		assert.equal(methodsOf(requests), "POST GET");
		const always = await serve(t, json(status, CREATED));
		const client = clientOver(always.url);
		for (const call of [
			() => client.payouts.create(payout()),
			() => client.payouts.get("PSP-1"),
			() => client.balances.get("USD"),
		]) {
			const error = await rejection(call());
			assert.deepEqual([error.code, error.outcome, error.httpStatus], ["invalid_answer", "unknown", status]);
		}
	});
}

test("a 204 is not a creation", async (t) => {
	const { url } = await serve(t, script([204], [200, FOUND]));
	assert.equal((await clientOf(url).payouts.create(payout())).resolvedBy, "lookup");
});

for (const [name, retryable, options, answer] of [
	["a refused connection", true, { baseUrl: "http://127.0.0.1:1" }],
	["a 423", true, {}, json(423, '{"message":"There is currently"}')],
	["a 429", false, {}, json(429, "")],
	["a 503", false, {}, json(503, "")],
	["a timeout", false, { timeoutMs: 100 }, () => {}],
	["a broken connection", false, {}, (request) => request.socket.destroy()],
	["a page", false, {}, json(200, HTML)],
]) {
	test(`after ${name}, retryable is ${retryable} and the advice fits the outcome`, async (t) => {
		const { url } = await serve(t, answer ?? (() => {}));
		const client = new PayStar({ payouts: KEYS, baseUrl: url, maxRetries: 0, ...options });
		const errors = [await rejection(client.payouts.create(payout())), await rejection(client.payouts.get("PSP-1"))];
		for (const error of errors) {
			assert.equal(error.retryable, retryable);
			assert.ok(!(error.retryable && error.outcome === "unknown"));
			assert.equal(error.advice, explain(error).advice);
			assert.equal(/read its status/i.test(error.advice), error.outcome === "unknown");
		}
	});
}

test("the client repeats a read, although the error of the read is not retryable", async (t) => {
	for (const failure of [[503], [429], [499], [200, HTML], [201, FOUND]]) {
		const { url, requests } = await serve(t, script(failure, [200, FOUND]));
		assert.equal((await clientOf(url, { maxRetries: 1 }).payouts.get("PSP-1")).orderStatus, "Processing");
		assert.equal(requests.length, 2);
	}
});
