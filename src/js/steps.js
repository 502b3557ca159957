// Reads the steps of a call. `step_text` in calls.rs writes them.

// Codes that Rust and JavaScript share: the first character of a step. The last step has the character of a result.
export const STEP_SEND = "s";
export const STEP_WAIT = "w";
export const STEP_REPORT = "r";
export const STEP_ABORTED = "a";
export const STEP_STATE = "h";
export const STEP_ORDER = "o";

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

/** A new order. `order_text` in calls.rs describes the format. */
export function readOrder(text) {
	const idEnd = text.indexOf("\n");
	const statusEnd = text.indexOf("\n", idEnd + 1);
	return {
		externalId: text.slice(STEP_ORDER.length, idEnd),
		externalTransactionId: text.slice(statusEnd + 1),
		orderStatus: text.slice(idEnd + 1, statusEnd),
		resolvedBy: "answer",
		extra: {},
	};
}

/** Most statuses that a program reads have the same meanings as the status before. */
const MOST_KEPT = 4096;
let keptText;
let keptMeanings;

/** The caller never gets these objects, so nothing changes them. */
function readMeanings(text) {
	if (text !== keptText) {
		const meanings = JSON.parse(text);
		if (text.length > MOST_KEPT) return meanings;
		keptMeanings = meanings;
		keptText = text;
	}
	return keptMeanings;
}

/**
 * The state of an order, from `start` on. `state_text` in calls.rs describes the format. Each step of the history gets its
 * own copy of the meaning, because the caller may change it.
 */
export function readState(text, start) {
	const meaningsEnd = text.indexOf("\n", start);
	const stepsEnd = text.indexOf("\n", meaningsEnd + 1);
	const meanings = readMeanings(text.slice(start, meaningsEnd));
	const steps = JSON.parse(text.slice(meaningsEnd + 1, stepsEnd));
	const state = JSON.parse(text.slice(stepsEnd + 1));
	const history = state.orderHistory;
	for (let index = 0; index < steps.length; index += 2) {
		const meaning = meanings[steps[index + 1]];
		const decoded = { ...meaning, v2: meaning.v2.slice() };
		history.push({ time: steps[index], action: meaning.action, decoded });
	}
	return state;
}
