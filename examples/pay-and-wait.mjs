// Sends one payout and waits until it is final.
//
//   PAYSTAR_PUBLIC_KEY=… PAYSTAR_PRIVATE_KEY=… node pay-and-wait.mjs Order-7 100.10 USD 4111111111111111
//
// You can run it again with the same id. PayStar accepts an id only once, so nothing is paid twice.
import { PayStar } from "paystar";

const [externalTransactionId, amount, currency, cardNumber] = process.argv.slice(2);

const paystar = new PayStar({
	payouts: { publicKey: process.env.PAYSTAR_PUBLIC_KEY, privateKey: process.env.PAYSTAR_PRIVATE_KEY },
	baseUrl: process.env.PAYSTAR_BASE_URL, // a sandbox; the default is PayStar
});

try {
	const order = await paystar.payouts.create(
		{ amount, currency, externalTransactionId, additionalFields: { cardNumber } },
		{ onDuplicate: "return" },
	);
	console.log(`${order.resolvedBy === "answer" ? "created" : "found"} ${order.externalId}`);
} catch (error) {
	console.error(`${error.code}: ${error.message}`);
	// If the outcome is `unknown`, the payout may exist. The wait below reads its status by our own id.
	if (error.outcome !== "unknown") process.exit(2);
}

const payout = await paystar.payouts.waitUntilFinal(
	{ externalTransactionId },
	{
		intervalMs: Number(process.env.POLL_MS ?? 120_000),
		deadlineMs: Number(process.env.DEADLINE_MS ?? 3_600_000),
		onStatus: ({ orderStatus }) => console.log(orderStatus),
	},
);
process.exitCode = payout.orderStatus === "Success" ? 0 : 1;
