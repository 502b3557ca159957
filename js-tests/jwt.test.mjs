// Tokens, compared with a maintained JWT library.
import assert from "node:assert/strict";
import { test } from "node:test";
import { jwtVerify, SignJWT } from "jose";
import { PayStar } from "paystar";
import { Sandbox } from "paystar/sandbox";
import { KEYS, payout, rejection } from "./support/client.mjs";

const secret = (privateKey) => new TextEncoder().encode(privateKey);

async function tokenOf(keys) {
	let token;
	const fetch = async (request) => {
		token = request.headers.get("authorization").replace("Bearer ", "");
		return new Response('{"externalId":"e","orderStatus":"Created"}');
	};
	await new PayStar({ payouts: keys, fetch }).payouts.create(payout());
	return token;
}

test("a JWT library verifies the client's tokens", async () => {
	for (const keys of [KEYS, { publicKey: "öffentlich", privateKey: "schlüssel ключ" }]) {
		const token = await tokenOf(keys);
		const { payload, protectedHeader } = await jwtVerify(token, secret(keys.privateKey), { algorithms: ["HS256"] });
		assert.deepEqual(payload, { publicKey: keys.publicKey });
		assert.deepEqual(protectedHeader, { alg: "HS256", typ: "JWT" });
		await assert.rejects(jwtVerify(token, secret("another")));
	}
});

test("the sandbox accepts tokens of a JWT library, and refuses tokens of another key or algorithm", async () => {
	const sandbox = new Sandbox({ payouts: KEYS });
	const pay = (token, id) =>
		new PayStar({ payouts: { token }, baseUrl: "http://sandbox", fetch: sandbox.fetch }).payouts.create(
			payout({ externalTransactionId: id }),
		);
	const claims = { publicKey: KEYS.publicKey };
	const token = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret(KEYS.privateKey));
	assert.equal((await pay(token, "A")).orderStatus, "Created");
	const more = await new SignJWT({ ...claims, iat: 1, sub: "x" })
		.setProtectedHeader({ typ: "JWT", alg: "HS256" })
		.sign(secret(KEYS.privateKey));
	assert.equal((await pay(more, "B")).orderStatus, "Created");
	for (const wrong of [
		await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret("another")),
		await new SignJWT(claims).setProtectedHeader({ alg: "HS512" }).sign(secret(KEYS.privateKey)),
		await new SignJWT({ publicKey: "pk_other" }).setProtectedHeader({ alg: "HS256" }).sign(secret(KEYS.privateKey)),
		await new SignJWT({}).setProtectedHeader({ alg: "HS256" }).sign(secret(KEYS.privateKey)),
		`${token.slice(0, -2)}xx`,
	]) {
		assert.equal((await rejection(pay(wrong, "C"))).code, "unauthorized");
	}
});

test("a token is made once and reused", async () => {
	const tokens = new Set();
	const fetch = async (request) => {
		tokens.add(request.headers.get("authorization"));
		return new Response('{"externalId":"e","orderStatus":"Created"}');
	};
	const { payouts } = new PayStar({ payouts: KEYS, maxRetries: 0, fetch });
	for (let i = 0; i < 5; i++) await payouts.create(payout());
	assert.equal(tokens.size, 1);
});
