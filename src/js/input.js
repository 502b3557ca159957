// Writes a value of the caller's as one text, so that it crosses into wasm at once and not member by member: a letter
// that says what it is, for most how long it is, then the text or the values. input.rs reads it.

import { encodings } from "./encodings.js";

/** Deeper and longer than any request; what is beyond cannot be right. */
const DEEPEST = 5;
const LONGEST = 10_000;
const MOST_VALUES = 100_000;
/** The option that is a live object of Node's, with sockets in it: it is never read. */
const AGENT = "agent";

let encoder;
const buffer = new Uint8Array(16_384);

/** The UTF-8 of a text, until the next call. Into a buffer, since that is the fast way. */
export function encode(text) {
	const most = text.length * 3;
	const bytes = most > buffer.length ? new Uint8Array(most) : buffer;
	encoder ??= new (encodings().TextEncoder)();
	return bytes.subarray(0, encoder.encodeInto(text, bytes).written);
}

/** Never throws: what cannot be read is written as something that is no data. */
export function flatten(value) {
	try {
		const flat = write(value, 0, { values: 0 });
		const bytes = encode(flat);
		if (bytes.length === flat.length || !/\p{Surrogate}/u.test(flat)) return bytes;
		return encode(write(value, 0, { values: 0, hasHalves: true }));
	} catch {
		return encode(other("an object that throws while it is read"));
	}
}

function write(value, depth, state) {
	if (++state.values > MOST_VALUES) return other("an object with too many values");
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
	if (Array.isArray(value)) {
		const { length } = value;
		if (length > LONGEST) return other("an array with too many entries");
		let flat = `l${length}:`;
		for (let index = 0; index < length; index++) flat += write(value[index], depth + 1, state);
		return flat;
	}
	if (isSignal(value)) return other("an AbortSignal");
	const keys = Object.keys(value);
	if (keys.length > LONGEST) return other("an object with too many keys");
	let flat = `r${keys.length}:`;
	// Half of a surrogate pair in a key may turn into U+FFFD: it cannot be a known key, and as an open key it is no text.
	for (const key of keys) {
		const read = depth === 0 && key === AGENT ? writeAgent : write;
		flat += `${key.length}:${key}${read(value[key], depth + 1, state)}`;
	}
	return flat;
}

/** By what Node itself asks of an agent. */
function writeAgent(value, depth, state) {
	if (typeof value !== "object" || value === null) return write(value, depth, state);
	return other(typeof value.addRequest === "function" ? "an agent" : "an object that is no agent");
}

const other = (name) => `o${name.length}:${name}`;

/** By its shape, since a signal of another realm is no instance of this one's class. */
const isSignal = ({ aborted, addEventListener }) =>
	typeof aborted === "boolean" && typeof addEventListener === "function";

/** A member of a caller's object, if it is the object's own. */
export function ownMember(object, name) {
	try {
		return Object.hasOwn(object, name) ? object[name] : undefined;
	} catch {
		return undefined;
	}
}
