// Valid and invalid responses, and their results and errors.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	ApiError,
	AuthenticationError,
	DuplicateOrderError,
	LimitReachedError,
	TemporaryError,
	decodeHistoryAction,
} from "paystar";
import { clientOf, payout, rejection, testOnEach } from "./support/client.mjs";
import { json, serve } from "./support/http.mjs";

const create = async (t, answer, clientOver = clientOf) => {
	const { url } = await serve(t, answer);
	return clientOver(url).payouts.create(payout());
};
const read = async (t, body) => {
	const { url } = await serve(t, json(200, body));
	return clientOf(url).payouts.get("PSP-1");
};

test("the response to a creation is the order", async (t) => {
	assert.deepEqual(await create(t, json(200, '{"externalId": "PSP-1", "orderStatus": "Created"}')), {
		externalId: "PSP-1",
		externalTransactionId: "Order-7",
		orderStatus: "Created",
		resolvedBy: "answer",
		extra: {},
	});
});

test("unknown keys are in extra, and their numbers keep all digits", async (t) => {
	const order = await create(
		t,
		json(
			200,
			'{"fee":1.50,"externalId":"PSP-1","orderStatus":"OnHold","next":{"ids":[9007199254740993,null,true,"x"]}}',
		),
	);
	assert.equal(order.orderStatus, "OnHold");
	assert.deepEqual(order.extra, { fee: "1.50", next: { ids: ["9007199254740993", null, true, "x"] } });
});

test("a status has its history, and its amount keeps all digits", async (t) => {
	const status = await read(
		t,
		`{"externalId":"PSP-1","orderStatus":"Success","amount":2600.00,"orderHistory":[
			{"time":"2025-07-28T09:29:51.339832","action":"1.1.0.0"},{"time":"2025-07-28T09:29:58Z","action":"4.1.3.00"}]}`,
	);
	assert.equal(status.amount, "2600.00");
	assert.equal(status.isFinal, true);
	assert.deepEqual(
		status.orderHistory.map(({ time, action }) => [time, action]),
		[
			["2025-07-28T09:29:51.339832", "1.1.0.0"],
			["2025-07-28T09:29:58Z", "4.1.3.00"],
		],
	);
	assert.deepEqual(status.orderHistory[1].decoded, decodeHistoryAction("4.1.3.00"));
	assert.equal(status.orderHistory[1].decoded.paymentState, "success");
});

/** Documented codes, a code with two meanings, and codes that are not documented. */
const CODES = ["1.1.1.00", "4.1.4.63", "2.0.0.0", "1.2.1.2", "4.1.4.69", "9.9.9.99", "Created", "", 'a"\\\n', "день"];
const historyOf = (length) =>
	Array.from({ length }, (_, index) => ({
		time: `2025-07-28T09:29:${index}`,
		action: CODES[(index * 7) % CODES.length],
	}));
const entriesOf = (history) => history.map((step) => ({ ...step, decoded: decodeHistoryAction(step.action) }));

test("each entry of a long history has the meaning of its code, as a plain object of its own", async (t) => {
	const history = historyOf(1000);
	// Members in another order, with spaces, and with a member that is not known.
	const steps = history.map(({ time, action }, index) =>
		index % 9 === 0 ? JSON.stringify({ action, note: [index], time }, undefined, 1) : JSON.stringify({ time, action }),
	);
	const body = `{"externalId":"PSP-1","orderStatus":"Success","orderHistory":[${steps}],"fee": \n{"a":\n1.50}}`;
	const status = await read(t, body);
	assert.deepEqual(status.orderHistory, entriesOf(history));
	assert.equal(JSON.stringify(status.orderHistory), JSON.stringify(entriesOf(history)));
	assert.deepEqual(structuredClone(status), status);
	assert.deepEqual(Object.keys(status), ["externalId", "orderStatus", "isFinal", "orderHistory", "extra"]);
	assert.deepEqual(status.extra, { fee: { a: "1.50" } });
	const [first, ...others] = status.orderHistory.filter(({ action }) => action === "2.0.0.0");
	first.decoded.v2.push("changed");
	first.decoded.summary = "changed";
	for (const { decoded } of others) assert.deepEqual(decoded, decodeHistoryAction("2.0.0.0"));
});

test("onStatus and the error of another order get the same history as a read", async (t) => {
	const history = historyOf(30);
	const order = { externalId: "PSP-1", orderStatus: "Success", currency: "EUR", orderHistory: history };
	const { url } = await serve(t, json(200, JSON.stringify(order)));
	const reported = [];
	const onStatus = (status) => void reported.push(status);
	const last = await clientOf(url).payouts.waitUntilFinal({ externalId: "PSP-1" }, { onStatus });
	assert.deepEqual(reported, [last]);
	assert.deepEqual(last.orderHistory, entriesOf(history));
	const isCreation = ({ method }) => method === "POST";
	const other = await serve(t, (request, response) =>
		isCreation(request) ? json(500, "{}")(request, response) : json(200, JSON.stringify(order))(request, response),
	);
	const error = await rejection(clientOf(other.url).payouts.create(payout()));
	assert.deepEqual(error.order.orderHistory, entriesOf(history));
});

test("a status without its optional keys is valid, also if its value is not known yet", async (t) => {
	const status = await read(t, '{"externalId":"PSP-1","orderStatus":"Reviewing"}');
	assert.deepEqual(status, {
		externalId: "PSP-1",
		orderStatus: "Reviewing",
		isFinal: false,
		orderHistory: [],
		extra: {},
	});
});

const DUPLICATE =
	'{"label": "VALIDATION_ERROR.", "statusDescrption": "1-4007", "message": "Order with this external_transaction_id already exist"}';
const LIMIT =
	'{"label": "LIMITS_ERROR", "message": "Limit id: 0b0c7f3a-11aa-4f6e-9d55-2f8e6a1f0c11 was reached", "statusDescrption": "0001-0", "externalTransactionId": null}';

for (const [name, status, body, ErrorClass, code, outcome] of [
	["a duplicate", 400, DUPLICATE, DuplicateOrderError, "duplicate_order", "unknown"],
	["a reached limit", 400, LIMIT, LimitReachedError, "limit_reached", "rejected"],
	["a 400 with a label", 400, '{"label":"X","message":"no"}', ApiError, "request_refused", "rejected"],
	["a 400 with a page", 400, "<html>", ApiError, "unexpected_answer", "unknown"],
	["a wrong key", 401, "", AuthenticationError, "unauthorized", "rejected"],
	["an inactive key", 403, "", AuthenticationError, "forbidden", "rejected"],
	["an unknown path", 404, "", ApiError, "unexpected_answer", "unknown"],
	["a temporary error", 423, '{"message":"There is currently"}', TemporaryError, "temporarily_unavailable", "rejected"],
	["too many requests", 429, "", TemporaryError, "too_many_requests", "unknown"],
	["a 499", 499, "", ApiError, "server_error", "unknown"],
	["a 500", 500, "{}", ApiError, "server_error", "unknown"],
	["a gateway's page", 504, "<html>504</html>", ApiError, "server_error", "unknown"],
]) {
	testOnEach(`${name} (${status}) is ${code} with outcome ${outcome}`, async (t, clientOver) => {
		const error = await rejection(create(t, json(status, body), clientOver));
		assert.ok(error instanceof ErrorClass && error instanceof ApiError && error instanceof Error);
		assert.equal(error.name, ErrorClass.name);
		assert.equal(error.code, code);
		assert.equal(error.outcome, outcome);
		assert.equal(error.httpStatus, status);
		assert.equal(error.externalTransactionId, "Order-7");
		assert.ok(error.advice.length > 20);
	});
}

test("the error has PayStar's message, label and description", async (t) => {
	const error = await rejection(create(t, json(400, DUPLICATE)));
	assert.equal(error.message, "Order with this external_transaction_id already exist");
	assert.equal(error.label, "VALIDATION_ERROR.");
	assert.equal(error.statusDescription, "1-4007");
	assert.equal(error.retryable, false);
	assert.deepEqual(JSON.parse(JSON.stringify(error)), {
		name: "DuplicateOrderError",
		message: error.message,
		code: "duplicate_order",
		outcome: "unknown",
		externalTransactionId: "Order-7",
		retryable: false,
		advice: error.advice,
		httpStatus: 400,
		label: "VALIDATION_ERROR.",
		statusDescription: "1-4007",
		attempts: error.attempts,
	});
});

for (const [name, body] of [
	["an empty body", ""],
	["white space", " \n"],
	["HTML", "<html><body>Welcome to the proxy</body></html>"],
	["broken JSON", '{"externalId":"PSP-1","orderStatus":'],
	["an array", "[]"],
	["null", "null"],
	["no externalId", '{"orderStatus":"Created"}'],
	["an empty externalId", '{"externalId":"","orderStatus":"Created"}'],
	["a number as externalId", '{"externalId":1,"orderStatus":"Created"}'],
	["no orderStatus", '{"externalId":"PSP-1"}'],
	["an object as orderStatus", '{"externalId":"PSP-1","orderStatus":{}}'],
	["a member twice", '{"externalId":"PSP-1","externalId":"PSP-2","orderStatus":"Created"}'],
	["another order", '{"externalId":"PSP-1","orderStatus":"Created","externalTransactionId":"Order-8"}'],
	["bytes that are not valid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
	["very deep nesting", `{"externalId":${"[".repeat(200_000)}`],
]) {
	testOnEach(`a 200 with ${name} is invalid_answer with outcome unknown`, async (t, clientOver) => {
		const error = await rejection(create(t, json(200, body), clientOver));
		assert.ok(error instanceof ApiError);
		assert.equal(error.code, "invalid_answer");
		assert.equal(error.outcome, "unknown");
		assert.equal(error.httpStatus, 200);
		assert.equal(error.externalTransactionId, "Order-7");
	});
}

for (const [name, rest] of [
	["a history of another shape", '"orderHistory":[{"at":1}]'],
	["a history that is not an array", '"orderHistory":"none"'],
	["an amount that is not valid", '"amount":"many"'],
]) {
	test(`a status with ${name} is invalid_answer`, async (t) => {
		const error = await rejection(read(t, `{"externalId":"PSP-1","orderStatus":"Success",${rest}}`));
		assert.equal(error.code, "invalid_answer");
	});
}
