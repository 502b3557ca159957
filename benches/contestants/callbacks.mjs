// Parses the body of a callback and verifies its signature. The other libraries have other signatures of the same body.
import { createHash, timingSafeEqual, webcrypto } from "node:crypto";
import { callbackBody, KEYS, signatureOf } from "./sample.mjs";

const { privateKey } = KEYS;
const WEBHOOK_SECRET = `whsec_${Buffer.from("a secret of the benches alone").toString("base64")}`;
const DAY_S = 86_400;

const isVerified = (callback) => callback?.status === "Success";

const signedText = ({ externalId, status, amount, orderType }) =>
	`${externalId};${status};${amount};${orderType};${privateKey}`;

/** The same without a library. */
function verifyByHand(body, signature) {
	const callback = JSON.parse(body);
	const digest = createHash("sha256").update(signedText(callback)).digest();
	const given = Buffer.from(signature, "hex");
	return given.length === digest.length && timingSafeEqual(given, digest) ? callback : undefined;
}

/** These libraries accept only signatures of the last five minutes, so each round makes a new signature. */
async function webhookVerifier(Webhook, prefix, entries) {
	const body = callbackBody(entries);
	const webhook = new Webhook(WEBHOOK_SECRET);
	let headers;
	return {
		call: () => webhook.verify(body, headers),
		isRight: isVerified,
		refresh: () => {
			const at = new Date();
			headers = {
				[`${prefix}-id`]: "msg_1",
				[`${prefix}-timestamp`]: String(Math.floor(at.getTime() / 1000)),
				[`${prefix}-signature`]: webhook.sign("msg_1", at, body),
			};
		},
	};
}

async function paystarVerifier(bodyOf, entries) {
	const { PayStar } = await import("paystar");
	const { callbacks } = new PayStar({ payouts: KEYS });
	const text = callbackBody(entries);
	const [body, signature] = [bodyOf(text), signatureOf(text)];
	return { call: () => callbacks.verify(body, signature), isRight: isVerified };
}

export const contestants = {
	"JSON.parse alone": async ({ entries }) => {
		const body = callbackBody(entries);
		return { call: () => JSON.parse(body), isRight: isVerified };
	},
	"node:crypto by hand": async ({ entries }) => {
		const body = callbackBody(entries);
		const signature = signatureOf(body);
		return { call: () => verifyByHand(body, signature), isRight: isVerified };
	},
	"WebCrypto by hand": async ({ entries }) => {
		const body = callbackBody(entries);
		const signature = signatureOf(body);
		const encoder = new TextEncoder();
		return {
			isAsync: true,
			isRight: isVerified,
			call: async () => {
				const callback = JSON.parse(body);
				const digest = await webcrypto.subtle.digest("SHA-256", encoder.encode(signedText(callback)));
				const given = Buffer.from(signature, "hex");
				return timingSafeEqual(given, Buffer.from(digest)) ? callback : undefined;
			},
		};
	},
	Stripe: async ({ entries }) => {
		const { default: Stripe } = await import("stripe");
		const body = callbackBody(entries);
		const { webhooks } = new Stripe("sk_test_benches");
		const header = webhooks.generateTestHeaderString({ payload: body, secret: WEBHOOK_SECRET });
		return { call: () => webhooks.constructEvent(body, header, WEBHOOK_SECRET, DAY_S), isRight: isVerified };
	},
	Svix: async ({ entries }) => webhookVerifier((await import("svix")).Webhook, "svix", entries),
	"Standard Webhooks": async ({ entries }) =>
		webhookVerifier((await import("standardwebhooks")).Webhook, "webhook", entries),
	paystar: ({ entries }) => paystarVerifier((text) => text, entries),
	"paystar, body as a Buffer": ({ entries }) => paystarVerifier(Buffer.from, entries),
};
