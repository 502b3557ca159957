// Creates one payout over HTTP keep-alive on loopback: makes JSON from an object, sends it with the token, parses the
// response and takes its id. It never retries. A library keeps its default time limit.
import { EXTERNAL_ID } from "../harness/answers.mjs";
import { Unavailable } from "../harness/unavailable.mjs";
import { jwtOf } from "./jwt.mjs";
import { KEYS, payout, wirePayout } from "./sample.mjs";

const PATH = "/api/v1/integration/withdrawal-order/";
/** Ten thousand in flight may take as long on a busy machine. */
const TIMEOUT_MS = 100_000;
const TOKEN = jwtOf(KEYS);
const HEADERS = { "content-type": "application/json", authorization: `Bearer ${TOKEN}` };

const sender = (call) => ({ call, isAsync: true, isRight: (id) => id === EXTERNAL_ID });

function checked(status, text) {
	if (status !== 200) throw new Error(`The server answered ${status}.`);
	return JSON.parse(text).externalId;
}

async function nodeHttp({ origin }) {
	const { Agent, request } = await import("node:http");
	const agent = new Agent({ keepAlive: true });
	const url = new URL(PATH, origin);
	return sender(
		(index) =>
			new Promise((resolve, reject) => {
				const body = JSON.stringify(wirePayout(index));
				const headers = { ...HEADERS, "content-length": Buffer.byteLength(body) };
				const sent = request(url, { method: "POST", agent, headers }, (answer) => {
					let text = "";
					answer.setEncoding("utf8");
					answer.on("data", (part) => (text += part));
					answer.on("error", reject);
					answer.on("end", () => {
						try {
							resolve(checked(answer.statusCode, text));
						} catch (error) {
							reject(error);
						}
					});
				});
				sent.on("error", reject);
				sent.end(body);
			}),
	);
}

async function undiciRequest({ origin }) {
	const { Agent, request } = await import("undici");
	const dispatcher = new Agent({ connections: null, pipelining: 1 });
	return sender(async (index) => {
		const body = JSON.stringify(wirePayout(index));
		const answer = await request(origin + PATH, { method: "POST", headers: HEADERS, body, dispatcher });
		return checked(answer.statusCode, await answer.body.text());
	});
}

/** Node's own HTTP engine, without a package. */
async function nodesDispatcher({ origin }) {
	void globalThis.Headers;
	const [key] = [2, 1].map((it) => Symbol.for(`undici.globalDispatcher.${it}`)).filter((it) => globalThis[it]);
	const { constructor: Agent } = globalThis[key];
	const dispatcher = new Agent({ pipelining: 1, allowH2: false });
	const headers = Object.entries(HEADERS).flat();
	return sender(
		(index) =>
			new Promise((resolve, reject) => {
				const parts = [];
				let status;
				const end = () => {
					try {
						resolve(checked(status, Buffer.concat(parts).toString()));
					} catch (error) {
						reject(error);
					}
				};
				const handler = {
					onConnect() {},
					onHeaders: (code) => ((status = code), true),
					onData: (part) => parts.push(part) > 0,
					onComplete: end,
					onError: reject,
					onRequestStart() {},
					onResponseStart: (_, code) => (status = code),
					onResponseData: (_, part) => parts.push(part),
					onResponseEnd: end,
					onResponseError: (_, error) => reject(error),
				};
				const body = JSON.stringify(wirePayout(index));
				dispatcher.dispatch({ origin, path: PATH, method: "POST", headers: [...headers], body }, handler);
			}),
	);
}

const globalFetch =
	(options) =>
	async ({ origin }) =>
		sender(async (index) => {
			const body = JSON.stringify(wirePayout(index));
			const answer = await fetch(origin + PATH, { method: "POST", headers: HEADERS, body, ...options() });
			return checked(answer.status, await answer.text());
		});

async function stripe({ origin }) {
	const { default: Stripe } = await import("stripe");
	const { hostname, port } = new URL(origin);
	const client = new Stripe("sk_test_benches", {
		host: hostname,
		port,
		protocol: "http",
		maxNetworkRetries: 0,
		timeout: TIMEOUT_MS,
		telemetry: false,
	});
	// Its second API takes JSON, so the body is the same.
	return sender(async (index) => (await client.rawRequest("POST", `/v2${PATH}`, wirePayout(index))).externalId);
}

async function axios({ origin }) {
	const [{ default: library }, { Agent }] = await Promise.all([import("axios"), import("node:http")]);
	const client = library.create({
		baseURL: origin,
		headers: HEADERS,
		timeout: TIMEOUT_MS,
		httpAgent: new Agent({ keepAlive: true }),
	});
	return sender(async (index) => (await client.post(PATH, wirePayout(index))).data.externalId);
}

async function got({ origin }) {
	const [{ default: library }, { Agent }] = await Promise.all([import("got"), import("node:http")]);
	const client = library.extend({
		headers: HEADERS,
		timeout: { request: TIMEOUT_MS },
		retry: { limit: 0 },
		agent: { http: new Agent({ keepAlive: true }) },
	});
	return sender(async (index) => (await client.post(origin + PATH, { json: wirePayout(index) }).json()).externalId);
}

async function openai({ origin }) {
	const { default: OpenAI } = await import("openai");
	const client = new OpenAI({ apiKey: TOKEN, baseURL: origin, maxRetries: 0, timeout: TIMEOUT_MS });
	return sender(async (index) => (await client.post(PATH, { body: wirePayout(index) })).externalId);
}

async function square({ origin }) {
	const { SquareClient } = await import("square");
	const client = new SquareClient({ token: TOKEN, environment: origin, maxRetries: 0 });
	const options = { timeoutInSeconds: TIMEOUT_MS / 1000 };
	return sender(async (index) => {
		// This client cannot call other paths. The body of a payment is the most similar to a payout.
		const { amount, currency, externalTransactionId, ...rest } = wirePayout(index);
		const payment = {
			idempotencyKey: externalTransactionId,
			sourceId: JSON.stringify(rest),
			amountMoney: { amount: BigInt(amount * 100), currency },
		};
		return (await client.payments.create(payment, options)).externalId;
	});
}

/** Paystar's client with more options. If this version does not know an option, the contestant is left out. */
async function paystar({ origin, keys = KEYS }, options) {
	const { ConfigurationError, PayStar } = await import("paystar");
	try {
		const client = new PayStar({ payouts: keys, baseUrl: origin, timeoutMs: TIMEOUT_MS, ...options });
		return sender(async (index) => (await client.payouts.create(payout(index))).externalId);
	} catch (error) {
		const isUnknown = (issue) => issue.path in options && issue.code === "unknown_key";
		if (!(error instanceof ConfigurationError) || !error.issues?.some(isUnknown)) throw error;
		throw new Unavailable(`this version has no option ${Object.keys(options).join(", ")}`);
	}
}

async function paystarOverUndici(settings) {
	const [{ Agent }, { undiciFetch }] = await Promise.all([import("undici"), import("./undici-fetch.mjs")]);
	return paystar(settings, { fetch: undiciFetch(new Agent()) });
}

export const contestants = {
	"undici.request": undiciRequest,
	"node:http agent": nodeHttp,
	"Node's dispatcher": nodesDispatcher,
	"global fetch": globalFetch(() => ({})),
	"global fetch, with a timeout": globalFetch(() => ({ signal: AbortSignal.timeout(TIMEOUT_MS) })),
	Stripe: stripe,
	axios,
	got,
	"OpenAI's client": openai,
	"Square's client": square,
	paystar: (settings) => paystar(settings, {}),
	'paystar, transport: "node"': (settings) => paystar(settings, { transport: "node" }),
	'paystar, transport: "fetch"': (settings) => paystar(settings, { transport: "fetch" }),
	"paystar over undici.request": paystarOverUndici,
};
