// What may stand as the cause of an error.

const isErrorObject = (value) => value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";

const DEEPEST = 4;
const MOST_KEYS = 50;

/**
 * Whether a thrown value is only words and numbers, without a secret among them. A request, headers or any other
 * live object could carry a token or a card number into a log.
 */
export function holdsOnlyPlainData(thrown, secrets) {
	const isClean = (text) => secrets(text) === text;
	const visit = (value, depth) => {
		if (typeof value === "string") return isClean(value);
		if (value === null || (typeof value !== "object" && typeof value !== "function")) return true;
		if (depth === DEEPEST || typeof value === "function") return false;
		const isError = isErrorObject(value);
		const prototype = Object.getPrototypeOf(value);
		if (!isError && !Array.isArray(value) && prototype !== null && prototype !== Object.prototype) return false;
		if (isError && !(isClean(String(value.name)) && isClean(String(value.message)) && isClean(String(value.stack)))) {
			return false;
		}
		const keys = Reflect.ownKeys(value);
		return (
			keys.length <= MOST_KEYS &&
			keys.every((key) => {
				if (isError && key === "stack") return true;
				const property = Object.getOwnPropertyDescriptor(value, key);
				return isClean(String(key)) && "value" in property && visit(property.value, depth + 1);
			})
		);
	};
	try {
		return visit(thrown, 0);
	} catch {
		return false;
	}
}

/** What a thrown value says, as text. */
export function messageOf(thrown) {
	try {
		return String(isErrorObject(thrown) ? thrown.message : thrown);
	} catch {
		return "a value that cannot be read";
	}
}

const SAFE_WORD = /^[A-Za-z0-9_]{1,64}$/;

/** An error with the words of another one, and nothing else of it. */
export function copyError(thrown, message) {
	const copy = new Error(message);
	for (const key of ["name", "code", "syscall"]) {
		let value;
		try {
			value = thrown[key];
		} catch {
			continue;
		}
		if (typeof value === "string" && SAFE_WORD.test(value)) {
			Object.defineProperty(copy, key, { value, configurable: true, writable: true, enumerable: key !== "name" });
		}
	}
	return copy;
}

/** What may be the cause of an error: the thrown value, or a copy of its words if it could carry a secret along. */
export function safeCause(thrown, clean) {
	if (thrown === undefined) return undefined;
	return holdsOnlyPlainData(thrown, clean) ? thrown : copyError(thrown, clean(messageOf(thrown)));
}
