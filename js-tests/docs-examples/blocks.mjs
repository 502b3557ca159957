// The code blocks of the README and the guides.
import { readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const PROGRAMS = ["js", "ts"];
const LANGUAGES = [...PROGRAMS, "sh"];

const { projectDocuments } = JSON.parse(read("docs/site/typedoc.json"));

/** The README and the guides of the site, by path from the root. */
export const documents = ["README.md", ...projectDocuments.map((path) => path.replace("../", "docs/"))];

/**
 * The programs of a document: `{ name, language, code, notRun }`. If the comment `<!-- not run: reason -->` is before a
 * block, `notRun` is its reason.
 */
export function programsOf(document) {
	const text = read(document);
	const blocks = [
		...text.matchAll(/(?:<!-- not run: (?<notRun>.+?) -->\n+)?^```(?<language>.*)\n(?<code>[^]*?)^```$/gm),
	];
	const fences = text.match(/^\s*(```|~~~)/gm) ?? [];
	if (fences.length !== blocks.length * 2) throw new Error(`${document} has a code block that is not read.`);
	return blocks
		.map(({ index, groups }) => ({ ...groups, name: `${document}:${text.slice(0, index).split("\n").length}` }))
		.filter(({ language, name }) => {
			if (!LANGUAGES.includes(language)) throw new Error(`${name}: blocks are one of ${LANGUAGES.join(", ")}.`);
			return PROGRAMS.includes(language);
		});
}
