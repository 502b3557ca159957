// Code that the compiler must accept or refuse. This file is compiled, but never run.
import {
	type AdditionalFields,
	ApiError,
	type Issue,
	type OrderStatus,
	type PayoutOrder,
	type PayoutRequest,
	PayStar,
	PayStarError,
	ValidationError,
} from "paystar";
import { Sandbox, type SandboxServer } from "paystar/sandbox";

const keys = { publicKey: "pk", privateKey: "sk" };
const paystar = new PayStar({
	payouts: keys,
	deposits: { token: "a.b.c" },
	baseUrl: "http://127.0.0.1:4010",
	fetch: (request) => fetch(request),
	timeoutMs: 30_000,
	maxRetries: 2,
});

const request: PayoutRequest = {
	amount: "100.00",
	currency: "USD",
	externalTransactionId: "Order-7",
	callbackUrl: undefined,
	additionalFields: { cardNumber: "4111111111111111", own: "x" },
};
const order: PayoutOrder = await paystar.payouts.create(request, { signal: AbortSignal.timeout(5), timeoutMs: 5 });
const status: OrderStatus = order.orderStatus;
const anyStatus: string = status;
const history: string | undefined = (await paystar.payouts.get(order.externalId)).orderHistory[0]?.action;
const amount: string | undefined = (await paystar.payouts.getByExternalTransactionId("Order-7")).amount;
const issues: Issue[] = paystar.payouts.validate(request, { strict: true });
await paystar.payouts.create({ ...request, amount: 100, additionalFields: [{ key: "email", value: "a@b.c" }] });

try {
	await paystar.payouts.create(request);
} catch (error) {
	if (error instanceof ValidationError) {
		const code: "validation_failed" = error.code;
		error.issues.map(({ path, severity }) => [path, severity, code]);
	}
	if (error instanceof ApiError) {
		const outcome: "notSent" | "rejected" | "unknown" = error.outcome;
		console.log(error.httpStatus.toFixed(), outcome);
	}
	if (error instanceof PayStarError) {
		const outcome: "notSent" | "rejected" | "unknown" | undefined = error.outcome;
		if (error.code === "timeout") console.log(outcome, error.externalTransactionId, error.cause);
		// @ts-expect-error: the code does not exist
		if (error.code === "time_out") console.log(outcome);
	}
}

const sandbox = new Sandbox({ payouts: keys, clock: "manual", scenarios: { A: { outcome: "Failed" } } });
const server: SandboxServer = await sandbox.listen();
new PayStar({ payouts: keys, baseUrl: server.url, fetch: sandbox.fetch });
await server.close();

// @ts-expect-error: a misspelt key
const misspelt: PayoutRequest = { ...request, callbackURL: "https://shop.example" };
// @ts-expect-error: an amount is never a bigint
const bigint: PayoutRequest = { ...request, amount: 100n };
// @ts-expect-error: the id is required
const anonymous: PayoutRequest = { amount: 1, currency: "USD" };
// @ts-expect-error: a key pair needs both keys
new PayStar({ payouts: { publicKey: "pk" } });
// @ts-expect-error: only the package creates errors
new PayStarError("x");
// @ts-expect-error: an amount is a string, so it has no arithmetic
(await paystar.payouts.get("x")).amount * 2;
// @ts-expect-error: the outcome does not exist
sandbox.setScenario("A", { outcome: "Lost" });

export { amount, anonymous, anyStatus, bigint, history, issues, misspelt };

// Types of users are accepted, also with custom keys and without an index signature.
interface FlowFields {
	cardNumber: string;
	bankName?: string | undefined;
	ownKey?: string;
}
declare const flowFields: FlowFields;
class FlowDto {
	constructor(
		readonly cardNumber: string,
		readonly ownKey: string,
	) {}
}
await paystar.payouts.create({ ...request, additionalFields: flowFields });
await paystar.payouts.create({ ...request, additionalFields: new FlowDto("4111111111111111", "x") });
await paystar.payouts.create({
	...request,
	additionalFields: { ...flowFields, bankName: undefined, other: undefined },
});
await paystar.payouts.create({
	...request,
	callbackUrl: new URL("https://shop.example"),
	successRedirectUrl: undefined,
});
new PayStar({ payouts: keys, baseUrl: new URL("http://127.0.0.1:4010") });
const built: AdditionalFields = { cardNumber: "4111111111111111" };
built["own"] = "x";

// @ts-expect-error: a value is a string
await paystar.payouts.create({ ...request, additionalFields: { cardNumber: 4111111111111111 } });
// @ts-expect-error: a value of a custom key is a string
await paystar.payouts.create({ ...request, additionalFields: { cardNumber: "4111111111111111", own: 5 } });
interface NumberFields {
	cardNumber: number;
}
declare const numberFields: NumberFields;
// @ts-expect-error: a value is a string, also in a type of a user
await paystar.payouts.create({ ...request, additionalFields: numberFields });
// @ts-expect-error: a Map is not a record
await paystar.payouts.create({ ...request, additionalFields: new Map([["cardNumber", "4111111111111111"]]) });
// @ts-expect-error: a promise was not awaited
await paystar.payouts.create({ ...request, additionalFields: Promise.resolve({ cardNumber: "4111111111111111" }) });
// @ts-expect-error: a Date is not a URL
await paystar.payouts.create({ ...request, callbackUrl: new Date() });
