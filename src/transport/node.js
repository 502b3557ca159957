// Sends requests over node:http and node:https.
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

/** Servers keep idle connections longer. So a request rarely uses a connection that the server is closing. */
const IDLE_MS = 4_000;
const MOST_IDLE_SOCKETS = 64;

const builtin = (name) => globalThis.process.getBuiltinModule(name);

/** The modules that were loaded, each with its agent. All clients share the agents. */
const loaded = new Map();

function load(name) {
	let entry = loaded.get(name);
	if (!entry) {
		// Bundlers would follow a static import, and a dynamic import fails in Jest.
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

/** Whether Node made a socket. A subclass can accept a request without a connection, as in test libraries. */
function isNodesOwn(socket, isTls) {
	const prototype = Object.getPrototypeOf(socket);
	return prototype === (isTls ? builtin("node:tls").TLSSocket : builtin("node:net").Socket).prototype;
}

/**
 * Whether Node can have written to a socket. Node writes after `connect`, with TLS after `secureConnect`. An agent can
 * return any stream. A stream without the member `connecting` counts as connected.
 */
const isConnected = (socket) => !socket.connecting && !socket.secureConnecting;

function proxyError(message) {
	return Object.assign(new Error(message), { code: "ERR_PROXY_TUNNEL" });
}

export class NodeTransport {
	#agent;
	#url;
	#lines;
	#parts;

	/** `agent` replaces the shared agents. */
	constructor(agent) {
		this.#agent = agent;
	}

	/** The arguments of `node:http`. They are kept, because all creations of a kind have the same URL and headers. */
	#partsOf(url, lines) {
		if (url !== this.#url || lines !== this.#lines) {
			const isTls = url.startsWith("https:");
			const { module, agent } = load(isTls ? "node:https" : "node:http");
			const { urlToHttpOptions } = builtin("node:url");
			const options = { ...urlToHttpOptions(new URL(url)), agent: this.#agent ?? agent };
			const headers = { ...OWN_HEADERS };
			const words = lines.split("\n");
			for (let i = 0; i < words.length; i += 2) headers[words[i]] = words[i + 1];
			this.#parts = { module, options, headers, isTls };
			this.#url = url;
			this.#lines = lines;
		}
		return this.#parts;
	}

	/**
	 * Sends a request (`method`, `url`, `headerLines`, `body`) and reads its whole response. `headerLines` is a text with a
	 * line for each name and each value.
	 */
	exchange(message, limitMs, stop) {
		if (stop.reason !== NOT_STOPPED) return Promise.resolve(withoutResponse(ABORTED, NOTHING_SENT));
		return new Promise((resolve) => this.#exchange(message, limitMs, stop, resolve));
	}

	#exchange({ method, url, headerLines, body }, limitMs, stop, resolve) {
		let request;
		let hasResponse = false;
		let departure = NOTHING_SENT;
		let isFromProxy = false;
		let isSettled = false;

		const settle = (result) => {
			if (isSettled) return;
			isSettled = true;
			clearTimeout(timer);
			stop.listener = undefined;
			resolve(result);
		};
		const fail = (error) => settle(withoutResponse(FAILED, departure, { error }));
		const end = (kind, status) => {
			settle(withoutResponse(kind, departure, { status }));
			request?.destroy();
		};
		const timer = setTimeout(end, limitMs, TIMED_OUT, 0);
		stop.listener = () => end(ABORTED, 0);

		const watch = (socket, isTls) => {
			if (isTls && socket.encrypted !== true) {
				// A proxy refused the tunnel, or the agent has no TLS. Nothing was written yet, and nothing must be written.
				isFromProxy = true;
				if (socket.writable !== false) {
					fail(proxyError("The agent returned a connection without TLS."));
					request.destroy();
				}
				return;
			}
			const look = () => {
				if (isConnected(socket)) departure = MAY_HAVE_BEEN_SENT;
			};
			if (!isNodesOwn(socket, isTls)) departure = MAY_HAVE_BEEN_SENT;
			look();
			if (departure === NOTHING_SENT) socket.once("connect", look).once("secureConnect", look);
		};
		const read = (response) => {
			hasResponse = true;
			const { statusCode: status } = response;
			if (isFromProxy) {
				fail(proxyError(`A proxy responded with ${status} and did not open a tunnel to PayStar.`));
				request.destroy();
				return;
			}
			const parts = [];
			let length = 0;
			response.on("data", (data) => {
				// A tool that watches responses can set an encoding. Then the data is text.
				const part = typeof data === "string" ? Buffer.from(data) : data;
				length += part.length;
				parts.push(part);
				if (length > LONGEST_RESPONSE) end(TOO_LONG, status);
			});
			response.on("end", () => {
				settle(withResponse(status, join(parts, length), (name) => response.headers[name]));
			});
			response.on("error", fail);
		};

		try {
			const { module, options, headers, isTls } = this.#partsOf(url, headerLines);
			// Copies, because tools that watch requests add their own headers.
			request = module.request({ ...options, method, headers: { ...headers } });
			// This listener stays: an error after the end must not count as uncaught.
			request.on("error", fail);
			request.on("socket", (socket) => watch(socket, isTls));
			request.on("response", read);
			request.on("close", () => {
				if (!hasResponse) fail(new Error("The connection ended without a response."));
			});
			request.end(body);
		} catch (error) {
			fail(error);
			request?.destroy();
		}
	}
}
