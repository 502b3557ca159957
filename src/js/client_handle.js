// A client in wasm. It keeps the options of a client, and chooses its transport.
import { DispatcherTransport } from "../transport/dispatcher.js";
import { FetchTransport } from "../transport/fetch.js";
import { NodeEngine } from "../transport/engine.js";
import { NodeTransport } from "../transport/node.js";
import { callNow, refusal } from "../../crates/boundary/src/results.js";
import { currentInstance, makeRegistry } from "../../crates/boundary/src/instance.js";
import { hasNodeHttp, isBrowser, isUrl, pageOrigin, warnOnce } from "./environment.js";
import { flattenAll } from "../../crates/boundary/src/crossing.js";
import { ownMember } from "../../crates/boundary/src/input.js";

// Codes that Rust and JavaScript share: the platform.
const IS_BROWSER = 1;
const HAS_NODE_HTTP = 2;
const HAS_USABLE_URL = 4;

/** Wasm also forgets the clients that are no longer used. */
const registry = makeRegistry(close);

/**
 * The registry closes nothing before the current task ends, and some platforms have no registry. So wasm keeps only this
 * number of clients. Then it forgets the client that is open for the longest time, which opens again at its next call.
 */
const MOST_OPEN = 4096;

/** Closes a client in wasm. `slot` is `{ instance, client }`. It is closed only once, because its handle is used again. */
function close(slot) {
	const { instance, client } = slot;
	if (!instance.openClients.delete(slot)) return;
	registry.unregister(slot);
	instance.attempt((wasm) => wasm.closeClient(client));
	instance.clients.release(client);
}

function makeRoom({ openClients }) {
	if (openClients.size < MOST_OPEN) return;
	const [oldest] = openClients;
	close(oldest);
}

/** A client in wasm. It keeps the options, so it can open the client again in a new instance. */
export class ClientHandle {
	#options;
	#platform;
	#opened;
	#transport;
	#isDisposed = false;
	description;

	constructor(options) {
		const url = ownMember(options, "baseUrl");
		this.#platform =
			(isBrowser() ? IS_BROWSER : 0) |
			(hasNodeHttp() ? HAS_NODE_HTTP : 0) |
			(typeof url !== "string" || isUrl(url, pageOrigin()) ? HAS_USABLE_URL : 0);
		[this.#options] = flattenAll(options);
		this.description = this.#openNow();
		for (const warning of this.description.warnings) warnOnce(warning);
		this.#transport = makeTransport(this.description.transport, (name) => ownMember(options, name) ?? undefined);
		this.#opened.transport = this.#transport;
	}

	#openNow() {
		const instance = currentInstance();
		const open = (client) => {
			const description = callNow(instance, (wasm) =>
				wasm.openClient(client, this.#options, this.#platform, ...flattenAll(pageOrigin())),
			);
			const slot = { instance, client };
			instance.openClients.add(slot);
			// The registry must not keep the lost instance.
			if (this.#opened !== undefined) registry.unregister(this.#opened.slot);
			registry.register(this, slot, slot);
			this.#opened = { instance, client, transport: this.#transport, slot };
			return description;
		};
		makeRoom(instance);
		return instance.clients.allocateFor(open);
	}

	/** `{ instance, client, transport }`: the client in an instance that works. No code of a caller may run before its use. */
	open() {
		if (this.#isDisposed) {
			throw refusal("This client was disposed. Create a new client, and dispose it after its last call.");
		}
		const { instance, slot } = this.#opened;
		if (!instance.isUsable || !instance.openClients.has(slot)) this.#openNow();
		return this.#opened;
	}

	dispose() {
		if (this.#isDisposed) return;
		this.#isDisposed = true;
		this.#options = undefined;
		close(this.#opened.slot);
	}
}

/** The transport of a client. `option` reads an option. */
function makeTransport(name, option) {
	const fetch = option("fetch");
	if (fetch !== undefined || name === "fetch") return new FetchTransport(fetch);
	if (name === "node") return new NodeTransport(option("agent"));
	const dispatcher = option("dispatcher");
	return dispatcher === undefined ? new NodeEngine() : new DispatcherTransport(dispatcher, false);
}
