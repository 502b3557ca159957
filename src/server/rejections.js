// What a handler answers if it does not pass a message on, and whom it tells.
import { HandlerError } from "./handler_error.js";

const STATUS_BY_CODE = {
	signature_missing: 401,
	signature_malformed: 401,
	signature_mismatch: 401,
	own_id_mismatch: 401,
	body_invalid: 400,
	body_duplicate_key: 400,
	body_ambiguous_value: 400,
	client_gone: 400,
	method_not_allowed: 405,
	body_too_slow: 408,
	body_too_large: 413,
	not_confirmed: 503,
	confirmation_failed: 503,
};

/** A message that is not passed on, with the error that says why, and the diagnosis of its signature if there is one. */
export class Rejection extends Error {
	constructor(error, diagnosis, isOurs = error instanceof HandlerError || error?.name === "SignatureError") {
		super("rejected");
		this.error = error;
		this.diagnosis = diagnosis;
		// Any other error is a fault of this server: a missing key, the store, or the code of the merchant.
		this.status = (isOurs && STATUS_BY_CODE[error?.code]) || 500;
	}
}

/** Tells the merchant about rejections. A fault of this server is logged if nobody listens. */
export class Reporter {
	#onRejected;
	#title;
	#hasLoggedParsed = false;

	constructor(title, onRejected) {
		this.#title = title;
		this.#onRejected = onRejected;
	}

	async report({ status, error, diagnosis }, url) {
		if (error?.code === "body_already_parsed" && !this.#hasLoggedParsed) {
			this.#hasLoggedParsed = true;
			console.error(`paystar: ${error.message}`);
		}
		if (this.#onRejected === undefined) {
			if (status === 500 && error?.code !== "body_already_parsed") {
				console.error(`paystar: ${this.#title} answered 500, so the message is not handled.`, error);
			}
			return;
		}
		try {
			await this.#onRejected(error, diagnosis, { status, url });
		} catch (thrown) {
			console.error(`paystar: onRejected of ${this.#title} failed.`, thrown);
		}
	}
}
