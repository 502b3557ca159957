// The only way into wasm. Some exceptions go through wasm: a stack overflow, a vm timeout, a trap. After that the memory and
// the stacks of the instance are not reliable, so it is not used again. Its calls end, and the next call starts a new
// instance.

/** The instance was lost. `cause` is the exception that went through it. */
export class InstanceLost {
	constructor(cause) {
		this.cause = cause;
	}
}

/** Handles for the values that an instance keeps. A handle that is free is used again. */
class HandlePool {
	/** A list of `{ handle, next }`. An array would fail if somebody changed `Array.prototype`. */
	#free = undefined;
	#next = 0;

	allocate() {
		const free = this.#free;
		if (free === undefined) return this.#next++;
		this.#free = free.next;
		return free.handle;
	}

	/** Calls `open` with a new handle. The handle is free again if `open` throws. */
	allocateFor(open) {
		const handle = this.allocate();
		let isOpen = false;
		try {
			const result = open(handle);
			isOpen = true;
			return result;
		} finally {
			if (!isOpen) this.release(handle);
		}
	}

	release(handle) {
		this.#free = { handle, next: this.#free };
	}
}

/**
 * Calls `close(value)` some time after an object is no longer used, so that wasm forgets what belongs to the object. Some
 * platforms never call it.
 */
export function makeRegistry(close) {
	if (typeof FinalizationRegistry === "undefined") return { register() {}, unregister() {} };
	return new FinalizationRegistry(close);
}

class Instance {
	#wasm;
	#isInside = false;
	isLost = false;
	/** The handles of the values that it keeps. */
	clients = new HandlePool();
	/** The clients that it keeps, the oldest first. */
	openClients = new Set();
	calls = new HandlePool();
	sandboxes = new HandlePool();
	/** Functions to call when the instance is lost. */
	listeners = new Set();

	constructor(start) {
		this.#wasm = start((task) => this.attempt(task));
	}

	/**
	 * Whether it can be used. No code of a caller runs on the stack of wasm. So if wasm seems to be running, something that
	 * no `catch` sees ended an earlier call, such as a vm timeout.
	 */
	get isUsable() {
		if (this.#isInside) this.#lose();
		return !this.isLost;
	}

	/** Calls wasm. */
	enter(call) {
		if (!this.isUsable) throw new InstanceLost(new Error("An earlier exception ended the WebAssembly instance."));
		this.#isInside = true;
		let result;
		try {
			result = call(this.#wasm);
		} catch (cause) {
			this.#lose();
			throw new InstanceLost(cause);
		}
		this.#isInside = false;
		return result;
	}

	/** Calls wasm if it can be used. Nothing waits for the result, so this throws nothing. */
	attempt(call) {
		if (!this.isUsable) return;
		try {
			this.enter(call);
		} catch {
			// The listeners end the calls that are running.
		}
	}

	#lose() {
		this.#isInside = false;
		this.isLost = true;
		// One task can lose many instances, so their memory must be free before the task ends.
		this.#wasm = undefined;
		const { listeners } = this;
		// In a microtask, because the stack may be full now.
		Promise.resolve().then(() => {
			for (const listener of listeners) {
				try {
					listener();
				} catch {
					// The other listeners must still be called.
				}
			}
			listeners.clear();
		});
	}
}

let start;
let current;

/** Sets the function that starts an instance. */
export function startWith(startInstance) {
	start = startInstance;
}

/** The instance that new calls use. */
export function currentInstance() {
	if (!current?.isUsable) current = new Instance(start);
	return current;
}
