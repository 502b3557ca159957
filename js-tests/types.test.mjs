// The published types with strict settings, in the oldest supported and the newest version of TypeScript.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { additionalFieldKeys } from "paystar";
import ts from "typescript-5.0";

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

function compile(compiler, project, ...options) {
	const tsc = pathOf(`../node_modules/${compiler}/bin/tsc`);
	const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", pathOf(project), ...options], {
		encoding: "utf8",
	});
	assert.equal(status, 0, stdout);
}

for (const [title, ...settings] of [
	["TypeScript 5.0", "typescript-5.0", "types/tsconfig.json"],
	["the newest TypeScript", "typescript", "types/tsconfig.json"],
	["the newest TypeScript in a worker", "typescript", "types/tsconfig.json", "--lib", "es2022,webworker"],
	[
		"the newest TypeScript in Node, without a DOM",
		"typescript",
		"types/tsconfig.json",
		"--lib",
		"es2022",
		"--types",
		"node",
	],
	["the newest TypeScript, with `using`", "typescript", "types/newest/tsconfig.json"],
]) {
	test(`${title} accepts the types with strict settings, and refuses the wrong programs`, () => compile(...settings));
}

/** The completions of an editor at the `|` of a program. */
function completionsAt(program) {
	const file = pathOf("types/editor.mts");
	const position = program.indexOf("|");
	const text = program.replace("|", "");
	const { options } = ts.parseJsonConfigFileContent(
		ts.readConfigFile(pathOf("types/tsconfig.json"), ts.sys.readFile).config,
		ts.sys,
		pathOf("types"),
	);
	const service = ts.createLanguageService({
		...ts.sys,
		useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
		getCompilationSettings: () => options,
		getCurrentDirectory: () => pathOf("types"),
		getDefaultLibFileName: ts.getDefaultLibFilePath,
		getScriptFileNames: () => [file],
		getScriptVersion: () => "1",
		getScriptSnapshot: (name) => {
			const source = name === file ? text : ts.sys.readFile(name);
			return source === undefined ? undefined : ts.ScriptSnapshot.fromString(source);
		},
	});
	const offered = service.getCompletionsAtPosition(file, position, {})?.entries ?? [];
	return offered.map(({ name }) => name).sort();
}

test("an editor completes the documented keys of additionalFields, and nothing else", () => {
	const offered = completionsAt(`
		import { PayStar } from "paystar";
		const { payouts } = new PayStar({ baseUrl: "http://127.0.0.1:4010" });
		void payouts.create({ amount: 1, currency: "USD", externalTransactionId: "A", additionalFields: { | } });`);
	const documented = additionalFieldKeys().map(({ key }) => key);
	assert.deepEqual(offered, documented.sort());
});

test("an editor completes the known statuses and the codes of errors", () => {
	const statuses = completionsAt(`
		import { isFinalStatus } from "paystar";
		isFinalStatus("|");`);
	assert.deepEqual(statuses, ["Created", "Failed", "Init", "Processing", "Success"]);
	const codes = completionsAt(`
		import { PayStarError } from "paystar";
		const act = (error: unknown) => error instanceof PayStarError && error.code === "|";`);
	assert.equal(codes.length, 28);
	assert.ok(codes.includes("duplicate_order") && codes.includes("signature_mismatch"));
});

for (const name of ["index", "sandbox"]) {
	const text = readFileSync(new URL(`./node_modules/paystar/dist/${name}.d.ts`, import.meta.url), "utf8");

	/** Nothing uses the result of onStatus, and the JSON of an error can contain any values. */
	const UNKNOWNS = ["onStatus?: ((state: OrderState) => unknown) | undefined;", "toJSON(): Record<string, unknown>;"];
	test(`the types of ${name} do not use any, and use unknown only in the listed places`, () => {
		const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
		assert.doesNotMatch(code.replaceAll('"any"', ""), /\bany\b/);
		const unknowns = code.split("\n").filter((line) => /\bunknown\b/.test(line.replaceAll('"unknown"', "")));
		assert.deepEqual(
			unknowns.map((line) => line.trim()),
			name === "index" ? UNKNOWNS : [],
		);
	});

	test(`every declaration and member of ${name} has a comment`, () => {
		const lines = text.split("\n");
		// These members narrow the members of the base class, which have the comments.
		const isMachinery = (line) =>
			/free\(\)|Symbol\.dispose|(private|protected) constructor|readonly (code|outcome):/.test(line);
		const bare = lines.filter((line, index) => {
			const isMember = /^ {4}(readonly )?[\w"]+[?(]?.*[:(].*[;{]$/.test(line) && !/^ {4}(interface|export)/.test(line);
			const isDeclaration = /^export (class|interface|type|function)/.test(line);
			if (!(isMember || isDeclaration) || isMachinery(line)) return false;
			return !/\*\/\s*$/.test(lines[index - 1]);
		});
		assert.deepEqual(bare, []);
	});
}
