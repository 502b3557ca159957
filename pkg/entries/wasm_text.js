// Reads the bytes of a wasm module from a text of ASCII characters. scripts/lib/wasm-text.mjs writes it, and says why.
import { encodings } from "../../crates/boundary/src/input.js";

/** The place of the text in the memory of `unpack.wat`. */
const TEXT = 384;

/** `unpacker` is `unpack.wat` in base64, with the tables of the text. */
export function unpack({ unpacker, text }) {
	const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fromBase64(unpacker)));
	const { buffer } = exports.memory;
	const { TextEncoder } = encodings();
	const { written } = new TextEncoder().encodeInto(text, new Uint8Array(buffer, TEXT));
	return new Uint8Array(buffer, TEXT, exports.unpack(written));
}

function fromBase64(base64) {
	if (typeof Buffer !== "undefined") return Buffer.from(base64, "base64");
	return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
