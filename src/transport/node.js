// Sends requests over node:http and node:https. What the end of one means for its order is decided in Rust.

/** Shorter than servers keep idle connections, so that a request rarely goes into one that is being closed. */
const IDLE_MS = 4_000;
/** Connections to one host. More requests wait for one of them, within their time limit. */
const MOST_SOCKETS = 256;
const MOST_IDLE_SOCKETS = 64;

/** How an exchange ends, as Rust knows it. */
const ANSWERED = 0;
const TOO_LONG = 1;
const TIMED_OUT = 2;
const ABORTED = 3;
const FAILED = 4;
const NOTHING = new Uint8Array();

/** The modules that were needed so far, each with the agent that all clients share. */
const loaded = new Map();

function load(name) {
	let entry = loaded.get(name);
	if (!entry) {
		// No import: bundlers would follow a static one, and a dynamic one fails in Jest.
		const module = globalThis.process.getBuiltinModule(name);
		const agent = new module.Agent({
			keepAlive: true,
			timeout: IDLE_MS,
			maxSockets: MOST_SOCKETS,
			maxFreeSockets: MOST_IDLE_SOCKETS,
		});
		entry = { module, agent };
		loaded.set(name, entry);
	}
	return entry;
}

/**
 * Whether Node may have written to a socket: it does so once `connect`, with TLS `secureConnect`, has happened. An agent
 * may hand over any stream, and one that does not say that it is connecting counts as connected.
 */
function isConnected(socket) {
	return !socket.connecting && !socket.secureConnecting;
}

export class NodeTransport {
	#agent;
	#longestAnswer;
	#settle;
	#head;
	#known;

	/** `agent` stands for the shared ones; `settle` is called once for each exchange. */
	constructor(agent, longestAnswer, settle) {
		this.#agent = agent;
		this.#longestAnswer = longestAnswer;
		this.#settle = settle;
	}

	/** What `node:http` needs of a head. Creations of one kind all have the same, and to take it apart costs something. */
	#partsOf(head) {
		if (head !== this.#head) {
			const [method, url, ...headers] = head.split("\n");
			const { urlToHttpOptions } = globalThis.process.getBuiltinModule("node:url");
			const { module, agent } = load(url.startsWith("https:") ? "node:https" : "node:http");
			const target = { ...urlToHttpOptions(new URL(url)), method, agent: this.#agent ?? agent };
			this.#known = { module, target, headers: toObject(headers) };
			this.#head = head;
		}
		return this.#known;
	}

	/**
	 * Sends a request, reads its whole answer, and settles with `ticket`. `message` is method, URL, and name and value of
	 * each header in lines of their own, an empty line, the body.
	 */
	exchange(ticket, message, timeoutMs, signal) {
		let request;
		let hasAnswer = false;
		let nothingSent = true;
		let isSettled = false;

		const settle = (kind, status, body, detail) => {
			if (isSettled) return;
			isSettled = true;
			clearTimeout(timer);
			if (signal) release(signal, abort);
			this.#settle(ticket, kind, nothingSent, status, body, detail);
		};
		const fail = (error) => settle(FAILED, 0, NOTHING, error);
		const stop = (kind, status) => {
			settle(kind, status, NOTHING);
			request?.destroy();
		};
		const abort = () => stop(ABORTED, 0);
		const timer = setTimeout(stop, timeoutMs, TIMED_OUT, 0);

		const watch = (socket) => {
			const look = () => {
				if (isConnected(socket)) nothingSent = false;
			};
			look();
			if (nothingSent) socket.once("connect", look).once("secureConnect", look);
		};
		const read = (response) => {
			hasAnswer = true;
			const { statusCode: status } = response;
			const parts = [];
			let length = 0;
			response.on("data", (part) => {
				length += part.length;
				parts.push(part);
				if (length > this.#longestAnswer) stop(TOO_LONG, status);
			});
			response.on("end", () => {
				settle(ANSWERED, status, parts.length === 1 ? parts[0] : Buffer.concat(parts, length), response);
			});
			response.on("error", fail);
		};

		try {
			signal?.addEventListener("abort", abort);
			const end = message.indexOf("\n\n");
			const { module, target, headers } = this.#partsOf(message.slice(0, end));
			// Copies: tools that watch requests add headers of their own.
			request = module.request({ ...target, headers: { ...headers } });
			// Never taken off: an error after the end must not count as uncaught.
			request.on("error", fail);
			request.on("socket", watch);
			request.on("response", read);
			request.on("close", () => {
				if (!hasAnswer) fail(new Error("The connection ended without an answer."));
			});
			request.end(message.slice(end + 2));
		} catch (error) {
			fail(error);
			request?.destroy();
		}
	}
}

function release(signal, abort) {
	try {
		signal.removeEventListener("abort", abort);
	} catch {
		// A signal that cannot let go of a listener only keeps it longer.
	}
}

function toObject(headers) {
	const object = {};
	for (let i = 0; i < headers.length; i += 2) object[headers[i]] = headers[i + 1];
	return object;
}
