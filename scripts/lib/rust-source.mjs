// Rust source without the parts that are not code. Blanked parts keep their length and their lines.

const COMMENT = String.raw`\/\/.*|\/\*[\s\S]*?\*\/`;
const TEXT = String.raw`(?<!\w)[bc]?r(#*)"[\s\S]*?"\1|"(?:[^"\\]|\\[\s\S])*"`;
const CHARACTER = String.raw`'(?:[^'\\\n]|\\(?:u\{[^}]*\}|x\w\w|.))'`;
const NOT_CODE = new RegExp([COMMENT, TEXT, CHARACTER].join("|"), "g");
const TEST = /#\[cfg\((?:test|all\(test\b[^\]]*)\)\]/;
const OPENING = "([{";
const CLOSING = ")]}";

const blank = (text) => text.replace(/[^\n]/g, " ");
export const blankRange = (text, from, to) => text.slice(0, from) + blank(text.slice(from, to)) + text.slice(to);

/** The source without comments. */
export const withoutComments = (source) =>
	source.replace(NOT_CODE, (found) => (found.startsWith("/") ? blank(found) : found));

/** The source without comments, texts and characters. */
export const withoutTexts = (source) => source.replace(NOT_CODE, blank);

/** The place of the bracket that closes the bracket at `open`, or the end. */
export function closing(code, open) {
	let depth = 0;
	for (let at = open; at < code.length; at++) {
		if (OPENING.includes(code[at])) depth++;
		else if (CLOSING.includes(code[at]) && --depth === 0) return at;
	}
	return code.length;
}

/** The end of the item that begins at `start`: after its body, or after its semicolon. */
function endOfItem(code, start) {
	for (let at = start; at < code.length; at++) {
		if (code[at] === ";") return at + 1;
		if (code[at] === "{") return closing(code, at) + 1;
		if (OPENING.includes(code[at])) at = closing(code, at);
	}
	return code.length;
}

/** Where the items begin and end that are compiled only for tests. `code` has no comments and no texts. */
function testRanges(code) {
	if (/^\s*#!\[cfg\(test\)\]/.test(code)) return [[0, code.length]];
	const ranges = [];
	for (let from = 0; ; from = ranges.at(-1)[1]) {
		const found = TEST.exec(code.slice(from));
		if (!found) return ranges;
		const start = from + found.index;
		ranges.push([start, endOfItem(code, start + found[0].length)]);
	}
}

/** `text` without the items that are compiled only for tests. `text` is the source, with or without comments. */
export function withoutTests(text) {
	const ranges = testRanges(withoutTexts(text));
	return ranges.reduce((rest, [from, to]) => blankRange(rest, from, to), text);
}

/** How many lines the source has without the items that are compiled only for tests. */
export function lineCount(source) {
	const lines = source.trimEnd().split("\n").length;
	const linesOf = ([from, to]) => source.slice(from, to).trimEnd().split("\n").length;
	return testRanges(withoutTexts(source)).reduce((rest, range) => rest - linesOf(range), lines);
}
