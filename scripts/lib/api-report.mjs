// The public surface of the package as one text: its declarations without comments, sorted. So the text changes only
// if the surface changes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript-5.0";
import { root } from "./steps.mjs";

export const reportFile = join(root, "docs", "api-report.md");
export const UPDATE = "npm run api-report";

const ENTRIES = [
	{ name: "paystar", types: "index.d.ts" },
	{ name: "paystar/sandbox", types: "sandbox.d.ts" },
	{ name: "paystar/helpers", types: "helpers.d.ts" },
	{ name: "paystar/server", types: "server.d.ts" },
	{ name: "paystar/server/testing", types: "server-testing.d.ts" },
];

const byText = (a, b) => (a < b ? -1 : Number(a > b));

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });
const textOf = (node, source) => printer.printNode(ts.EmitHint.Unspecified, node, source);

/** A declaration with its members sorted by their text, because their order in the source has no meaning. */
function withSortedMembers(declaration, source) {
	const { modifiers, name, typeParameters, heritageClauses } = declaration;
	const create = ts.isInterfaceDeclaration(declaration)
		? ts.factory.createInterfaceDeclaration
		: ts.isClassDeclaration(declaration) && ts.factory.createClassDeclaration;
	if (!create) return declaration;
	const members = [...declaration.members].sort((a, b) => byText(textOf(a, source), textOf(b, source)));
	return create(modifiers, name, typeParameters, heritageClauses, members);
}

function declarationsOf(file) {
	const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true);
	return source.statements
		.map((statement) => textOf(withSortedMembers(statement, source), source))
		.filter((text) => text !== "export {};")
		.sort(byText);
}

/** The report of the types in `folder`. */
export function apiReport(folder) {
	const parts = ENTRIES.map(({ name, types }) => {
		const declarations = declarationsOf(join(folder, types)).join("\n\n");
		return `## ${name}\n\n\`\`\`text\n${declarations}\n\`\`\`\n`;
	});
	return [
		"# The public surface\n",
		`Everything that users can see, written by \`${UPDATE}\`. A change here is a change for users. CONTRIBUTING.md says which changes are breaking.\n`,
		...parts,
	].join("\n");
}
