// What wasm gives back: a value, or the error to throw.
import { safeCause } from "./cause.js";
import { makeError, PayStarError } from "./errors.js";
import { Lost } from "./instance.js";

/** The value of a text that wasm gave, or the error that it says. */
export function valueOf(text) {
	if (text[0] === "+") return text.length === 1 ? undefined : JSON.parse(text.slice(1));
	throw makeError(JSON.parse(text.slice(text.indexOf("\n") + 1)));
}

/** A ConfigurationError. */
export function refusal(message, advice, cause) {
	return makeError({ code: "configuration_invalid", message, outcome: "notSent", retryable: false, advice }, cause);
}

/** What went through wasm, or was thrown where nothing should be, as an error. */
export function interruption(error, outcome, externalTransactionId) {
	const cause = error instanceof Lost ? error.cause : error;
	return makeError(
		{
			code: "interrupted",
			message: "The call was interrupted by an exception. The WebAssembly core starts again with the next call.",
			outcome,
			...(externalTransactionId === undefined ? {} : { externalTransactionId }),
			retryable: outcome === "notSent",
			advice:
				outcome === "notSent"
					? "Nothing was sent. Look at the cause, then make the call again."
					: "An order may exist. Read its status by externalTransactionId before you do anything else.",
		},
		isEngines(cause) ? cause : safeCause(cause),
	);
}

/** Whether an exception is the engine's own. There may be no room on the stack to look at it more closely. */
const isEngines = (cause) => cause instanceof RangeError || cause instanceof WebAssembly.RuntimeError;

/** The value that a call of wasm gives at once. */
export const callNow = (at, call) => valueOf(at.enter(call));

/** Runs code of this package that ends at once. Whatever it throws becomes an error of this package. */
export function guarded(work) {
	try {
		return work();
	} catch (error) {
		throw error instanceof PayStarError ? error : interruption(error, "notSent");
	}
}
