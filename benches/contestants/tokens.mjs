// The token of a key pair: a JWT, HS256, whose only claim is the public key.
import { createSecretKey } from "node:crypto";
import { jwtOf } from "./jwt.mjs";
import { KEYS } from "./sample.mjs";

const { publicKey, privateKey } = KEYS;
const TOKEN = jwtOf(KEYS);
const isToken = (token) => token === TOKEN;
const claims = () => ({ publicKey });

async function jsonwebtoken(key) {
	const { default: library } = await import("jsonwebtoken");
	const options = { algorithm: "HS256", noTimestamp: true };
	return { call: () => library.sign(claims(), key, options), isRight: isToken };
}

export const contestants = {
	"node:crypto by hand": async () => ({ call: () => jwtOf(KEYS), isRight: isToken }),
	"jsonwebtoken, key made once": () => jsonwebtoken(createSecretKey(privateKey, "utf8")),
	"jsonwebtoken, key as a string": () => jsonwebtoken(privateKey),
	"fast-jwt": async () => {
		const { createSigner } = await import("fast-jwt");
		const sign = createSigner({ key: privateKey, algorithm: "HS256", noTimestamp: true });
		return { call: () => sign(claims()), isRight: isToken };
	},
	jose: async () => {
		const { SignJWT } = await import("jose");
		const key = new TextEncoder().encode(privateKey);
		return {
			isAsync: true,
			call: () => new SignJWT(claims()).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(key),
			isRight: isToken,
		};
	},
	/** A client makes its token at once. So the cost of the token is the difference to a client with a ready token. */
	paystar: async ({ keys = KEYS }) => {
		const { PayStar } = await import("paystar");
		const ready = { token: jwtOf(keys), privateKey: keys.privateKey };
		const make = (payouts) => {
			const client = new PayStar({ payouts });
			const isMade = client.payouts !== undefined;
			client[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
			return isMade;
		};
		return { call: () => make(keys), without: () => make(ready), isRight: (isMade) => isMade };
	},
};
