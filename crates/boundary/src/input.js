// Writes a value of the caller's as one text, so that it crosses into wasm at once and not member by member: a letter
// that says what it is, for most how long it is, then the text or the values. input.rs reads it.
//
// An object is read whole, or it is refused by its name. What is left out in silence could be the destination of a
// payout. These are the rules:
// - Own enumerable members are read, with their getters.
// - Methods of a class are not data. Private fields are not visible. An instance without any own member keeps its data
//   somewhere else (in private fields, for example), so it is refused.
// - A getter or a value on a prototype is a member that other code would read, so the object is refused. This also finds
//   Map, Date, URL and all other built-in classes, of every realm. A class whose instances turn into a promise, a
//   primitive value or an iterator (Decimal, generators) is refused too.
// - Hidden own members (not enumerable) are refused. Symbols are ignored: no request or option has one, and libraries
//   store private information there.
// Nothing is read through a prototype, since any code may have added members to Object.prototype.

/** Deeper and longer than any request; what is beyond cannot be right. */
const DEEPEST = 5;
const LONGEST = 10_000;
const MOST_VALUES = 100_000;
const MOST_LETTERS = 10_000_000;
/** Longer than any body that is read: a text is not copied beyond. */
const LONGEST_TEXT = 17_000_000;
/** Longer than any chain of classes; a Proxy may have one without end. */
const MOST_PROTOTYPES = 20;

const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf, keys: keysOf } = Object;
const { hasOwnProperty, propertyIsEnumerable, toString } = Object.prototype;
const { apply, ownKeys } = Reflect;
const objectPrototype = Object.prototype;
const hasOwn = (object, name) => apply(hasOwnProperty, object, [name]);

/** The classes `TextDecoder` and `TextEncoder`. jsdom has neither of them, but it runs in Node. */
export const encodings = () =>
	globalThis.TextDecoder && globalThis.TextEncoder ? globalThis : globalThis.process.getBuiltinModule("node:util");

let encoder;
const buffer = new Uint8Array(16_384);

/** The UTF-8 of a text, until the next call. Into a buffer, since that is the fast way. */
export function encode(text) {
	if (text.length > LONGEST_TEXT) return encode(text.slice(0, LONGEST_TEXT));
	const most = text.length * 3;
	const bytes = most > buffer.length ? new Uint8Array(most) : buffer;
	encoder ??= new (encodings().TextEncoder)();
	return bytes.subarray(0, encoder.encodeInto(text, bytes).written);
}

const TOO_LARGE = "a value that is too large to be read";

/** Never throws: what cannot be read is written as something that is no data. */
export function flatten(value) {
	try {
		const flat = write(value, 0, { values: 0, hasHalves: false });
		if (flat.length > MOST_LETTERS) throw TOO_LARGE;
		const bytes = encode(flat);
		if (bytes.length === flat.length || !/\p{Surrogate}/u.test(flat)) return bytes;
		return encode(write(value, 0, { values: 0, hasHalves: true }));
	} catch (thrown) {
		return encode(other(thrown === TOO_LARGE ? TOO_LARGE : "an object that throws while it is read"));
	}
}

/** The value of an own member, as `flatten` reads it. `undefined` if it does not exist, or if its getter throws. */
export function ownMember(object, name) {
	try {
		return apply(propertyIsEnumerable, object, [name]) ? object[name] : undefined;
	} catch {
		return undefined;
	}
}

function write(value, depth, state) {
	// A value of which a part was left out would be another value.
	if (++state.values > MOST_VALUES) throw TOO_LARGE;
	switch (typeof value) {
		case "string":
			// Half of a surrogate pair turns into U+FFFD on its way, so two different texts could become one.
			return state.hasHalves && /\p{Surrogate}/u.test(value) ? "i" : `s${value.length}:${value}`;
		case "number": {
			const digits = String(value);
			return `n${digits.length}:${digits}`;
		}
		case "undefined":
			return "u";
		case "boolean":
			return value ? "t" : "f";
		case "object":
			return value === null ? "u" : writeObject(value, depth, state);
		default:
			return other(`a ${typeof value}`);
	}
}

function writeObject(value, depth, state) {
	if (depth === DEEPEST) return other("an object nested too deep");
	if (Array.isArray(value)) return writeArray(value, depth, state);
	const prototype = getPrototypeOf(value);
	const isPlain = isRoot(prototype);
	const refused = isPlain ? undefined : refusal(value, prototype, depth);
	if (refused !== undefined) return other(refused);
	const keys = keysOf(value);
	const { length } = keys;
	if (length > LONGEST) return other("an object with too many keys");
	const hasHidden = getOwnPropertyNames(value).length !== length && !isError(value);
	if (hasHidden) return other("an object with hidden members: give a plain object");
	if (length === 0 && !isPlain) return other(nameOf(value, prototype, PLAIN));
	let flat = `r${length}:`;
	// Half of a surrogate pair in a key may turn into U+FFFD: it cannot be a known key, and as an open key it is no text.
	for (let index = 0; index < length; index++) {
		const key = keys[index];
		const member = value[key];
		const isLive = depth === 0 && typeof member === "object" && member !== null;
		flat += `${key.length}:${key}${(isLive && writeLive(key, member)) || write(member, depth + 1, state)}`;
	}
	return flat;
}

function writeArray(value, depth, state) {
	const { length } = value;
	// A Proxy says what it likes.
	if (length >>> 0 !== length || length > LONGEST) return other("an array with too many entries");
	let flat = `l${length}:`;
	let isWhole = keysOf(value).length === length;
	for (let index = 0; index < length; index++) {
		// A hole would be read from Array.prototype.
		isWhole &&= hasOwn(value, index);
		flat += isWhole ? write(value[index], depth + 1, state) : "u";
	}
	return isWhole ? flat : other("an array with holes, or with members beside its entries");
}

/** Options that are live objects, and URLs, which are given as objects too. Others are written as every value. */
function writeLive(key, member) {
	const has = (name) => find(member, name) !== undefined;
	// By what Node itself asks of an agent. It has sockets in it, so it is never read.
	if (key === "agent") return other(has("addRequest") ? "an agent" : "an object that is no agent");
	// By its shape, since a signal of another realm is not an instance of this realm's class.
	if (key === "signal") return other(has("aborted") && has("addEventListener") ? "an AbortSignal" : "an object");
	if (!key.endsWith("Url") || tagOf(member) !== "URL") return undefined;
	const href = find(member, "href");
	const text = href && hasOwn(href, "get") && apply(href.get, member, []);
	return typeof text === "string" ? `s${text.length}:${text}` : undefined;
}

/** An own or inherited property. Those of Object.prototype do not count. */
function find(value, name) {
	for (let at = value, count = 0; !isRoot(at) && count < MOST_PROTOTYPES; at = getPrototypeOf(at), count++) {
		const property = getOwnPropertyDescriptor(at, name);
		if (property !== undefined) return property;
	}
	return undefined;
}

/** Whether a chain of prototypes ends here: at nothing, or at the Object.prototype of any realm. */
const isRoot = (at) =>
	at === null || at === objectPrototype || (getPrototypeOf(at) === null && hasOwn(at, "isPrototypeOf"));

/** For `explain`. No other object at the top has a member `code`, so that everything else refuses it. */
const isError = (value) => tagOf(value) === "Error" && hasOwn(value, "code");

/** The kind of an object as `Object.prototype.toString` says it: "Object", "Map". */
const tagOf = (value) => apply(toString, value, []).slice(8, -1);

const PLAIN = "give a plain object";

/** The name of an object whose class makes it unreadable; `undefined` if its own members can be read. */
function refusal(value, prototype, depth) {
	if (depth === 0 && isError(value)) return undefined;
	let at = prototype;
	for (let count = 0; !isRoot(at); count++) {
		if (count === MOST_PROTOTYPES) return "an object with too many prototypes";
		const names = ownKeys(at);
		for (let index = 0; index < names.length; index++) {
			const name = names[index];
			if (name === "constructor") continue;
			if (name === "then") return nameOf(value, prototype, "await it first");
			if (name === "valueOf" || name === Symbol.toPrimitive) return nameOf(value, prototype, "use its toString()");
			const property = getOwnPropertyDescriptor(at, name);
			const isMethod = hasOwn(property, "value") && typeof property.value === "function";
			const isIterator = name === Symbol.iterator || name === Symbol.asyncIterator;
			if (!isMethod || isIterator) return nameOf(value, prototype, PLAIN);
		}
		at = getPrototypeOf(at);
	}
	return undefined;
}

/** "a Map", "a Promise: await it first", "an instance of Order: give a plain object". */
function nameOf(value, prototype, advice) {
	const isName = (name) => typeof name === "string" && /^[A-Z][\w ]{0,39}$/.test(name);
	const tag = tagOf(value);
	if (isName(tag) && tag !== "Object") {
		const isBoxed = /^(String|Number|Boolean|Symbol|BigInt)$/.test(tag);
		const hint = advice === PLAIN || tag === "Date" ? "" : `: ${advice}`;
		return `${/^[AEIO]/.test(tag) ? "an" : "a"} ${tag}${isBoxed ? " object" : ""}${hint}`;
	}
	const maker = prototype && getOwnPropertyDescriptor(prototype, "constructor")?.value;
	const name = typeof maker === "function" ? getOwnPropertyDescriptor(maker, "name")?.value : undefined;
	return `${isName(name) ? `an instance of ${name}` : "an object with a prototype"}: ${advice}`;
}

const other = (name) => `o${name.length}:${name}`;
