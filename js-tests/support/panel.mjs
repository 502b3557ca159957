// A page that has no keys, a backend with a panel handler, and the sandbox in place of PayStar. All of them talk over HTTP.
import { createServer } from "node:http";
import { PayStar } from "paystar";
import { Sandbox } from "paystar/sandbox";
import { createPanelHandler, toNodeHandler } from "paystar/server";
import { DEPOSIT_KEYS, KEYS } from "./client.mjs";
import { listening } from "./http.mjs";

/** The headers of a browser for a request of a page of the same origin. */
export const SAME_ORIGIN = { "sec-fetch-site": "same-origin" };

/** Starts the sandbox and a client with the keys. `options` are options of this client. */
export async function payStarWithKeys(t, { sandbox: sandboxOptions, ...options } = {}) {
	const sandbox = new Sandbox({ payouts: KEYS, deposits: DEPOSIT_KEYS, callbacks: false, ...sandboxOptions });
	const { url, close } = await sandbox.listen();
	t.after(close);
	const client = new PayStar({ payouts: KEYS, deposits: DEPOSIT_KEYS, baseUrl: url, ...options });
	return { sandbox, client, url };
}

/** Serves a handler `(request, response)` of Node for one test. Resolves to its URL. */
export async function serveNode(t, handler) {
	const server = createServer(handler);
	const url = await listening(server);
	t.after(() => {
		server.close();
		server.closeAllConnections();
	});
	return url;
}

/** Serves a panel over node:http. Resolves to its URL. `options` are options of the panel. */
export const servePanel = (t, paystar, options) =>
	serveNode(t, toNodeHandler(createPanelHandler({ paystar, authorize: () => true, ...options })));

/**
 * The client of a page. `traffic` gets each request and each response as text. A lost response fails like a broken
 * connection, after the panel has sent it: `isLost` gets the number of the request, from 0 on.
 */
export function pageOf(url, { headers = SAME_ORIGIN, traffic = [], isLost = () => false, ...options } = {}) {
	let count = 0;
	const send = async (request) => {
		const number = count++;
		const sent = new Request(request, { headers: { ...Object.fromEntries(request.headers), ...headers } });
		const body = await sent.clone().text();
		const response = await fetch(sent);
		const text = await response.clone().text();
		const lines = (of) => [...of].map(([name, value]) => `${name}: ${value}`).join("\n");
		traffic.push({
			request: `${sent.method} ${sent.url}\n${lines(sent.headers)}\n\n${body}`,
			response: `${response.status}\n${lines(response.headers)}\n\n${text}`,
		});
		if (isLost(number)) throw new TypeError("network error");
		return response;
	};
	return new PayStar({ baseUrl: `${url}/paystar`, fetch: send, ...options });
}
