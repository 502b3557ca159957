// Whom a handler tells that it does not pass a message on.
import { statusOf } from "./handler_error.js";

/** A message that is not passed on: the error that says why, and the diagnosis of its signature if there is one. */
export class Rejection {
	constructor(error, status = statusOf(error), diagnosis) {
		Object.assign(this, { error, status, diagnosis });
	}
}

export const rejectionOf = (thrown) => (thrown instanceof Rejection ? thrown : new Rejection(thrown));

/** Tells the merchant about rejections. A fault of this server is logged if nobody listens, and a parsed body always. */
export const makeReporter =
	(title, onRejected) =>
	async ({ status, error, diagnosis }, url) => {
		if (error?.code === "body_already_parsed" || (!onRejected && status >= 500)) {
			console.error(`paystar: ${title} answered ${status}.`, error);
		}
		try {
			await onRejected?.(error, diagnosis, { status, url });
		} catch (thrown) {
			console.error("paystar: onRejected failed.", thrown);
		}
	};
