// The sandbox's hosted page, in a browser without JavaScript.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { DEPOSITS, fields, order, sandboxOf, talkTo } from "./support/sandbox.mjs";

const FORM = { cardNumber: "1234 1234 1234 1234", cardHolder: "JOHN WEAK", expiry: "05/29", cvv: "123", action: "pay" };
const HOSTED = "init.paystar.uk";

for (const over of ["in process", "HTTP"]) {
	test(`a customer pays on the page ${over}`, async (t) => {
		const sandbox = sandboxOf();
		const { createDeposit, statusOf, page } = await talkTo(t, sandbox, over);
		const { paymentUrl } = (await createDeposit(order(), HOSTED)).body;
		const shown = await page(paymentUrl);
		assert.equal(shown.status, 200);
		assert.match(shown.headers.get("content-type"), /^text\/html/);
		assert.match(await shown.text(), /100\.10 USD/);

		const sent = await page(paymentUrl, FORM);
		assert.equal(sent.status, 303);
		assert.equal(new URL(sent.headers.get("location"), paymentUrl).href, paymentUrl);
		assert.equal((await statusOf(DEPOSITS, "Order-7")).orderStatus, "Created");
		assert.match(await (await page(paymentUrl)).text(), /Payment in progress/);
		sandbox.advance(3000);
		assert.match(await (await page(paymentUrl)).text(), /Payment succeeded/);
		const { externalParams, orderHistory } = await statusOf(DEPOSITS, "Order-7");
		assert.equal(externalParams.cardNumber, "123412******1234");
		assert.equal(orderHistory[1].action, "3.0.1.51");
	});
}

test("the page redirects to the merchant's URLs, and a second form changes nothing", async (t) => {
	const sandbox = sandboxOf();
	const { createDeposit, statusOf, page } = await talkTo(t, sandbox, "HTTP");
	const urls = {
		processingRedirectUrl: "https://merch.example/processing",
		successRedirectUrl: "https://merch.example/success",
		failedRedirectUrl: "https://merch.example/failed",
	};
	const leadsTo = async (url, form) => (await page(url, form)).headers.get("location");
	const { paymentUrl } = (await createDeposit(order(urls), HOSTED)).body;
	assert.equal(await leadsTo(paymentUrl, FORM), urls.processingRedirectUrl);
	assert.equal(await leadsTo(paymentUrl, { action: "cancel" }), urls.processingRedirectUrl);
	sandbox.advance(3000);
	assert.equal(await leadsTo(paymentUrl), urls.successRedirectUrl);

	const second = (await createDeposit(order({ ...urls, externalTransactionId: "B" }), HOSTED)).body.paymentUrl;
	assert.equal(await leadsTo(second, { action: "cancel" }), urls.failedRedirectUrl);
	assert.equal(await leadsTo(second, FORM), urls.failedRedirectUrl);
	sandbox.advance(3000);
	const { orderStatus, orderHistory } = await statusOf(DEPOSITS, "B");
	assert.deepEqual([orderStatus, orderHistory.at(-1).action], ["Failed", "3.0.4.54"]);
});

test("the page redirects to a URL with characters outside of ASCII", async (t) => {
	for (const over of ["in process", "HTTP"]) {
		const { createDeposit, page } = await talkTo(t, sandboxOf(), over);
		const failedRedirectUrl = "https://мерч.example/отказ?a=b%20c";
		const { paymentUrl } = (await createDeposit(order({ failedRedirectUrl }), HOSTED)).body;
		const location = (await page(paymentUrl, { action: "cancel" })).headers.get("location");
		assert.equal(new URL(location).href, new URL(failedRedirectUrl).href);
	}
});

test("an invalid form is shown again with messages, escaped and without the card", async (t) => {
	const { createDeposit, page } = await talkTo(t, sandboxOf());
	const { paymentUrl } = (await createDeposit(order(), HOSTED)).body;
	const wrong = { cardNumber: "41111", cardHolder: '"><script>alert(1)</script>', expiry: "00/00", cvv: "98765" };
	const answer = await page(paymentUrl, wrong);
	const html = await answer.text();
	assert.equal(answer.status, 422);
	assert.equal(html.match(/aria-invalid="true"/g).length, 3);
	assert.doesNotMatch(html, /<script|41111|98765/);
});

test("the page loads nothing, and its policy allows only its style", async (t) => {
	const { createDeposit, page } = await talkTo(t, sandboxOf());
	const answer = await page((await createDeposit(order(), HOSTED)).body.paymentUrl);
	const html = await answer.text();
	const style = createHash("sha256")
		.update(/<style>(.*)<\/style>/s.exec(html)[1])
		.digest("base64");
	const policy = answer.headers.get("content-security-policy");
	assert.ok(policy.startsWith(`default-src 'none'; style-src 'sha256-${style}'; `));
	assert.doesNotMatch(html, /<script|<link|<img|url\(|style=/);
	for (const [, id] of html.matchAll(/<input id="(\w+)"/g)) assert.ok(html.includes(`<label for="${id}">`));
});

test("the error names card data in a hosted deposit", async (t) => {
	const { createDeposit } = await talkTo(t, sandboxOf());
	const { status, body } = await createDeposit(order({ additionalFields: fields({ cardCvv: "123" }) }), HOSTED);
	assert.deepEqual([status, body.statusDescrption], [400, "0-0000"]);
	assert.match(body.message, /^cardCvv must not be sent/);
});
