import { Webhook } from "svix";

const [body, signature, secret, timestamp] = process.argv.slice(2);
new Webhook(secret).verify(body, { "svix-id": "msg_1", "svix-timestamp": timestamp, "svix-signature": signature });
