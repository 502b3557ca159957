// Sends requests over an undici dispatcher: over a pool of Node's own HTTP engine, or over a dispatcher of the user.
import {
	ABORTED,
	FAILED,
	MAY_HAVE_BEEN_SENT,
	NOTHING_SENT,
	TIMED_OUT,
	TOO_LONG,
	withoutResponse,
	withResponse,
} from "./exchange_result.js";
import { NOT_STOPPED } from "./wait.js";
import { join, LONGEST_RESPONSE, MOST_SOCKETS, OWN_HEADERS } from "./response_body.js";

const MS = 1_000;

/** The options of a pool. Undici repeats and redirects nothing without more options. */
const POOL = {
	connections: MOST_SOCKETS,
	pipelining: 1,
	allowH2: false,
	// Without a hint of the server, an idle connection is closed early, because its server may be closing it.
	keepAliveTimeout: 4 * MS,
	// A hint (`Keep-Alive: timeout=60`) is followed up to this limit, less the threshold.
	keepAliveMaxTimeout: 60 * MS,
	keepAliveTimeoutThreshold: 2 * MS,
	maxHeaderSize: 16_384,
	// A process stays alive while a connection is made, also after its call ended.
	connect: { timeout: 10 * MS },
	headersTimeout: 0,
	bodyTimeout: 0,
};

/** Tests replace the global timers, and calls must still end. */
const { setImmediate } = globalThis;
/** Undici 7 translates the headers for a handler of the new kind. The old kind takes less time. */
const hasOldHandlers = Number.parseInt(globalThis.process?.versions?.undici, 10) < 8;

export const makePool = (Agent) => new Agent(POOL);

/** The error of a request that the client ends. Undici needs an error. */
const ended = () => Object.assign(new Error("The client ended the request."), { code: "UND_ERR_ABORTED" });

/**
 * One request. It has the methods of both kinds of handlers: `onConnect`, `onHeaders`, … of undici 6 and
 * `onRequestStart`, `onResponseStart`, … of newer versions.
 */
class Exchange {
	#resolve;
	#stop;
	#timer;
	#departure;
	#isOwnPool;
	#hasStarted = false;
	#isSettled = false;
	#abort;
	#status = 0;
	#header;
	#parts = [];
	#length = 0;

	constructor(resolve, limitMs, stop, isOwnPool) {
		this.#resolve = resolve;
		this.#stop = stop;
		this.#isOwnPool = isOwnPool;
		if (isOwnPool && hasOldHandlers) this.onRequestStart = undefined;
		// A dispatcher of the user can send a request in its own way, and say nothing about it.
		this.#departure = isOwnPool ? NOTHING_SENT : MAY_HAVE_BEEN_SENT;
		this.#timer = setTimeout(() => this.#end(TIMED_OUT), limitMs);
		stop.listener = () => this.#end(ABORTED);
	}

	#settle(result, isConnectionKept = false) {
		if (this.#isSettled) return;
		this.#isSettled = true;
		clearTimeout(this.#timer);
		this.#stop.listener = undefined;
		this.#parts = [];
		const resolve = this.#resolve;
		// Undici frees the connection with `setImmediate`, right after this method. So the next call can use this connection.
		if (isConnectionKept && setImmediate) queueMicrotask(() => setImmediate(resolve, result));
		else resolve(result);
	}

	#end(kind) {
		this.#settle(withoutResponse(kind, this.#departure, { status: kind === TOO_LONG ? this.#status : 0 }));
		this.#abort?.(ended());
	}

	fail(error) {
		this.#settle(withoutResponse(FAILED, this.#departure, { error }));
	}

	/** Undici calls this with a connected socket, before it writes. After `abort` or an exception, it writes nothing. */
	#start(abort) {
		const isRepeated = this.#hasStarted && this.#isOwnPool;
		this.#hasStarted = true;
		this.#abort = abort;
		if (this.#isSettled || isRepeated) {
			this.fail(new Error("The request would have been sent twice."));
			// `abort` would close the connection, which the next request can use.
			if (this.#isOwnPool) throw ended();
			abort(ended());
			return;
		}
		this.#departure = MAY_HAVE_BEEN_SENT;
	}

	/** An informational response (1xx) comes before the response. */
	#respond(status, header) {
		this.#status = status;
		this.#header = header;
		this.#parts = [];
		this.#length = 0;
	}

	#read(part) {
		// A dispatcher of the user can go on after `abort`.
		if (this.#isSettled) return;
		this.#parts.push(part);
		this.#length += part.length;
		if (this.#length > LONGEST_RESPONSE) this.#end(TOO_LONG);
	}

	#finish() {
		if (this.#status < 200) this.fail(new Error("The connection ended without a response."));
		else this.#settle(withResponse(this.#status, join(this.#parts, this.#length), this.#header), this.#isOwnPool);
	}

	#refuseUpgrade() {
		this.fail(new Error("The server switched to another protocol."));
		this.#abort?.(ended());
	}

	onConnect(abort) {
		this.#start(abort);
	}

	onHeaders(status, raw) {
		this.#respond(status, (name) => rawHeader(raw, name));
		return true;
	}

	onData(part) {
		this.#read(part);
		return !this.#isSettled;
	}

	onComplete() {
		this.#finish();
	}

	onError(error) {
		this.fail(error);
	}

	onUpgrade(_status, _headers, socket) {
		socket?.destroy();
		this.#refuseUpgrade();
	}

	onRequestStart(controller) {
		this.#start((reason) => controller.abort(reason));
	}

	onResponseStart(_controller, status, headers) {
		this.#respond(status, (name) => [headers?.[name]].flat()[0]);
	}

	onResponseData(_controller, part) {
		this.#read(part);
	}

	onResponseEnd() {
		this.#finish();
	}

	onResponseError(_controller, error) {
		this.fail(error);
	}

	onRequestUpgrade(_controller, _status, _headers, socket) {
		socket?.destroy();
		this.#refuseUpgrade();
	}
}

/** A header of a list of names and values. The first header of a name counts. */
function rawHeader(raw, name) {
	for (let at = 0; at + 1 < raw?.length; at += 2) {
		if (String(raw[at]).toLowerCase() === name) return String(raw[at + 1]);
	}
	return undefined;
}

export class DispatcherTransport {
	#dispatcher;
	#isOwnPool;
	#url;
	#lines;
	#parts;

	/** `isOwnPool` says that Node's own engine sends each request once, and calls the handler before it writes. */
	constructor(dispatcher, isOwnPool) {
		this.#dispatcher = dispatcher;
		this.#isOwnPool = isOwnPool;
	}

	/** The options of a request. They are kept, because all creations of a kind have the same URL and headers. */
	#partsOf(url, lines) {
		if (url !== this.#url || lines !== this.#lines) {
			const { origin, pathname, search } = new URL(url);
			const headers = Object.entries(OWN_HEADERS).flat();
			headers.push(...lines.split("\n"));
			this.#parts = { origin, path: pathname + search, headers };
			this.#url = url;
			this.#lines = lines;
		}
		return this.#parts;
	}

	/**
	 * Sends a request (`method`, `url`, `headerLines`, `body`) and reads its whole response. `headerLines` is a text with a
	 * line for each name and each value.
	 */
	exchange({ method, url, headerLines, body }, limitMs, stop) {
		if (stop.reason !== NOT_STOPPED) return Promise.resolve(withoutResponse(ABORTED, NOTHING_SENT));
		return new Promise((resolve) => {
			const handler = new Exchange(resolve, limitMs, stop, this.#isOwnPool);
			try {
				const { origin, path, headers } = this.#partsOf(url, headerLines);
				// A copy of the headers, because tools that watch requests add their own headers.
				// A redirect would send the card data to another server.
				const options = { origin, path, method, headers: [...headers], body, maxRedirections: 0 };
				this.#dispatcher.dispatch(options, handler);
			} catch (error) {
				handler.fail(error);
			}
		});
	}
}
