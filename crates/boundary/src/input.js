// Writes a value of the caller as one text, so that the whole value goes into wasm at once. The first letter is the kind
// of the value. For most kinds, a length and then a text or more values follow. input.rs reads the text.
//
// An object is read as a whole, or it is refused. A member that is left out without an error could be the destination of
// a payout. These are the rules:
// - Own enumerable members are read, with their getters.
// - Methods of a class are not data. Private fields are not visible. An instance without any own member keeps its data
//   somewhere else (in private fields, for example), so it is refused.
// - A getter or a value on a prototype is a member that other code would read, so the object is refused. This rule also
//   finds Map, Date, URL and all other built-in classes, of every realm. A class whose instances turn into a promise, a
//   primitive value or an iterator (Decimal, generators) is refused too.
// - Hidden own members (not enumerable) are refused. Symbols are ignored: no request or option has a symbol as a key, and
//   libraries store private information there.
// Nothing is read through a prototype, because any code may have added members to Object.prototype.

/** More levels and more entries than any request has. */
const MAX_DEPTH = 5;
const MAX_ENTRIES = 10_000;
const MAX_VALUES = 100_000;
const MAX_LENGTH = 10_000_000;
/** More than any body that is read. The rest of a longer text is not copied. */
const MAX_BODY_LENGTH = 17_000_000;
/** More than any chain of classes. The chain of a Proxy may have no end. */
const MAX_PROTOTYPES = 20;

// Codes that Rust and JavaScript share: the first letter of a value.
const UNDEFINED = "u";
const TRUE = "t";
const FALSE = "f";
const NUMBER = "n";
const STRING = "s";
const ILL_FORMED = "i";
const ARRAY = "l";
const OBJECT = "r";
const INSTANCE = "c";
const OTHER = "o";

// Codes that Rust and JavaScript share: a value that is not data.
const FUNCTION = 0;
const BIGINT = 1;
const SYMBOL = 2;
const ABORT_SIGNAL = 3;
const AGENT = 4;
const UNREAD_OBJECT = 5;
const NESTED_TOO_DEEP = 6;
const TOO_MANY_KEYS = 7;
const HIDDEN_MEMBERS = 8;
const TOO_MANY_PROTOTYPES = 9;
const TOO_MANY_ENTRIES = 10;
const ARRAY_WITH_HOLES = 11;
const TOO_LARGE = 12;
const THROWS = 13;
const DISPATCHER = 14;

// Codes that Rust and JavaScript share: the origin of a class.
const BUILT_IN = 0;
const WRAPPER = 1;
const CUSTOM = 2;

// Codes that Rust and JavaScript share: what a caller can give instead of an object.
const NO_HINT = 0;
const PLAIN_OBJECT = 1;
const AWAIT = 2;
const TO_STRING = 3;

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

/** The UTF-8 of a text, until the next call. It is in a buffer, because that is the fast way. */
export function encode(text) {
	if (text.length > MAX_BODY_LENGTH) return encode(text.slice(0, MAX_BODY_LENGTH));
	const maxBytes = text.length * 3;
	const bytes = maxBytes > buffer.length ? new Uint8Array(maxBytes) : buffer;
	encoder ??= new (encodings().TextEncoder)();
	return bytes.subarray(0, encoder.encodeInto(text, bytes).written);
}

let decoder;

/** The text of UTF-8. It contains U+FFFD for bytes that are not UTF-8. */
export function decode(bytes) {
	decoder ??= new (encodings().TextDecoder)("utf-8", { ignoreBOM: true });
	return decoder.decode(bytes);
}

/** Thrown for a value that is too large. */
const tooLarge = {};

/** Never throws. A value that cannot be read is written as a value that is not data. */
export const flatten = (value) => encodeFlat(flattenText(value), value);

/** The text of a value, for `encodeFlat`. */
export const flattenText = (value) => writeAll(value, false);

/** The bytes of the text of a value, until the next call. */
export function encodeFlat(flat, value) {
	const bytes = encode(flat);
	if (bytes.length === flat.length || !/\p{Surrogate}/u.test(flat)) return bytes;
	return encode(writeAll(value, true));
}

function writeAll(value, hasHalves) {
	try {
		const flat = write(value, 0, { values: 0, hasHalves });
		if (flat.length > MAX_LENGTH) throw tooLarge;
		return flat;
	} catch (thrown) {
		return other(thrown === tooLarge ? TOO_LARGE : THROWS);
	}
}

/** Whether a text of at most `buffer.length` characters is ASCII. */
export function isAscii(text) {
	encoder ??= new (encodings().TextEncoder)();
	const { read, written } = encoder.encodeInto(text, buffer);
	return read === text.length && written === text.length;
}

/** The value of an own member, as `flatten` reads it. `undefined` if it does not exist, or if its getter throws. */
export function ownMember(object, name) {
	// Without this line, each call without options would throw and catch an exception, which takes 5 microseconds.
	if (object === undefined) return undefined;
	try {
		return apply(propertyIsEnumerable, object, [name]) ? object[name] : undefined;
	} catch {
		return undefined;
	}
}

function write(value, depth, state) {
	// Without some of its values, this would be another value.
	if (++state.values > MAX_VALUES) throw tooLarge;
	switch (typeof value) {
		case "string":
			// UTF-8 has U+FFFD instead of half of a surrogate pair, so two different texts could become equal.
			return state.hasHalves && /\p{Surrogate}/u.test(value) ? ILL_FORMED : withLength(STRING, value);
		case "number":
			return withLength(NUMBER, String(value));
		case "undefined":
			return UNDEFINED;
		case "boolean":
			return value ? TRUE : FALSE;
		case "object":
			return value === null ? UNDEFINED : writeObject(value, depth, state);
		case "function":
			return other(FUNCTION);
		case "bigint":
			return other(BIGINT);
		default:
			return other(SYMBOL);
	}
}

function writeObject(value, depth, state) {
	if (depth === MAX_DEPTH) return other(NESTED_TOO_DEEP);
	if (Array.isArray(value)) return writeArray(value, depth, state);
	const prototype = getPrototypeOf(value);
	const isPlain = isRoot(prototype);
	const refused = isPlain ? undefined : refusal(value, prototype, depth);
	if (refused !== undefined) return refused;
	const keys = keysOf(value);
	const { length } = keys;
	if (length > MAX_ENTRIES) return other(TOO_MANY_KEYS);
	const hasHidden = getOwnPropertyNames(value).length !== length && !isError(value);
	if (hasHidden) return other(HIDDEN_MEMBERS);
	if (length === 0 && !isPlain) return instance(value, prototype, PLAIN_OBJECT);
	let flat = `${OBJECT}${length}:`;
	// Half of a surrogate pair in a key may become U+FFFD: such a key is never a known key, and a custom key with it is
	// not valid.
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
	// The length of a Proxy may be any value.
	if (length >>> 0 !== length || length > MAX_ENTRIES) return other(TOO_MANY_ENTRIES);
	let flat = `${ARRAY}${length}:`;
	let isWhole = keysOf(value).length === length;
	for (let index = 0; index < length; index++) {
		// A hole would be read from Array.prototype.
		isWhole &&= hasOwn(value, index);
		flat += isWhole ? write(value[index], depth + 1, state) : UNDEFINED;
	}
	return isWhole ? flat : other(ARRAY_WITH_HOLES);
}

/** Options that are live objects, and URLs. `undefined` for other members: `write` writes them. */
function writeLive(key, member) {
	const has = (name) => find(member, name) !== undefined;
	// Node itself looks for this method. An agent has sockets, so its members are never read.
	if (key === "agent") return other(has("addRequest") ? AGENT : UNREAD_OBJECT);
	if (key === "dispatcher") return other(has("dispatch") ? DISPATCHER : UNREAD_OBJECT);
	// The members are compared, because a signal of another realm is not an instance of this realm's class.
	if (key === "signal") return other(has("aborted") && has("addEventListener") ? ABORT_SIGNAL : UNREAD_OBJECT);
	if (!key.endsWith("Url") || tagOf(member) !== "URL") return undefined;
	const href = find(member, "href");
	const text = href && hasOwn(href, "get") && apply(href.get, member, []);
	return typeof text === "string" ? withLength(STRING, text) : undefined;
}

/** An own or inherited property. Those of Object.prototype do not count. */
function find(value, name) {
	for (let at = value, count = 0; !isRoot(at) && count < MAX_PROTOTYPES; at = getPrototypeOf(at), count++) {
		const property = getOwnPropertyDescriptor(at, name);
		if (property !== undefined) return property;
	}
	return undefined;
}

/** Whether a chain of prototypes ends here: at `null`, or at the Object.prototype of any realm. */
const isRoot = (at) =>
	at === null || at === objectPrototype || (getPrototypeOf(at) === null && hasOwn(at, "isPrototypeOf"));

/** Only `explain` takes an error. All other functions refuse it, because of its member `code`. */
const isError = (value) => tagOf(value) === "Error" && hasOwn(value, "code");

/** The tag that `Object.prototype.toString` writes: "Object", "Map". */
const tagOf = (value) => apply(toString, value, []).slice(8, -1);

/** The text of an object whose class makes it unreadable. `undefined` if its own members can be read. */
function refusal(value, prototype, depth) {
	if (depth === 0 && isError(value)) return undefined;
	let at = prototype;
	for (let count = 0; !isRoot(at); count++) {
		if (count === MAX_PROTOTYPES) return other(TOO_MANY_PROTOTYPES);
		const names = ownKeys(at);
		for (let index = 0; index < names.length; index++) {
			const name = names[index];
			if (name === "constructor") continue;
			if (name === "then") return instance(value, prototype, AWAIT);
			if (name === "valueOf" || name === Symbol.toPrimitive) return instance(value, prototype, TO_STRING);
			const property = getOwnPropertyDescriptor(at, name);
			const isMethod = hasOwn(property, "value") && typeof property.value === "function";
			const isIterator = name === Symbol.iterator || name === Symbol.asyncIterator;
			if (!isMethod || isIterator) return instance(value, prototype, PLAIN_OBJECT);
		}
		at = getPrototypeOf(at);
	}
	return undefined;
}

/** The text of an object that is not read: the origin and the name of its class, and a hint. */
function instance(value, prototype, hint) {
	const isName = (name) => typeof name === "string" && /^[A-Z][\w ]{0,39}$/.test(name);
	const tag = tagOf(value);
	if (isName(tag) && tag !== "Object") {
		const isWrapper = /^(String|Number|Boolean|Symbol|BigInt)$/.test(tag);
		// The text of a Date is not a format that PayStar takes.
		const isHelpful = hint !== PLAIN_OBJECT && tag !== "Date";
		return refusedInstance(isWrapper ? WRAPPER : BUILT_IN, isHelpful ? hint : NO_HINT, tag);
	}
	const maker = prototype && getOwnPropertyDescriptor(prototype, "constructor")?.value;
	const name = typeof maker === "function" ? getOwnPropertyDescriptor(maker, "name")?.value : undefined;
	return refusedInstance(CUSTOM, hint, isName(name) ? name : "");
}

const refusedInstance = (origin, hint, className) => withLength(`${INSTANCE}${origin}:${hint}:`, className);

/** A text after its length, which is the number of its UTF-16 units. */
const withLength = (before, text) => `${before}${text.length}:${text}`;

/** A value that is not data. */
const other = (kind) => `${OTHER}${kind}:`;
