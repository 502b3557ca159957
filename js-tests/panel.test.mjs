// The panel proxy: the client of a page without keys, a backend with `createPanelHandler`, and the sandbox, over real HTTP.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import express4 from "express4";
import fastify from "fastify";
import { Hono } from "hono";
import { PayStar } from "paystar";
import { createPanelHandler, toNodeHandler } from "paystar/server";
import { CARD, clientOf, DEPOSIT_KEYS, KEYS, payout, rejection } from "./support/client.mjs";
import { json, serve } from "./support/http.mjs";
import { jwtOf } from "./support/jwt.mjs";
import { pageOf, payStarWithKeys, SAME_ORIGIN, serveNode, servePanel } from "./support/panel.mjs";

const ALL = [
	"payouts.create",
	"payouts.get",
	"payouts.getByExternalTransactionId",
	"deposits.create",
	"deposits.createWithToken",
	"deposits.createHosted",
	"deposits.get",
	"deposits.getByExternalTransactionId",
	"balances.get",
];
const PAY = { allow: ALL, beforeCreate: () => true };
const PATH = "/paystar/api/v1/integration/withdrawal-order/";
const plain = (changes) => payout({ additionalFields: { bankName: "SuperBank" }, ...changes });

/** A request of a page, without the client. */
const post = (url, body, headers = SAME_ORIGIN, path = PATH) =>
	fetch(url + path, {
		method: "POST",
		headers: { "content-type": "application/json", ...headers },
		body: typeof body === "string" ? body : JSON.stringify(body),
	});

const ORDER = { amount: 1, currency: "USD", externalTransactionId: "Order-1" };

/** Sends bytes over a socket, and resolves to all that comes back. */
const raw = (url, text) =>
	new Promise((resolve, reject) => {
		const { port } = new URL(url);
		const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
		let received = "";
		socket.on("data", (part) => {
			received += part;
			if (received.includes("\r\n\r\n")) socket.destroy();
		});
		socket.on("close", () => resolve(received));
		socket.on("error", reject);
	});

/** Each server gets a handler `(Request) => Promise<Response>` and resolves to its URL. */
const SERVERS = {
	"node:http": (t, handle) => serveNode(t, toNodeHandler(handle)),
	"express, as a route": (t, handle) => serveNode(t, express().all("/paystar/*rest", toNodeHandler(handle))),
	"express 4": (t, handle) => serveNode(t, express4().all("/paystar/*", toNodeHandler(handle))),
	fastify: async (t, handle) => {
		const app = fastify();
		await app.register(async (panel) => {
			panel.removeAllContentTypeParsers();
			panel.addContentTypeParser("*", (request, payload, done) => done(null));
			panel.all("/paystar/*", toNodeHandler(handle));
		});
		t.after(() => app.close());
		return app.listen({ port: 0, host: "127.0.0.1" });
	},
	Hono: (t, handle) => serveNode(t, getRequestListener(new Hono().all("/paystar/*", (c) => handle(c.req.raw)).fetch)),
	"express, mounted": (t, handle) => serveNode(t, express().use("/paystar", toNodeHandler(handle))),
};

for (const [name, start] of Object.entries(SERVERS)) {
	test(`a page without keys uses the whole client through ${name}`, async (t) => {
		const { sandbox, client } = await payStarWithKeys(t);
		const url = await start(t, createPanelHandler({ paystar: client, authorize: () => true, ...PAY }));
		const page = pageOf(url);
		const order = await page.payouts.create(plain({ amount: "9007199254740993.01" }));
		assert.deepEqual([order.orderStatus, order.resolvedBy, order.extra], ["Created", "answer", {}]);
		const [byId, byOwnId, own] = await Promise.all([
			page.payouts.get(order.externalId),
			page.payouts.getByExternalTransactionId("Order-7"),
			client.payouts.get(order.externalId),
		]);
		assert.deepEqual(byId, own);
		assert.equal(byOwnId.externalId, order.externalId);
		const deposits = [
			await page.deposits.create(plain({ externalTransactionId: "D-1", amount: "0.10" })),
			await page.deposits.createHosted(plain({ externalTransactionId: "D-2" })),
		];
		const { amount } = await page.deposits.getByExternalTransactionId("D-1");
		assert.equal(amount, "0.10");
		assert.equal((await page.deposits.get(deposits[1].externalId)).orderStatus, "Init");
		assert.deepEqual(await page.balances.get("USD"), await client.balances.get("USD", { pipeline: "payouts" }));
		assert.equal((await rejection(page.payouts.create(plain()))).code, "duplicate_order");
		assert.equal(sandbox.orderCount, 3);
	});
}

test("every method of the client that sends a request is an operation of the panel", () => {
	const { payouts, deposits, balances } = new PayStar({ payouts: KEYS });
	const sending = Object.entries({ payouts, deposits, balances }).flatMap(([group, object]) =>
		Object.getOwnPropertyNames(Object.getPrototypeOf(object))
			.filter((name) => name !== "constructor" && !name.startsWith("validate") && name !== "waitUntilFinal")
			.map((name) => `${group}.${name}`),
	);
	assert.deepEqual(sending.sort(), [...ALL].sort());
	const paystar = { payouts, deposits, balances };
	createPanelHandler({ paystar, authorize: () => true, allow: ALL, beforeCreate: () => true });
});

test("a response of the panel about another order is not believed", async (t) => {
	const { client } = await payStarWithKeys(t);
	await client.payouts.create(plain({ externalTransactionId: "Order-8" }));
	const url = await servePanel(t, client, PAY);
	// A proxy mixes up the responses of two requests.
	const send = (request) => fetch(request.url.replace("Order-7", "Order-8"), { headers: SAME_ORIGIN });
	const page = new PayStar({ baseUrl: `${url}/paystar`, fetch: send, maxRetries: 0 });
	const error = await rejection(page.payouts.getByExternalTransactionId("Order-7"));
	assert.deepEqual([error.code, error.outcome], ["invalid_answer", "unknown"]);
});

test("waiting for the final status works through the panel", async (t) => {
	const { client } = await payStarWithKeys(t, { sandbox: { processingAfterMs: 20, finalAfterMs: 40 } });
	const page = pageOf(await servePanel(t, client, PAY));
	const { externalId } = await page.payouts.create(plain());
	const seen = [];
	const onStatus = ({ orderStatus }) => seen.push(orderStatus);
	const state = await page.payouts.waitUntilFinal({ externalId }, { intervalMs: 10, deadlineMs: 20_000, onStatus });
	assert.equal(state.isFinal, true);
	assert.equal(seen.at(-1), state.orderStatus);
});

test("each kind of deposit reaches the method that creates it, and nobody needs the header x-paystar-host", async (t) => {
	const { client } = await payStarWithKeys(t);
	const operations = [];
	const beforeCreate = (_, { operation }) => operations.push(operation) > 0;
	const page = pageOf(await servePanel(t, client, { allow: ALL, beforeCreate }));
	await page.deposits.create(plain({ externalTransactionId: "D-1" }));
	const withToken = { externalTransactionId: "D-2", additionalFields: { cardToken: "tok_js_tests" } };
	await page.deposits.createWithToken(plain(withToken));
	await page.deposits.createHosted(plain({ externalTransactionId: "D-3" }));
	assert.deepEqual(operations, ["deposits.create", "deposits.createWithToken", "deposits.createHosted"]);
});

test("balances use the keys of the pipeline that the page names", async (t) => {
	const asked = [];
	const { client } = await payStarWithKeys(t);
	const authorize = (_, details) => asked.push(details) > 0;
	const page = pageOf(await servePanel(t, client, { authorize }));
	for (const pipeline of ["payouts", "deposits"]) {
		const balance = await page.balances.get("EUR", { pipeline });
		assert.deepEqual(balance, await client.balances.get("EUR", { pipeline }));
	}
	const operation = "balances.get";
	assert.deepEqual(asked, [
		{ operation, id: undefined, pipeline: "payouts" },
		{ operation, id: undefined, pipeline: "deposits" },
	]);
});

test("no key, no token and no full card number is in the traffic of the page", async (t) => {
	const { client } = await payStarWithKeys(t, {
		fetch: async (request) => {
			const response = await fetch(request);
			// PayStar's response, with card data and headers that must not reach a page.
			const body = { ...(await response.json()), form: { pan: CARD, note: `card 4111 1111 1111 1111 or ${CARD}.` } };
			body.externalParams = {
				cardToken: "tok_secret_1",
				cardStorageToken: "tok_secret_2",
				cardNumber: CARD,
				cardHolder: CARD,
			};
			return Response.json(body, {
				status: response.status,
				headers: { "x-paystar-internal": "yes", "set-cookie": "a=b" },
			});
		},
	});
	const traffic = [];
	// The backend knows the card: the page sends only its id.
	const beforeCreate = (order) => ({ ...order, additionalFields: { cardNumber: CARD } });
	const page = pageOf(await servePanel(t, client, { allow: ALL, beforeCreate }), { traffic });
	const order = await page.payouts.create(plain());
	const state = await page.deposits
		.create(plain({ externalTransactionId: "D-1" }))
		.then(({ externalId }) => page.deposits.get(externalId));
	await rejection(page.payouts.create(plain()));
	await page.balances.get("USD");
	assert.equal(state.externalParams.cardNumber, "411111******1111");
	assert.equal(state.externalParams.cardToken, null);
	assert.equal(order.extra.form.note, "card 411111******1111 or 411111******1111.");
	assert.ok(traffic.length >= 5);
	const text = traffic.map(({ request, response }) => request + response).join("\n");
	const secrets = [KEYS, DEPOSIT_KEYS].flatMap((keys) => [keys.publicKey, keys.privateKey, jwtOf(keys)]);
	for (const secret of [
		...secrets,
		CARD,
		"4111 1111 1111 1111",
		"tok_secret",
		"uthorization",
		"x-paystar-internal",
		"set-cookie",
	]) {
		assert.ok(!text.includes(secret), `the traffic contains ${secret}`);
	}
});

test("a creation of another site is refused, and a read without a browser's headers passes", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	const url = await servePanel(t, client, PAY);
	for (const headers of [
		{},
		{ origin: "https://evil.example" },
		{ origin: "null" },
		{ origin: `${url}.evil.example` },
		{ origin: "https://evil.example", "sec-fetch-site": "cross-site" },
		{ origin: url, "sec-fetch-site": "cross-site" },
		{ origin: url, "sec-fetch-site": "same-site" },
		{ "sec-fetch-site": "none" },
	]) {
		const page = pageOf(url, { headers });
		const error = await rejection(page.payouts.create(plain()));
		assert.deepEqual(
			[error.code, error.outcome, error.httpStatus],
			["rejected", "rejected", 403],
			JSON.stringify(headers),
		);
	}
	assert.equal(sandbox.orderCount, 0);
	// A form of another site can send only these types.
	for (const type of [
		"text/plain",
		"application/x-www-form-urlencoded",
		"multipart/form-data",
		"text/plain; a=application/json",
	]) {
		const { status } = await post(url, ORDER, { ...SAME_ORIGIN, "content-type": type });
		assert.equal(status, 415);
	}
	assert.equal(sandbox.orderCount, 0);
	for (const headers of [{ origin: url }, { origin: url, ...SAME_ORIGIN }, SAME_ORIGIN]) {
		const id = { externalTransactionId: `Order-${JSON.stringify(headers).length}` };
		await pageOf(url, { headers }).payouts.create(plain(id));
	}
	const read = (headers) => pageOf(url, { headers }).balances.get("USD");
	for (const headers of [{}, { "sec-fetch-site": "none" }, SAME_ORIGIN]) await read(headers);
	const foreign = await rejection(read({ "sec-fetch-site": "cross-site" }));
	assert.equal(foreign.httpStatus, 403);
});

test("the option origins says which pages may use the panel behind a proxy with TLS", async (t) => {
	const { client } = await payStarWithKeys(t);
	const url = await servePanel(t, client, { ...PAY, origins: ["https://admin.example"] });
	const create = (headers, externalTransactionId) =>
		pageOf(url, { headers }).payouts.create(plain({ externalTransactionId }));
	await create({ origin: "https://admin.example" }, "O-1");
	await create({ origin: "https://admin.example", ...SAME_ORIGIN }, "O-2");
	await create(SAME_ORIGIN, "O-3");
	for (const headers of [
		{ origin: url },
		{ origin: "https://shop.example", ...SAME_ORIGIN },
		{ origin: "http://admin.example" },
	]) {
		const error = await rejection(create(headers, "O-4"));
		assert.match(error.message, /^payouts\.create.*origins/);
	}
});

test("only reads are allowed by default, and a refusal names the operation", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	const page = pageOf(await servePanel(t, client));
	const error = await rejection(page.payouts.create(plain()));
	assert.equal(error.name, "ApiError");
	assert.deepEqual(
		[error.code, error.outcome, error.httpStatus, error.retryable],
		["rejected", "rejected", 403, false],
	);
	assert.match(error.message, /payouts\.create/);
	assert.doesNotMatch(error.advice, /account manager/);
	assert.equal(error.attempts.length, 1);
	assert.equal(sandbox.orderCount, 0);
	await page.balances.get("USD");
	const only = pageOf(await servePanel(t, client, { allow: ["payouts.create"], beforeCreate: () => true }));
	await only.payouts.create(plain());
	await only.payouts.getByExternalTransactionId("Order-7");
	const refused = {
		"balances.get": () => only.balances.get("USD"),
		"payouts.get": () => only.payouts.get("x"),
		"deposits.create": () => only.deposits.create(plain()),
	};
	for (const [operation, call] of Object.entries(refused)) {
		assert.equal((await rejection(call())).message, `The option allow of the panel does not have ${operation}.`);
	}
});

test("authorize decides with the operation and the id, and its response reaches the page", async (t) => {
	const { client } = await payStarWithKeys(t);
	const asked = [];
	let answer;
	const authorize = (request, details) => {
		asked.push([request.headers.get("cookie"), details]);
		return answer;
	};
	const url = await servePanel(t, client, { ...PAY, authorize });
	const page = pageOf(url, { headers: { ...SAME_ORIGIN, cookie: "session=1" } });
	const refused = async (given) => {
		answer = given;
		return rejection(page.payouts.create(plain()));
	};
	const no = await refused(false);
	assert.deepEqual([no.httpStatus, no.code, no.outcome], [403, "rejected", "rejected"]);
	assert.match(no.message, /payouts\.create/);
	const cases = [
		[new Response(null, { status: 401 }), 401, /responded 401/],
		[new Response("", { status: 403 }), 403, /responded 403/],
		[new Response("Please log in.", { status: 401 }), 401, /^Please log in\.$/],
		[Response.json({ error: "Your session ended." }, { status: 401 }), 401, /responded 401/],
		[new Response("<html>", { status: 403, headers: { "content-type": "text/html" } }), 403, /responded 403/],
	];
	for (const [response, status, message] of cases) {
		const error = await refused(response);
		assert.deepEqual([error.httpStatus, error.code, error.outcome], [status, "rejected", "rejected"]);
		assert.match(error.message, message);
		assert.doesNotMatch(error.advice, /account manager|keys/);
		assert.equal(error.attempts.length, 1);
	}
	assert.deepEqual(asked[0], ["session=1", { operation: "payouts.create", id: "Order-7", pipeline: "payouts" }]);
	answer = false;
	await rejection(page.deposits.get("D/1 é"));
	assert.deepEqual(asked.at(-1)[1], { operation: "deposits.get", id: "D/1 é", pipeline: "deposits" });
});

test("a hook that fails, hangs or forgets its answer sends nothing", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	const errors = [];
	const onError = (error, details) => errors.push([error.message, details.operation]);
	const failing = () => {
		throw new Error("the database is down, with a secret");
	};
	const changed = (change) => ({ beforeCreate: (order) => ({ ...order, ...change }) });
	for (const options of [
		{ authorize: failing },
		{ authorize: async () => failing() },
		{ authorize: () => undefined },
		{ authorize: () => "yes" },
		{ authorize: () => new Promise(() => {}), timeoutMs: 50 },
		{ beforeCreate: failing },
		{ beforeCreate: () => undefined },
		{ beforeCreate: () => false },
		{ beforeCreate: () => ({ code: "of_tomorrow" }) },
		{ beforeCreate: () => new Promise(() => {}), timeoutMs: 50 },
		changed({ externalTransactionId: "Other" }),
		changed({ amount: "1000" }),
		changed({ currency: "EUR" }),
		{ beforeCreate: (order) => Object.assign(order, { amount: "1000" }) },
	]) {
		const page = pageOf(await servePanel(t, client, { ...PAY, ...options, onError }));
		const error = await rejection(page.payouts.create(plain()));
		assert.deepEqual([error.httpStatus, error.code, error.outcome], [500, "rejected", "rejected"]);
		assert.doesNotMatch(error.message, /secret/);
		assert.equal(error.attempts.length, 1);
	}
	assert.equal(errors.length, 14);
	assert.ok(errors.every(([, operation]) => operation === "payouts.create"));
	assert.equal(sandbox.orderCount, 0);
});

test("a payout that waits for a second person is neither sent nor sent again", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	const approvals = new Map();
	const beforeCreate = (order) => {
		const approval = approvals.get(order.externalTransactionId);
		if (approval === "yes") return order;
		if (approval === "no") return { code: "rejected", message: "Ann refused this payout." };
		approvals.set(order.externalTransactionId, "open");
		return { code: "approval_pending" };
	};
	const page = pageOf(await servePanel(t, client, { allow: ["payouts.create"], beforeCreate }));
	const began = performance.now();
	for (let time = 0; time < 2; time++) {
		const error = await rejection(page.payouts.create(plain()));
		assert.equal(error.name, "ApiError");
		assert.deepEqual([error.code, error.outcome, error.retryable], ["approval_pending", "rejected", false]);
		assert.equal(error.message, "The order waits for the approval of a second person.");
		assert.equal(error.attempts.length, 1);
	}
	assert.ok(performance.now() - began < 5000);
	approvals.set("Order-7", "no");
	const refused = await rejection(page.payouts.create(plain()));
	assert.deepEqual(
		[refused.code, refused.outcome, refused.message],
		["rejected", "rejected", "Ann refused this payout."],
	);
	assert.equal(sandbox.orderCount, 0);
	approvals.set("Order-7", "yes");
	assert.equal((await page.payouts.create(plain())).orderStatus, "Created");
	assert.equal(sandbox.orderCount, 1);
});

const LIMIT = '{"label":"LIMITS_ERROR","message":"Limit id: 7 was reached","statusDescrption":"0001-0"}';
const BACKEND_ERRORS = {
	"a refusal (400)": [400, LIMIT, "limit_reached", "rejected"],
	"wrong keys (401)": [401, "", "unauthorized", "rejected"],
	"an endpoint that is not active (403)": [403, "", "forbidden", "rejected"],
	"try again later (423)": [423, '{"message":"There is currently no gateway"}', "temporarily_unavailable", "rejected"],
	"too many requests (429)": [429, "", "too_many_requests", "unknown"],
	"a failure of PayStar (500)": [500, "", "server_error", "unknown"],
	"a page of a gateway (502)": [502, "<html>", "server_error", "unknown"],
	"a filter (403)": [403, "<html>", "unexpected_answer", "unknown"],
	"half an answer": [200, "{", "invalid_answer", "unknown"],
};

for (const [name, [status, body, code, outcome]] of Object.entries(BACKEND_ERRORS)) {
	test(`the error of the backend reaches the page with its code and outcome: ${name}`, async (t) => {
		const { url } = await serve(t, json(status, body));
		const backend = clientOf(url);
		const own = await rejection(backend.payouts.create(plain()));
		const page = pageOf(await servePanel(t, backend, PAY), { maxRetries: 0 });
		const error = await rejection(page.payouts.create(plain()));
		assert.deepEqual([own.code, own.outcome], [code, outcome]);
		for (const field of [
			"name",
			"code",
			"outcome",
			"message",
			"httpStatus",
			"label",
			"statusDescription",
			"retryable",
			"advice",
		]) {
			assert.deepEqual(error[field], own[field], field);
		}
		assert.equal(error.attempts.length, outcome === "unknown" ? 2 : 1);
		const read = await rejection(page.payouts.get("PSP-1"));
		assert.equal(read.code, (await rejection(backend.payouts.get("PSP-1"))).code);
	});
}

test("what the backend could not send stays notSent, and its validation reaches the page", async (t) => {
	const backend = clientOf("http://127.0.0.1:1", { strict: true });
	const page = pageOf(await servePanel(t, backend, PAY));
	const error = await rejection(page.payouts.create(plain()));
	assert.deepEqual([error.name, error.code, error.outcome], ["ConnectionError", "connection_failed", "notSent"]);
	assert.equal(error.attempts.length, 1);
	const invalid = plain({ additionalFields: { cardNumber: "4111111111111112" } });
	const wrong = await rejection(page.payouts.create(invalid));
	const own = await rejection(backend.payouts.create(invalid));
	assert.deepEqual([wrong.name, wrong.outcome, wrong.issues], [own.name, "notSent", own.issues]);
	const noKeys = await rejection(page.deposits.create(plain()));
	assert.deepEqual(
		[noKeys.name, noKeys.code, noKeys.outcome],
		["ConfigurationError", "configuration_invalid", "notSent"],
	);
});

test("an exception that is not an error of the client is unknown to the page, and the page looks for the order", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	const errors = [];
	const create = async (order, options) => {
		await client.payouts.create(order, options);
		throw new TypeError("a bug, with a secret");
	};
	const paystar = {
		payouts: { create, getByExternalTransactionId: (...args) => client.payouts.getByExternalTransactionId(...args) },
	};
	const traffic = [];
	const options = { allow: ["payouts.create"], beforeCreate: () => true, onError: (error) => errors.push(error) };
	const page = pageOf(await servePanel(t, paystar, options), { traffic });
	const order = await page.payouts.create(plain());
	assert.equal(order.resolvedBy, "lookup");
	assert.deepEqual([errors.length, sandbox.orderCount], [1, 1]);
	assert.doesNotMatch(traffic[0].response, /secret|bug/);
	assert.match(traffic[0].response, /"outcome":"unknown"/);
});

test("a page whose response is lost finds the payout through the panel, and never pays twice", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	const url = await servePanel(t, client, { allow: ["payouts.create"], beforeCreate: () => true });
	const found = await pageOf(url, { isLost: (number) => number === 0 }).payouts.create(plain());
	assert.equal(found.resolvedBy, "lookup");
	assert.equal(sandbox.orderCount, 1);
	// The first lookup is lost, too.
	const again = plain({ externalTransactionId: "Order-8" });
	const order = await pageOf(url, { isLost: (number) => number < 2 }).payouts.create(again);
	assert.equal(order.resolvedBy, "lookup");
	const error = await rejection(
		pageOf(url, { isLost: () => true, maxRetries: 1 }).payouts.create(plain({ externalTransactionId: "Order-9" })),
	);
	assert.equal(error.outcome, "unknown");
	assert.equal(sandbox.orderCount, 3);
	const duplicate = await rejection(pageOf(url).payouts.create(plain()));
	assert.deepEqual([duplicate.code, duplicate.order.externalId], ["duplicate_order", found.externalId]);
	const returned = await pageOf(url).payouts.create(plain(), { onDuplicate: "return" });
	assert.equal(returned.externalId, found.externalId);
	assert.equal(sandbox.orderCount, 3);
});

test("a payout that the backend found by a lookup says so to the page", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t, { maxRetries: 2 });
	sandbox.script?.([{ fault: "lost" }]);
	let isFirst = true;
	const backend = new PayStar({
		payouts: KEYS,
		baseUrl: (await payStarWithKeys(t)).url,
		fetch: async (request) => {
			const response = await fetch(request);
			if (!isFirst) return response;
			isFirst = false;
			throw new TypeError("network error");
		},
	});
	assert.ok(client);
	const order = await pageOf(await servePanel(t, backend, PAY)).payouts.create(plain());
	assert.equal(order.resolvedBy, "lookup");
	assert.deepEqual(order.extra, {});
});

test("an order of PayStar that claims to be an error of a panel is not believed", async (t) => {
	const told = {
		paystarPanel: {
			operation: "payouts.create",
			externalTransactionId: "Order-7",
			code: "rejected",
			outcome: "rejected",
		},
	};
	const { url } = await serve(t, json(403, JSON.stringify(told)));
	const withKeys = await rejection(clientOf(url).payouts.create(plain()));
	assert.deepEqual([withKeys.code, withKeys.outcome], ["unexpected_answer", "unknown"]);
	const page = new PayStar({ baseUrl: url, maxRetries: 0 });
	assert.equal((await rejection(page.payouts.create(plain()))).code, "rejected");
	const other = await rejection(page.payouts.create(plain({ externalTransactionId: "Order-8" })));
	assert.deepEqual([other.code, other.outcome], ["unexpected_answer", "unknown"]);
	// Behind the panel, PayStar cannot speak for it either.
	const behind = await rejection(
		pageOf(await servePanel(t, clientOf(url), PAY), { maxRetries: 0 }).payouts.create(plain()),
	);
	assert.deepEqual([behind.code, behind.outcome], ["unexpected_answer", "unknown"]);
});

test("requests that are no operation are refused, and nothing is sent", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	const asked = [];
	const authorize = (_, details) => asked.push(details) > 0;
	const url = await servePanel(t, client, { ...PAY, authorize });
	const { pathname } = new URL(PATH, url);
	for (const path of [
		"/",
		"/paystar",
		"/paystar/",
		"/paystarx/api/v1/balance/merchant?currency=USD",
		"/api/v1/balance/merchant?currency=USD",
		"//paystar/api/v1/balance/merchant?currency=USD",
		"/paystar//api/v1/balance/merchant?currency=USD",
		"/paystar/api/v1/balance/merchant",
		"/paystar/api/v1/balance/merchant/?currency=USD",
		"/paystar/api/v1/balance/merchant?currency=USD&currency=EUR",
		"/paystar/api/v1/BALANCE/merchant?currency=USD",
		"/paystar/api/v2/balance/merchant?currency=USD",
		pathname,
		`${pathname}status`,
		`${pathname}/status`,
		`${pathname}x/status/`,
		`${pathname}x//status`,
		`${pathname}x/y/status`,
		`${pathname}x/other`,
		`${pathname}%E0%A4/status`,
		`${pathname}%/status`,
		`${pathname}x/%73tatus`,
		`${pathname}../../../../../etc/passwd`,
		`${pathname}..%2f..%2fpasswd`,
		"/paystar/api/v1/integration/invoices/x/status",
	]) {
		const response = await fetch(url + path, { headers: SAME_ORIGIN });
		const text = await response.text();
		assert.equal(response.status, 404, path);
		// A page that looks for an order must not read "no such order".
		assert.throws(() => JSON.parse(text), path);
	}
	for (const method of ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]) {
		const response = await fetch(url + pathname, { method, headers: SAME_ORIGIN });
		assert.deepEqual([response.status, response.headers.get("allow")], [405, "GET, POST"], method);
	}
	for (const host of ["evil.example", "secure.paystar.uk.evil.example", "api.paystar.uk", "constructor", "__proto__"]) {
		const deposits = pathname.replace("withdrawal", "deposit");
		const { status } = await post(url, ORDER, { ...SAME_ORIGIN, "x-paystar-host": host }, deposits);
		assert.equal(status, 404, host);
	}
	for (const pipeline of ["", "other", "payouts, deposits", "constructor"]) {
		const headers = { ...SAME_ORIGIN, "x-paystar-pipeline": pipeline };
		assert.equal(
			(await fetch(`${url}/paystar/api/v1/balance/merchant?currency=USD`, { headers })).status,
			404,
			pipeline,
		);
	}
	assert.match(await raw(url, `TRACE ${pathname} HTTP/1.1\r\nHost: a\r\n\r\n`), /^HTTP\/1\.1 4/);
	assert.match(await raw(url, `GET ${pathname}a\r\nX: b HTTP/1.1\r\n\r\n`), /^HTTP\/1\.1 4/);
	assert.equal(asked.length, 0);
	assert.equal(sandbox.orderCount, 0);
});

test("an id with any characters is one id on the whole way", async (t) => {
	const { client } = await payStarWithKeys(t);
	const traffic = [];
	const page = pageOf(await servePanel(t, client, PAY), { traffic });
	for (const id of [
		"a/../b",
		"a%2Fb",
		"a?b=c#d",
		"é ключ",
		"a;b&c",
		"x\u0000y".replace("\u0000", "-"),
		'"quoted"',
		"a\\b",
	]) {
		const order = await page.payouts.create(plain({ externalTransactionId: id }));
		assert.equal((await page.payouts.getByExternalTransactionId(id)).externalId, order.externalId, id);
	}
	const error = await rejection(page.payouts.get("none\r\nx-injected: 1"));
	assert.ok(["not_found", "validation_failed"].includes(error.code), error.code);
	assert.ok(traffic.every(({ response }) => !/^x-injected/m.test(response)));
});

test("bodies that are too long, too slow or no order are refused, and nothing is sent", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	const url = await servePanel(t, client, { ...PAY, bodyTimeoutMs: 200 });
	const long = JSON.stringify({ ...ORDER, callbackUrl: "x".repeat(70_000) });
	assert.equal((await post(url, long)).status, 413);
	for (const body of [
		"",
		"{",
		"[]",
		"null",
		"1",
		'"text"',
		"[{}]",
		"{}",
		'{"externalTransactionId":""}',
		'{"externalTransactionId":["Order-1"]}',
		"<html>",
		'{"externalTransactionId":"a",}',
		`${'"\\"'.repeat(15_000)}`,
		"[".repeat(60_000),
	]) {
		const began = performance.now();
		assert.equal((await post(url, body)).status, 400, body.slice(0, 50));
		assert.ok(performance.now() - began < 2000);
	}
	const head = `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n`;
	assert.match(await raw(url, `${head}Content-Length: 100\r\n\r\n{"amount":`), /^HTTP\/1\.1 408/);
	assert.match(await raw(url, `${head}Content-Length: 1000000\r\n\r\n{"amount":`), /^HTTP\/1\.1 413/);
	assert.equal(sandbox.orderCount, 0);
});

test("a body that was parsed before is refused, because it has lost digits, and the error says what to change", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	const errors = [];
	const onError = (error) => errors.push(error);
	const handle = toNodeHandler(createPanelHandler({ paystar: client, authorize: () => true, ...PAY, onError }));
	const url = await serveNode(t, express().use(express.json()).use("/paystar", handle));
	const error = await rejection(pageOf(url, { maxRetries: 0 }).payouts.create(plain()));
	assert.deepEqual([error.httpStatus, error.outcome, sandbox.orderCount], [500, "unknown", 0]);
	assert.equal(errors[0].code, "body_already_parsed");
	assert.match(errors[0].message, /express/i);
	// A raw body is as good as none that was read.
	const raw = await serveNode(
		t,
		express()
			.use(express.raw({ type: () => true }))
			.use("/paystar", handle),
	);
	await pageOf(raw).payouts.create(plain());
	assert.equal(sandbox.orderCount, 1);
});

test("members of an order that the API does not have are refused by the client of the backend", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	const url = await servePanel(t, client, PAY);
	for (const extra of [
		'"callbackURL":"https://a.example"',
		'"__proto__":{"amount":"1"}',
		'"constructor":{}',
		'"amount":1,"amount":1e3',
	]) {
		const response = await post(url, `{"currency":"USD","externalTransactionId":"Order-1","amount":1,${extra}}`);
		const { paystarPanel } = await response.json();
		if (extra.includes("callbackURL")) {
			// A name that is almost right is only a warning.
			assert.ok(response.status === 200 || paystarPanel.code === "validation_failed", extra);
		} else assert.deepEqual([response.status, paystarPanel.outcome], [422, "notSent"], extra);
	}
	assert.ok(sandbox.orderCount <= 1);
});

test("a panel takes only so many requests in a minute, and a page can try again later", async (t) => {
	const { client } = await payStarWithKeys(t);
	const url = await servePanel(t, client, { ...PAY, requestsPerMinute: 2 });
	const page = pageOf(url, { maxRetries: 0 });
	await page.balances.get("USD");
	await page.payouts.create(plain());
	const error = await rejection(page.payouts.create(plain({ externalTransactionId: "Order-8" })));
	assert.equal(error.name, "TemporaryError");
	assert.deepEqual(
		[error.code, error.outcome, error.httpStatus, error.retryable],
		["temporarily_unavailable", "rejected", 429, true],
	);
	assert.ok(error.retryAfterMs > 0 && error.retryAfterMs <= 60_000);
	assert.equal(error.attempts.length, 1);
	// Requests that may not pass do not count.
	const closed = await servePanel(t, client, { authorize: () => false, requestsPerMinute: 1 });
	for (let time = 0; time < 3; time++)
		assert.equal((await rejection(pageOf(closed).balances.get("USD"))).httpStatus, 403);
});

test("a page that goes away does not stop a payout that has begun, and finds it later", async (t) => {
	const { sandbox, client } = await payStarWithKeys(t);
	let goOn;
	const begun = new Promise((resolve) => {
		goOn = resolve;
	});
	let leave;
	const left = new Promise((resolve) => {
		leave = resolve;
	});
	const beforeCreate = async () => {
		goOn();
		await left;
		return true;
	};
	const page = pageOf(await servePanel(t, client, { allow: ["payouts.create"], beforeCreate }));
	const closed = new AbortController();
	const ended = rejection(page.payouts.create(plain(), { signal: closed.signal }));
	await begun;
	closed.abort();
	const error = await ended;
	assert.deepEqual([error.code, error.outcome], ["aborted", "unknown"]);
	leave();
	while (sandbox.orderCount === 0) await new Promise((resolve) => setTimeout(resolve, 5));
	assert.equal((await page.payouts.getByExternalTransactionId("Order-7")).orderStatus, "Created");
	assert.equal(sandbox.orderCount, 1);
});

test("a wait for the final status ends when the panel refuses a read", async (t) => {
	const { client } = await payStarWithKeys(t, { sandbox: { processingAfterMs: 600_000 } });
	let count = 0;
	const authorize = () => ++count < 3 || new Response(null, { status: 401 });
	const page = pageOf(await servePanel(t, client, { ...PAY, authorize }));
	const { externalId } = await page.payouts.create(plain());
	const error = await rejection(page.payouts.waitUntilFinal({ externalId }, { intervalMs: 5, deadlineMs: 20_000 }));
	assert.deepEqual([error.code, error.httpStatus, count], ["rejected", 401, 3]);
});

test("the time limit of the panel includes the calls of the client", async (t) => {
	const { url, requests } = await serve(t, () => {});
	const page = pageOf(await servePanel(t, clientOf(url), { ...PAY, timeoutMs: 300 }), { maxRetries: 0 });
	const began = performance.now();
	const error = await rejection(page.payouts.create(plain()));
	assert.deepEqual([error.code, error.outcome], ["timeout", "unknown"]);
	const read = await rejection(page.payouts.get("PSP-1"));
	assert.equal(read.code, "timeout");
	assert.ok(performance.now() - began < 5000);
	// The page repeats reads by itself, so the backend does not.
	assert.equal(requests.filter((request) => request.url.endsWith("PSP-1/status")).length, 1);
});

test("options that are wrong are refused when the handler is made, and the message names them", () => {
	const paystar = new PayStar({ payouts: KEYS });
	const authorize = () => true;
	for (const [options, message] of [
		[undefined, /needs an object with options/],
		[{ paystar }, /authorize.*must be a function/],
		[{ authorize }, /paystar.*payouts\.get/],
		[{ paystar: {}, authorize }, /paystar.*payouts\.get/],
		[{ paystar, authorize, allow: "payouts.create" }, /allow.*array/],
		[{ paystar, authorize, allow: ["payouts.pay"] }, /allow.*operations: payouts\.get/],
		[{ paystar, authorize, allow: ["payouts.create"] }, /beforeCreate.*must be a function/],
		[{ paystar, authorize, origins: ["https://admin.example/"] }, /origins.*https:\/\/admin\.example/],
		[{ paystar, authorize, origins: ["*"] }, /origins/],
		[{ paystar, authorize, origins: "https://admin.example" }, /origins.*array/],
		[{ paystar, authorize, basePath: "paystar" }, /basePath.*\/paystar/],
		[{ paystar, authorize, timeoutMs: 0 }, /timeoutMs.*from 1/],
		[{ paystar, authorize, requestsPerMinute: "many" }, /requestsPerMinute/],
		[{ paystar, authorise: authorize, authorize }, /no option authorise/],
	]) {
		assert.throws(
			() => createPanelHandler(options),
			(error) =>
				error.name === "ConfigurationError" && error.code === "configuration_invalid" && message.test(error.message),
			String(message),
		);
	}
	for (const basePath of ["/", "", "/a/b", "/paystar/"]) createPanelHandler({ paystar, authorize, basePath });
});
