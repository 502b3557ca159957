// Finds the problems of requests in their usual form in a fast way: plain objects, and texts in ASCII. The rules are the same:
// only the way into wasm and out of it is another. All other requests go to `validate`.
import { valueOf } from "../../crates/boundary/src/results.js";
import { currentInstance } from "../../crates/boundary/src/instance.js";
import { exchangeOf, prepareExchange, TEXT_BYTES, WORDS, writeText } from "./exchange.js";

// Codes that Rust and JavaScript share: the kind of a plain value.
const ABSENT = 0;
const TRUE = 1;
const FALSE = 2;
const NUMBER = 3;
const STRING = 4;
const OBJECT = 5;
const KINDS = 8;

const { getOwnPropertyNames, getPrototypeOf, keys: keysOf, prototype: objectPrototype } = Object;

/** The number of each known key. All instances have the same numbers. */
let numbers;

/** Known keys in the order of the last object, and their numbers. The next object often has the same keys. */
const REQUEST = { keys: [], numbers: [] };
const FIELDS = { keys: [], numbers: [] };

function readNumbers() {
	const keys = currentInstance().enter((wasm) => wasm.plainKeys());
	numbers = new Map(keys.split(" ").map((key, index) => [key, index]));
}

/**
 * The issues of a request in its usual form. `undefined` for all others. `open(owner)` opens the client. It is called last:
 * getters of the request run before, and can make wasm forget the client.
 */
export function validatePlain(open, owner, kind, request) {
	if (typeof request !== "object" || request === null) return undefined;
	if (numbers === undefined) readNumbers();
	const words = [];
	const text = textOf(request, words);
	if (text === undefined || text.length > TEXT_BYTES || words.length > WORDS) return undefined;
	prepareExchange();
	const { instance, client } = open(owner);
	return instance.enter((wasm) => {
		const count = words.length;
		const exchange = exchangeOf(wasm);
		const shared = exchange.words;
		for (let index = 0; index < count; index++) shared[index] = words[index];
		const result = writeText(exchange, text) ? wasm.validatePlain(client, kind, count, text.length) : 0;
		return result === 0 ? undefined : issuesOf(wasm, result - 1);
	});
}

/** A request with a getter that throws is not usual. */
function textOf(request, words) {
	try {
		return writeObject(request, words, REQUEST);
	} catch {
		return undefined;
	}
}

/** Adds the words of an object, and returns its text. `undefined` if the object has an unusual form. */
function writeObject(object, words, last) {
	const prototype = getPrototypeOf(object);
	if ((prototype !== objectPrototype && prototype !== null) || Array.isArray(object)) return undefined;
	const keys = keysOf(object);
	const { length } = keys;
	// Hidden members are refused, and `validate` says so.
	if (length > WORDS || getOwnPropertyNames(object).length !== length) return undefined;
	let text = "";
	words.push(OBJECT + length * KINDS);
	for (let index = 0; index < length; index++) {
		const key = keys[index];
		const number = key === last.keys[index] ? last.numbers[index] : numberOf(key, index, last);
		if (number === undefined) text += key;
		words.push(number ?? numbers.size + key.length);
		const value = object[key];
		if (typeof value === "string") {
			text += value;
			words.push(STRING + value.length * KINDS);
		} else if (value === undefined || value === null) {
			words.push(ABSENT);
		} else if (typeof value === "number") {
			const digits = String(value);
			text += digits;
			words.push(NUMBER + digits.length * KINDS);
		} else if (typeof value === "boolean") {
			words.push(value ? TRUE : FALSE);
		} else {
			const isFields = last === REQUEST && key === "additionalFields" && typeof value === "object";
			const fields = isFields ? writeObject(value, words, FIELDS) : undefined;
			if (fields === undefined) return undefined;
			text += fields;
		}
	}
	return text;
}

/** The number of a key. A key that is not known is not kept, because it can contain a secret. */
function numberOf(key, index, last) {
	const number = numbers.get(key);
	if (number !== undefined && index <= last.keys.length) {
		last.keys[index] = key;
		last.numbers[index] = number;
	}
	return number;
}

function issuesOf(wasm, count) {
	const issues = [];
	// The next call of wasm changes the words.
	const found = count === 0 ? undefined : exchangeOf(wasm).words.slice(0, count);
	for (let index = 0; index < count; index++) {
		const { path, code, message, severity } = issueOf(wasm, found[index]);
		issues.push({ path, code, message, severity });
	}
	return issues;
}

function issueOf(wasm, number) {
	const { issues } = exchangeOf(wasm);
	return (issues[number] ??= valueOf(wasm.numberedIssue(number)));
}
