// Writes a value of the caller's into bytes, so that it crosses into wasm at once and not member by member.
// input.rs reads them: a kind, for most kinds a size, then the text or the values.

const [ABSENT, TRUE, FALSE, NUMBER, TEXT, ILL_FORMED, LIST, RECORD, OTHER] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/** Deeper and longer than any request; what is beyond cannot be right. */
const DEEPEST = 5;
const LONGEST = 10_000;
const MOST_VALUES = 100_000;
/** The option that is a live object of Node's, with sockets in it: it is never read. */
const AGENT = "agent";
/** A kind, and a size in four bytes of seven bits, so that all is UTF-8. */
const HEAD = 5;
const MOST_BYTES = 2 ** 28 - 1;
/** Above it, the encoder is faster than a loop. */
const SHORT_TEXT = 64;
/** A larger buffer is not kept for the next value. */
const USUAL_BYTES = 16_384;

const encoder = new TextEncoder();
let spare = new Uint8Array(USUAL_BYTES);
let bytes = spare;
let end = 0;
let values = 0;

/** The bytes of a text, in one step. */
export const encode = (text) => encoder.encode(text);

/** Never throws: what cannot be read is written as something that is no data. */
export function flatten(value) {
	// A getter of the caller's may come back here while the outer value is being written.
	const outer = { bytes, end, values };
	bytes = spare ?? new Uint8Array(USUAL_BYTES);
	spare = undefined;
	end = values = 0;
	try {
		write(value, 0);
	} catch {
		end = 0;
		writeOther("an object that throws while it is read");
	}
	const flat = bytes.subarray(0, end);
	if (bytes.length === USUAL_BYTES) spare = bytes;
	({ bytes, end, values } = outer);
	return flat;
}

function write(value, depth) {
	if (++values > MOST_VALUES) writeOther("an object with too many values");
	else if (typeof value === "string") writeText(value, TEXT, ILL_FORMED);
	else if (value === undefined || value === null) writeKind(ABSENT);
	else if (typeof value === "number") writeText(String(value), NUMBER);
	else if (typeof value === "boolean") writeKind(value ? TRUE : FALSE);
	else if (typeof value !== "object") writeOther(`a ${typeof value}`);
	else if (depth === DEEPEST) writeOther("an object nested too deep");
	else if (Array.isArray(value)) writeList(value, depth + 1);
	else if (isSignal(value)) writeOther("an AbortSignal");
	else writeRecord(value, depth + 1);
}

function writeList(list, depth) {
	const { length } = list;
	if (length > LONGEST) return writeOther("an array with too many entries");
	writeHead(LIST, length);
	for (let index = 0; index < length; index++) write(list[index], depth);
}

function writeRecord(record, depth) {
	const keys = Object.keys(record);
	if (keys.length > LONGEST) return writeOther("an object with too many keys");
	writeHead(RECORD, keys.length);
	for (const key of keys) {
		// Of a key with half of a surrogate pair, its nearest well-formed text: it cannot be a known key.
		writeText(key, TEXT);
		if (key === AGENT && depth === 1 && isObject(record[key])) writeOther(agentName(record[key]));
		else write(record[key], depth);
	}
}

const isObject = (value) => typeof value === "object" && value !== null;

/** What Node itself asks of an agent. */
const agentName = ({ addRequest }) => (typeof addRequest === "function" ? "an agent" : "an object that is no agent");

/** By its shape, since a signal of another realm is no instance of this one's class. */
const isSignal = ({ aborted, addEventListener }) =>
	typeof aborted === "boolean" && typeof addEventListener === "function";

/** Half of a surrogate pair turns into U+FFFD on its way, so it is a kind of its own. */
function writeText(text, kind, illFormed) {
	const { length } = text;
	if (length * 3 > MOST_BYTES) return writeOther("a string beyond all limits");
	reserve(HEAD + length);
	const start = end + HEAD;
	let at = start;
	if (length <= SHORT_TEXT) {
		for (let code; at - start < length && (code = text.charCodeAt(at - start)) < 128; at++) bytes[at] = code;
	}
	if (at - start < length) {
		reserve(HEAD + length * 3);
		at = start + encoder.encodeInto(text, bytes.subarray(start)).written;
		const isAscii = at - start === length;
		if (!isAscii && illFormed !== undefined && /\p{Surrogate}/u.test(text)) return writeKind(illFormed);
	}
	writeHead(kind, at - start);
	end = at;
}

const writeOther = (name) => writeText(name, OTHER);

function writeHead(kind, size) {
	writeKind(kind);
	bytes[end++] = size & 127;
	bytes[end++] = (size >> 7) & 127;
	bytes[end++] = (size >> 14) & 127;
	bytes[end++] = size >> 21;
}

function writeKind(kind) {
	reserve(HEAD);
	bytes[end++] = kind;
}

function reserve(more) {
	if (end + more <= bytes.length) return;
	const larger = new Uint8Array(2 * (end + more));
	larger.set(bytes);
	bytes = larger;
}
