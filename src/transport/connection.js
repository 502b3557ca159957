// What the error of a failed request says about the connection.

/** System calls of Node that come before a connection exists. */
const BEFORE_CONNECTION = ["connect", "getaddrinfo"];
/** Errors of Node's `fetch` and of TLS that come before the request is written. */
const BEFORE_REQUEST = [
	"UND_ERR_CONNECT_TIMEOUT",
	"CERT_HAS_EXPIRED",
	"CERT_NOT_YET_VALID",
	"DEPTH_ZERO_SELF_SIGNED_CERT",
	"ERR_TLS_CERT_ALTNAME_INVALID",
	"SELF_SIGNED_CERT_IN_CHAIN",
	"UNABLE_TO_GET_ISSUER_CERT",
	"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
	"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];
/** Deeper than errors are wrapped, and more than a host has addresses. */
const MOST_CAUSES = 4;
const MOST_ADDRESSES = 64;

/** A member of a thrown value, which may be anything. */
function member(value, name) {
	try {
		return Object(value) === value ? value[name] : undefined;
	} catch {
		return undefined;
	}
}

/** The original error of a failed `fetch`. Node rejects with "fetch failed" and keeps the original as its cause. */
export function rootCause(error) {
	let current = error;
	for (let depth = 0; depth < MOST_CAUSES; depth++) {
		const cause = member(current, "cause");
		if (member(current, "message") !== "fetch failed" || Object(cause) !== cause) break;
		current = cause;
	}
	return current;
}

/** The error's code, such as `ECONNREFUSED`, if it is a plain word. */
export function codeOf(error) {
	const code = member(error, "code");
	return typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "";
}

/** Whether the error proves that no byte of the request left. Browsers do not distinguish refused from reset. */
export function provesNothingSent(error) {
	const isEarly = (each) =>
		BEFORE_CONNECTION.includes(member(each, "syscall")) || BEFORE_REQUEST.includes(codeOf(each));
	if (isEarly(error)) return true;
	// One error for each address of the host (AggregateError): all of them must be early.
	const errors = member(error, "errors");
	const { length } = Array.isArray(errors) ? errors : [];
	return length > 0 && length <= MOST_ADDRESSES && errors.every(isEarly);
}
