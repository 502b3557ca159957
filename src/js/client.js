// The public classes. They keep the options of a client and call wasm. They have no rules.
import { FetchTransport } from "../transport/fetch.js";
import { NodeTransport } from "../transport/node.js";
import { bytesOf, isBytes } from "../transport/bytes.js";
import { callNow, guarded, refusal } from "../../crates/boundary/src/results.js";
import { run } from "./calls.js";
import { nextStatus } from "./helpers.js";
import { currentInstance, makeRegistry } from "../../crates/boundary/src/instance.js";
import { hasNodeHttp, isBrowser, isUrl, pageOrigin, warnOnce } from "./environment.js";
import { flattenAll } from "../../crates/boundary/src/crossing.js";
import { encode, ownMember } from "../../crates/boundary/src/input.js";

// Codes that Rust and JavaScript share: the platform.
const IS_BROWSER = 1;
const HAS_NODE_HTTP = 2;
const HAS_USABLE_URL = 4;

// Codes that Rust and JavaScript share: kinds of orders.
const PAYOUT = 0;
const DEPOSIT = 1;
const TOKEN_DEPOSIT = 2;
const HOSTED_DEPOSIT = 3;

// Codes that Rust and JavaScript share: the task of a call. A creation has the code of the kind of its order. `GET` and
// `WAIT` are for payouts and by PayStar's id. The flags `DEPOSIT` and `OWN_ID` change that.
const GET = 8;
const WAIT = 12;
const BALANCE = 16;
const OWN_ID = 2;

// Codes that Rust and JavaScript share: an operation with a signed body.
const VERIFY = 0;
const DIAGNOSE = 1;
const SIGN = 2;
const VERIFY_ALERT = 3;

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
class ClientHandle {
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
		const fetch = ownMember(options, "fetch") ?? undefined;
		this.#transport =
			fetch === undefined && this.description.usesNode
				? new NodeTransport(ownMember(options, "agent") ?? undefined)
				: new FetchTransport(fetch);
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

const OURS = Symbol("paystar");

/** The base class of the namespaces of a client. */
class Namespace {
	#handle;

	constructor(key, handle) {
		if (key !== OURS) throw refusal("This class cannot be created. Use new PayStar({ … }).");
		this.#handle = handle;
		bindMethods(this);
	}

	/** Opens the client of a namespace. */
	static openOf(namespace) {
		if (Object(namespace) !== namespace || !(#handle in namespace)) throw notOriginal();
		return namespace.#handle.open();
	}
}

function notOriginal() {
	return refusal(
		"This object is not a client, or it is a copy of a client. Use the object that new PayStar returned, not a copy.",
	);
}

/** Makes the methods own members. So they work without the object, and tests can replace them. */
function bindMethods(object) {
	for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(object))) {
		if (name === "constructor") continue;
		Object.defineProperty(object, name, { value: object[name].bind(object), configurable: true, writable: true });
	}
}

const idOf = (request) => {
	const id = ownMember(request, "externalTransactionId");
	return typeof id === "string" ? id : undefined;
};

/** Runs a call that sends requests. `first` is its first argument. */
function send(namespace, task, first, options, details) {
	const [flatFirst, flatOptions] = flattenAll(first, options);
	return run(
		() => Namespace.openOf(namespace),
		(wasm, client, call, now) => wasm.startCall(client, call, task, flatFirst, flatOptions, now),
		{ below: send, signal: ownMember(options, "signal") ?? undefined, ...details },
	);
}

const create = (namespace, kind, request, options) =>
	send(namespace, kind, request, options, { externalTransactionId: idOf(request), makesOrder: true });

const get = (namespace, flags, id, options) =>
	send(namespace, GET + flags, id, options, {
		externalTransactionId: flags & OWN_ID && typeof id === "string" ? id : undefined,
	});

const waitUntilFinal = (namespace, flags, which, options) =>
	send(namespace, WAIT + flags, which, options, {
		externalTransactionId: idOf(which),
		onStatus: ownMember(options, "onStatus") ?? undefined,
	});

/** Calls a function of wasm that sends nothing. `prepare` returns its arguments after the client. */
const callWithClient = (namespace, name, prepare) =>
	guarded(() => {
		const values = prepare();
		const { instance, client } = Namespace.openOf(namespace);
		return callNow(instance, (wasm) => wasm[name](client, ...values));
	});

const validate = (namespace, kind, request, options) =>
	callWithClient(namespace, "validate", () => [kind, ...flattenAll(request, options)]);

export class Payouts extends Namespace {
	create(request, options) {
		return create(this, PAYOUT, request, options);
	}

	get(externalId, options) {
		return get(this, PAYOUT, externalId, options);
	}

	getByExternalTransactionId(externalTransactionId, options) {
		return get(this, PAYOUT + OWN_ID, externalTransactionId, options);
	}

	waitUntilFinal(which, options) {
		return waitUntilFinal(this, PAYOUT, which, options);
	}

	validate(request, options) {
		return validate(this, PAYOUT, request, options);
	}
}

export class Deposits extends Namespace {
	create(request, options) {
		return create(this, DEPOSIT, request, options);
	}

	createWithToken(request, options) {
		return create(this, TOKEN_DEPOSIT, request, options);
	}

	createHosted(request, options) {
		return create(this, HOSTED_DEPOSIT, request, options);
	}

	get(externalId, options) {
		return get(this, DEPOSIT, externalId, options);
	}

	getByExternalTransactionId(externalTransactionId, options) {
		return get(this, DEPOSIT + OWN_ID, externalTransactionId, options);
	}

	waitUntilFinal(which, options) {
		return waitUntilFinal(this, DEPOSIT, which, options);
	}

	validate(request, options) {
		return validate(this, DEPOSIT, request, options);
	}

	validateWithToken(request, options) {
		return validate(this, TOKEN_DEPOSIT, request, options);
	}

	validateHosted(request, options) {
		return validate(this, HOSTED_DEPOSIT, request, options);
	}
}

export class Balances extends Namespace {
	get(currency, options) {
		return send(this, BALANCE, currency, options);
	}
}

/** The bytes of a body. `undefined` if it is neither text nor bytes. */
function bodyOf(rawBody) {
	if (typeof rawBody === "string") return encode(rawBody);
	try {
		return isBytes(rawBody) ? bytesOf(rawBody) : undefined;
	} catch {
		// Its memory is detached.
		return undefined;
	}
}

const handleSigned = (namespace, operation, rawBody, signature, options) =>
	callWithClient(namespace, "handleSigned", () => {
		const flat = flattenAll(signature, options);
		return [operation, bodyOf(rawBody), ...flat];
	});

export class Callbacks extends Namespace {
	verify(rawBody, signature, options) {
		return handleSigned(this, VERIFY, rawBody, signature, options);
	}

	diagnose(rawBody, signature, options) {
		return handleSigned(this, DIAGNOSE, rawBody, signature, options);
	}

	sign(rawBody, options) {
		return handleSigned(this, SIGN, rawBody, undefined, options);
	}

	nextStatus(current, callback) {
		return nextStatus(current, callback);
	}
}

export class Alerts extends Namespace {
	verify(rawBody, signature, options) {
		return handleSigned(this, VERIFY_ALERT, rawBody, signature, options);
	}
}

let namespacesOf;

export class PayStar {
	#handle;
	#namespaces;

	constructor(options) {
		this.#handle = guarded(() => new ClientHandle(options));
		const make = (Class) => new Class(OURS, this.#handle);
		this.#namespaces = {
			payouts: make(Payouts),
			deposits: make(Deposits),
			balances: make(Balances),
			callbacks: make(Callbacks),
			alerts: make(Alerts),
		};
	}

	static {
		namespacesOf = (client) => {
			if (Object(client) !== client || !(#handle in client)) throw notOriginal();
			return client.#namespaces;
		};
	}

	get payouts() {
		return namespacesOf(this).payouts;
	}

	get deposits() {
		return namespacesOf(this).deposits;
	}

	get balances() {
		return namespacesOf(this).balances;
	}

	get callbacks() {
		return namespacesOf(this).callbacks;
	}

	get alerts() {
		return namespacesOf(this).alerts;
	}

	[Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
		namespacesOf(this);
		this.#handle.dispose();
	}

	/** Node prints this for a client. */
	[Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
		if (!(#handle in this)) return "PayStar {}";
		const { host, pipelines } = this.#handle.description;
		return `PayStar ${inspect?.({ host, pipelines }, options) ?? "{}"}`;
	}
}

// Minifiers rename classes, so the names come from literals.
for (const [name, Class] of Object.entries({ PayStar, Payouts, Deposits, Balances, Callbacks, Alerts })) {
	Object.defineProperty(Class, "name", { value: name, configurable: true });
}
