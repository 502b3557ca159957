// Reads the steps of a call. `step_text` in calls.rs writes them.

// Codes that Rust and JavaScript share: the first character of a step. The last step has the character of a result.
export const STEP_SEND = "s";
export const STEP_WAIT = "w";
export const STEP_REPORT = "r";
export const STEP_ABORTED = "a";

const SEND = /^s(\d+)\n([^\n]+)\n([^\n]+)\n((?:[^\n]+\n)*[^\n]+)\n\n([^]*)$/;

/**
 * The request of a step that sends, and its time limit. `request_text` in calls.rs describes the format. The transport
 * reads the header lines.
 */
export function readSend(text) {
	const [, limit, method, url, headerLines, body] = SEND.exec(text);
	return { limitMs: Number(limit), request: { method, url, headerLines, body: body || undefined } };
}
