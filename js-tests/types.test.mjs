// The published types, under a strict compiler.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

test("the types compile under strict settings, and refuse what they should", () => {
	const project = fileURLToPath(new URL("./types/tsconfig.json", import.meta.url));
	const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", project], { encoding: "utf8" });
	assert.equal(status, 0, stdout);
});

for (const name of ["core", "sandbox"]) {
	const text = readFileSync(new URL(`./node_modules/paystar/wasm/${name}.d.ts`, import.meta.url), "utf8");

	test(`the types of ${name} have no any, and no unknown but for logs`, () => {
		const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
		assert.doesNotMatch(code.replaceAll('"any"', ""), /\bany\b/);
		const unknowns = code.split("\n").filter((line) => /\bunknown\b/.test(line.replaceAll('"unknown"', "")));
		assert.deepEqual(
			unknowns.map((line) => line.trim()),
			name === "core" ? ["toJSON(): Record<string, unknown>;"] : [],
		);
	});

	test(`every declaration and member of ${name} has a comment`, () => {
		const lines = text.split("\n");
		// The members of an error's class narrow those of its base, and have their comments.
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
