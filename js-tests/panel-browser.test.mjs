/* global document */
// The panel proxy with a real browser: its own headers, its own rules for other sites, and connections that break.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createPanelHandler, toNodeHandler } from "paystar/server";
import { launchChromium, noChromium as skip } from "./support/chromium.mjs";
import { DEPOSIT_KEYS, KEYS } from "./support/client.mjs";
import { jwtOf } from "./support/jwt.mjs";
import { payStarWithKeys, serveNode } from "./support/panel.mjs";

const PACKAGE = fileURLToPath(new URL("./node_modules/paystar/", import.meta.url));
const PATH = "/paystar/api/v1/integration/withdrawal-order/";
const CARD = "4111111111111111";

let browser;

before(async () => {
	if (!skip) browser = await launchChromium();
});
after(() => browser?.close());

/**
 * Serves an empty page, the package and a panel. `isLost(request)` breaks the connection after the panel has done its work.
 * `traffic` gets all texts to and from the browser.
 */
async function serveSite(t, options, { isLost = () => false, traffic = [] } = {}) {
	const { sandbox, client } = await payStarWithKeys(t);
	const asked = [];
	const panel = createPanelHandler({
		paystar: client,
		authorize: (request) => asked.push(Object.fromEntries(request.headers)) > 0,
		...options,
	});
	const handle = toNodeHandler(async (request) => {
		const body = await request.clone().text();
		const response = await panel(request);
		const lines = (headers) => [...headers].map(([name, value]) => `${name}: ${value}`).join("\n");
		traffic.push(`${request.method} ${request.url}\n${lines(request.headers)}\n${body}`);
		traffic.push(`${response.status}\n${lines(response.headers)}\n${await response.clone().text()}`);
		return response;
	});
	const url = await serveNode(t, async (request, response) => {
		if (request.url.startsWith("/paystar/")) {
			if (isLost(request)) response.end = () => request.socket.destroy();
			await handle(request, response);
			return;
		}
		const file = join(PACKAGE, normalize(request.url));
		if (request.url === "/") {
			response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>panel</title>");
		} else if (extname(file) === ".js" && existsSync(file)) {
			response.writeHead(200, { "content-type": "text/javascript" }).end(readFileSync(file));
		} else response.writeHead(404).end();
	});
	const page = await browser.newPage();
	t.after(() => page.close());
	await page.goto(url);
	return { sandbox, url, page, asked };
}

/** Runs the body of an async function in a page. There, `client` is the client without keys. */
const run = (page, body) =>
	page.evaluate(async (source) => {
		const AsyncFunction = (async () => {}).constructor;
		const { PayStar } = await import("/dist/index.js");
		return new AsyncFunction("client", source)(new PayStar({ baseUrl: "/paystar" }));
	}, body);

const ORDER = `{ amount: "100.10", currency: "USD", externalTransactionId: "Page-1", additionalFields: { bankName: "b" } }`;
const REPORT = `(error) => [error.name, error.code, error.outcome, error.httpStatus, error.message, error.attempts?.length]`;
const ALL = ["payouts.create", "payouts.get", "balances.get"];

test("a page in a browser pays and reads with baseUrl /paystar, and its traffic has no secret", { skip }, async (t) => {
	const traffic = [];
	const beforeCreate = (order) => ({ ...order, additionalFields: { cardNumber: CARD } });
	const { sandbox, page, asked } = await serveSite(t, { allow: ALL, beforeCreate }, { traffic });
	const seen = await run(
		page,
		`const order = await client.payouts.create(${ORDER});
		const state = await client.payouts.get(order.externalId);
		const balance = await client.balances.get("USD", { pipeline: "deposits" });
		const again = await client.payouts.create(${ORDER}).catch((error) => error);
		const refused = await client.deposits.create(${ORDER}).catch(${REPORT});
		return { order, isSame: state.externalId === order.externalId, balance, again: again.code, refused };`,
	);
	assert.deepEqual([seen.order.orderStatus, seen.order.resolvedBy, seen.isSame], ["Created", "answer", true]);
	assert.equal(seen.balance.currency, "USD");
	assert.equal(seen.again, "duplicate_order");
	const message = "The option allow of the panel does not have deposits.create.";
	assert.deepEqual(seen.refused, ["ApiError", "rejected", "rejected", 403, message, 1]);
	assert.equal(sandbox.orderCount, 1);
	assert.ok(asked.every((headers) => headers["sec-fetch-site"] === "same-origin"));
	const text = traffic.join("\n");
	for (const secret of [KEYS, DEPOSIT_KEYS].flatMap((keys) => [...Object.values(keys), jwtOf(keys), CARD])) {
		assert.ok(!text.includes(secret), `the traffic contains ${secret}`);
	}
});

test("a payout that waits for a second person ends at once in a browser", { skip }, async (t) => {
	const beforeCreate = () => ({ code: "approval_pending", message: "Ann must approve it." });
	const { sandbox, page } = await serveSite(t, { allow: ALL, beforeCreate });
	const seen = await run(page, `return client.payouts.create(${ORDER}).catch(${REPORT});`);
	assert.deepEqual(seen, ["ApiError", "approval_pending", "rejected", 403, "Ann must approve it.", 1]);
	assert.equal(sandbox.orderCount, 0);
});

test("a page whose connection breaks after the payout was made finds it through the panel", { skip }, async (t) => {
	let lost = 0;
	const isLost = (request) => request.method === "POST" && ++lost > 0;
	const { sandbox, page } = await serveSite(t, { allow: ALL, beforeCreate: () => true }, { isLost });
	const seen = await run(page, `return client.payouts.create(${ORDER});`);
	assert.equal(seen.resolvedBy, "lookup");
	assert.ok(lost >= 1);
	assert.equal(sandbox.orderCount, 1);
});

test("a page of another site cannot create a payout, in any way that a browser allows", { skip }, async (t) => {
	const { sandbox, url, asked } = await serveSite(t, { allow: ALL, beforeCreate: () => true });
	const evil = await serveNode(t, (_, response) => {
		response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>evil</title>");
	});
	const page = await browser.newPage();
	t.after(() => page.close());
	await page.goto(evil);
	const body = `{"amount":1,"currency":"USD","externalTransactionId":"Evil-1"}`;
	const attempts = await page.evaluate(
		async ([target, text]) => {
			const send = (options) =>
				fetch(target, { method: "POST", body: text, credentials: "include", ...options }).then(
					(response) => response.type,
					() => "blocked",
				);
			const json = { "content-type": "application/json" };
			return [
				await send({ headers: json }),
				await send({ headers: json, mode: "no-cors" }),
				await send({ headers: { "content-type": "text/plain" }, mode: "no-cors" }),
				await send({ body: new Blob([text], { type: "application/json" }), mode: "no-cors" }),
				navigator.sendBeacon(target, new Blob([text], { type: "text/plain" })),
			];
		},
		[url + PATH, body],
	);
	assert.deepEqual(attempts.slice(0, 2), ["blocked", "opaque"]);
	await page.evaluate(
		([target, text]) => {
			const form = document.createElement("form");
			Object.assign(form, { action: target, method: "post", enctype: "text/plain" });
			const input = document.createElement("input");
			const [name, value] = text.split(":1,");
			Object.assign(input, { name: `${name}:1,"x`, value: `":2,${value}` });
			form.append(input);
			document.body.append(form);
			form.submit();
		},
		[url + PATH, body],
	);
	await page.waitForURL(url + PATH);
	assert.equal(sandbox.orderCount, 0);
	assert.deepEqual(asked, []);
});
