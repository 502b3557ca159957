// Alerts: verified and once.
import { bytesOf } from "./body.js";
import { aFunction, objectWith, readOptions, SIGNED_RULES } from "./options.js";
import { makeSignedHandler } from "./signed_handler.js";
import { inTransaction } from "./store.js";

const RULES = {
	paystar: objectWith("a client", ["alerts.verify"]),
	onAlert: aFunction,
	...SIGNED_RULES,
};

/** The id of an alert in the store. Alerts have no id, so it is a hash of what PayStar signed. */
async function idOf({ createdAt, message }) {
	const hash = await crypto.subtle.digest("SHA-256", bytesOf(JSON.stringify([createdAt, message])));
	return `alert:${btoa(String.fromCharCode(...new Uint8Array(hash)))}`;
}

export function createAlertHandler(options) {
	const checked = readOptions("createAlertHandler", options, RULES);
	const { paystar, store, onAlert } = checked;
	const verify = (...given) => paystar.alerts.verify(...given);
	const settle = async (alert, url) =>
		inTransaction(store, await idOf(alert), async ({ record, save, transaction }) => {
			if (record) return "duplicate";
			await onAlert(alert, { transaction, url });
			await save({ handled: true });
			return "applied";
		});
	return makeSignedHandler({ verify, settle }, checked);
}
