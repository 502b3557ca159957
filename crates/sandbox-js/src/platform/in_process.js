// The sandbox behind `fetch`, without a network: its faults look as those of Node's `fetch` do.
import { HOST_HEADER, LONGEST_BODY, MISSING_BYTES, PIECES } from "./serve.js";

/** What nobody answers any more. Held here, since a signal that only the sandbox listens to may be collected. */
const waiting = new Set();

export function toFetch(handle, courier) {
	return async (request) => {
		request.signal?.throwIfAborted();
		const body = new Uint8Array(await request.arrayBuffer());
		if (body.length > LONGEST_BODY) return new Response(null, { status: 413 });
		const { origin, host, pathname, search } = new URL(request.url);
		const reply = handle({
			method: request.method,
			target: pathname + search,
			authorization: request.headers.get("authorization") ?? undefined,
			host,
			namedHost: request.headers.get(HOST_HEADER) ?? undefined,
			origin,
			body,
		});
		courier.changed();
		return respond(reply, request);
	};
}

async function respond([status, headers, text, sending, ms], request) {
	const bytes = new TextEncoder().encode(text);
	const half = bytes.subarray(0, Math.floor(bytes.length / 2));
	const promising = (length) => [...headers, ["content-length", `${length}`]];
	const answer = (body, sent = headers) => new Response(body, { status, headers: sent });
	const cut = (part, length) =>
		answer(
			bodyOf(request, async function* () {
				yield part;
				throw broken("terminated");
			}),
			promising(length),
		);
	switch (sending) {
		case "lost":
		case "cutInHeaders":
			throw broken("fetch failed");
		case "cutInBody":
			return cut(half, Math.max(bytes.length, 1));
		case "short":
			return cut(bytes, bytes.length + MISSING_BYTES);
		case "stalled":
			return pause(request);
		case "stalledInBody":
			return answer(
				bodyOf(request, async function* () {
					yield half;
					await pause(request);
				}),
				promising(Math.max(bytes.length, 1)),
			);
		case "late":
			await pause(request, ms);
			break;
		case "slow":
			return answer(
				bodyOf(request, async function* () {
					const size = Math.ceil(bytes.length / PIECES);
					for (let piece = 0; piece < PIECES; piece++) {
						await pause(request, ms / PIECES);
						yield bytes.subarray(piece * size, (piece + 1) * size);
					}
				}),
			);
	}
	return answer(text === "" ? null : text);
}

/** As Node's `fetch` says it: what broke is the cause. */
function broken(message) {
	const cause = Object.assign(new Error("The sandbox broke the connection."), { code: "ECONNRESET" });
	return new TypeError(message, { cause });
}

/** A body of the parts that are generated, one a read. */
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

/** Waits for `ms`, or for ever, but no longer than until the request is aborted: that rejects. */
function pause(request, ms) {
	const { signal } = request;
	return new Promise((resolve, reject) => {
		signal?.throwIfAborted();
		let timer;
		const end = (settle, value) => {
			clearTimeout(timer);
			signal?.removeEventListener("abort", abort);
			waiting.delete(request);
			settle(value);
		};
		const abort = () => end(reject, signal.reason);
		signal?.addEventListener("abort", abort);
		waiting.add(request);
		if (ms !== undefined) timer = setTimeout(() => end(resolve), ms);
	});
}
