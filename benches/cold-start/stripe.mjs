import Stripe from "stripe";

const [body, signature, secret] = process.argv.slice(2);
new Stripe("sk_test_benches").webhooks.constructEvent(body, signature, secret);
