// The code blocks of the README and the guides.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
/** Made from the types, and tested as such. */
const NO_GUIDE = "api-report.md";
const PROGRAMS = ["js", "ts"];
const LANGUAGES = [...PROGRAMS, "sh"];

/** The README and the guides, by path from the root. */
export const documents = [
	"README.md",
	...readdirSync(new URL("docs/", root))
		.filter((name) => name.endsWith(".md") && name !== NO_GUIDE)
		.map((name) => `docs/${name}`),
];

/**
 * The programs of a document: `{ name, language, code, notRun }`. `notRun` is the reason of a block that stands behind
 * the comment `<!-- not run: reason -->`.
 */
export function programsOf(document) {
	const text = readFileSync(fileURLToPath(new URL(document, root)), "utf8");
	const blocks = [...text.matchAll(/(?:<!-- not run: (?<notRun>.+?) -->\n+)?^```(?<language>.*)\n(?<code>[^]*?)^```$/gm)];
	const fences = text.match(/^\s*(```|~~~)/gm) ?? [];
	if (fences.length !== blocks.length * 2) throw new Error(`${document} has a code block that is not read.`);
	return blocks
		.map(({ index, groups }) => ({ ...groups, name: `${document}:${text.slice(0, index).split("\n").length}` }))
		.filter(({ language, name }) => {
			if (!LANGUAGES.includes(language)) throw new Error(`${name}: blocks are one of ${LANGUAGES.join(", ")}.`);
			return PROGRAMS.includes(language);
		});
}
