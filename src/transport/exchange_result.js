// The result of an exchange of a request and a response. The engine decides what the result means for the order.

// Codes that Rust and JavaScript share: how an exchange ended.
export const RESPONSE = 0;
export const TOO_LONG = 1;
export const TIMED_OUT = 2;
export const ABORTED = 3;
export const FAILED = 4;

// Codes that Rust and JavaScript share: whether a request can have been sent.
export const NOTHING_SENT = 0;
export const MAY_HAVE_BEEN_SENT = 1;

const NO_BODY = new Uint8Array();

/** A result without a whole response. Use `NOTHING_SENT` only if it is certain that no byte of the request was sent. */
export const withoutResponse = (kind, departure, { status = 0, error } = {}) => ({
	kind,
	departure,
	status,
	retryAfterMs: -1,
	body: NO_BODY,
	error,
});

/** A result with a whole response. `header` reads a header of the response. */
export const withResponse = (status, body, header) => ({
	kind: RESPONSE,
	departure: MAY_HAVE_BEEN_SENT,
	status,
	retryAfterMs: status >= 200 && status < 300 ? -1 : retryAfterMs(header),
	body,
	error: undefined,
});

/** `Retry-After` in seconds or as a date. A date is compared with the clock of the server, if the server sends it. */
function retryAfterMs(header) {
	const text = header("retry-after");
	if (typeof text !== "string") return -1;
	// The number can have many digits: a wait beyond the deadline ends the call. `fetch` joins headers of the same name.
	if (/^\s*\d+\s*(,|$)/.test(text)) return Number.parseFloat(text) * 1000;
	const serverNow = Date.parse(header("date"));
	const ms = Date.parse(text) - (Number.isNaN(serverNow) ? Date.now() : serverNow);
	return Number.isNaN(ms) ? -1 : Math.max(ms, 0);
}
