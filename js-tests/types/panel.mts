// What users may write with createPanelHandler, and what the compiler must refuse.
import { PayStar, type OrderRequest } from "paystar";
import { createPanelHandler, toNodeHandler, type PanelOperation, type PanelRefusal } from "paystar/server";

const paystar = new PayStar({ baseUrl: "http://127.0.0.1:4010" });

const handle = createPanelHandler({
	paystar,
	authorize: async (request, { operation, id, pipeline }) => {
		const name: PanelOperation = operation;
		if (request.headers.get("cookie") === null) return new Response(null, { status: 401 });
		return id !== undefined && pipeline === "payouts" && name === "payouts.create";
	},
	allow: ["payouts.create", "balances.get"],
	beforeCreate: (order, { request, id }) => {
		const digits: string = order.amount;
		const card = order.additionalFields?.find(({ key }) => key === "cardNumber")?.value;
		const refusal: PanelRefusal = { code: "approval_pending", message: request.url + digits + id };
		return card === undefined ? refusal : { ...order, additionalFields: { cardNumber: card } };
	},
	origins: ["https://admin.example"],
	onError: (error, { operation }) => console.error(operation, error),
});
const response: Promise<Response> = handle(new Request("https://admin.example/paystar/"));
console.log(response, toNodeHandler(handle));

/** Only the methods of the allowed operations are needed. */
const create = async (request: OrderRequest) => paystar.payouts.create(request);
createPanelHandler({ paystar: { payouts: { create } }, authorize: () => true, allow: ["payouts.create"] });

// @ts-expect-error: authorize is required
createPanelHandler({ paystar });
// @ts-expect-error: no operation has this name
createPanelHandler({ paystar, authorize: () => true, allow: ["payouts.pay"] });
// @ts-expect-error: authorize must decide
createPanelHandler({ paystar, authorize: () => undefined });
// @ts-expect-error: a hook that forgets its answer
createPanelHandler({ paystar, authorize: () => true, allow: ["payouts.create"], beforeCreate: () => {} });
// @ts-expect-error: no such refusal
createPanelHandler({ paystar, authorize: () => true, beforeCreate: () => ({ code: "later" }) });
