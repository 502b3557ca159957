// The published types, under a strict compiler.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

test("the types compile under strict settings, and refuse what they should", () => {
	const project = fileURLToPath(new URL("./types/tsconfig.json", import.meta.url));
	const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", project], { encoding: "utf8" });
	assert.equal(status, 0, stdout);
});
