// What may stand as the cause of an error. Nothing here throws, whatever was thrown and in whatever realm.

const DEEPEST = 4;
const MOST_KEYS = 50;
const MOST_VALUES = 1000;
const LONGEST = 1000;
const LONGEST_WORD = 64;
/** Keeps digits at the ends of two texts from becoming one number. */
const BETWEEN = " | and | ";

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, prototype: objectPrototype } = Object;

const isError = (value) => objectPrototype.toString.call(value) === "[object Error]" || value instanceof Error;

/**
 * The thrown value itself, if it is only words and numbers without a secret among them. Otherwise a new error that has
 * its name, message and code alone. A request, headers or any other live object could carry a token or a card number
 * into a log. `redact` takes secrets and card numbers out of a text; the default changes nothing, for what no request is in.
 */
export function safeCause(thrown, redact = (text) => text) {
	try {
		const words = wordsOf(thrown);
		if (words !== undefined && redact(words) === words) return thrown;
	} catch {
		// A value that cannot be looked at is copied as far as it can be.
	}
	return copyError(thrown, redact);
}

/** All that a value says, as one text. `undefined` where it is more than plain data. */
function wordsOf(thrown) {
	const words = [];
	let values = 0;
	const visit = (value, depth) => {
		if (++values > MOST_VALUES) return false;
		if (value === null || typeof value !== "object") {
			words.push(String(value));
			return typeof value !== "function";
		}
		if (depth === DEEPEST) return false;
		const isErrorObject = isError(value);
		const prototype = getPrototypeOf(value);
		// The Object.prototype of another realm has no prototype either.
		const isPlain = prototype === null || Array.isArray(value) || getPrototypeOf(prototype) === null;
		if (!isErrorObject && !isPlain) return false;
		if (isErrorObject && !hasPlainClass(value, prototype)) return false;
		const keys = Reflect.ownKeys(value);
		if (keys.length > MOST_KEYS) return false;
		return keys.every((key) => {
			if (isErrorObject && key === "stack") return true;
			const property = getOwnPropertyDescriptor(value, key);
			words.push(String(key));
			return hasOwn(property, "value") && visit(property.value, depth + 1);
		});
	};
	/** What an error has from its classes: its name, and getters, which show up wherever the error is printed. */
	const hasPlainClass = (error, prototype) => {
		words.push(String(error.stack));
		for (let at = prototype, count = 0; at !== null && getPrototypeOf(at) !== null; at = getPrototypeOf(at)) {
			if (++count > MOST_KEYS) return false;
			for (const key of Reflect.ownKeys(at)) {
				if (key === "toJSON" || key === Symbol.for("nodejs.util.inspect.custom")) return false;
				const member = error[key];
				if (typeof member !== "function" && !visit(member, DEEPEST)) return false;
			}
		}
		return true;
	};
	return visit(thrown, 0) ? words.join(BETWEEN) : undefined;
}

/** An error with the words of another value, and nothing else of it. */
function copyError(thrown, redact) {
	const tryTo = (read) => {
		try {
			return read();
		} catch {
			return undefined;
		}
	};
	const message = tryTo(() => redact(String(isError(thrown) ? thrown.message : thrown)));
	const copy = new Error(message?.slice(0, LONGEST) ?? "a value that cannot be read");
	for (const key of ["name", "code", "syscall"]) {
		const word = tryTo(() => thrown[key]);
		const value = typeof word === "string" && word.length <= LONGEST_WORD ? tryTo(() => redact(word)) : undefined;
		if (/^\w+$/.test(value ?? "")) {
			Object.defineProperty(copy, key, { value, configurable: true, writable: true, enumerable: key !== "name" });
		}
	}
	return copy;
}
