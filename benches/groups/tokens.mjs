import { contest } from "../harness/contest.mjs";
import { atMost, compare } from "../harness/limit.mjs";
import { withServer } from "../harness/with-server.mjs";
import { contestants } from "../contestants/tokens.mjs";
import { jwtOf } from "../contestants/jwt.mjs";

export const title = "Tokens";

export const peers = ["jsonwebtoken", "fast-jwt", "jose"];

/** The longest key that the package accepts. With it, a request that makes a token is visibly slower. */
const LONG_KEYS = { publicKey: "p".repeat(16), privateKey: "s".repeat(4096) };
const PAIR = "a client with a key pair";
const READY = "a client with the ready token";

const modules = (name) => new URL(`../contestants/${name}.mjs`, import.meta.url).href;

export async function run(effort) {
	const token = await contest({
		id: "token",
		title: "Make one token (JWT, HS256) from a key pair",
		note: "For paystar, the cost is the difference between two clients: a client with a key pair and a client with a ready token.",
		module: modules("tokens"),
		names: Object.keys(contestants),
		baseline: "node:crypto by hand",
		effort,
	});
	const longToken = await contest({
		id: "long-token",
		title: "Make one token with a private key of 4096 bytes",
		module: modules("tokens"),
		names: ["paystar"],
		baseline: "paystar",
		settings: { keys: LONG_KEYS },
		effort,
	});
	const perRequest = await withServer(async ({ origin, server }) => {
		const result = await contest({
			id: "token-per-request",
			title: "Create one payout: does the client make a new token?",
			note: "Both clients send the same header. The private key has 4096 bytes, so a new signature for each request would be visible in the cost.",
			module: modules("token-per-request"),
			names: [READY, PAIR],
			baseline: READY,
			settings: { origin, keys: LONG_KEYS, token: jwtOf(LONG_KEYS) },
			effort,
		});
		const headers = await server.ask("authorizations");
		return {
			...result,
			headers: Object.keys(headers).length,
			requests: Object.values(headers).reduce((a, b) => a + b),
		};
	});
	return { contests: [token, longToken, perRequest] };
}

export const limits = ({ contests: [token, longToken, perRequest] }) => {
	const find = (contest, name) => contest.rows.find((row) => row.name === name);
	const extra = (find(perRequest, PAIR).ratio - 1) * find(perRequest, READY).median;
	return [
		atMost("Make a token, compared with `node:crypto` by hand", 0.7, compare(token, "paystar", "node:crypto by hand")),
		atMost(
			"Extra cost of a request with a key pair instead of a ready token, compared with one token",
			0.5,
			Math.max(0, extra) / find(longToken, "paystar").median,
		),
		atMost(
			`Different \`Authorization\` headers in ${perRequest.requests.toLocaleString("en-US")} requests`,
			1,
			perRequest.headers,
		),
	];
};
