// A PayStar that only answers status reads, and signed callbacks of its orders.
import { PayStar } from "paystar";
import { DEPOSIT_KEYS, KEYS } from "./client.mjs";

export const ALERT_KEY = "sk_js_alerts_77d1";
const KEY_OPTIONS = { payouts: KEYS, deposits: DEPOSIT_KEYS, alerts: { privateKey: ALERT_KEY } };

const json = (status, body) =>
	new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

/** The orders that PayStar knows, by its id. `answer` handles a status read. */
export class Truth {
	orders = new Map();
	reads = [];
	/** Called before each answer. It may throw, wait, or return a response. */
	before = async () => undefined;

	set(externalId, orderStatus, more = {}) {
		this.orders.set(externalId, { orderStatus, ...more });
	}

	answer = async (request) => {
		const { pathname } = new URL(request.url);
		this.reads.push(pathname);
		const early = await this.before(request);
		if (early) return early;
		const [, id, kind] = /order\/([^/]+)\/(status.*)$/.exec(pathname);
		const wanted = decodeURIComponent(id);
		const found =
			kind === "status"
				? [wanted, this.orders.get(wanted)]
				: [...this.orders].find(([, order]) => order.externalTransactionId === wanted);
		if (!found?.[1]) return new Response(null, { status: 404 });
		const { orderStatus, amount } = found[1];
		return json(200, { externalId: found[0], orderStatus, ...(amount ? { amount } : {}), orderHistory: [] });
	};
}

/** A client that asks `truth`. */
export const clientFor = (truth) =>
	new PayStar({ ...KEY_OPTIONS, baseUrl: "http://paystar.test", fetch: truth.answer, maxRetries: 0 });

const signer = new PayStar({ ...KEY_OPTIONS, baseUrl: "http://paystar.test" });

/** A signed callback: `{ body, signature }`. */
export function callbackOf(changes = {}) {
	const order = { externalId: "ord-1", status: "Success", amount: "100.10", orderType: "Withdrawal", ...changes };
	const body = JSON.stringify(order);
	return { body, signature: signer.callbacks.sign(body) };
}

/** A signed alert. */
export async function alertOf({ createdAt = "2026-01-31T12:00:00.1234567Z", message = "<b>Low</b>\nbalance" } = {}) {
	const text = new TextEncoder().encode(`${createdAt};${message};${ALERT_KEY}`);
	const hash = Buffer.from(await crypto.subtle.digest("SHA-256", text));
	return { body: JSON.stringify({ createdAt, message }), signature: hash.toString("hex") };
}

export const CALLBACK_URL = "https://merch.example/paystar/callback";

export const requestOf = ({ body, signature }, { url = CALLBACK_URL, ...init } = {}) =>
	new Request(url, { method: "POST", body, headers: { signature }, ...init });
