// The sandbox as a function `fetch`, without a network. A fault has the same error as in Node's `fetch`.
import {
	CUT_IN_BODY,
	CUT_IN_HEADERS,
	LATE,
	LONGEST_BODY,
	LOST,
	MISSING_BYTES,
	PIECES,
	SHORT,
	SLOW,
	STALLED,
	STALLED_IN_BODY,
} from "./transmission.js";

/** Requests that wait. Without this set, a signal without other listeners can be collected. */
const waiting = new Set();

export function toFetch(sandbox, courier) {
	return async (request) => {
		request.signal?.throwIfAborted();
		const body = new Uint8Array(await request.arrayBuffer());
		if (body.length > LONGEST_BODY) return new Response(null, { status: 413 });
		const { origin, host, pathname, search } = new URL(request.url);
		const reply = sandbox.handle({
			method: request.method,
			target: pathname + search,
			authorization: request.headers.get("authorization") ?? undefined,
			host,
			namedHost: request.headers.get(sandbox.hostHeader) ?? undefined,
			origin,
			body,
		});
		courier.changed();
		return respond(reply, request);
	};
}

async function respond([status, headers, text, transmission, ms], request) {
	const bytes = new TextEncoder().encode(text);
	const half = bytes.subarray(0, Math.floor(bytes.length / 2));
	const withLength = (length) => [...headers, ["content-length", `${length}`]];
	const response = (body, sent = headers) => new Response(body, { status, headers: sent });
	const cut = (part, length) =>
		response(
			bodyOf(request, async function* () {
				yield part;
				throw broken("terminated");
			}),
			withLength(length),
		);
	switch (transmission) {
		case LOST:
		case CUT_IN_HEADERS:
			throw broken("fetch failed");
		case CUT_IN_BODY:
			return cut(half, Math.max(bytes.length, 1));
		case SHORT:
			return cut(bytes, bytes.length + MISSING_BYTES);
		case STALLED:
			return pause(request);
		case STALLED_IN_BODY:
			return response(
				bodyOf(request, async function* () {
					yield half;
					await pause(request);
				}),
				withLength(Math.max(bytes.length, 1)),
			);
		case LATE:
			await pause(request, ms);
			break;
		case SLOW:
			return response(
				bodyOf(request, async function* () {
					const size = Math.ceil(bytes.length / PIECES);
					for (let piece = 0; piece < PIECES; piece++) {
						await pause(request, ms / PIECES);
						yield bytes.subarray(piece * size, (piece + 1) * size);
					}
				}),
			);
	}
	return response(text === "" ? null : text);
}

/** An error as in Node's `fetch`: its cause has the code. */
function broken(message) {
	const cause = Object.assign(new Error("The sandbox broke the connection."), { code: "ECONNRESET" });
	return new TypeError(message, { cause });
}

/** A body from the parts that a generator makes. Each read takes one part. */
function bodyOf(request, generate) {
	const parts = generate();
	return new ReadableStream(
		{
			async pull(controller) {
				const { done, value } = await parts.next();
				if (done) controller.close();
				else controller.enqueue(value);
			},
			cancel() {
				waiting.delete(request);
			},
		},
		{ highWaterMark: 0 },
	);
}

/** Waits for `ms`, or without end. If the request is aborted, it rejects. */
function pause(request, ms) {
	const { signal } = request;
	return new Promise((resolve, reject) => {
		signal?.throwIfAborted();
		let timer;
		const end = (complete, value) => {
			clearTimeout(timer);
			signal?.removeEventListener("abort", abort);
			waiting.delete(request);
			complete(value);
		};
		const abort = () => end(reject, signal.reason);
		signal?.addEventListener("abort", abort);
		waiting.add(request);
		if (ms !== undefined) timer = setTimeout(() => end(resolve), ms);
	});
}
