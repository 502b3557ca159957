// Clients, errors and issues never show keys, tokens and card numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { PayStar, PayStarError } from "paystar";
import { CARD, KEYS, payout, rejection, testOnEach } from "./support/client.mjs";
import { serve, serveTcp, unusedUrl } from "./support/http.mjs";

const CVV = "7391";
const TOKEN = "ready.token.that-nobody-may-see";
const request = payout({ additionalFields: { cardNumber: CARD, cardCvv: CVV } });

/** Everything that a careless program could print of a value. */
function printed(value) {
	const texts = [
		inspect(value, { depth: null, showHidden: true, getters: true }),
		String(value),
		JSON.stringify(value) ?? "",
	];
	if (value instanceof Error) texts.push(value.stack, JSON.stringify(value, Object.getOwnPropertyNames(value)));
	return texts.join("\n");
}

function assertSilent(value, secrets = [KEYS.privateKey, KEYS.publicKey, "eyJhbGciOi", TOKEN, CARD, CVV]) {
	const text = printed(value);
	for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} shows up in:\n${text}`);
}

test("a client shows no key and no token", () => {
	for (const payouts of [KEYS, { token: TOKEN, privateKey: KEYS.privateKey }]) {
		const client = new PayStar({ payouts, deposits: payouts, baseUrl: "http://127.0.0.1:1" });
		assertSilent(client);
		assertSilent(client.payouts);
	}
});

test("errors about wrong options show no key", () => {
	for (const options of [
		{ payouts: { ...KEYS, token: TOKEN } },
		{ payouts: { token: `${TOKEN}\n` } },
		{ payouts: { publicKey: KEYS.publicKey, privatekey: KEYS.privateKey } },
		{ payouts: KEYS, baseUrl: `http://user:${KEYS.privateKey}@merch.example` },
	]) {
		assert.throws(
			() => new PayStar(options),
			(error) => {
				assertSilent(error);
				return error instanceof PayStarError;
			},
		);
	}
});

const hostile = {
	"an echo of the whole request in PayStar's words": async (t) => {
		const { url, requests } = await serve(t, (_, response) => {
			const echo = `${requests.at(-1).headers.authorization} ${requests.at(-1).body} ${KEYS.privateKey}`;
			response.writeHead(400).end(JSON.stringify({ label: echo, message: echo, statusDescrption: echo }));
		});
		return { baseUrl: url };
	},
	"an echo as an invalid response": async (t) => {
		const { url, requests } = await serve(t, (_, response) => {
			response.end(`${requests.at(-1).headers.authorization} ${requests.at(-1).body}`);
		});
		return { baseUrl: url };
	},
	"an echo that is not HTTP": async (t) => ({ baseUrl: await serveTcp(t, (socket, text) => socket.end(text)) }),
	"a reset": async (t) => ({ baseUrl: await serveTcp(t, (socket) => socket.resetAndDestroy()) }),
	"a refused connection": async () => ({ baseUrl: await unusedUrl() }),
	"a timeout": async (t) => ({ baseUrl: await serveTcp(t, () => {}), timeoutMs: 100 }),
	"an error that contains the request": async () => ({
		fetch: (request) =>
			Promise.reject(Object.assign(new Error("failed"), { request, config: { headers: request.headers } })),
	}),
	"an error that contains the body as text": async () => ({
		fetch: async (request) => {
			throw Object.assign(new Error("failed"), { body: await request.text() });
		},
	}),
	"an error whose message contains the token": async () => ({
		fetch: (request) => Promise.reject(new TypeError(`cannot send ${request.headers.get("authorization")}`)),
	}),
	"a thrown string with the card": async () => ({
		fetch: async (request) => {
			throw await request.text();
		},
	}),
	"a secret in the cause of a cause": async () => ({
		fetch: (request) =>
			Promise.reject(
				new Error("a", { cause: new Error("b", { cause: { headers: Object.fromEntries(request.headers) } }) }),
			),
	}),
	"an error with getters": async () => ({
		fetch: (request) => {
			throw Object.defineProperty(new Error("failed"), "headers", {
				enumerable: true,
				get: () => request.headers.get("authorization"),
			});
		},
	}),
	"a function as an error": async () => ({
		fetch: (request) => Promise.reject(Object.assign(() => {}, { token: request.headers.get("authorization") })),
	}),
};

for (const [name, options] of Object.entries(hostile)) {
	testOnEach(`${name}: the error shows no secrets`, async (t, clientOf) => {
		const { baseUrl, ...rest } = await options(t);
		const error = await rejection(clientOf(baseUrl, rest).payouts.create(request));
		assert.ok(error instanceof PayStarError);
		assertSilent(error);
		assert.equal(
			error.outcome,
			name === "a refused connection" ? "notSent" : name.includes("PayStar's words") ? "rejected" : "unknown",
		);
	});
}

test("issues of a request show no card data", async () => {
	const client = new PayStar({ payouts: KEYS, baseUrl: "http://127.0.0.1:1" });
	const wrong = payout({ amount: "x", additionalFields: { cardNumber: `${CARD}x`, cardCvv: `${CVV}99`, email: CARD } });
	assertSilent(client.payouts.validate(wrong));
	assertSilent(await rejection(client.payouts.create(wrong)));
});

test("a card number as a key is masked in its issue", async () => {
	const client = new PayStar({ payouts: KEYS, baseUrl: "http://127.0.0.1:1" });
	assertSilent(client.payouts.validate(payout({ [CARD]: "x", additionalFields: { [CARD]: "" } })));
});
