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
	const unknown = await contest({
		id: "callback-unknown",
		title: "The same with members that are not known: a number, a text and an object",
		module,
		names: ["node:crypto by hand", "paystar", "paystar, body as a Buffer"],
		baseline: "node:crypto by hand",
		settings: { isUnknown: true },
		effort,
	});
	return { contests: [verify, unknown] };
}

export const limits = ({ contests: [verify, unknown] }) => [
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
	atMost(
		"Parse and verify a callback in a Buffer, compared with `node:crypto` by hand of a text",
		1.2,
		compare(verify, "paystar, body as a Buffer", "node:crypto by hand"),
	),
	atMost(
		"Parse and verify a callback with members that are not known, compared with `node:crypto` by hand",
		1.2,
		compare(unknown, "paystar", "node:crypto by hand"),
	),
];
