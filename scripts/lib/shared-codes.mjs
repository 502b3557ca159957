// Checks that Rust and JavaScript agree on the codes that cross between them. Such constants are in a block that begins
// with a comment and ends with an empty line. The text after the colon pairs the blocks of both languages:
//
//     // Codes that Rust and JavaScript share: how an exchange ends.
//     const ANSWERED: u8 = 0;
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const MARK = "Codes that Rust and JavaScript share";
const BLOCK = new RegExp(`${MARK}(?::[ \\t]*([^\\n.*]*))?[^\\n]*\\n((?:[^\\n]*\\S[^\\n]*(?:\\n|$))*)`, "g");
const CONSTANT = {
	Rust: /^[ \t]*(?:pub(?:\([^)]*\))? )?const ([A-Z][A-Z0-9_]*): [\w&' ]+ = ([^;]+);/gm,
	JavaScript: /^[ \t]*(?:export )?const ([A-Z][A-Z0-9_]*) = ([^;]+);/gm,
};
const LANGUAGES = Object.keys(CONSTANT);
const languageOf = (file) => (file.endsWith(".rs") ? "Rust" : "JavaScript");

/** A number, a product of numbers or a text, as JSON. `undefined` for every other value. */
function valueOf(source) {
	const text = /^["'](.*)["']$/.exec(source);
	if (text) return JSON.stringify(text[1]);
	const factors = source.replaceAll("_", "").split("*").map(Number);
	return factors.some(Number.isNaN) ? undefined : JSON.stringify(factors.reduce((product, factor) => product * factor));
}

function constantsIn(text, file) {
	const found = [...text.matchAll(CONSTANT[languageOf(file)])];
	return found
		.map(([, name, source]) => ({ name, file, value: valueOf(source.trim()) }))
		.filter(({ value }) => value !== undefined);
}

const split = (constants) => LANGUAGES.map((language) => constants.filter(({ file }) => languageOf(file) === language));

/** The constants that have the same name in both languages, and another value. */
function differences(constants) {
	const [rust, js] = split(constants);
	const pairs = rust.flatMap((ours) => js.map((theirs) => [ours, theirs]));
	return pairs
		.filter(([ours, theirs]) => ours.name === theirs.name && ours.value !== theirs.value)
		.map(
			([ours, theirs]) =>
				`${ours.name} is ${ours.value} in ${ours.file} and ${theirs.value} in ${theirs.file}. Give both the same value, or another name if they mean different things.`,
		);
}

/** The constants of a block that the other language does not have. */
function missing(title, constants) {
	const [rust, js] = split(constants);
	const problemsOf = (ours, theirs, language) =>
		ours
			.filter(({ name }) => theirs.every((other) => other.name !== name))
			.map(
				({ name, file }) =>
					`${file} has ${name} in the block "${MARK}${title && `: ${title}`}", but ${language} has no ${name} in a block with this title. Add it there, or move ${name} out of the block.`,
			);
	return [...problemsOf(rust, js, "JavaScript"), ...problemsOf(js, rust, "Rust")];
}

/**
 * All that is wrong. Blocks are compared in all files. Other constants with the same name are compared only in the files
 * of one crate. `crates` has a list of paths below `root` for each crate.
 */
export function checkSharedCodes(root, crates) {
	const blocks = new Map();
	const others = crates.map((files) =>
		files.flatMap((file) => {
			const text = readFileSync(join(root, file), "utf8");
			for (const [, title = "", block] of text.matchAll(BLOCK)) {
				const key = title.trim();
				blocks.set(key, [...(blocks.get(key) ?? []), ...constantsIn(block, file)]);
			}
			return constantsIn(text.replace(BLOCK, ""), file);
		}),
	);
	return [
		...[...blocks].flatMap(([title, constants]) => [...missing(title, constants), ...differences(constants)]),
		...others.flatMap(differences),
	];
}
