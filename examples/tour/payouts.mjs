// Payouts from the request to the final status, with the sandbox over real HTTP.
import { readFile } from "node:fs/promises";
import { DuplicateOrderError, PayStar, ValidationError } from "paystar";
import { Sandbox } from "paystar/sandbox";
import { expect, say, title } from "./show.mjs";

const keys = { publicKey: "pk_demo", privateKey: "sk_demo" };

// The sandbox sends no callbacks, because the callback URL in the published requests can belong to somebody.
const sandbox = new Sandbox({ payouts: keys, processingAfterMs: 300, finalAfterMs: 900, callbacks: false });
const server = await sandbox.listen();
const paystar = new PayStar({ payouts: keys, baseUrl: server.url });

/** Reads a payout request from PayStar's documentation, and replaces the placeholder in its id. */
async function published(name) {
	const text = await readFile(new URL(name, import.meta.url), "utf8");
	return JSON.parse(text.replace("{{$number.int(min=1)}}", String(Date.now())));
}

/** Returns the error of a call. */
async function failureOf(call) {
	try {
		await call();
	} catch (error) {
		return error;
	}
	throw new Error("The call should have failed.");
}

async function payAndFollow(name) {
	const request = await published(name);
	title(`A payout from PayStar's documentation (${name})`);
	say("request", `${request.amount} ${request.currency}, ${request.externalTransactionId}`);
	for (const issue of paystar.payouts.validate(request)) say(issue.severity, issue.message);

	const order = await paystar.payouts.create(request);
	say("created", `${order.externalId}, ${order.orderStatus}`);

	const { externalId, externalTransactionId } = order;
	const onStatus = ({ orderStatus }) => say("by PayStar's id", orderStatus);
	const byId = await paystar.payouts.waitUntilFinal({ externalId }, { intervalMs: 150, deadlineMs: 15_000, onStatus });
	const byOwnId = await paystar.payouts.getByExternalTransactionId(externalTransactionId);
	say("by your own id", byOwnId.orderStatus);
	for (const { action, decoded } of byId.orderHistory) say(action, decoded.summary);
	expect(
		"both reads show the same paid order",
		byId.orderStatus === "Success" && byOwnId.externalId === order.externalId,
	);
	return request;
}

async function refuse(request) {
	title("A request with two mistakes: nothing is sent");
	const { callbackUrl, ...rest } = request;
	const error = await failureOf(() =>
		paystar.payouts.create({ ...rest, externalTransactionId: "Order-2", amount: 0.1 + 0.2, callbackURL: callbackUrl }),
	);
	const mistakes = error.issues?.filter((issue) => issue.severity === "error") ?? [];
	for (const issue of mistakes) say(issue.path, issue.message);
	expect(
		"two issues, and no order was made",
		error instanceof ValidationError &&
			error.outcome === "notSent" &&
			mistakes.length === 2 &&
			sandbox.orderCount === 2,
	);
}

async function repeat(request) {
	title("The same payout again: PayStar refuses a second order with its id");
	const error = await failureOf(() => paystar.payouts.create(request));
	say(error.name, error.message);
	say("code", `${error.code}, outcome ${error.outcome}, ${error.label} ${error.statusDescription}`);
	expect(
		"the payout was not paid twice",
		error instanceof DuplicateOrderError && error.order !== undefined && sandbox.orderCount === 2,
	);
}

async function loseAnswer(request) {
	title("A payout whose response is lost: before a retry, the client looks the order up");
	const externalTransactionId = `Lost-${Date.now()}`;
	sandbox.injectFault({ fault: "lost", on: "create", externalTransactionId });
	say("fault", "PayStar creates the payout, and the connection breaks before the response");
	const order = await paystar.payouts.create({ ...request, externalTransactionId });
	say("resolved by", `${order.resolvedBy}: ${order.externalId}, ${order.orderStatus}`);
	expect(
		"the client found the payout, and it exists only once",
		order.resolvedBy === "lookup" && sandbox.orderCount === 3,
	);
}

try {
	title("The sandbox");
	say("listens on", server.url);
	const first = await payAndFollow("payout_create_request.json");
	await payAndFollow("payout_create_request_curl.json");
	await refuse(first);
	await repeat(first);
	await loseAnswer(first);
} finally {
	await server.close();
}
