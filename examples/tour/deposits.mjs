// Deposits with the sandbox: PayStar's page, a stored card, balances and signed callbacks.
import { createServer } from "node:http";
import { addAmounts, compareAmounts, formatAmount, nextStatus, PayStar } from "paystar";
import { Sandbox } from "paystar/sandbox";
import { expect, say, title } from "./show.mjs";

const CURRENCY = "EUR";
const WAIT = { intervalMs: 100, deadlineMs: 15_000 };
const keys = {
	payouts: { publicKey: "pk_out", privateKey: "sk_out" },
	deposits: { publicKey: "pk_in", privateKey: "sk_in" },
};

/** The merchant's server for callbacks. It verifies them, and stores the last callback of each order. */
async function receiveCallbacks() {
	const orders = new Map();
	const waiting = [];
	const server = createServer(async (request, response) => {
		const parts = [];
		for await (const part of request) parts.push(part);
		try {
			const callback = paystar.callbacks.verify(Buffer.concat(parts), request.headers.signature);
			const decision = nextStatus(orders.get(callback.externalId), callback);
			if (decision === "applied") orders.set(callback.externalId, callback);
			response.writeHead(200).end();
		} catch (error) {
			say("refused", error.message);
			response.writeHead(401).end();
		}
		for (const look of waiting) look();
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	/** Waits for a callback with the final status of an order. */
	const finalCallback = (externalId) =>
		new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error("No final callback came.")), WAIT.deadlineMs);
			const look = () => {
				const callback = orders.get(externalId);
				if (!callback?.isFinal) return;
				clearTimeout(timer);
				resolve(callback);
			};
			waiting.push(look);
			look();
		});
	const close = () => {
		server.close();
		server.closeAllConnections();
	};
	return { url: `http://127.0.0.1:${server.address().port}/callback`, finalCallback, close };
}

/** Sends the form of PayStar's page, as a customer does. */
async function payOnPage(url) {
	const form = {
		cardNumber: "4111 1111 1111 1111",
		cardHolder: "JANE DOE",
		expiry: "05/39",
		cvv: "123",
		action: "pay",
	};
	const { status } = await fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
	return status;
}

async function showBalance(label) {
	const balance = await paystar.balances.get(CURRENCY, { pipeline: "deposits" });
	say(label, `${formatAmount(balance.merchantBalance, CURRENCY)} ${CURRENCY}`);
	return balance.merchantBalance;
}

async function followToTheEnd(order, callbacks) {
	const state = await paystar.deposits.waitUntilFinal(
		{ externalId: order.externalId },
		{ ...WAIT, onStatus: ({ orderStatus }) => say("status", orderStatus) },
	);
	const callback = await callbacks.finalCallback(order.externalId);
	say("callback", `${callback.status} ${callback.amount}, signature verified`);
	expect(
		"status and callback agree",
		state.orderStatus === "Success" &&
			callback.status === state.orderStatus &&
			compareAmounts(callback.amount, state.amount) === 0,
	);
	return state;
}

const sandbox = new Sandbox({ ...keys, processingAfterMs: 200, finalAfterMs: 600 });
const server = await sandbox.listen();
const paystar = new PayStar({ ...keys, baseUrl: server.url });
const callbacks = await receiveCallbacks();

try {
	title("A deposit on PayStar's page");
	const before = await showBalance("balance before");
	const hosted = await paystar.deposits.createHosted({
		amount: "75.50",
		currency: CURRENCY,
		externalTransactionId: "Basket-1",
		callbackUrl: callbacks.url,
	});
	say("created", `${hosted.externalId}, ${hosted.orderStatus}`);
	say("page", hosted.extra.paymentUrl);
	say("the customer", `fills in the form: ${await payOnPage(hosted.extra.paymentUrl)}`);
	const paid = await followToTheEnd(hosted, callbacks);
	say("card", `${paid.externalParams.cardNumber}, token ${paid.externalParams.cardToken}`);

	title("A deposit with the stored card");
	const again = await paystar.deposits.createWithToken({
		amount: "24.50",
		currency: CURRENCY,
		externalTransactionId: "Basket-2",
		callbackUrl: callbacks.url,
		additionalFields: { cardToken: paid.externalParams.cardToken },
	});
	say("created", `${again.externalId}, ${again.orderStatus}`);
	await followToTheEnd(again, callbacks);
	const after = await showBalance("balance after");
	expect("the balance grew by exactly 100.00", compareAmounts(after, addAmounts(before, "75.50", "24.50")) === 0);
} finally {
	callbacks.close();
	await server.close();
}
