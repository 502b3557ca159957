// Finds out from the error of a failed request whether the request can have been sent.

/** Node makes these system calls before a connection exists. */
const BEFORE_CONNECTION = ["connect", "getaddrinfo"];
/** Node's `fetch` and TLS fail with these codes before they write the request. */
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
/** No library wraps an error more often. */
const MOST_CAUSES = 4;
/** No host has more addresses. */
const MOST_ADDRESSES = 64;

/** A member of an exception. An exception can be any value, and its getters can throw. */
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

/** The code of an error, such as `ECONNREFUSED`. Empty if it is not a plain word. */
export function codeOf(error) {
	const code = member(error, "code");
	return typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "";
}

/**
 * Whether an error proves that no byte of the request was sent. Errors of browsers prove nothing: a refused connection
 * and a broken connection look the same there.
 */
export function provesNothingSent(error) {
	const isEarly = (each) =>
		BEFORE_CONNECTION.includes(member(each, "syscall")) || BEFORE_REQUEST.includes(codeOf(each));
	if (isEarly(error)) return true;
	// An AggregateError has an error for each address of the host. All of them must be early.
	const errors = member(error, "errors");
	const { length } = Array.isArray(errors) ? errors : [];
	return length > 0 && length <= MOST_ADDRESSES && errors.every(isEarly);
}
