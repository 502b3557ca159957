import { contest } from "../harness/contest.mjs";
import { atMost, compare } from "../harness/limit.mjs";
import { contestants } from "../contestants/callbacks.mjs";
import { callbackBody } from "../contestants/sample.mjs";

export const title = "Callbacks";

export const peers = ["stripe", "svix", "standardwebhooks"];

export async function run(effort) {
	const module = new URL("../contestants/callbacks.mjs", import.meta.url).href;
	const verify = await contest({
		id: "callback",
		title: `Parse and verify one callback of ${Buffer.byteLength(callbackBody())} bytes`,
		note: "The input is the raw body and the header. The result is a verified object. Stripe, Svix and Standard Webhooks verify their own HMAC of the same body. All others verify PayStar's SHA-256 signature.",
		module,
		names: Object.keys(contestants),
		baseline: "node:crypto by hand",
		effort,
	});
	return { contests: [verify] };
}

export const limits = ({ contests: [verify] }) => [
	atMost(
		"Parse and verify a callback, compared with `JSON.parse` + `createHash` + `timingSafeEqual`",
		0.9,
		compare(verify, "paystar", "node:crypto by hand"),
	),
	atMost(
		"Parse and verify a callback, compared with Stripe's `constructEvent`",
		0.5,
		compare(verify, "paystar", "Stripe"),
	),
];
