// Another implementation of tokens, to compare with the tokens of the package.
import { createHmac } from "node:crypto";

/** The JWT (HS256) of a key pair. */
export function jwtOf({ publicKey, privateKey }) {
	const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
	const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ publicKey })}`;
	return `${signed}.${createHmac("sha256", privateKey).update(signed).digest("base64url")}`;
}
