// Sends requests over node:http and node:https.
import { ABORTED, answered, FAILED, TIMED_OUT, TOO_LONG, withoutAnswer } from "./ending.js";
import { NOT_STOPPED } from "./wait.js";

/** Shorter than servers keep idle connections, so that a request rarely goes into a connection that is being closed. */
const IDLE_MS = 4_000;
/** Connections to one host. More requests wait for one of them, within their time limit. */
const MOST_SOCKETS = 256;
const MOST_IDLE_SOCKETS = 64;
/** Longer than any answer of PayStar: a status with thousands of history entries has less. */
const LONGEST_ANSWER = 4 * 1024 * 1024;
/** Unlike `fetch`, `node:http` adds no header that says who sends and what it can decode. */
const OWN_HEADERS = { "user-agent": `paystar/${PAYSTAR_VERSION}`, "accept-encoding": "identity" };

const builtin = (name) => globalThis.process.getBuiltinModule(name);

/** The modules that were needed so far, each with the agent that all clients share. */
const loaded = new Map();

function load(name) {
	let entry = loaded.get(name);
	if (!entry) {
		// Not by an import: bundlers would follow a static one, and a dynamic one fails in Jest.
		const module = builtin(name);
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

/** Whether a socket is Node's own. A subclass may take a request without a connection, as those of test libraries do. */
function isNodesOwn(socket, isTls) {
	const prototype = Object.getPrototypeOf(socket);
	return prototype === (isTls ? builtin("node:tls").TLSSocket : builtin("node:net").Socket).prototype;
}

/**
 * Whether Node may have written to a socket: it does so after `connect`, with TLS after `secureConnect`. An agent may
 * give any stream. A stream that does not say that it is connecting counts as connected.
 */
const isConnected = (socket) => !socket.connecting && !socket.secureConnecting;

function proxyError(message) {
	return Object.assign(new Error(message), { code: "ERR_PROXY_TUNNEL" });
}

export class NodeTransport {
	#agent;
	#head;
	#known;

	/** `agent` replaces the shared ones. */
	constructor(agent) {
		this.#agent = agent;
	}

	/** What `node:http` needs of a head. All creations of one kind have the same head, and splitting it costs time. */
	#partsOf(head) {
		if (head !== this.#head) {
			const [method, url, ...lines] = head.split("\n");
			const isTls = url.startsWith("https:");
			const { module, agent } = load(isTls ? "node:https" : "node:http");
			const headers = { ...OWN_HEADERS };
			for (let i = 0; i < lines.length; i += 2) headers[lines[i]] = lines[i + 1];
			const { urlToHttpOptions } = builtin("node:url");
			const target = { ...urlToHttpOptions(new URL(url)), method, agent: this.#agent ?? agent };
			this.#known = { module, target, headers, isTls };
			this.#head = head;
		}
		return this.#known;
	}

	/**
	 * Sends a request and reads its whole response. `message` has a line for the method, for the URL, and for each name and
	 * each value of the headers. Then an empty line and the body follow.
	 */
	exchange(message, limitMs, stop) {
		if (stop.reason !== NOT_STOPPED) return Promise.resolve(withoutAnswer(ABORTED, true));
		return new Promise((resolve) => this.#exchange(message, limitMs, stop, resolve));
	}

	#exchange(message, limitMs, stop, resolve) {
		let request;
		let hasAnswer = false;
		let nothingSent = true;
		let isFromProxy = false;
		let isSettled = false;

		const settle = (ending) => {
			if (isSettled) return;
			isSettled = true;
			clearTimeout(timer);
			stop.listener = undefined;
			resolve(ending);
		};
		const fail = (error) => settle(withoutAnswer(FAILED, nothingSent, { error }));
		const end = (kind, status) => {
			settle(withoutAnswer(kind, nothingSent, { status }));
			request?.destroy();
		};
		const timer = setTimeout(end, limitMs, TIMED_OUT, 0);
		stop.listener = () => end(ABORTED, 0);

		const watch = (socket, isTls) => {
			if (isTls && socket.encrypted !== true) {
				// A proxy refused the tunnel, or the agent has no TLS. Nothing was written yet, and nothing must be.
				isFromProxy = true;
				if (socket.writable !== false) {
					fail(proxyError("The agent gave a connection without TLS."));
					request.destroy();
				}
				return;
			}
			const look = () => {
				if (isConnected(socket)) nothingSent = false;
			};
			if (!isNodesOwn(socket, isTls)) nothingSent = false;
			look();
			if (nothingSent) socket.once("connect", look).once("secureConnect", look);
		};
		const read = (response) => {
			hasAnswer = true;
			const { statusCode: status } = response;
			if (isFromProxy) {
				fail(proxyError(`A proxy answered ${status} instead of opening a tunnel to PayStar.`));
				request.destroy();
				return;
			}
			const parts = [];
			let length = 0;
			response.on("data", (data) => {
				// A tool that watches responses may have chosen an encoding.
				const part = typeof data === "string" ? Buffer.from(data) : data;
				length += part.length;
				parts.push(part);
				if (length > LONGEST_ANSWER) end(TOO_LONG, status);
			});
			response.on("end", () => {
				settle(answered(status, join(parts, length), (name) => response.headers[name]));
			});
			response.on("error", fail);
		};

		try {
			const bodyAt = message.indexOf("\n\n");
			const { module, target, headers, isTls } = this.#partsOf(message.slice(0, bodyAt));
			// Copies: tools that watch requests add headers of their own.
			request = module.request({ ...target, headers: { ...headers } });
			// Never taken off: an error after the end must not count as uncaught.
			request.on("error", fail);
			request.on("socket", (socket) => watch(socket, isTls));
			request.on("response", read);
			request.on("close", () => {
				if (!hasAnswer) fail(new Error("The connection ended without an answer."));
			});
			request.end(message.slice(bodyAt + 2));
		} catch (error) {
			fail(error);
			request?.destroy();
		}
	}
}

function join(parts, length) {
	if (parts.length === 1) return parts[0];
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
