// The errors of the handlers. Errors of the client and of your own code reach `onRejected` unchanged.
import { CONFIGURATION_ADVICE } from "../../crates/boundary/src/advice.js";
import { makeError } from "../../crates/boundary/src/errors.js";

/** A request that a handler did not pass on. `code` is a stable word. */
export class HandlerError extends Error {
	// Minifiers rename classes.
	static name = "HandlerError";
	static {
		this.prototype.name = this.name;
	}

	constructor(code, message, status = 500, options) {
		super(message, options);
		this.code = code;
		this.status = status;
	}
}
const make = (code, message, advice, more) => makeError({ code, message, retryable: false, advice, ...more });

/** A ConfigurationError. The message names the option and says what to correct. */
export const refusal = (message) =>
	make("configuration_invalid", message, CONFIGURATION_ADVICE, { outcome: "notSent" });

/** A SignatureError for a body that is longer than the limit. */
export const tooLarge = (maxBodyBytes) =>
	make("body_too_large", `The body has more than ${maxBodyBytes} bytes.`, "Do not trust this request.");

/** The HTTP status for an error of this package. Any other error is a fault of this server: the store, or a missing key. */
export function statusOf(error) {
	if (error instanceof HandlerError) return error.status;
	if (error?.name !== "SignatureError") return 500;
	if (error.code.startsWith("body")) return error.code === "body_too_large" ? 413 : 400;
	return 401;
}
