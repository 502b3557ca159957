// Reports the messages that a handler refuses.
import { statusOf } from "./handler_error.js";

/** A refused message: the error with the reason, the status of the response, and sometimes a diagnosis of the signature. */
export class Rejection {
	constructor(error, status = statusOf(error), diagnosis) {
		Object.assign(this, { error, status, diagnosis });
	}
}

export const rejectionOf = (thrown) => (thrown instanceof Rejection ? thrown : new Rejection(thrown));

/** Tells the merchant about rejections. A fault of this server is logged if nobody listens, and a parsed body always. */
export const makeReporter =
	(onRejected) =>
	async ({ status, error, diagnosis }, url) => {
		const isParsed = error?.code === "body_already_parsed";
		if (isParsed || (!onRejected && status >= 500)) {
			console.error(`paystar: ${status}:`, isParsed ? error.message : error);
		}
		try {
			await onRejected?.(error, diagnosis, { status, url });
		} catch (thrown) {
			console.error("paystar: onRejected failed.", thrown);
		}
	};
