// The class `Sandbox`. It adds a clock, sockets and timers to the sandbox in Rust.
import { callNow, guarded, refusal } from "../../boundary/src/results.js";
import { currentInstance, makeRegistry } from "../../boundary/src/instance.js";
import { makeCourier } from "./platform/courier.js";
import { flattenAll } from "../../boundary/src/crossing.js";
import { toFetch } from "./platform/in_process.js";
import { listen } from "./platform/serve.js";

/** A manual clock starts at 2026-01-01T00:00:00Z. */
const MANUAL_START_MS = 1_767_225_600_000;
const HIGHEST_PORT = 65_535;

/** Deletes sandboxes in wasm after JavaScript has collected them. */
const registry = makeRegistry(close);

function close({ at, number }) {
	at.attempt((wasm) => wasm.closeSandbox(number));
	at.sandboxes.release(number);
}

/** The sandbox in wasm, with its clock. Servers and callbacks use it, too. */
class WasmSandbox {
	#at = currentInstance();
	#number;
	#hasManualClock = false;
	/** The header in which the client names PayStar's host. */
	hostHeader;
	/** Milliseconds from `advance` and from jumps of the clock. */
	#advanced = 0;
	#isClosed = false;

	constructor(options) {
		const [flat] = flattenAll(options);
		this.#number = this.#at.sandboxes.allocateFor((number) => {
			const opened = callNow(this.#at, (wasm) => wasm.openSandbox(number, flat));
			this.#hasManualClock = opened.hasManualClock;
			this.hostHeader = opened.hostHeader;
			registry.register(this, { at: this.#at, number }, this);
			return number;
		});
	}

	get hasManualClock() {
		return this.#hasManualClock;
	}

	now() {
		return (this.#hasManualClock ? MANUAL_START_MS : Date.now()) + this.#advanced;
	}

	advance(ms) {
		if (Number.isFinite(ms) && ms > 0) this.#advanced += ms;
	}

	/** Calls a function of wasm that returns a text: a value, or an error to throw. */
	change(name, ...values) {
		return guarded(() => {
			this.#assertUsable();
			return callNow(this.#at, (wasm) => wasm[name](this.#number, ...values));
		});
	}

	/** Calls a function of wasm that returns a value. */
	read(name, ...values) {
		return guarded(() => {
			this.#assertUsable();
			return this.#at.enter((wasm) => wasm[name](this.#number, ...values));
		});
	}

	/** Replies to a request: `[status, headers, body, transmission, milliseconds]`. */
	handle({ method, target, authorization, host, namedHost, address, origin, body }) {
		const [status, headers, text, transmission, ms, jump] = this.read(
			"reply",
			method,
			target,
			authorization,
			host,
			namedHost,
			address,
			origin,
			body,
			this.now(),
		);
		this.#advanced += jump;
		return [status, headers, text, transmission, ms];
	}

	/** Milliseconds until callbacks are due. With a manual clock, nobody can wait for a later time. */
	callbackWait() {
		const at = this.read("nextCallbackAt");
		if (at === undefined) return undefined;
		const wait = Math.max(at - Math.trunc(this.now()), 0);
		return wait === 0 || !this.#hasManualClock ? wait : undefined;
	}

	close() {
		if (this.#isClosed) return;
		this.#isClosed = true;
		registry.unregister(this);
		close({ at: this.#at, number: this.#number });
	}

	#assertUsable() {
		if (this.#isClosed) throw refusal("This sandbox was disposed. Create a new sandbox.");
		if (!this.#at.isUsable) {
			throw refusal(
				"This sandbox is lost with all its orders, because an exception went through its WebAssembly instance. Create a new sandbox.",
			);
		}
	}
}

/** Runs work of a timer. A sandbox that was lost or disposed has nothing to send. */
function unlessGone(work) {
	try {
		return work();
	} catch {
		return undefined;
	}
}

let innerOf;

export class Sandbox {
	#inner;
	#courier;
	#fetch;

	constructor(options) {
		const inner = guarded(() => new WasmSandbox(options));
		this.#inner = inner;
		this.#courier = makeCourier(
			() => unlessGone(() => inner.read("dueCallbacks", inner.now())) ?? [],
			(id, status) => unlessGone(() => inner.read("callbackAnswered", id, status, inner.now())),
			() => unlessGone(() => inner.callbackWait()),
			inner.hasManualClock,
		);
		this.#fetch = toFetch(inner, this.#courier);
	}

	static {
		innerOf = (sandbox) => {
			if (Object(sandbox) !== sandbox || !(#inner in sandbox)) {
				throw refusal("This object is not a sandbox, or it is a copy. A sandbox cannot be copied.");
			}
			return sandbox.#inner;
		};
	}

	get fetch() {
		innerOf(this);
		return this.#fetch;
	}

	async listen(port) {
		const inner = innerOf(this);
		if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT)) {
			throw refusal(`port must be a whole number from 0 to ${HIGHEST_PORT}. The default is a free port.`);
		}
		return listen(inner, this.#courier, port);
	}

	advance(ms) {
		innerOf(this).advance(ms);
		this.#courier.advanced();
	}

	async settle() {
		innerOf(this);
		await this.#courier.sendAll();
	}

	listCallbacks() {
		return innerOf(this).read("listCallbacks");
	}

	changeAmount(externalTransactionId, amount, pipeline) {
		const inner = innerOf(this);
		inner.change("changeAmount", ...flattenAll(externalTransactionId, amount, pipeline), inner.now());
		this.#courier.changed();
	}

	now() {
		return innerOf(this).now();
	}

	setScenario(externalTransactionId, scenario) {
		innerOf(this).change("setScenario", ...flattenAll(externalTransactionId, scenario));
	}

	get orderCount() {
		const inner = innerOf(this);
		return inner.read("orderCount", inner.now());
	}

	listOrders() {
		const inner = innerOf(this);
		return inner.read("listOrders", inner.now());
	}

	injectFault(rule) {
		innerOf(this).change("injectFault", ...flattenAll(rule));
	}

	clearFaults() {
		innerOf(this).read("clearFaults");
	}

	[Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
		innerOf(this).close();
	}
}

// A minifier can rename the class, but not this text.
Object.defineProperty(Sandbox, "name", { value: "Sandbox", configurable: true });
