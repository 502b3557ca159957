// The responses of the server. Each is made once.

export const EXTERNAL_ID = "a30288b2-5f0c-4c5b-9a25-0c8f7a1f5a11";
const HISTORY_START = Date.UTC(2025, 6, 28, 9, 29, 51);

const http = (body) =>
	Buffer.from(
		[
			"HTTP/1.1 200 OK",
			"content-type: application/json; charset=utf-8",
			`content-length: ${Buffer.byteLength(body)}`,
			"connection: keep-alive",
			"",
			body,
		].join("\r\n"),
	);

const CREATED = http(JSON.stringify({ externalId: EXTERNAL_ID, orderStatus: "Created" }));
const states = new Map();

/** A status as PayStar writes it, with this number of entries in its history. */
export function stateBody(entries) {
	const orderHistory = Array.from({ length: entries }, (_, index) => ({
		time: new Date(HISTORY_START + index * 1000).toISOString().replace("Z", "332"),
		action: index % 2 === 0 ? "1.1.2.00" : "4.1.4.63",
	}));
	// The client refuses a response about another order.
	return JSON.stringify({ externalId: `history-${entries}`, orderStatus: "Processing", orderHistory });
}

/** The response to a request line. The id in a status read is the length of its history: `history-100`. */
export function answerOf(requestLine) {
	if (requestLine.startsWith("POST ")) return CREATED;
	const entries = Number(/history-(\d{1,4})/.exec(requestLine)?.[1] ?? 1);
	if (!states.has(entries)) states.set(entries, http(stateBody(entries)));
	return states.get(entries);
}
