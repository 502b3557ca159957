import { createHash, timingSafeEqual } from "node:crypto";

const [body, signature] = process.argv.slice(2);
const { externalId, status, amount, orderType } = JSON.parse(body);
const text = `${externalId};${status};${amount};${orderType};sk_benches_0f8b4c2a9d7e`;
const digest = createHash("sha256").update(text).digest();
if (!timingSafeEqual(digest, Buffer.from(signature, "hex"))) throw new Error("It does not verify.");
