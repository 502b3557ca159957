// Verifies callbacks in their usual form in a fast way. It only accepts. All other callbacks go to `handleSigned`, which has
// the rules.
import { encodings } from "../../crates/boundary/src/input.js";

// Codes that Rust and JavaScript share: the memory for callbacks in their usual form, and the result of `verifyPlain`.
const TEXT_BYTES = 8448;
const PLACES = 50;
const IS_ACCEPTED = 1;
const IS_FINAL = 2;
const HAS_PARAMS = 4;
const FIRST_COUNT = 8;

let encoder;

/** Views of the memory that wasm and JavaScript share. They are made again after the memory has grown. */
function viewsOf(wasm) {
	const { buffer } = wasm.memory;
	if (wasm.views?.text.buffer !== buffer) {
		wasm.views = {
			text: new Uint8Array(buffer, wasm.exchangeAddress(true), TEXT_BYTES),
			places: new Uint32Array(buffer, wasm.exchangeAddress(false), PLACES),
		};
	}
	return wasm.views;
}

/**
 * The callback of a body in its usual form. `undefined` for all others, which does not mean that they are not valid. `open`
 * opens the client. It is called last: code of a caller can run before, and can make wasm forget the client.
 */
export function verifyPlain(open, body, signature) {
	const bodyLength = body.length;
	const length = bodyLength + signature.length;
	if (length > TEXT_BYTES) return undefined;
	encoder ??= new (encodings().TextEncoder)();
	let places;
	const { instance, client } = open();
	const result = instance.enter((wasm) => {
		const views = viewsOf(wasm);
		// Each character that is not ASCII has more bytes.
		const { read, written } = encoder.encodeInto(body + signature, views.text);
		places = views.places;
		return read === length && written === length ? wasm.verifyPlain(client, bodyLength, length) : 0;
	});
	return (result & IS_ACCEPTED) === 0 ? undefined : callbackOf(body, result, places);
}

function callbackOf(body, result, places) {
	const text = (index) => body.slice(places[index], places[index + 1]);
	const nullable = (index) => (places[index] === 0 ? null : text(index));
	const unsigned = {};
	if (places[8] !== 0) unsigned.currency = text(8);
	if ((result & HAS_PARAMS) !== 0) {
		unsigned.externalParams = {
			cardToken: nullable(10),
			cardStorageToken: nullable(12),
			cardHolder: nullable(14),
			cardNumber: nullable(16),
			extra: {},
		};
	}
	const extra = {};
	const end = 18 + 4 * Math.floor(result / FIRST_COUNT);
	for (let index = 18; index < end; index += 4) {
		const value = text(index + 2);
		const isText = body[places[index + 2] - 1] === '"';
		extra[text(index)] = isText || !Object.hasOwn(WORDS, value) ? value : WORDS[value];
	}
	unsigned.extra = extra;
	return {
		externalId: text(0),
		status: text(2),
		isFinal: (result & IS_FINAL) !== 0,
		amount: text(4),
		orderType: text(6),
		unsigned,
	};
}

/** Other words of JSON are numbers, which become texts of their digits. */
const WORDS = { true: true, false: false, null: null };
