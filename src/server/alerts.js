// Alerts: verified and once.
import { limitsOf, storeOption } from "./callbacks.js";
import { checkNames, functionOption, objectOption } from "./options.js";
import { makeSignedHandler } from "./signed_handler.js";
import { inTransaction } from "./store.js";

const MAKER = "createAlertHandler";
const CLIENT_HINT = "Pass a client: new PayStar({ alerts: { privateKey }, … }).";
const NAMES = ["paystar", "store", "onAlert", "onRejected", "queue", "maxBodyBytes", "bodyTimeoutMs"];

/** The id of an alert in the store. Alerts have no id, so it is a hash of what PayStar signed. */
async function idOf({ createdAt, message }) {
	const signed = new TextEncoder().encode(JSON.stringify([createdAt, message]));
	const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", signed));
	return `alert:${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export function createAlertHandler(options) {
	checkNames(MAKER, options, NAMES);
	const { alerts } = objectOption(MAKER, options, "paystar", ["alerts.verify"], CLIENT_HINT);
	const store = storeOption(MAKER, options);
	const onAlert = functionOption(MAKER, options, "onAlert", true);
	const limits = limitsOf(MAKER, options);
	const { maxBodyBytes } = limits;

	const settle = async (alert, url) =>
		inTransaction(store, await idOf(alert), async ({ record, save, transaction }) => {
			if (record !== undefined) return "duplicate";
			await onAlert(alert, { transaction, url });
			await save({ handled: true });
			return "applied";
		});

	return makeSignedHandler({
		title: MAKER,
		verify: (bytes, signature) => alerts.verify(bytes, signature, { maxBodyBytes }),
		settle,
		queue: functionOption(MAKER, options, "queue", false),
		onRejected: functionOption(MAKER, options, "onRejected", false),
		limits,
	});
}
