// What the transports of Node share: limits, and the body of a response.

/** Connections to a host. If all of them are busy, a request waits within its time limit. */
export const MOST_SOCKETS = 256;
/** Longer than any response of PayStar: a status with thousands of history entries is shorter. */
export const LONGEST_RESPONSE = 4 * 1024 * 1024;
/** `fetch` adds such headers itself. */
export const OWN_HEADERS = { "user-agent": `paystar/${PAYSTAR_VERSION}`, "accept-encoding": "identity" };

/** A body from its parts. */
export function join(parts, length) {
	if (parts.length === 1) return parts[0];
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
