// The sandbox over plain HTTP. Its tests do not use the client.
import { Sandbox } from "paystar/sandbox";
import { CARD } from "./client.mjs";
import { jwtOf } from "./jwt.mjs";

export { CARD };

export const PAYOUT_KEYS = { publicKey: "pk_sandbox_out", privateKey: "sk_sandbox_out_11" };
export const DEPOSIT_KEYS = { token: "sandbox.deposits.token", privateKey: "sk_sandbox_in_22" };
export const DEPOSITS = "/api/v1/integration/deposit-order/";
export const PAYOUTS = "/api/v1/integration/withdrawal-order/";

export const sandboxOf = (options = {}) =>
	new Sandbox({ payouts: PAYOUT_KEYS, deposits: DEPOSIT_KEYS, clock: "manual", ...options });

/** Functions that send requests to a sandbox. `over` is "HTTP" or "in process". */
export async function talkTo(t, sandbox, over = "in process") {
	let origin = "http://sandbox.test";
	let send = (url, init) => sandbox.fetch(new Request(url, init));
	if (over === "HTTP") {
		const server = await sandbox.listen();
		t.after(() => server.close());
		origin = server.url;
		send = fetch;
	}
	const api = async (path, token, init = {}) => {
		const headers = { authorization: `Bearer ${token}`, ...init.headers };
		const response = await send(origin + path, { ...init, headers });
		const text = await response.text();
		return { status: response.status, text, body: text === "" ? undefined : JSON.parse(text) };
	};
	const tokenOf = (path) => (path.startsWith(DEPOSITS) ? DEPOSIT_KEYS.token : payoutToken());
	const create = (path, order, headers = {}) =>
		api(path, tokenOf(path), { method: "POST", headers, body: JSON.stringify(order) });
	return {
		origin,
		api,
		createDeposit: (order, host) => create(DEPOSITS, order, host ? { "x-paystar-host": host } : {}),
		createPayout: (order) => create(PAYOUTS, order),
		statusOf: async (path, id) => (await api(`${path}${id}/status-by-external-transaction-id`, tokenOf(path))).body,
		page: (url, form) =>
			send(url, {
				redirect: "manual",
				...(form && { method: "POST", body: new URLSearchParams(form) }),
			}),
	};
}

export const order = (changes = {}) => ({
	amount: 100.1,
	currency: "USD",
	externalTransactionId: "Order-7",
	...changes,
});

export const fields = (record) => Object.entries(record).map(([key, value]) => ({ key, value }));

/** The token of PAYOUT_KEYS. */
export const payoutToken = () => jwtOf(PAYOUT_KEYS);
