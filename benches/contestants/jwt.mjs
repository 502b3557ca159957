import { createHmac } from "node:crypto";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const HEADER = part({ alg: "HS256", typ: "JWT" });

/** The token of a key pair, made without a library. */
export function jwtOf({ publicKey, privateKey }) {
	const signed = `${HEADER}.${part({ publicKey })}`;
	return `${signed}.${createHmac("sha256", privateKey).update(signed).digest("base64url")}`;
}
