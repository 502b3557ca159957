// Writes a wasm module as a text of ASCII characters, because it must be in a JavaScript file. pkg/entries/wasm_text.js reads
// the text.
//
// The most frequent byte values are one character. The others are a prefix and a second character. gzip finds the same
// repetitions in this text as in the wasm. In base64 it finds few of them, because there the same bytes are four different
// texts. The text needs no escape in a string, a template or an HTML page, so no bundler changes it. It is ASCII, so
// it does not depend on the charset of a page.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps.mjs";

/** These characters have a meaning in strings, templates or HTML. */
const NOT_USED = "\"'`$\\<";
const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const ALPHABET = printable.filter((character) => !NOT_USED.includes(character));
const PREFIXES = ["}", "~"];
const SINGLES = ALPHABET.filter((character) => !PREFIXES.includes(character));

const TABLE = 128;
const PAGE = 65_536;

/** The byte values, the most frequent first. */
function byFrequency(bytes) {
	const counts = new Array(256).fill(0);
	for (const byte of bytes) counts[byte]++;
	return counts.map((_, byte) => byte).sort((a, b) => counts[b] - counts[a] || a - b);
}

/** The form of each byte value, and the tables that `unpack.wat` reads. */
function formsOf(bytes) {
	const forms = [...SINGLES, ...PREFIXES.flatMap((prefix) => ALPHABET.map((second) => prefix + second))];
	const tables = new Uint8Array(TABLE * (1 + PREFIXES.length));
	const formOf = [];
	byFrequency(bytes).forEach((byte, rank) => {
		const form = forms[rank];
		formOf[byte] = form;
		tables[TABLE * (1 + PREFIXES.indexOf(form.slice(0, -1))) + form.charCodeAt(form.length - 1)] = byte;
	});
	return { formOf, tables };
}

/** `{ unpacker, text }`, as `unpack` in pkg/entries/wasm_text.js reads them. */
export async function toText(bytes) {
	const { formOf, tables } = formsOf(bytes);
	const text = Array.from(bytes, (byte) => formOf[byte]).join("");
	const source = readFileSync(join(root, "pkg", "entries", "unpack.wat"), "utf8")
		.replace("$PAGES", `${Math.ceil((tables.length + text.length) / PAGE)}`)
		.replace("$TABLES", Array.from(tables, (byte) => `\\${byte.toString(16).padStart(2, "0")}`).join(""));
	const { default: binaryen } = await import("binaryen");
	const module = binaryen.parseText(source);
	module.setFeatures(binaryen.Features.MVP);
	binaryen.setShrinkLevel(0);
	binaryen.setOptimizeLevel(3);
	module.optimize();
	const unpacker = Buffer.from(module.emitBinary()).toString("base64");
	module.dispose();
	return { unpacker, text };
}
