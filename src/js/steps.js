// Reads the steps of a call. `step_text` in calls.rs writes them.

// Codes that Rust and JavaScript share: the first character of a step. The last step has the character of a result.
export const STEP_SEND = "s";
export const STEP_WAIT = "w";
export const STEP_REPORT = "r";
export const STEP_ABORTED = "a";

/**
 * The request of a step that sends, and its time limit. `request_text` in calls.rs describes the format. The transport
 * reads the header lines.
 */
export function readSend(text) {
	// Not a regular expression: `RegExp.input` would keep the request, with its token and card data.
	const limitEnd = text.indexOf("\n");
	const methodEnd = text.indexOf("\n", limitEnd + 1);
	const urlEnd = text.indexOf("\n", methodEnd + 1);
	const headersEnd = text.indexOf("\n\n", urlEnd);
	const request = {
		method: text.slice(limitEnd + 1, methodEnd),
		url: text.slice(methodEnd + 1, urlEnd),
		headerLines: text.slice(urlEnd + 1, headersEnd),
		body: text.slice(headersEnd + 2) || undefined,
	};
	return { limitMs: Number(text.slice(STEP_SEND.length, limitEnd)), request };
}
