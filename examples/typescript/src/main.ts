// Creates a list of payouts one after another, and prints the result of each. Strict TypeScript.
import { PayStar, PayStarError, type PayoutRequest, type PayStarOptions } from "paystar";

declare const process: { env: Record<string, string | undefined> };

/** The result of one call. */
type Result =
	| { id: string; kind: "made"; externalId: string }
	| { id: string; kind: "refused"; reason: string }
	| { id: string; kind: "unknown"; reason: string };

async function pay(paystar: PayStar, request: PayoutRequest): Promise<Result> {
	const id = request.externalTransactionId;
	try {
		const { externalId } = await paystar.payouts.create(request);
		return { id, kind: "made", externalId };
	} catch (error) {
		if (!(error instanceof PayStarError)) throw error;
		// If the outcome is `unknown`, the order may exist. Read its status before you do anything else.
		return { id, kind: error.outcome === "unknown" ? "unknown" : "refused", reason: error.message };
	}
}

function optionsOf({ PAYSTAR_PUBLIC_KEY, PAYSTAR_PRIVATE_KEY, PAYSTAR_BASE_URL }: typeof process.env): PayStarOptions {
	if (PAYSTAR_PUBLIC_KEY === undefined || PAYSTAR_PRIVATE_KEY === undefined) {
		throw new Error("Set PAYSTAR_PUBLIC_KEY and PAYSTAR_PRIVATE_KEY.");
	}
	return {
		payouts: { publicKey: PAYSTAR_PUBLIC_KEY, privateKey: PAYSTAR_PRIVATE_KEY },
		baseUrl: PAYSTAR_BASE_URL,
	};
}

const paystar = new PayStar(optionsOf(process.env));
const requests: PayoutRequest[] = [
	{ amount: "10.50", currency: "USD", externalTransactionId: "Salary-1" },
	{ amount: "20.00", currency: "EUR", externalTransactionId: "Salary-2", additionalFields: { email: "nobody" } },
];

for (const request of requests) {
	const result = await pay(paystar, request);
	console.log(`${result.id}: ${result.kind}, ${result.kind === "made" ? result.externalId : result.reason}`);
}
