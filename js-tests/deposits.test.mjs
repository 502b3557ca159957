// Deposits, balances and waits, with a plain HTTP server instead of the sandbox.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, AuthenticationError, ConfigurationError, PayStar, TimeoutError, ValidationError } from "paystar";
import { CARD, DEPOSIT_KEYS, KEYS, payout, rejection } from "./support/client.mjs";
import { json, serve, serveTcp, unusedUrl } from "./support/http.mjs";

const clientOf = (baseUrl, options = {}) =>
	new PayStar({
		payouts: { token: "my.payouts.token" },
		deposits: { token: "my.deposits.token" },
		baseUrl,
		...options,
	});
const PATH = "/api/v1/integration/deposit-order/";
const CREATED =
	'{"externalId":"PSP-1","orderStatus":"Created","threeDSecure":{"url":"https://acs.example"},"fee":0.50}';

for (const [method, host, header, additionalFields] of [
	["create", "secure.paystar.uk", undefined, { cardNumber: CARD, cardCvv: "123" }],
	["createWithToken", "token.paystar.uk", "token.paystar.uk", { cardToken: "token-1" }],
	["createHosted", "init.paystar.uk", "init.paystar.uk", { email: "a@b.example" }],
]) {
	const request = payout({ additionalFields });
	test(`deposits.${method} is a POST with the deposits key, and unknown members of the response are in extra`, async (t) => {
		const { url, requests } = await serve(t, json(200, CREATED));
		const order = await clientOf(url).deposits[method](request);
		assert.equal(requests.length, 1);
		const [{ method: verb, url: path, headers, body }] = requests;
		assert.equal(verb, "POST");
		assert.equal(path, PATH);
		assert.equal(headers.authorization, "Bearer my.deposits.token");
		assert.equal(headers["content-type"], "application/json");
		assert.equal(headers["x-paystar-host"], header);
		const fields = Object.entries(additionalFields).map(([key, value]) => `{"key":"${key}","value":"${value}"}`);
		assert.equal(
			body,
			`{"amount":100.10,"currency":"USD","externalTransactionId":"Order-7","additionalFields":[${fields}]}`,
		);
		assert.deepEqual(order, {
			externalId: "PSP-1",
			externalTransactionId: "Order-7",
			orderStatus: "Created",
			resolvedBy: "answer",
			extra: { threeDSecure: { url: "https://acs.example" }, fee: "0.50" },
		});
	});

	test(`without baseUrl, deposits.${method} sends to ${host}`, async () => {
		let seen;
		const fetch = async (request) => {
			seen = request;
			return new Response(CREATED);
		};
		await clientOf(undefined, { fetch }).deposits[method](request);
		assert.equal(seen.url, `https://${host}${PATH}`);
		assert.equal(seen.headers.get("x-paystar-host"), null);
	});
}

test("status reads of deposits are GET requests with the deposits key", async (t) => {
	const { url, requests } = await serve(t, json(200, '{"externalId":"PSP-1","orderStatus":"Init","amount":5.00}'));
	const { deposits } = clientOf(url);
	assert.equal((await deposits.get("PSP-1")).amount, "5.00");
	assert.equal((await deposits.getByExternalTransactionId("Order-7")).isFinal, false);
	assert.deepEqual(
		requests.map(({ method, url: path, headers }) => [method, path, headers.authorization]),
		[
			["GET", `${PATH}PSP-1/status`, "Bearer my.deposits.token"],
			["GET", `${PATH}Order-7/status-by-external-transaction-id`, "Bearer my.deposits.token"],
		],
	);
});

test("a balance read has its currency, the key of its pipeline and PayStar's host for balances", async (t) => {
	const body =
		'{"currency":"USD","merchantBalance":-12.50,"merchantOverdraft":0,"pipelineBalance":9007199254740993.01,' +
		'"pipelineAvailableBalance":1.0,"pipelineProcessingOrdersDeposit":0.00,"pipelineProcessingOrdersWithdrawals":7,"frozen":1.50}';
	const { url, requests } = await serve(t, json(200, body));
	const { balances } = clientOf(url);
	assert.deepEqual(await balances.get("USD"), {
		currency: "USD",
		merchantBalance: "-12.50",
		merchantOverdraft: "0",
		pipelineBalance: "9007199254740993.01",
		pipelineAvailableBalance: "1.0",
		pipelineProcessingOrdersDeposit: "0.00",
		pipelineProcessingOrdersWithdrawals: "7",
		extra: { frozen: "1.50" },
	});
	await balances.get("USD", { pipeline: "deposits" });
	await new PayStar({ deposits: { token: "only.deposits.token" }, baseUrl: url }).balances.get("USD");
	assert.deepEqual(
		requests.map(({ method, url: path, headers }) => [method, path, headers.authorization, headers["x-paystar-host"]]),
		["my.payouts.token", "my.deposits.token", "only.deposits.token"].map((token) => [
			"GET",
			"/api/v1/balance/merchant?currency=USD",
			`Bearer ${token}`,
			"api.paystar.uk",
		]),
	);
});

test("wrong arguments of a balance read are refused before anything is sent", async () => {
	const { balances } = clientOf("http://127.0.0.1:1");
	for (const currency of [undefined, "", 5, "usd", "U$D"]) {
		assert.ok((await rejection(balances.get(currency))) instanceof ValidationError, String(currency));
	}
	for (const options of [{ pipeline: "refunds" }, { pipelines: "payouts" }]) {
		assert.ok((await rejection(balances.get("USD", options))) instanceof ConfigurationError);
	}
});

test("a client without the key of a pipeline refuses calls before anything is sent", async (t) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const { deposits, balances } = new PayStar({ payouts: KEYS, baseUrl: url });
	for (const call of [
		deposits.create(payout()),
		deposits.createHosted(payout({ additionalFields: {} })),
		deposits.get("PSP-1"),
		deposits.waitUntilFinal({ externalId: "PSP-1" }),
		balances.get("USD", { pipeline: "deposits" }),
	]) {
		const error = await rejection(call);
		assert.ok(error instanceof ConfigurationError);
		assert.match(error.message, /no keys for deposits/);
	}
	assert.equal(requests.length, 0);
});

test("card data in a hosted deposit is refused, because it must not be sent", async (t) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const { deposits } = clientOf(url);
	const request = payout({ additionalFields: { cardNumber: CARD, cardCvv: "123", email: "a@b.example" } });
	const error = await rejection(deposits.createHosted(request));
	assert.deepEqual(
		error.issues.map(({ path, code }) => [path, code]),
		[
			["additionalFields.cardNumber", "card_data_not_allowed"],
			["additionalFields.cardCvv", "card_data_not_allowed"],
		],
	);
	assert.deepEqual(deposits.validateHosted(request), error.issues);
	assert.deepEqual(deposits.validate(request), []);
	assert.equal(requests.length, 0);
});

test("a token deposit without a token is a warning: PayStar does not document its key", () => {
	const { deposits } = clientOf("http://127.0.0.1:1");
	const [issue] = deposits.validateWithToken(payout({ additionalFields: {} }));
	assert.deepEqual([issue.path, issue.severity], ["additionalFields.cardToken", "warning"]);
	assert.deepEqual(deposits.validateWithToken(payout({ additionalFields: { cardToken: "x" } })), []);
});

test("errors of deposits report the outcome of the order", async (t) => {
	const { url } = await serve(t, json(500, ""));
	const error = await rejection(clientOf(url).deposits.createHosted(payout({ additionalFields: {} })));
	assert.ok(error instanceof ApiError);
	assert.equal(error.outcome, "unknown");
	assert.equal(error.externalTransactionId, "Order-7");
	const refused = await rejection(clientOf(await unusedUrl()).deposits.create(payout()));
	assert.equal(refused.outcome, "notSent");
});

/** Serves statuses one after another, and repeats the last status. A number is an HTTP error. */
const serveStatuses = (t, ...statuses) => {
	let reads = 0;
	return serve(t, (_, response) => {
		const status = statuses[Math.min(reads++, statuses.length - 1)];
		if (typeof status === "number") response.writeHead(status).end();
		else response.end(`{"externalId":"PSP-1","orderStatus":"${status}"}`);
	});
};

for (const pipeline of ["payouts", "deposits"]) {
	test(`${pipeline}.waitUntilFinal reads until the status is final, also after failures and unknown statuses`, async (t) => {
		const { url, requests } = await serveStatuses(t, "Created", 500, "Created", "Reviewing", 404, "Success");
		const seen = [];
		const state = await clientOf(url)[pipeline].waitUntilFinal(
			{ externalId: "PSP-1" },
			{ intervalMs: 5, onStatus: ({ orderStatus }) => seen.push(orderStatus) },
		);
		assert.equal(state.orderStatus, "Success");
		assert.deepEqual(seen, ["Created", "Reviewing", "Success"]);
		assert.equal(requests.length, 6);
	});
}

test("a wait by externalTransactionId works, and its first read is at once", async (t) => {
	const { url, requests } = await serveStatuses(t, "Failed");
	const state = await clientOf(url).payouts.waitUntilFinal({ externalTransactionId: "Order-7" });
	assert.equal(state.isFinal, true);
	assert.match(requests[0].url, /Order-7\/status-by-external-transaction-id$/);
});

test("a wait ends at its deadline, and its error has the last status", async (t) => {
	const { url } = await serveStatuses(t, "Processing");
	const error = await rejection(
		clientOf(url).payouts.waitUntilFinal({ externalTransactionId: "Order-7" }, { intervalMs: 20, deadlineMs: 150 }),
	);
	assert.ok(error instanceof TimeoutError);
	assert.equal(error.code, "deadline_exceeded");
	assert.equal(error.externalTransactionId, "Order-7");
	assert.match(error.message, /150 ms\. Its last status was Processing/);
});

test("a wait ends at its deadline, although a read stalls", async (t) => {
	const url = await serveTcp(t, () => {});
	const began = Date.now();
	const error = await rejection(clientOf(url).payouts.waitUntilFinal({ externalId: "PSP-1" }, { deadlineMs: 200 }));
	assert.equal(error.code, "deadline_exceeded");
	assert.equal(error.cause.code, "timeout");
	assert.ok(Date.now() - began < 10_000);
});

test("at the deadline, the wait lets an async onStatus finish, but not longer than timeoutMs", async (t) => {
	const wait = async (onStatus, timeoutMs) => {
		const { url, requests } = await serveStatuses(t, 500, "Created");
		const options = { onStatus, intervalMs: 1000, deadlineMs: 100, timeoutMs };
		const error = await rejection(clientOf(url).payouts.waitUntilFinal({ externalId: "PSP-1" }, options));
		assert.equal(error.code, "deadline_exceeded");
		assert.match(error.message, /Its last status was Created/);
		assert.equal(requests.length, 2);
	};
	let isShown = false;
	const onStatus = async () => {
		await new Promise((resolve) => setTimeout(resolve, 100));
		isShown = true;
	};
	await wait(onStatus, 5000);
	assert.ok(isShown);
	await wait(() => new Promise(() => {}), 300);
});

test("a wait follows Retry-After, except for its last read at the deadline", async (t) => {
	const { url, requests } = await serve(t, (_, response) => response.writeHead(429, { "retry-after": "60" }).end());
	const options = { intervalMs: 5, deadlineMs: 300 };
	const error = await rejection(clientOf(url).payouts.waitUntilFinal({ externalId: "PSP-1" }, options));
	assert.deepEqual([error.code, error.cause.code], ["deadline_exceeded", "too_many_requests"]);
	assert.equal(requests.length, 2);
});

test("a wrong key ends the wait at once, because no later read can work", async (t) => {
	const { url, requests } = await serveStatuses(t, 401);
	const error = await rejection(clientOf(url).payouts.waitUntilFinal({ externalId: "PSP-1" }, { intervalMs: 5 }));
	assert.ok(error instanceof AuthenticationError);
	assert.equal(requests.length, 1);
});

test("an abort ends the wait at once with the reason of the signal, also between two reads", async (t) => {
	const { url } = await serveStatuses(t, "Created");
	const controller = new AbortController();
	const reason = new Error("shutting down");
	const waiting = rejection(
		clientOf(url).payouts.waitUntilFinal(
			{ externalId: "PSP-1" },
			{ signal: controller.signal, onStatus: () => setTimeout(() => controller.abort(reason), 20) },
		),
	);
	assert.equal(await waiting, reason);
	assert.equal(
		await rejection(clientOf(url).payouts.waitUntilFinal({ externalId: "x" }, { signal: AbortSignal.abort(reason) })),
		reason,
	);
});

test("an error of onStatus ends the wait", async (t) => {
	const { url } = await serveStatuses(t, "Created");
	const bug = new Error("a bug of the caller");
	const onStatus = () => {
		throw bug;
	};
	assert.equal(await rejection(clientOf(url).payouts.waitUntilFinal({ externalId: "PSP-1" }, { onStatus })), bug);
});

test("wrong arguments of a wait are refused", async () => {
	const { payouts } = clientOf("http://127.0.0.1:1");
	for (const which of [undefined, {}, "PSP-1", { externalid: "x" }, { externalId: 5 }, { externalId: ".." }]) {
		assert.ok((await rejection(payouts.waitUntilFinal(which))) instanceof ValidationError, JSON.stringify(which));
	}
	for (const options of [{ intervalMs: 0 }, { deadline: 5 }, { onStatus: 5 }, { deadlineMs: 2 ** 31 }]) {
		assert.ok((await rejection(payouts.waitUntilFinal({ externalId: "x" }, options))) instanceof ConfigurationError);
	}
});

test("payouts and deposits use different keys", async (t) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const client = new PayStar({ payouts: KEYS, deposits: DEPOSIT_KEYS, baseUrl: url });
	await client.payouts.create(payout());
	await client.deposits.create(payout());
	const [first, second] = requests.map(({ headers }) => headers.authorization);
	assert.notEqual(first, second);
	const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url")).publicKey;
	assert.deepEqual([claims(first), claims(second)], [KEYS.publicKey, DEPOSIT_KEYS.publicKey]);
});
