// publint and attw check the tarball. These tools find errors that break the projects of users.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";

const packed = new URL("../target/package/", import.meta.url);
const [name] = readdirSync(packed);
const tarball = new Uint8Array(readFileSync(new URL(name, packed)));
const { exports } = JSON.parse(readFileSync(new URL("../pkg/package.json", import.meta.url), "utf8"));

test("publint finds no problems and has no suggestions", async () => {
	const { messages, pkg } = await publint({ strict: true, pack: { tarball: tarball.buffer } });
	assert.equal(pkg.name, "paystar");
	assert.deepEqual(messages, []);
});

test("attw finds correct types for every entry and every kind of resolution", async () => {
	const { types, entrypoints, problems } = await checkPackage(createPackageFromTarballData(tarball));
	assert.equal(types.kind, "included");
	assert.deepEqual(Object.keys(entrypoints), Object.keys(exports));
	for (const { resolutions } of Object.values(entrypoints)) {
		assert.deepEqual(Object.keys(resolutions), ["node10", "node16-cjs", "node16-esm", "bundler"]);
	}
	assert.deepEqual(problems, []);
});
