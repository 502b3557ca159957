// The advice of the errors that JavaScript makes. `explain` has the same texts in Rust, and a test compares them.

export const VALIDATION_ADVICE =
	"Correct the fields that issues names. If it was a request, send it again with the same externalTransactionId.";
export const CONFIGURATION_ADVICE = "Correct the options or the arguments that the message names. Nothing was sent.";
export const INTERRUPTED_NOT_SENT_ADVICE = "Nothing was sent. Look at the cause, then make the call again.";
export const INTERRUPTED_UNKNOWN_ADVICE =
	"An order may exist. Read its status by externalTransactionId before you do anything else.";
