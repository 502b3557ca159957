// Runs one block with a separate sandbox and the names of names.d.ts: `node run.mjs <module>`.
import { pathToFileURL } from "node:url";
import * as entry from "paystar";
import { closeServers, Sandbox } from "paystar/sandbox";

const payouts = { publicKey: "pk_docs_out", privateKey: "sk_docs_out_5d" };
const deposits = { publicKey: "pk_docs_in", privateKey: "sk_docs_in_7a" };
const sandbox = new Sandbox({ payouts, deposits, processingAfterMs: 0, finalAfterMs: 0 });
const server = await sandbox.listen();

process.env.SANDBOX_URL = server.url;
for (const [pipeline, keys] of Object.entries({ PAYSTAR: payouts, PAYOUTS: payouts, DEPOSITS: deposits })) {
	process.env[`${pipeline}_PUBLIC_KEY`] = keys.publicKey;
	process.env[`${pipeline}_PRIVATE_KEY`] = keys.privateKey;
}

const paystar = new entry.PayStar({ payouts, deposits });
const order = (externalTransactionId, additionalFields) => ({
	amount: "100.10",
	currency: "USD",
	externalTransactionId,
	additionalFields,
});
const card = { cardNumber: "4111111111111111", cardHolder: "JANE DOE" };
const known = await paystar.payouts.create(order("Payout-known", card));
const rawBody = `{"externalId":"${known.externalId}","status":"Success","amount":100.10,"orderType":"Withdrawal"}`;

const stored = [];
const names = {
	paystar,
	PayStar: entry.PayStar,
	nextStatus: entry.nextStatus,
	sandbox,
	payouts,
	request: order("Order-7", card),
	cardRequest: order("Deposit-1", card),
	tokenRequest: order("Deposit-2", { cardToken: "token-of-a-card" }),
	hostedRequest: order("Deposit-3", { email: "jane@shop.example" }),
	externalId: known.externalId,
	rawBody,
	signature: paystar.callbacks.sign(rawBody),
	whatYouKnow: undefined,
	onStatus: ({ orderStatus }) => console.log(orderStatus),
	deadlineMs: 10_000,
	signal: AbortSignal.timeout(20_000),
	askLater: async () => {},
	userOf: async () => ({ name: "bob", mayPay: true, maySee: true }),
	ordersBeingSent: async () => [order("Order-8", card), order("Payout-known", card)],
	storePayout: async (id, payout) => stored.push([id, payout.externalId]),
};
for (const [name, value] of Object.entries(names)) {
	Object.defineProperty(globalThis, name, { value, configurable: true });
}

try {
	await import(pathToFileURL(process.argv[2]).href);
} finally {
	await closeServers();
}
