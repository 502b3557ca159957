// Balances of the sandbox, over plain HTTP.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEPOSIT_KEYS, order, PAYOUTS, payoutToken, sandboxOf, talkTo } from "./support/sandbox.mjs";

const BALANCE = "/api/v1/balance/merchant";

test("orders change the balances exactly", async (t) => {
	const sandbox = sandboxOf({ balances: { USD: "500" }, overdraft: "10" });
	const { api, createDeposit, createPayout } = await talkTo(t, sandbox, "HTTP");
	const balance = async () => (await api(`${BALANCE}?currency=USD`, payoutToken())).text;
	const text = (merchant, available, incoming, outgoing) =>
		`{"currency":"USD","merchantBalance":${merchant},"merchantOverdraft":10.00,"pipelineBalance":${merchant},"pipelineAvailableBalance":${available},"pipelineProcessingOrdersDeposit":${incoming},"pipelineProcessingOrdersWithdrawals":${outgoing}}`;
	assert.equal(await balance(), text("500.00", "500.00", "0.00", "0.00"));
	await createPayout(order());
	await createDeposit(order({ amount: 0.2 }));
	assert.equal(await balance(), text("500.00", "399.90", "0.20", "100.10"));
	sandbox.advance(3000);
	assert.equal(await balance(), text("400.10", "400.10", "0.00", "0.00"));
});

test("a payout above the balance is created and fails", async (t) => {
	const sandbox = sandboxOf({ balances: { USD: "100" } });
	const { createPayout, statusOf } = await talkTo(t, sandbox);
	assert.equal((await createPayout(order())).status, 200);
	sandbox.advance(3000);
	const { orderStatus, orderHistory } = await statusOf(PAYOUTS, "Order-7");
	assert.deepEqual([orderStatus, orderHistory.at(-1).action], ["Failed", "1.2.4.31"]);
});

test("both keys read balances, and the currency is required", async (t) => {
	const { api } = await talkTo(t, sandboxOf());
	for (const token of [payoutToken(), DEPOSIT_KEYS.token]) {
		assert.equal((await api(`${BALANCE}?currency=EUR`, token)).body.merchantBalance, 10000);
		assert.equal((await api(BALANCE, token)).body.message, "Currency is required property");
	}
	assert.deepEqual(await api(`${BALANCE}?currency=EUR`, "x"), { status: 401, text: "", body: undefined });
});
