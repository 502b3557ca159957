// The tarball as npm would publish it, judged by the tools that look for what breaks in other people's projects.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";

const packed = new URL("../target/package/", import.meta.url);
const [name] = readdirSync(packed);
const tarball = new Uint8Array(readFileSync(new URL(name, packed)));

test("publint has nothing to say, not even a suggestion", async () => {
	const { messages, pkg } = await publint({ strict: true, pack: { tarball: tarball.buffer } });
	assert.equal(pkg.name, "paystar");
	assert.deepEqual(messages, []);
});

test("attw finds the types of every entry right, however it is resolved", async () => {
	const { types, entrypoints, problems } = await checkPackage(createPackageFromTarballData(tarball));
	assert.equal(types.kind, "included");
	assert.deepEqual(Object.keys(entrypoints), [".", "./sandbox", "./helpers", "./package.json"]);
	for (const { resolutions } of Object.values(entrypoints)) {
		assert.deepEqual(Object.keys(resolutions), ["node10", "node16-cjs", "node16-esm", "bundler"]);
	}
	assert.deepEqual(problems, []);
});
