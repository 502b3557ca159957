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
async function webhookVerifier(Webhook, prefix, settings) {
	const body = callbackBody(settings);
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

async function paystarVerifier(bodyOf, settings) {
	const { PayStar } = await import("paystar");
	const { callbacks } = new PayStar({ payouts: KEYS });
	const text = callbackBody(settings);
	const [body, signature] = [bodyOf(text), signatureOf(text)];
	return { call: () => callbacks.verify(body, signature), isRight: isVerified };
}

export const contestants = {
	"JSON.parse alone": async (settings) => {
		const body = callbackBody(settings);
		return { call: () => JSON.parse(body), isRight: isVerified };
	},
	"node:crypto by hand": async (settings) => {
		const body = callbackBody(settings);
		const signature = signatureOf(body);
		return { call: () => verifyByHand(body, signature), isRight: isVerified };
	},
	"WebCrypto by hand": async (settings) => {
		const body = callbackBody(settings);
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
	Stripe: async (settings) => {
		const { default: Stripe } = await import("stripe");
		const body = callbackBody(settings);
		const { webhooks } = new Stripe("sk_test_benches");
		const header = webhooks.generateTestHeaderString({ payload: body, secret: WEBHOOK_SECRET });
		return { call: () => webhooks.constructEvent(body, header, WEBHOOK_SECRET, DAY_S), isRight: isVerified };
	},
	Svix: async (settings) => webhookVerifier((await import("svix")).Webhook, "svix", settings),
	"Standard Webhooks": async (settings) =>
		webhookVerifier((await import("standardwebhooks")).Webhook, "webhook", settings),
	paystar: (settings) => paystarVerifier((text) => text, settings),
	"paystar, body as a Buffer": (settings) => paystarVerifier(Buffer.from, settings),
};
