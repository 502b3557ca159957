// Makes the cause of an error from an exception, which can be any value of any realm. Nothing here throws.

const DEEPEST = 4;
const MOST_KEYS = 50;
const MOST_VALUES = 1000;
const LONGEST = 1000;
const LONGEST_WORD = 64;
/** A separator. Without it, digits at the ends of two texts could look like a card number. */
const BETWEEN = " | and | ";

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, prototype: objectPrototype } = Object;

const isError = (value) => objectPrototype.toString.call(value) === "[object Error]" || value instanceof Error;

/**
 * The exception itself, if it is plain data without secrets. Otherwise a new error with only its name, message and code:
 * a request, headers or another live object could bring a token or a card number into a log. `redact` removes secrets and
 * card numbers from a text. The default removes nothing, for exceptions that cannot contain a request.
 */
export function safeCause(thrown, redact = (text) => text) {
	try {
		const words = wordsOf(thrown);
		if (words !== undefined && redact(words) === words) return thrown;
	} catch {
		// Parts of the value cannot be read. The copy has the other parts.
	}
	return copyError(thrown, redact);
}

/** All words of a value, as one text. `undefined` if the value is more than plain data. */
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
		// The Object.prototype of another realm has no prototype.
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
	/** Reads the members that an error has from its classes: its name, and getters, which appear in logs. */
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

/** A new error with the name, the message and the code of another value. */
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
