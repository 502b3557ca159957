// How an exchange of a request and a response ends. The engine decides in Rust what that means for the order.

/** The kinds, as `calls.rs` knows them. */
export const ANSWERED = 0;
export const TOO_LONG = 1;
export const TIMED_OUT = 2;
export const ABORTED = 3;
export const FAILED = 4;

const NOTHING = new Uint8Array();

/** An end without a whole response. `nothingSent` only if it is sure that no byte of the request left. */
export const withoutAnswer = (kind, nothingSent, { status = 0, error } = {}) => ({
	kind,
	nothingSent,
	status,
	retryAfterMs: -1,
	body: NOTHING,
	error,
});

/** A whole response. `header` reads one of its headers. */
export const answered = (status, body, header) => ({
	kind: ANSWERED,
	nothingSent: false,
	status,
	retryAfterMs: status >= 200 && status < 300 ? -1 : retryAfterMs(header),
	body,
	error: undefined,
});

/** `Retry-After` in seconds or as a date. A date is compared with the server's own clock, if the server sends it. */
function retryAfterMs(header) {
	const text = header("retry-after");
	if (typeof text !== "string") return -1;
	// Any number of digits: a wait that is too long for the deadline ends the call.
	if (/^\s*\d+\s*$/.test(text)) return Number(text) * 1000;
	const serverNow = Date.parse(header("date"));
	const ms = Date.parse(text) - (Number.isNaN(serverNow) ? Date.now() : serverNow);
	return Number.isNaN(ms) ? -1 : Math.max(ms, 0);
}
