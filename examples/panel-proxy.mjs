// The backend of an admin panel. It has the keys. The page uses the client without keys, and a second person approves each
// payout.
//
//   PAYSTAR_PUBLIC_KEY=… PAYSTAR_PRIVATE_KEY=… PORT=3000 node panel-proxy.mjs
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { PayStar } from "paystar";
import { createPanelHandler, toNodeHandler } from "paystar/server";

const paystar = new PayStar({
	payouts: { publicKey: process.env.PAYSTAR_PUBLIC_KEY, privateKey: process.env.PAYSTAR_PRIVATE_KEY },
	baseUrl: process.env.PAYSTAR_BASE_URL, // a sandbox; the default is PayStar
});

// In your program, these are tables of your database, and the user comes from a session.
const users = new Map([
	["ann", { name: "ann", mayPay: true }],
	["bob", { name: "bob", mayPay: true }],
	["eve", { name: "eve", mayPay: false }],
]);
const cards = new Map([["customer-7", "4111111111111111"]]);
const asked = new Map();

const userOf = (request) => users.get(/(?:^|; )user=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1]);

function authorize(request, { operation }) {
	const user = userOf(request);
	if (!user) return new Response("Please log in.", { status: 401, headers: { "content-type": "text/plain" } });
	return operation === "payouts.create" ? user.mayPay : true;
}

/** The first person asks, and another person approves by sending the same order. */
function beforeCreate(order, { request }) {
	const { name } = userOf(request);
	const customer = order.additionalFields?.find(({ key }) => key === "customerId")?.value;
	const cardNumber = cards.get(customer);
	if (cardNumber === undefined) return { code: "rejected", message: "This customer has no card." };
	const wanted = `${order.amount} ${order.currency} to ${customer}`;
	const known = asked.get(order.externalTransactionId) ?? { wanted, askedBy: name };
	asked.set(order.externalTransactionId, known);
	if (known.wanted !== wanted) return { code: "rejected", message: `This id is for another payout: ${known.wanted}.` };
	if (known.askedBy !== name) known.approvedBy ??= name;
	if (known.approvedBy === undefined) {
		return {
			code: "approval_pending",
			message: `${known.askedBy} asked for ${wanted}. Another person must approve it.`,
		};
	}
	// The page does not know the card.
	return { ...order, additionalFields: { cardNumber } };
}

const panel = toNodeHandler(
	createPanelHandler({
		paystar,
		authorize,
		allow: ["payouts.create", "payouts.get", "balances.get"],
		beforeCreate,
	}),
);

const PAGE = `<!doctype html>
<title>Payouts</title>
<script type="module">
	import { PayStar } from "/package/index.js";
	window.paystar = new PayStar({ baseUrl: "/paystar" }); // try it in the console
</script>`;

const packageFolder = new URL(".", import.meta.resolve("paystar"));

const server = createServer(async (request, response) => {
	if (request.url.startsWith("/paystar/")) return panel(request, response);
	if (request.url === "/") return response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
	const [, file] = /^\/package\/([\w-]+\.js)$/.exec(request.url) ?? [];
	const content = file && (await readFile(new URL(file, packageFolder)).catch(() => undefined));
	response.writeHead(content ? 200 : 404, { "content-type": "text/javascript" }).end(content);
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
	console.log(`listens on http://127.0.0.1:${server.address().port}`);
});
