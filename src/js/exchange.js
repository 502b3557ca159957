// Memory that wasm and JavaScript share, for values in their usual form. exchange.rs says why.
import { encodings } from "../../crates/boundary/src/input.js";

// Codes that Rust and JavaScript share: the sizes of the memory for fast ways.
export const TEXT_BYTES = 8448;
export const WORDS = 1024;

let encoder;

/** Call it before the client is opened. A test environment may have an own class, whose code can do anything. */
export function prepareExchange() {
	encoder ??= new (encodings().TextEncoder)();
}

/** `{ buffer, text, words, issues }`: views of the memory, which are made again after it has grown, and issues by number. */
export function exchangeOf(wasm) {
	const known = wasm.exchange;
	return known?.buffer === wasm.memory.buffer ? known : (wasm.exchange = makeExchange(wasm, known));
}

function makeExchange(wasm, known) {
	const [text, words] = [wasm.exchangeAddress(true), wasm.exchangeAddress(false)];
	// The first call of `exchangeAddress` may have made the memory larger.
	const { buffer } = wasm.memory;
	return {
		buffer,
		text: new Uint8Array(buffer, text, TEXT_BYTES),
		words: new Uint32Array(buffer, words, WORDS),
		issues: known?.issues ?? [],
	};
}

/** Writes a text of at most `TEXT_BYTES` characters. `false` if it is not ASCII. */
export function writeText(exchange, text) {
	// Each character that is not ASCII has more bytes.
	const { read, written } = encoder.encodeInto(text, exchange.text);
	return read === text.length && written === text.length;
}
