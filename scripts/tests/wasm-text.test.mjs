// The text of a wasm module gives the same bytes again, and no bundler has a reason to change it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unpack } from "../../pkg/entries/wasm_text.js";
import { toText } from "../lib/wasm-text.mjs";

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** Bytes by a linear congruential generator. Small values are more frequent, as in wasm. */
function randomBytes(length, seed) {
	let state = seed;
	return Uint8Array.from({ length }, () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return (state >>> 24) & (state >>> 16);
	});
}

const SAMPLES = {
	"no bytes": new Uint8Array(),
	"one byte": Uint8Array.of(255),
	"every byte value once": everyByte,
	"every pair of byte values": Uint8Array.from(
		Array.from(everyByte).flatMap((first) => Array.from(everyByte).flatMap((second) => [first, second])),
	),
	"one value only": new Uint8Array(100_000),
	"random bytes": randomBytes(300_000, 1),
	"random bytes that end at a page of memory": randomBytes(65_536, 2),
};

for (const [name, bytes] of Object.entries(SAMPLES)) {
	test(`${name}: the same bytes come back, from a text without escapes`, async () => {
		const packed = await toText(bytes);
		assert.deepEqual(Buffer.from(unpack(packed)), Buffer.from(bytes));
		// Not: quotes, the backtick, the dollar sign, the backslash and "<".
		assert.match(packed.text, /^[ !#%&()*+,\-./0-9:;=>?@A-Z[\]^_a-z{|}~]*$/);
	});
}

test("the most frequent byte values are one character", async () => {
	const bytes = randomBytes(100_000, 3);
	const { text } = await toText(bytes);
	assert.ok(text.length < bytes.length * 1.2, `${text.length} characters`);
});
