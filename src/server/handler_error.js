// The errors of the handlers. `onRejected` gets all other errors unchanged.
import { CONFIGURATION_ADVICE } from "../../crates/boundary/src/advice.js";
import { makeError } from "../../crates/boundary/src/errors.js";

/** The reason why a handler refused a request. `code` is a stable word. */
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
/** A ConfigurationError. The message names the option and says what to correct. */
export const refusal = (message) =>
	makeError({
		code: "configuration_invalid",
		message,
		outcome: "notSent",
		retryable: false,
		advice: CONFIGURATION_ADVICE,
	});

export const tooLarge = (most) => new HandlerError("body_too_large", `The body has more than ${most} bytes.`, 413);

/** The HTTP status for an error of this package. Any other error is a fault of this server: the store, or a missing key. */
export function statusOf(error) {
	if (error instanceof HandlerError) return error.status;
	if (error?.name !== "SignatureError") return 500;
	return error.code.startsWith("body") ? 400 : 401;
}
