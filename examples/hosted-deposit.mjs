// Takes one deposit on PayStar's page: prints the link for the customer, and waits until the deposit is final.
//
//   PAYSTAR_PUBLIC_KEY=… PAYSTAR_PRIVATE_KEY=… node hosted-deposit.mjs Basket-1 75.50 EUR
import { explain, PayStar } from "paystar";

const [externalTransactionId, amount, currency] = process.argv.slice(2);

const paystar = new PayStar({
	deposits: { publicKey: process.env.PAYSTAR_PUBLIC_KEY, privateKey: process.env.PAYSTAR_PRIVATE_KEY },
	baseUrl: process.env.PAYSTAR_BASE_URL, // a sandbox; the default is PayStar
});

try {
	const order = await paystar.deposits.createHosted({ amount, currency, externalTransactionId });
	// PayStar does not document the name of the member with the link. Look at `extra` of your first deposit.
	const link = Object.values(order.extra).find((value) => typeof value === "string" && /^https?:/.test(value));
	console.log(`page ${link}`);
} catch (error) {
	// If the outcome is `unknown`, the deposit may exist. The wait below reads its status.
	console.error(`${error.code}: ${error.message}`);
	console.error(`for the customer: ${explain(error).payerText}`);
	if (error.outcome !== "unknown") process.exit(2);
}

const deposit = await paystar.deposits.waitUntilFinal(
	{ externalTransactionId },
	{
		intervalMs: Number(process.env.POLL_MS ?? 120_000),
		deadlineMs: Number(process.env.DEADLINE_MS ?? 3_600_000),
		onStatus: ({ orderStatus }) => console.log(orderStatus),
	},
);
if (deposit.externalParams?.cardToken) console.log(`token ${deposit.externalParams.cardToken}`);
process.exitCode = deposit.orderStatus === "Success" ? 0 : 1;
