// Sends requests with the `fetch` of the platform, or with a function of the caller.
import {
	ABORTED,
	FAILED,
	MAY_HAVE_BEEN_SENT,
	NOTHING_SENT,
	RESPONSE,
	TIMED_OUT,
	TOO_LONG,
	withoutResponse,
	withResponse,
} from "./exchange_result.js";
import { provesNothingSent, rootCause } from "./connection.js";
import { isPlatformsFetch } from "./platform_fetch.js";
import { bytesOf } from "./bytes.js";
import { NOT_STOPPED, now } from "./wait.js";

const NEEDED = ["fetch", "Headers", "Request", "AbortController"];

/** The name of a global that this platform does not have. The caller's function does not need the global `fetch`. */
const missingGlobal = (hasOwnFetch) =>
	NEEDED.slice(hasOwnFetch ? 1 : 0).find((name) => typeof globalThis[name] !== "function");

/** The platform does not have a global that requests need. */
export class MissingGlobal {
	constructor(name) {
		this.message = `This platform has no ${name}. Add it to the platform, or use the transport "node".`;
	}
}

export class FetchTransport {
	#fetch;

	/** `fetch` is the function of the caller. The default is the global `fetch` at the time of each request. */
	constructor(fetch) {
		this.#fetch = fetch;
	}

	/**
	 * Sends a request (`method`, `url`, `headerLines`, `body`) and reads its whole response. `headerLines` is a text with a
	 * line for each name and each value.
	 */
	async exchange(message, limitMs, stop, instance) {
		if (stop.reason !== NOT_STOPPED) return withoutResponse(ABORTED, NOTHING_SENT);
		const missing = missingGlobal(this.#fetch !== undefined);
		if (missing !== undefined) throw new MissingGlobal(missing);
		const controller = new AbortController();
		const deadline = now() + limitMs;
		let timer;
		// The caller's function can ignore its signal, so the end does not wait for it.
		const endsEarly = new Promise((resolve) => {
			const end = (kind) => resolve(withoutResponse(kind, MAY_HAVE_BEEN_SENT));
			timer = setTimeout(end, limitMs, TIMED_OUT);
			stop.listener = () => end(ABORTED);
		});
		try {
			const attempt = this.#attempt(message, controller.signal, instance, deadline);
			const result = await Promise.race([attempt, endsEarly]);
			if (result.kind !== RESPONSE) controller.abort();
			return result;
		} finally {
			clearTimeout(timer);
			stop.listener = undefined;
		}
	}

	async #attempt({ method, url, headerLines, body }, signal, instance, deadline) {
		const given = this.#fetch;
		let departure = NOTHING_SENT;
		let isOwnFetch = false;
		let response;
		try {
			const fetch = given ?? globalThis.fetch;
			const headers = instance.enter((wasm) => wasm.makeHeaders(new TextEncoder().encode(headerLines)));
			// A redirect would send the card data to another server.
			const init = { method, headers, body, redirect: "manual", signal };
			const request = given && new Request(url, init);
			// Another function can repeat a request before it fails, so its error proves nothing.
			isOwnFetch = given === undefined && isPlatformsOwn(fetch);
			departure = MAY_HAVE_BEEN_SENT;
			response = await (given ? given(request) : fetch(url, init));
		} catch (error) {
			const root = given ? error : rootCause(error);
			if (isOwnFetch && provesNothingSent(root)) departure = NOTHING_SENT;
			return withoutResponse(FAILED, departure, { error: root });
		}
		try {
			const { status } = response;
			if (!(status >= 0 && status < 1000)) throw new TypeError("fetch must resolve to a Response.");
			const bytes = await readBody(response, instance, deadline);
			if (bytes === LATE) return withoutResponse(TIMED_OUT, departure);
			if (bytes === undefined) return withoutResponse(TOO_LONG, departure, { status });
			return withResponse(status, bytes, (name) => headerOf(response, name));
		} catch (error) {
			return withoutResponse(FAILED, departure, { error });
		}
	}
}

/** Whether the platform's own `fetch` sends each request once. In Node, a custom dispatcher can repeat requests. */
function isPlatformsOwn(fetch) {
	try {
		return isPlatformsFetch(fetch) && ["1", "2"].every((version) => isPlainDispatcher(version));
	} catch {
		return false;
	}
}

const hasSecond = () => globalThis[Symbol.for("undici.globalDispatcher.2")] !== undefined;

function isPlainDispatcher(version) {
	const dispatcher = globalThis[Symbol.for(`undici.globalDispatcher.${version}`)];
	return (
		dispatcher === undefined ||
		// Newer versions of Node put an adapter of the second dispatcher in the place of the first one.
		(version === "1" && hasSecond() && dispatcher.constructor.name === "Dispatcher1Wrapper") ||
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

/** The bytes of a body, `undefined` if it is too long, or `LATE`. The response can come from another library. */
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

/** `read` returns the next piece of a body, and `undefined` after the last piece. `cancel` gives up the rest. */
function pieceReader(response) {
	const { body } = response;
	if (body === null) return { read: () => undefined, cancel() {} };
	if (typeof body?.getReader === "function") {
		const reader = body.getReader();
		const read = async () => {
			const { done, value } = await reader.read();
			return done ? undefined : bytesOf(value);
		};
		// Nothing waits for `cancel`, so its failure must not count as unhandled.
		const cancel = async () => {
			try {
				await reader.cancel();
			} catch {
				// The signal ends the connection.
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

/** The pieces of a body. Wasm asks for one piece at a time. */
class Pieces {
	#onAsked;
	asked = this.#next();

	#next() {
		return new Promise((resolve) => (this.#onAsked = resolve));
	}

	/** Wasm calls this. With a thenable instead of a promise, `serve` knows when wasm listens. */
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
 * Reads each piece when wasm asks for it. Code of the caller runs here, in the context of the caller and not on the stack
 * of wasm. If no piece has to wait, no timer can run. So the clock is read for each piece.
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
