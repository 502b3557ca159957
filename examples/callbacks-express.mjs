// Receives PayStar's callbacks with express.
//
//   PAYSTAR_PUBLIC_KEY=… PAYSTAR_PRIVATE_KEY=… PORT=3000 node callbacks-express.mjs
import express from "express";
import { nextStatus, PayStar, SignatureError } from "paystar";

const keys = { publicKey: process.env.PAYSTAR_PUBLIC_KEY, privateKey: process.env.PAYSTAR_PRIVATE_KEY };
const paystar = new PayStar({ payouts: keys });
const orders = new Map(); // your database: the last status of each order, by externalId

const app = express();

// Verify the raw body. A JSON parser can lose digits of the amount, and then the signature is wrong.
app.post("/paystar/callback", express.raw({ type: () => true, limit: "64kb" }), (request, response) => {
	let callback;
	try {
		callback = paystar.callbacks.verify(request.body, request.get("signature"));
	} catch (error) {
		if (!(error instanceof SignatureError)) throw error;
		const { explanation } = paystar.callbacks.diagnose(request.body, request.get("signature"));
		console.warn(`refused: ${error.code}. ${explanation}`);
		response.sendStatus(401);
		return;
	}
	// A callback can come twice, or after a newer callback. So only a new status is stored.
	const decision = nextStatus(orders.get(callback.externalId), callback);
	if (decision === "applied") orders.set(callback.externalId, { status: callback.status, amount: callback.amount });
	console.log(`${callback.externalId} ${callback.status} ${callback.amount}: ${decision}`);
	response.sendStatus(200);
});

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
	console.log(`listens on http://127.0.0.1:${server.address().port}/paystar/callback`);
});
