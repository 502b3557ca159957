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
		title: `One callback of ${Buffer.byteLength(callbackBody())} bytes, parsed and verified`,
		note: "From the raw body and the header to an object that is believed. Stripe, Svix and Standard Webhooks verify their own HMAC over the same body; all others PayStar's SHA-256.",
		module,
		names: Object.keys(contestants),
		baseline: "node:crypto by hand",
		effort,
	});
	return { contests: [verify] };
}

export const limits = ({ contests: [verify] }) => [
	atMost(
		"A callback verified and typed, of `JSON.parse` + `createHash` + `timingSafeEqual`",
		0.9,
		compare(verify, "paystar", "node:crypto by hand"),
	),
	atMost("A callback verified and typed, of Stripe's `constructEvent`", 0.5, compare(verify, "paystar", "Stripe")),
];
