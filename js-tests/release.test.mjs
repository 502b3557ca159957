// The checks before a release find every problem.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { obstacles } from "../scripts/lib/release.mjs";

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const READY = {
	version: "1.2.3",
	lockVersion: "1.2.3",
	changelog: "# Changelog\n\n## 1.2.3 (2026-11-23)\n\n- x\n\n## 1.2.2 (2026-11-01)\n",
	status: "",
	tags: ["v1.2.2"],
};

test("a ready working tree has no problems, and each problem is reported", () => {
	assert.deepEqual(obstacles(READY), []);
	for (const [change, name] of [
		[{ status: " M README.md" }, /not clean:\n M README\.md/],
		[{ version: "1.2" }, /1\.2 is not a valid version/],
		[{ lockVersion: "1.2.2" }, /package-lock\.json has version 1\.2\.2/],
		[{ version: "1.2.4", lockVersion: "1.2.4" }, /first version in CHANGELOG\.md is 1\.2\.3/],
		[{ changelog: READY.changelog.replace("2026-11-23", "not released") }, /no date/],
		[{ changelog: "# Changelog\n" }, /is missing/],
		[{ tags: ["v1.2.3"] }, /was released before/],
	]) {
		assert.match(obstacles({ ...READY, ...change }).join("\n"), name);
	}
});

test("only one file contains the version, and it is the first version in the changelog", () => {
	const { version } = JSON.parse(read("pkg/package.json"));
	assert.equal(JSON.parse(read("package-lock.json")).packages.pkg.version, version);
	assert.match(read("CHANGELOG.md"), new RegExp(`^# .*\\n[^#]*## ${version.replaceAll(".", "\\.")} \\(`));
	for (const manifest of ["Cargo.toml", "crates/model/Cargo.toml"]) assert.doesNotMatch(read(manifest), /^version\b/m);
});
