import { SquareClient, WebhooksHelper } from "square";

const [requestBody, signatureHeader, signatureKey, notificationUrl] = process.argv.slice(2);
new SquareClient({ token: "benches" });
const isValid = await WebhooksHelper.verifySignature({ requestBody, signatureHeader, signatureKey, notificationUrl });
if (!isValid) throw new Error("It does not verify.");
