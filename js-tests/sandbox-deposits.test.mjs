// Deposits of the sandbox, over plain HTTP.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { test } from "node:test";
import {
	CARD,
	DEPOSIT_KEYS,
	DEPOSITS,
	fields,
	order,
	PAYOUTS,
	payoutToken,
	sandboxOf,
	talkTo,
} from "./support/sandbox.mjs";

const cardFields = fields({ cardNumber: CARD, cardHolder: "JOHN WEAK" });

for (const over of ["in process", "HTTP"]) {
	test(`a card deposit moves from Created to Success ${over}, with the digits and masks of PayStar's samples`, async (t) => {
		const sandbox = sandboxOf();
		const { api, createDeposit, statusOf, origin } = await talkTo(t, sandbox, over);
		const created = await createDeposit(order({ additionalFields: cardFields }));
		const { externalId } = created.body;
		assert.deepEqual(created.body, { externalId, orderStatus: "Created", redirectUrl: `${origin}/pay/${externalId}` });
		const params = { cardToken: null, cardStorageToken: null, cardHolder: "JOHN WEAK", cardNumber: "411111******1111" };
		assert.deepEqual((await statusOf(DEPOSITS, "Order-7")).externalParams, params);
		sandbox.advance(3000);
		const done = await api(`${DEPOSITS}${externalId}/status`, DEPOSIT_KEYS.token);
		assert.match(done.text, /"orderStatus":"Success","amount":100\.10,/);
		assert.match(done.body.externalParams.cardToken, /^BankToken-[0-9a-f-]{36}$/);
		assert.match(done.body.externalParams.cardStorageToken, /^[0-9a-f-]{36}$/);
		assert.deepEqual(
			done.body.orderHistory.map(({ action }) => action),
			["1.1.1.00", "2.1.1.00", "4.1.3.00"],
		);
	});
}

test("the header says the kind of a deposit, and without it the token does", async (t) => {
	const { createDeposit } = await talkTo(t, sandboxOf());
	const keysOf = async (id, host, additionalFields = []) => {
		const { body } = await createDeposit(order({ externalTransactionId: id, additionalFields }), host);
		return [body.orderStatus, ...Object.keys(body).slice(2)];
	};
	assert.deepEqual(await keysOf("A", "secure.paystar.uk", cardFields), ["Created", "redirectUrl"]);
	assert.deepEqual(await keysOf("B", "secure.paystar.uk"), ["Created", "paymentDetails", "formUrl"]);
	assert.deepEqual(await keysOf("C", "token.paystar.uk", fields({ cardToken: "x" })), ["Created"]);
	assert.deepEqual(await keysOf("D", undefined, fields({ cardToken: "x" })), ["Created"]);
	assert.deepEqual(await keysOf("E", "init.paystar.uk"), ["Init", "paymentUrl"]);
});

test("PayStar's host names also say the kind of a deposit", async (t) => {
	const sandbox = sandboxOf();
	const inProcess = await sandbox.fetch(
		new Request(`https://init.paystar.uk${DEPOSITS.slice(0, -1)}`, {
			method: "POST",
			headers: { authorization: `Bearer ${DEPOSIT_KEYS.token}` },
			body: JSON.stringify(order()),
		}),
	);
	assert.match((await inProcess.json()).paymentUrl, /^https:\/\/init\.paystar\.uk\/pay\//);

	const server = await sandbox.listen();
	t.after(() => server.close());
	const text = await new Promise((resolve, reject) => {
		const headers = { host: "payform.localhost", authorization: `Bearer ${DEPOSIT_KEYS.token}` };
		const request = httpRequest(`${server.url}${DEPOSITS}`, { method: "POST", headers }, async (response) => {
			resolve(Buffer.concat(await response.toArray()).toString());
		});
		request.on("error", reject);
		request.end(JSON.stringify(order({ externalTransactionId: "Order-8" })));
	});
	const { orderStatus, paymentUrl } = JSON.parse(text);
	assert.equal(orderStatus, "Init");
	assert.ok(paymentUrl.startsWith(`${server.url}/pay/`));
});

test("both tokens of a stored card pay, and an unknown token fails", async (t) => {
	const sandbox = sandboxOf();
	const { createDeposit, statusOf } = await talkTo(t, sandbox);
	await createDeposit(order({ additionalFields: cardFields }));
	sandbox.advance(3000);
	const { externalParams } = await statusOf(DEPOSITS, "Order-7");
	const tokens = { bank: externalParams.cardToken, storage: externalParams.cardStorageToken, unknown: "BankToken-0" };
	for (const [externalTransactionId, cardToken] of Object.entries(tokens)) {
		await createDeposit(order({ externalTransactionId, additionalFields: fields({ cardToken }) }), "token.paystar.uk");
	}
	sandbox.advance(3000);
	for (const id of ["bank", "storage"]) {
		const paid = await statusOf(DEPOSITS, id);
		assert.equal(paid.orderStatus, "Success");
		assert.deepEqual(paid.externalParams, externalParams);
	}
	const failed = await statusOf(DEPOSITS, "unknown");
	assert.deepEqual([failed.orderStatus, failed.orderHistory.at(-1).action], ["Failed", "2.2.4.22"]);
});

test("each pipeline has separate keys and ids", async (t) => {
	const { api, createDeposit, createPayout } = await talkTo(t, sandboxOf());
	assert.equal((await createDeposit(order())).status, 200);
	assert.equal((await createPayout(order())).status, 200);
	for (const [path, token] of [
		[DEPOSITS, payoutToken()],
		[PAYOUTS, DEPOSIT_KEYS.token],
	]) {
		const { status, text } = await api(path, token, { method: "POST", body: JSON.stringify(order()) });
		assert.deepEqual([status, text], [401, ""]);
	}
	const again = await createDeposit(order());
	assert.equal(
		again.text,
		'{"label":"VALIDATION_ERROR.","statusDescrption":"1-4007","message":"Order with this external_transaction_id already exist"}',
	);
});

test("limits, inactive pipelines, unknown addresses and temporary errors get the responses of PayStar", async (t) => {
	const limits = { deposits: { maxAmount: "100.10", maxOrders: 1 } };
	const limited = await talkTo(t, sandboxOf({ limits }));
	const refused =
		/^\{"label":"LIMITS_ERROR","message":"Limit id: [0-9a-f-]{36} was reached","statusDescrption":"0001-0","externalTransactionId":null\}$/;
	assert.match((await limited.createDeposit(order({ amount: 100.11 }))).text, refused);
	assert.equal((await limited.createDeposit(order())).status, 200);
	assert.match((await limited.createDeposit(order({ externalTransactionId: "B" }))).text, refused);

	const inactive = await talkTo(t, sandboxOf({ inactive: ["deposits"] }));
	assert.deepEqual(await inactive.createDeposit(order()), { status: 403, text: "", body: undefined });
	assert.equal((await inactive.createPayout(order())).status, 200);

	for (const [allowedAddresses, status] of [
		[["127.0.0.1"], 200],
		[["10.0.0.1"], 403],
	]) {
		const { createDeposit } = await talkTo(t, sandboxOf({ allowedAddresses }), "HTTP");
		assert.equal((await createDeposit(order())).status, status);
	}
	const { createDeposit } = await talkTo(t, sandboxOf({ scenarios: { "Order-7": { outcome: "TemporaryError" } } }));
	assert.equal((await createDeposit(order())).body.statusDescrption, "0000-1");
});
