// The small tables of PayStar's documentation, row by row. Larger tables are part of the wasm, and other files test them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { explain, isFinalStatus, PayStar } from "paystar";
import { clientOf, DEPOSIT_KEYS, KEYS, payout, rejection } from "./support/client.mjs";

function rowsOf(name) {
	const [head, ...rows] = readFileSync(new URL(`./tables/${name}.tsv`, import.meta.url), "utf8")
		.trimEnd()
		.split("\n");
	const columns = head.split("\t");
	return rows.map((row) => Object.fromEntries(row.split("\t").map((value, index) => [columns[index], value])));
}

for (const { http_status, label, message, status_description, code, outcome } of rowsOf("error_codes")) {
	test(`error ${http_status} ${status_description} ${message}: ${code}, ${outcome}`, async () => {
		const fields = { label, message, statusDescrption: status_description };
		const named = Object.entries(fields).filter(([, value]) => value !== "");
		const body = named.length > 0 ? JSON.stringify(Object.fromEntries(named)) : "";
		const fetch = async () => new Response(body, { status: Number(http_status) });
		const client = new PayStar({ payouts: KEYS, deposits: DEPOSIT_KEYS, maxRetries: 0, fetch });
		for (const orders of [client.payouts, client.deposits]) {
			const error = await rejection(orders.create(payout()));
			assert.equal(error.code, code);
			assert.equal(error.outcome, outcome);
			assert.equal(error.label, label || undefined);
			assert.equal(error.statusDescription, status_description || undefined);
			if (message) assert.equal(error.message, message);
			assert.equal(explain(error).retry === "afterStatusRead", outcome === "unknown");
		}
	});
}

for (const { status, deposit, payout: isPayouts, final } of rowsOf("order_statuses")) {
	test(`status ${status} is ${final === "yes" ? "" : "not "}final`, async () => {
		const fetch = async () => new Response(`{"externalId":"e","orderStatus":"${status}"}`);
		const client = new PayStar({ payouts: KEYS, deposits: DEPOSIT_KEYS, maxRetries: 0, fetch });
		assert.equal(isFinalStatus(status), final === "yes");
		if (deposit === "yes") assert.equal((await client.deposits.get("e")).isFinal, final === "yes");
		if (isPayouts === "yes") assert.equal((await client.payouts.get("e")).isFinal, final === "yes");
	});
}

for (const { field, value } of rowsOf("seen_values")) {
	test(`${field} ${value} from the documentation is valid`, () => {
		const changes = field === "currency" ? { currency: value } : { additionalFields: { [field]: value } };
		assert.deepEqual(clientOf("http://127.0.0.1:1").payouts.validate(payout(changes)), []);
	});
}
