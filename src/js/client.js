// The public classes. They keep the options of a client and call wasm. They have no rules.
import { bytesOf, isBytes } from "../transport/bytes.js";
import { callNow, guarded, refusal } from "../../crates/boundary/src/results.js";
import { ClientHandle } from "./client_handle.js";
import { run } from "./calls.js";
import { nextStatus } from "./helpers.js";
import { verifyPlain } from "./plain_callback.js";
import { validatePlain } from "./plain_request.js";
import { flattenAll } from "../../crates/boundary/src/crossing.js";
import { decode, encode, encodeFlat, flattenText, isAscii, ownMember } from "../../crates/boundary/src/input.js";
import { exchangeOf, prepareExchange, TEXT_BYTES, writeText } from "./exchange.js";

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

const OURS = Symbol("paystar");

/** The base class of the namespaces of a client. */
class Namespace {
	#handle;

	constructor(key, handle) {
		if (key !== OURS) throw refusal("This class cannot be created. Use new PayStar({ … }).");
		this.#handle = handle;
		bindMethods(this);
	}

	/** Opens the client of a namespace. It does not use `this`. */
	static openOf(namespace) {
		if (Object(namespace) !== namespace || !(#handle in namespace)) throw notOriginal();
		return namespace.#handle.open();
	}
}

const { openOf } = Namespace;

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
function send(namespace, task, first, options, details = {}) {
	const begin = beginningOf(task, first, options);
	const { externalTransactionId, makesOrder = false, onStatus } = details;
	const signal = ownMember(options, "signal") ?? undefined;
	return run(() => Namespace.openOf(namespace), begin, {
		below: send,
		signal,
		externalTransactionId,
		makesOrder,
		onStatus,
	});
}

/** The function that starts a call in wasm. Without options, and with a short text in ASCII, it copies nothing. */
function beginningOf(task, first, options) {
	const flat = flattenText(first);
	prepareExchange();
	if (options === undefined && flat.length <= TEXT_BYTES && isAscii(flat)) {
		return (wasm, client, call, now) => {
			writeText(exchangeOf(wasm), flat);
			return wasm.startPlainCall(client, call, task, flat.length, now);
		};
	}
	const flatFirst = encodeFlat(flat, first).slice();
	const [flatOptions] = flattenAll(options);
	return (wasm, client, call, now) => wasm.startCall(client, call, task, flatFirst, flatOptions, now);
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

function validate(namespace, kind, request, options) {
	if (options === undefined) {
		const issues = guarded(() => validatePlain(openOf, namespace, kind, request));
		if (issues !== undefined) return issues;
	}
	return callWithClient(namespace, "validate", () => [kind, ...flattenAll(request, options)]);
}

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

/** The text of a body, if it can be a callback in its usual form. Bytes are read once, so that nothing can change them. */
function plainTextOf(rawBody) {
	if (typeof rawBody === "string") return rawBody;
	try {
		return isBytes(rawBody) ? decode(bytesOf(rawBody)) : undefined;
	} catch {
		return undefined;
	}
}

/** The callback, if the fast way accepts it. */
const acceptPlain = (namespace, rawBody, signature) =>
	guarded(() => {
		const text = typeof signature === "string" ? plainTextOf(rawBody) : undefined;
		return text === undefined ? undefined : verifyPlain(openOf, namespace, text, signature);
	});

export class Callbacks extends Namespace {
	verify(rawBody, signature, options) {
		const callback = options === undefined ? acceptPlain(this, rawBody, signature) : undefined;
		if (callback !== undefined) return callback;
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
