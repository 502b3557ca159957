// The package in a real browser, directly from its files: without a bundler, an import map or an init call.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PayStar } from "paystar";
import { Sandbox } from "paystar/sandbox";
import { launchChromium, noChromium as skip } from "./support/chromium.mjs";
import { KEYS } from "./support/client.mjs";
import { unusedUrl } from "./support/http.mjs";
import { start } from "./support/programs.mjs";

const PACKAGE = fileURLToPath(new URL("./node_modules/paystar/", import.meta.url));
const API = "/api/";

let browser;
let server;
let origin;
let page;

/** The merchant's backend: it serves the files of the page, and adds the token. The page must not contain the token. */
async function startBackend() {
	const sandbox = new Sandbox({ payouts: { token: "a.b.c" } });
	server = createServer(async (request, response) => {
		if (request.url.startsWith(API)) {
			const parts = [];
			for await (const part of request) parts.push(part);
			const isRead = request.method === "GET";
			const answer = await sandbox.fetch(
				new Request(`http://sandbox${request.url}`, {
					method: request.method,
					headers: { authorization: "Bearer a.b.c" },
					body: isRead ? null : Buffer.concat(parts),
				}),
			);
			response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
			return;
		}
		if (request.url === "/") {
			response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>paystar</title>");
			return;
		}
		const file = join(PACKAGE, normalize(request.url));
		if (extname(file) !== ".js" || !existsSync(file)) {
			response.writeHead(404).end();
			return;
		}
		response.writeHead(200, { "content-type": "text/javascript" }).end(readFileSync(file));
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	origin = `http://127.0.0.1:${server.address().port}`;
}

before(async () => {
	if (skip) return;
	await startBackend();
	browser = await launchChromium();
	page = await browser.newPage();
	await page.goto(origin);
});

after(async () => {
	await browser?.close();
	server?.close();
	server?.closeAllConnections();
});

/** Runs the body of an async function in the page. There, `paystar` is the namespace of the package. */
const inPage = (body, argument) =>
	page.evaluate(
		async ([source, given]) => {
			const AsyncFunction = (async () => {}).constructor;
			return new AsyncFunction("paystar", "given", source)(await import("/dist/index.js"), given);
		},
		[body, argument],
	);

test("a page without keys validates with the Rust core and pays through its own backend", { skip }, async () => {
	const seen = await inPage(`
		const client = new paystar.PayStar({ baseUrl: location.origin });
		const request = { amount: "100.10", currency: "USD", externalTransactionId: "Page-1" };
		const issues = client.payouts.validate({ ...request, amount: 0.1 + 0.2 });
		const order = await client.payouts.create(request);
		const status = await client.payouts.getByExternalTransactionId("Page-1");
		const error = await client.payouts.create(request).catch((error) => error);
		return { issues, order, status, code: error.code, isError: error instanceof paystar.DuplicateOrderError };`);
	assert.equal(seen.issues[0].code, "not_exact");
	assert.equal(seen.order.orderStatus, "Created");
	assert.equal(seen.status.externalId, seen.order.externalId);
	assert.equal(seen.code, "duplicate_order");
	assert.equal(seen.isError, true);
});

test("keys are refused in a page and in its workers", { skip }, async () => {
	const attempt = `try { new paystar.PayStar({ payouts: given }); return "taken" } catch (error) { return error.issues[0].path }`;
	assert.equal(await inPage(attempt, KEYS), "dangerouslyAllowBrowser");
	const inWorker = await inPage(
		`const source = "import('" + location.origin + "/dist/index.js').then((paystar) => postMessage((() => { const given = " +
			JSON.stringify(given.keys) + "; " + given.attempt + " })()))";
		const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
		return new Promise((resolve, reject) => { worker.onmessage = ({ data }) => resolve(data); worker.onerror = reject; });`,
		{ keys: KEYS, attempt },
	);
	assert.equal(inWorker, "dangerouslyAllowBrowser");
});

test("a refused connection has outcome unknown: a browser reports it like a reset", { skip }, async () => {
	const seen = await inPage(
		`const client = new paystar.PayStar({ baseUrl: given });
		const error = await client.payouts.create({ amount: 1, currency: "USD", externalTransactionId: "X" }).catch((error) => error);
		return [error.name, error.outcome];`,
		await unusedUrl(),
	);
	assert.deepEqual(seen, ["ConnectionError", "unknown"]);
});

test("the example form validates its fields, contains no key, and pays through its backend", { skip }, async (t) => {
	const sandbox = new Sandbox({ payouts: KEYS });
	const paystar = await sandbox.listen();
	t.after(() => paystar.close());
	const { url } = await start(t, "browser/backend.mjs", {
		PAYSTAR_PUBLIC_KEY: KEYS.publicKey,
		PAYSTAR_PRIVATE_KEY: KEYS.privateKey,
		PAYSTAR_BASE_URL: paystar.url,
	});
	const form = await browser.newPage();
	t.after(() => form.close());
	const loaded = [];
	form.on("response", async (response) => loaded.push(await response.text().catch(() => "")));
	await form.goto(url);
	await form.fill("[name=amount]", "100.001");
	await form.fill("[name=cardNumber]", "4111 1111");
	assert.match(await form.textContent('[data-issues="amount"]'), /more decimals than/);
	assert.match(await form.textContent('[data-issues="additionalFields.cardNumber"]'), /12 to 19 digits/);
	await form.click("button");
	assert.equal(sandbox.orderCount, 0);

	await form.fill("[name=amount]", "9007199254740993.01");
	await form.fill("[name=externalTransactionId]", "Form-1");
	await form.fill("[name=cardNumber]", "4111111111111111");
	await form.click("button");
	await form.waitForSelector("output:not(:empty)");
	assert.equal(await form.textContent("output"), "Created");
	assert.equal(sandbox.orderCount, 1);
	assert.ok(loaded.length >= 4);
	assert.ok(loaded.every((text) => !text.includes(KEYS.privateKey) && !text.includes(KEYS.publicKey)));
});

test("a customer pays or cancels on the hosted page of the sandbox", { skip }, async (t) => {
	const sandbox = new Sandbox({ deposits: KEYS, processingAfterMs: 0, finalAfterMs: 200 });
	const paystar = await sandbox.listen();
	t.after(() => paystar.close());
	const { deposits } = new PayStar({ deposits: KEYS, baseUrl: paystar.url });
	const open = async (externalTransactionId) => {
		const order = await deposits.createHosted({ amount: "75.50", currency: "EUR", externalTransactionId });
		const customer = await browser.newPage();
		t.after(() => customer.close());
		await customer.goto(order.extra.paymentUrl);
		return { customer, end: () => deposits.waitUntilFinal({ externalTransactionId }, { intervalMs: 50 }) };
	};
	const { customer, end } = await open("Basket-1");
	await customer.fill("[name=cardNumber]", "4111");
	await customer.click("button[value=pay]");
	assert.match(await customer.textContent("form"), /digits/);
	await customer.fill("[name=cardNumber]", "4111 1111 1111 1111");
	await customer.fill("[name=cardHolder]", "JANE DOE");
	await customer.fill("[name=expiry]", "05/39");
	await customer.fill("[name=cvv]", "123");
	await customer.click("button[value=pay]");
	const paid = await end();
	assert.equal(paid.orderStatus, "Success");
	assert.equal(paid.externalParams.cardNumber, "411111******1111");

	const second = await open("Basket-2");
	await second.customer.click("button[value=cancel]");
	const cancelled = await second.end();
	assert.equal(cancelled.orderStatus, "Failed");
	assert.equal(cancelled.orderHistory.at(-1).decoded.reason, "CLICK_CANCEL");
});

test("in a page, baseUrl can be a URL or a path; outside of a page, a path is refused", { skip }, async () => {
	const seen = await inPage(`
		const order = { amount: "1.00", currency: "USD", externalTransactionId: "Relative-1", additionalFields: { bankName: "b" } };
		const relative = new paystar.PayStar({ baseUrl: "/" });
		const made = await relative.payouts.create(order);
		const url = new paystar.PayStar({ baseUrl: new URL(location.origin) });
		const read = await url.payouts.get(made.externalId);
		let error;
		try {
			await new paystar.PayStar({ baseUrl: "/elsewhere" }).payouts.get(made.externalId);
		} catch (thrown) {
			error = thrown;
		}
		return { made: made.orderStatus, isSame: read.externalId === made.externalId, status: error.httpStatus };
	`);
	assert.deepEqual(seen, { made: "Created", isSame: true, status: 404 });
	assert.throws(
		() => new PayStar({ baseUrl: "/paystar" }),
		(error) => error.issues[0].path === "baseUrl" && /absolute/.test(error.message),
	);
});

test("a stack overflow of the page's code does not stop the other calls", { skip }, async () => {
	const paid = await inPage(`
		const client = new paystar.PayStar({ baseUrl: location.origin });
		const order = { amount: "1.00", currency: "USD", additionalFields: { bankName: "b" } };
		for (let round = 0; round < 20; round++) {
			let levels = 0;
			const limited = () => {
				try {
					limited();
				} catch {
					// The stack is full.
				}
				if (++levels > 500) return;
				try {
					client.payouts.validate(order);
				} catch {
					// Some calls overflow.
				}
			};
			limited();
		}
		return (await client.payouts.create({ ...order, externalTransactionId: "Overflow-1" })).orderStatus;
	`);
	assert.equal(paid, "Created");
});
