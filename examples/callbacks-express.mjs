// Receives PayStar's callbacks with express.
//
//   PAYSTAR_PUBLIC_KEY=… PAYSTAR_PRIVATE_KEY=… PORT=3000 node callbacks-express.mjs
import express from "express";
import { PayStar } from "paystar";
import { createCallbackHandler, MemoryCallbackStore, toNodeHandler } from "paystar/server";

const paystar = new PayStar({
	payouts: { publicKey: process.env.PAYSTAR_PUBLIC_KEY, privateKey: process.env.PAYSTAR_PRIVATE_KEY },
	baseUrl: process.env.PAYSTAR_BASE_URL, // a sandbox; the default is PayStar
});

const handle = createCallbackHandler({
	paystar,
	store: new MemoryCallbackStore(), // in production, a store in your database: examples/callback-stores
	onCallback({ externalId, status, amount }, { previous }) {
		// Change your order here. This runs once for each new status or amount.
		console.log(`${externalId} ${status} ${amount}, before: ${previous?.status ?? "nothing"}`);
	},
	onRejected(error, diagnosis) {
		console.warn(`refused: ${error.code}. ${diagnosis?.explanation ?? error.message}`);
	},
});

const app = express();
// Before express.json(): a JSON parser can lose digits of the amount, and then the signature is wrong.
app.post("/paystar/callback", toNodeHandler(handle));

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
	console.log(`listens on http://127.0.0.1:${server.address().port}/paystar/callback`);
});
