// The requests that the package sends, byte for byte.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { PayStar } from "paystar";
import { KEYS, payout, testOnEach } from "./support/client.mjs";
import { CREATED, json, serve } from "./support/http.mjs";
import { jwtOf } from "./support/jwt.mjs";

const STATUS = '{"externalId":"PSP-1","orderStatus":"Processing","orderHistory":[]}';

testOnEach(
	"a creation is a POST to the path with the final slash, with the token, the types and the unchanged digits",
	async (t, clientOf) => {
		const { url, requests } = await serve(t, json(200, CREATED));
		await clientOf(url).payouts.create(payout({ callbackUrl: "https://shop.example/callback" }));
		assert.equal(requests.length, 1);
		const [{ method, url: path, headers, body }] = requests;
		assert.equal(method, "POST");
		assert.equal(path, "/api/v1/integration/withdrawal-order/");
		assert.equal(headers.authorization, `Bearer ${jwtOf(KEYS)}`);
		assert.equal(headers["content-type"], "application/json");
		assert.equal(headers.accept, "application/json, text/plain");
		assert.equal(
			body,
			'{"amount":100.10,"currency":"USD","externalTransactionId":"Order-7","callbackUrl":"https://shop.example/callback",' +
				'"additionalFields":[{"key":"cardNumber","value":"4111111111111111"},{"key":"bankName","value":"SuperBank"}]}',
		);
	},
);

testOnEach("status reads are GET requests without a body, and the id is one path segment", async (t, clientOf) => {
	const { url, requests } = await serve(t, json(200, STATUS));
	const { payouts } = clientOf(url);
	await payouts.get("PSP-1");
	await payouts.getByExternalTransactionId("a/b?c #%2F ключ");
	assert.deepEqual(
		requests.map(({ method, url: path, body }) => [method, path, body]),
		[
			["GET", "/api/v1/integration/withdrawal-order/PSP-1/status", ""],
			[
				"GET",
				"/api/v1/integration/withdrawal-order/a%2Fb%3Fc%20%23%252F%20%D0%BA%D0%BB%D1%8E%D1%87/status-by-external-transaction-id",
				"",
			],
		],
	);
	assert.equal(requests[0].headers["content-type"], undefined);
	assert.equal(requests[0].headers.authorization, `Bearer ${jwtOf(KEYS)}`);
});

testOnEach("both published examples are sent unchanged", async (t, clientOf) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	for (const name of ["payout_create_request.json", "payout_create_request_curl.json"]) {
		const text = await readFile(new URL(`../examples/tour/${name}`, import.meta.url), "utf8");
		const request = JSON.parse(text.replace("{{$number.int(min=1)}}", "7"));
		await clientOf(url).payouts.create(request);
		assert.equal(requests.at(-1).body, JSON.stringify(request));
	}
});

testOnEach("amounts are sent with all digits, also if a float cannot hold them", async (t, clientOf) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const { payouts } = clientOf(url);
	for (const [amount, digits] of [
		["9007199254740993.01", "9007199254740993.01"],
		["2600.00", "2600.00"],
		["100", "100"],
		[100, "100"],
		[100.1, "100.1"],
		[0.29, "0.29"],
	]) {
		await payouts.create(payout({ amount }));
		assert.ok(requests.at(-1).body.startsWith(`{"amount":${digits},"currency"`), requests.at(-1).body);
	}
});

testOnEach("characters outside of ASCII are sent as UTF-8", async (t, clientOf) => {
	const { url, requests } = await serve(t, json(200, CREATED));
	const additionalFields = { firstName: "Zoë 💳", customerState: "Île-de-France" };
	await clientOf(url).payouts.create(payout({ additionalFields }));
	const sent = JSON.parse(requests[0].body).additionalFields;
	assert.deepEqual(Object.fromEntries(sent.map(({ key, value }) => [key, value])), additionalFields);
});

testOnEach("a ready token is sent unchanged", async (t, clientOf) => {
	const { url, requests } = await serve(t, json(200, STATUS));
	await clientOf(url, { payouts: { token: "ready.token.1" } }).payouts.get("PSP-1");
	assert.equal(requests[0].headers.authorization, "Bearer ready.token.1");
});

testOnEach("without keys, requests have no Authorization header", async (t, clientOf) => {
	const { url, requests } = await serve(t, json(200, STATUS));
	await clientOf(`${url}/backend/`, { payouts: undefined }).payouts.get("PSP-1");
	assert.equal(requests[0].headers.authorization, undefined);
	assert.equal(requests[0].url, "/backend/api/v1/integration/withdrawal-order/PSP-1/status");
});

test("an injected fetch gets one complete Request", async () => {
	const seen = [];
	const client = new PayStar({
		payouts: KEYS,
		fetch: async (...given) => {
			seen.push(given);
			return new Response(CREATED);
		},
	});
	await client.payouts.create(payout());
	assert.equal(seen.length, 1);
	assert.equal(seen[0].length, 1);
	const [[request]] = seen;
	assert.ok(request instanceof Request);
	assert.equal(request.url, "https://secure.paystar.uk/api/v1/integration/withdrawal-order/");
	assert.equal(request.redirect, "manual");
	assert.equal(request.headers.get("authorization"), `Bearer ${jwtOf(KEYS)}`);
	assert.ok(request.signal instanceof AbortSignal);
	assert.ok((await request.text()).startsWith('{"amount":100.10,'));
});

test("keys with any characters make a valid token", async (t) => {
	const { url, requests } = await serve(t, json(200, STATUS));
	for (const keys of [
		{ publicKey: "öffentlich", privateKey: "schlüssel ключ" },
		{ publicKey: 'q"\\', privateKey: "x".repeat(200) },
	]) {
		await new PayStar({ payouts: keys, baseUrl: url }).payouts.get("PSP-1");
		assert.equal(requests.at(-1).headers.authorization, `Bearer ${jwtOf(keys)}`);
	}
});
