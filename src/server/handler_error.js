// The errors of the handlers. Errors of the client and of your own code reach `onRejected` unchanged.
import { CONFIGURATION_ADVICE } from "../../crates/boundary/src/advice.js";
import { makeError } from "../../crates/boundary/src/errors.js";

/** A request that a handler did not pass on. `code` is a stable word. */
export class HandlerError extends Error {
	constructor(code, message, options) {
		super(message, options);
		this.code = code;
	}
}
// Minifiers rename classes, so the names come from literals.
Object.defineProperty(HandlerError, "name", { value: "HandlerError", configurable: true });
Object.defineProperty(HandlerError.prototype, "name", { value: "HandlerError", configurable: true, writable: true });

/** A ConfigurationError. The message names the option and says what to correct. */
export const refusal = (message) =>
	makeError({
		code: "configuration_invalid",
		message,
		outcome: "notSent",
		retryable: false,
		advice: CONFIGURATION_ADVICE,
	});

/** A SignatureError for a body that is longer than the limit. */
export const tooLarge = (maxBodyBytes) =>
	makeError({
		code: "body_too_large",
		message: `The body has more than ${maxBodyBytes} bytes.`,
		retryable: false,
		advice: "Do not trust this request. A callback of PayStar is much shorter.",
	});
