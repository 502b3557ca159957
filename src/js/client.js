// The classes that users see. They are thin: what a client is made from, and plain calls of wasm.
import { FetchTransport } from "../transport/fetch.js";
import { NodeTransport } from "../transport/node.js";
import { bytesOf, isBytes } from "../transport/bytes.js";
import { callNow, guarded, refusal } from "../../crates/boundary/src/results.js";
import { run } from "./calls.js";
import { instance, makeRegistry } from "../../crates/boundary/src/instance.js";
import { hasNodeHttp, isBrowser, isUrl, pageOrigin, warnOnce } from "./environment.js";
import { flattenAll } from "../../crates/boundary/src/crossing.js";
import { encode, ownMember } from "../../crates/boundary/src/input.js";

/** As `clients.rs` knows them. */
const IS_BROWSER = 1;
const HAS_NODE_HTTP = 2;
const HAS_USABLE_URL = 4;

/** What a call is to do, as `calls.rs` knows it: a kind of creation, or one of the others with its flags. */
const PAYOUT = 0;
const DEPOSIT = 1;
const TOKEN_DEPOSIT = 2;
const HOSTED_DEPOSIT = 3;
const GET = 8;
const WAIT = 12;
const BALANCE = 16;
const OWN_ID = 2;

/** What is done with a signed body, as `callbacks.rs` knows it. */
const VERIFY = 0;
const DIAGNOSE = 1;
const SIGN = 2;
const VERIFY_ALERT = 3;

/** Clients that nobody uses any more are forgotten by wasm, too. */
const forgotten = makeRegistry(close);

function close({ at, client }) {
	at.attempt((wasm) => wasm.closeClient(client));
	at.clients.give(client);
}

/** What a client is made from, so that it can be made again in a new instance. */
class Source {
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
		const at = instance();
		const open = (client) => {
			const description = callNow(at, (wasm) =>
				wasm.openClient(client, this.#options, this.#platform, ...flattenAll(pageOrigin())),
			);
			this.#opened = { at, client, transport: this.#transport };
			// It must not keep the instance that was lost.
			forgotten.unregister(this);
			forgotten.register(this, { at, client }, this);
			return description;
		};
		return at.clients.takeFor(open);
	}

	/** `{ at, client, transport }`: the client in an instance that works. */
	open() {
		if (this.#isDisposed) {
			throw refusal("This client was disposed.", "Create a new client, and dispose it after its last call.");
		}
		if (!this.#opened.at.isUsable) this.#openNow();
		return this.#opened;
	}

	dispose() {
		if (this.#isDisposed) return;
		this.#isDisposed = true;
		this.#options = undefined;
		forgotten.unregister(this);
		close(this.#opened);
	}
}

const OURS = Symbol("paystar");

/** What the namespaces of a client share. */
class Namespace {
	#source;

	constructor(key, source) {
		if (key !== OURS) throw refusal("This class cannot be created.", "Use new PayStar({ … }).");
		this.#source = source;
		bindMethods(this);
	}

	/** The client of a namespace. */
	static openOf(namespace) {
		if (Object(namespace) !== namespace || !(#source in namespace)) throw notOriginal();
		return namespace.#source.open();
	}
}

function notOriginal() {
	return refusal(
		"This object is a copy of a client, or not a client.",
		"A client cannot be copied. Share the object that new PayStar returned.",
	);
}

/** Methods of the object itself work when they are taken out of it, and tests can replace them. */
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

/** A call of a namespace that sends something. `first` is its first argument. */
function send(namespace, what, first, options, details) {
	const [flatFirst, flatOptions] = flattenAll(first, options);
	return run(
		() => Namespace.openOf(namespace),
		(wasm, client, call, now) => wasm.start(client, call, what, flatFirst, flatOptions, now),
		{ below: send, signal: ownMember(options, "signal") ?? undefined, ...details },
	);
}

const create = (namespace, kind, request, options) =>
	send(namespace, kind, request, options, { externalTransactionId: idOf(request), makesOrder: true });

const get = (namespace, what, id, options) =>
	send(namespace, GET + what, id, options, {
		externalTransactionId: what & OWN_ID && typeof id === "string" ? id : undefined,
	});

const waitUntilFinal = (namespace, what, which, options) =>
	send(namespace, WAIT + what, which, options, {
		externalTransactionId: idOf(which),
		onStatus: ownMember(options, "onStatus") ?? undefined,
	});

/** A call of a namespace that sends nothing. `prepare` gives what else the function of wasm takes. */
const ask = (namespace, name, prepare) =>
	guarded(() => {
		const values = prepare();
		const { at, client } = Namespace.openOf(namespace);
		return callNow(at, (wasm) => wasm[name](client, ...values));
	});

const validate = (namespace, kind, request, options) =>
	ask(namespace, "validate", () => [kind, ...flattenAll(request, options)]);

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

/** The bytes of a body, or `undefined` if it is neither text nor bytes. */
function bodyOf(rawBody) {
	if (typeof rawBody === "string") return encode(rawBody);
	try {
		return isBytes(rawBody) ? bytesOf(rawBody) : undefined;
	} catch {
		// Its memory was given away.
		return undefined;
	}
}

/** A call about a signed body. */
const signed = (namespace, what, rawBody, signature, options) =>
	ask(namespace, "signed", () => {
		const flat = flattenAll(signature, options);
		return [what, bodyOf(rawBody), ...flat];
	});

export class Callbacks extends Namespace {
	verify(rawBody, signature, options) {
		return signed(this, VERIFY, rawBody, signature, options);
	}

	diagnose(rawBody, signature, options) {
		return signed(this, DIAGNOSE, rawBody, signature, options);
	}

	sign(rawBody, options) {
		return signed(this, SIGN, rawBody, undefined, options);
	}
}

export class Alerts extends Namespace {
	verify(rawBody, signature, options) {
		return signed(this, VERIFY_ALERT, rawBody, signature, options);
	}
}

let namespacesOf;

export class PayStar {
	#source;
	#namespaces;

	constructor(options) {
		this.#source = guarded(() => new Source(options));
		const make = (Class) => new Class(OURS, this.#source);
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
			if (Object(client) !== client || !(#source in client)) throw notOriginal();
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
		this.#source.dispose();
	}

	/** What Node prints of a client. */
	[Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
		if (!(#source in this)) return "PayStar {}";
		const { host, pipelines } = this.#source.description;
		return `PayStar ${inspect?.({ host, pipelines }, options) ?? "{}"}`;
	}
}

// Names from literals: minifiers rename classes.
for (const [name, Class] of Object.entries({ PayStar, Payouts, Deposits, Balances, Callbacks, Alerts })) {
	Object.defineProperty(Class, "name", { value: name, configurable: true });
}
