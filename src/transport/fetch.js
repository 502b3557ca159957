// Sends requests with `fetch`: the platform's own, or a function of the caller.
import { ABORTED, ANSWERED, answered, FAILED, TIMED_OUT, TOO_LONG, withoutAnswer } from "./ending.js";
import { provesNothingSent, rootCause } from "./connection.js";
import { bytesOf } from "./bytes.js";
import { NOT_STOPPED, now } from "./wait.js";

const NEEDED = ["fetch", "Headers", "Request", "AbortController"];

/** The global that this platform does not have, or `undefined`. A caller's own `fetch` still needs a `Request`. */
const missingGlobal = (hasOwnFetch) =>
	NEEDED.slice(hasOwnFetch ? 1 : 0).find((name) => typeof globalThis[name] !== "function");

/** What a request throws without them. */
export class MissingGlobal {
	constructor(name) {
		this.message = `This platform has no ${name}, which requests need.`;
	}
}

export class FetchTransport {
	#fetch;

	/** `fetch` is the caller's function. Default: the global one at the time of each request. */
	constructor(fetch) {
		this.#fetch = fetch;
	}

	/** Sends a request and reads its whole response. The format of `message` is described in node.js. */
	async exchange(message, limitMs, stop, instance) {
		if (stop.reason !== NOT_STOPPED) return withoutAnswer(ABORTED, true);
		const missing = missingGlobal(this.#fetch !== undefined);
		if (missing !== undefined) throw new MissingGlobal(missing);
		const controller = new AbortController();
		const deadline = now() + limitMs;
		let timer;
		// A caller's function may ignore its signal, so the end does not wait for it.
		const endsEarly = new Promise((resolve) => {
			const end = (kind) => resolve(withoutAnswer(kind, false));
			timer = setTimeout(end, limitMs, TIMED_OUT);
			stop.listener = () => end(ABORTED);
		});
		try {
			const attempt = this.#attempt(message, controller.signal, instance, deadline);
			const ending = await Promise.race([attempt, endsEarly]);
			if (ending.kind !== ANSWERED) controller.abort();
			return ending;
		} finally {
			clearTimeout(timer);
			stop.listener = undefined;
		}
	}

	async #attempt(message, signal, instance, deadline) {
		const given = this.#fetch;
		let isCalled = false;
		let provesNothing = false;
		let response;
		try {
			const fetch = given ?? globalThis.fetch;
			const bodyAt = message.indexOf("\n\n");
			const [method, url, ...lines] = message.slice(0, bodyAt).split("\n");
			const headers = instance.enter((wasm) => wasm.makeHeaders(new TextEncoder().encode(lines.join("\n"))));
			const body = method === "GET" ? undefined : message.slice(bodyAt + 2);
			// A redirect would carry the card data to another place.
			const init = { method, headers, body, redirect: "manual", signal };
			const request = given && new Request(url, init);
			// A function that somebody else wrote may have tried before it failed, so its error proves nothing.
			provesNothing = given !== undefined || !isPlatformsOwn(fetch);
			isCalled = true;
			response = await (given ? given(request) : fetch(url, init));
		} catch (error) {
			const root = given ? error : rootCause(error);
			const nothingSent = !isCalled || (!provesNothing && provesNothingSent(root));
			return withoutAnswer(FAILED, nothingSent, { error: root });
		}
		try {
			const { status } = response;
			if (!(status >= 0 && status < 1000)) throw new TypeError("fetch must resolve to a Response.");
			const body = await readBody(response, instance, deadline);
			if (body === LATE) return withoutAnswer(TIMED_OUT, false);
			if (body === undefined) return withoutAnswer(TOO_LONG, false, { status });
			return answered(status, body, (name) => headerOf(response, name));
		} catch (error) {
			return withoutAnswer(FAILED, false, { error });
		}
	}
}

/**
 * Whether a function is the `fetch` of this platform, and sends each request once. Whoever wraps it writes other code.
 * In Node, undici's global dispatcher is below it, and may be one that repeats requests.
 */
function isPlatformsOwn(fetch) {
	try {
		const code = Function.prototype.toString.call(fetch);
		const isNative = /^function fetch\(\) \{\s*\[native code\]\s*\}$/.test(code);
		const isNodes = /^function fetch\(input, init = undefined\) \{.*require\('internal\/deps\/undici\/undici'\)/s.test(
			code,
		);
		return isNative || (isNodes && ["1", "2"].every((version) => isPlainDispatcher(version)));
	} catch {
		return false;
	}
}

function isPlainDispatcher(version) {
	const dispatcher = globalThis[Symbol.for(`undici.globalDispatcher.${version}`)];
	return (
		dispatcher === undefined ||
		(dispatcher.constructor.name === "Agent" &&
			!Object.hasOwn(dispatcher, "dispatch") &&
			!globalThis.process.getBuiltinModule("node:util").types.isProxy(dispatcher))
	);
}

function headerOf(response, name) {
	try {
		return response.headers.get(name);
	} catch {
		return undefined;
	}
}

const LATE = Symbol("late");

/** The bytes of a response, `undefined` if it is too long, or `LATE`. It may be the response of another library. */
async function readBody(response, instance, deadline) {
	const { read, cancel } = pieceReader(response);
	const pieces = new Pieces();
	const body = instance.enter((wasm) => wasm.readBody(pieces));
	const served = serve(pieces, read, instance, deadline).then((isLate) => (isLate ? LATE : body));
	let result;
	try {
		result = await Promise.race([body, served]);
		return result;
	} finally {
		if (result === undefined || result === LATE) cancel();
	}
}

/** How to read the next piece of a body (`undefined` after the last one), and how to let go of the rest. */
function pieceReader(response) {
	const { body } = response;
	if (body === null) return { read: () => undefined, cancel() {} };
	if (typeof body?.getReader === "function") {
		const reader = body.getReader();
		const read = async () => {
			const { done, value } = await reader.read();
			return done ? undefined : bytesOf(value);
		};
		// Nobody waits for it, so its failure must not count as unhandled.
		const cancel = async () => {
			try {
				await reader.cancel();
			} catch {
				// The connection ends with its signal.
			}
		};
		return { read, cancel };
	}
	let isRead = false;
	const read = async () => {
		if (isRead) return undefined;
		isRead = true;
		return bytesOf(await response.arrayBuffer());
	};
	return { read, cancel() {} };
}

/** The pieces of a body, as wasm asks for them: one at a time. */
class Pieces {
	#onAsked;
	asked = this.#next();

	#next() {
		return new Promise((resolve) => (this.#onAsked = resolve));
	}

	/** wasm calls this. It returns a thenable and not a promise, so that `serve` learns when wasm listens. */
	next() {
		return {
			then: (resolve, reject) => {
				const asked = this.#onAsked;
				this.asked = this.#next();
				asked({ resolve, reject });
			},
		};
	}
}

/**
 * Reads each piece when wasm asks. It calls code of the caller, so it runs in the caller's context and not on the stack
 * of wasm. If every piece is there at once, no timer can run, so the clock is read for each piece.
 */
async function serve(pieces, read, instance, deadline) {
	for (;;) {
		const { resolve, reject } = await pieces.asked;
		if (now() >= deadline) return true;
		let piece;
		try {
			piece = await read();
		} catch (error) {
			instance.attempt(() => reject(error));
			return false;
		}
		instance.attempt(() => resolve(piece));
		if (piece === undefined) return false;
	}
}
