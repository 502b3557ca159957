// Turns the results of wasm into values and errors.
import { CONFIGURATION_ADVICE, INTERRUPTED_NOT_SENT_ADVICE, INTERRUPTED_UNKNOWN_ADVICE } from "./advice.js";
import { safeCause } from "./cause.js";
import { makeError, PayStarError } from "./errors.js";
import { InstanceLost } from "./instance.js";

// Codes that Rust and JavaScript share: the first character of a result.
export const VALUE = "+";
export const FAILURE = "-";

/** The value of a result. Throws the error if the result is a failure. */
export function valueOf(text) {
	if (text[0] === VALUE) return text.length === 1 ? undefined : JSON.parse(text.slice(1));
	throw makeError(JSON.parse(text.slice(text.indexOf("\n") + 1)));
}

/** A ConfigurationError. The message says what to correct. */
export function refusal(message, cause) {
	return makeError(
		{
			code: "configuration_invalid",
			message,
			outcome: "notSent",
			retryable: false,
			advice: CONFIGURATION_ADVICE,
		},
		cause,
	);
}

/** An InterruptedError, for an exception that is not an error of this package. */
export function interruption(error, outcome, externalTransactionId) {
	const cause = error instanceof InstanceLost ? error.cause : error;
	return makeError(
		{
			code: "interrupted",
			message: "An exception interrupted the call. The WebAssembly core starts again with the next call.",
			outcome,
			...(externalTransactionId === undefined ? {} : { externalTransactionId }),
			retryable: outcome === "notSent",
			advice: outcome === "notSent" ? INTERRUPTED_NOT_SENT_ADVICE : INTERRUPTED_UNKNOWN_ADVICE,
		},
		isEngines(cause) ? cause : safeCause(cause),
	);
}

/** Whether the JavaScript engine threw an exception. Then the stack may be full, so the exception is not examined. */
const isEngines = (cause) => cause instanceof RangeError || cause instanceof WebAssembly.RuntimeError;

/** The value of a function of wasm that returns a result at once. */
export const callNow = (instance, call) => valueOf(instance.enter(call));

/** Runs code of this package. Turns every exception into an error of this package. */
export function guarded(work) {
	try {
		return work();
	} catch (error) {
		throw error instanceof PayStarError ? error : interruption(error, "notSent");
	}
}
