// The only way into wasm. Some exceptions go through wasm: a stack overflow, a vm timeout, a trap. After that its stacks
// are in disorder, so the instance is not used again. Its calls end, and the next call starts a new instance.

/** What a call throws if its instance was lost. `cause` is what went through it. */
export class Lost {
	constructor(cause) {
		this.cause = cause;
	}
}

/** Numbers. A number that is free is used again. */
class Numbers {
	#free = [];
	#next = 0;

	take() {
		return this.#free.pop() ?? this.#next++;
	}

	/** Takes a number for what `open` makes with it. It is free again if `open` throws. */
	takeFor(open) {
		const number = this.take();
		let isOpen = false;
		try {
			const result = open(number);
			isOpen = true;
			return result;
		} finally {
			if (!isOpen) this.give(number);
		}
	}

	give(number) {
		this.#free.push(number);
	}
}

/**
 * Calls `close(kept)` some time after nobody uses an object any more, so that wasm forgets what belongs to it. Some
 * platforms never tell.
 */
export function makeRegistry(close) {
	if (typeof FinalizationRegistry === "undefined") return { register() {}, unregister() {} };
	return new FinalizationRegistry(close);
}

class Instance {
	#wasm;
	#isInside = false;
	isLost = false;
	/** Numbers of what it keeps. */
	clients = new Numbers();
	calls = new Numbers();
	sandboxes = new Numbers();
	/** Functions to call when the instance is lost. */
	listeners = new Set();

	constructor(start) {
		this.#wasm = start((task) => this.attempt(task));
	}

	/**
	 * Whether it can be used. No code of a caller runs on the stack of wasm. So if wasm seems to be running, an earlier
	 * call was ended by something that no `catch` sees, such as a vm timeout.
	 */
	get isUsable() {
		if (this.#isInside) this.#lose();
		return !this.isLost;
	}

	/** Calls wasm. */
	enter(call) {
		if (!this.isUsable) throw new Lost(new Error("An earlier exception ended the WebAssembly instance."));
		this.#isInside = true;
		let result;
		try {
			result = call(this.#wasm);
		} catch (cause) {
			this.#lose();
			throw new Lost(cause);
		}
		this.#isInside = false;
		return result;
	}

	/** Calls wasm if it can be used. Nobody waits for the result, so nothing is thrown. */
	attempt(call) {
		if (!this.isUsable) return;
		try {
			this.enter(call);
		} catch {
			// The calls that are under way learn of it.
		}
	}

	#lose() {
		this.#isInside = false;
		this.isLost = true;
		// One task can lose many instances, and their memory must not wait for its end.
		this.#wasm = undefined;
		const { listeners } = this;
		// Later: there may be no room on the stack now.
		Promise.resolve().then(() => {
			for (const listener of listeners) {
				try {
					listener();
				} catch {
					// The others must hear of it, too.
				}
			}
			listeners.clear();
		});
	}
}

let start;
let current;

/** Says how an instance is started. */
export function startWith(startInstance) {
	start = startInstance;
}

/** The instance that new calls use. */
export function instance() {
	if (!current?.isUsable) current = new Instance(start);
	return current;
}
