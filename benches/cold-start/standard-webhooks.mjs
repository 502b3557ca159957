import { Webhook } from "standardwebhooks";

const [body, signature, secret, timestamp] = process.argv.slice(2);
new Webhook(secret).verify(body, {
	"webhook-id": "msg_1",
	"webhook-timestamp": timestamp,
	"webhook-signature": signature,
});
