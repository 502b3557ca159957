// What a panel must do in every framework, over real sockets: a page without keys, the panel, and the sandbox as PayStar.
import assert from "node:assert/strict";
import { PayStar } from "paystar";
import { Sandbox } from "paystar/sandbox";

export const PANEL_KEYS = { publicKey: "pk_panel_7a1c", privateKey: "sk_panel_4e90b2" };
const CARD = "4111111111111111";
const ORDER = { amount: "100.10", currency: "USD", additionalFields: { cardNumber: CARD } };

/** The sandbox that takes the place of PayStar. */
export async function openPayStar(world) {
	const sandbox = new Sandbox({ payouts: PANEL_KEYS });
	const { url, close } = await sandbox.listen();
	world.after(close);
	return { sandbox, settings: { url, keys: PANEL_KEYS } };
}

const textOf = ([name, value]) => `${name}: ${value}`;

/** `url` is the URL of the framework. The panel is below `/paystar`. */
export async function checkPanel(url, sandbox) {
	const responses = [];
	const pageOf = (headers) =>
		new PayStar({
			baseUrl: new URL("/paystar", url).href,
			fetch: async (request) => {
				const response = await fetch(
					new Request(request, { headers: { ...Object.fromEntries(request.headers), ...headers } }),
				);
				responses.push([...response.headers].map(textOf).join("\n"), await response.clone().text());
				return response;
			},
		}).payouts;
	const page = pageOf({ "sec-fetch-site": "same-origin" });
	const codeOf = async (call) => {
		const { code, outcome, httpStatus, message } = await call.then(
			() => assert.fail("it resolved"),
			(error) => error,
		);
		return { code, outcome, httpStatus, message };
	};
	const create = (of, externalTransactionId) => of.create({ ...ORDER, externalTransactionId });

	const { externalId } = await create(page, "Order-1");
	assert.equal((await page.get(externalId)).externalId, externalId);
	assert.equal(sandbox.orderCount, 1);

	const pending = await codeOf(create(page, "Order-waits"));
	assert.deepEqual([pending.code, pending.outcome], ["approval_pending", "rejected"]);
	const guest = await codeOf(create(pageOf({ "sec-fetch-site": "same-origin", cookie: "user=guest" }), "Order-2"));
	assert.deepEqual([guest.httpStatus, guest.outcome], [403, "rejected"]);
	assert.match(guest.message, /payouts\.create/);
	const foreign = await codeOf(create(pageOf({ "sec-fetch-site": "cross-site" }), "Order-3"));
	assert.equal(foreign.httpStatus, 403);
	const taken = await codeOf(create(page, "Order-1"));
	assert.deepEqual([taken.code, taken.outcome], ["duplicate_order", "unknown"]);
	const invalid = await codeOf(page.create({ ...ORDER, amount: "-1", externalTransactionId: "Order-4" }));
	assert.equal(invalid.code, "validation_failed");
	assert.equal(sandbox.orderCount, 1);

	const known = responses.join("\n");
	for (const secret of [...Object.values(PANEL_KEYS), CARD])
		assert.ok(!known.includes(secret), "a secret reached the page");
}
