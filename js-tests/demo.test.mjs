// The tour, as `npm start` runs it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("the tour pays both published examples, takes two deposits, refuses a wrong request, finds a lost payout, and ends", () => {
	const demo = fileURLToPath(new URL("../examples/tour/main.mjs", import.meta.url));
	const { status, stdout, stderr } = spawnSync(process.execPath, [demo], { encoding: "utf8", timeout: 60_000 });
	assert.equal(status, 0, stdout + stderr);
	assert.equal(stdout.match(/✓/g).length, 8, stdout);
	assert.ok(!stdout.includes("✗"));
	assert.equal(stdout.match(/by your own id {2} Success/g).length, 2, stdout);
	assert.equal(stdout.match(/callback +Success [\d.]+, signature verified/g).length, 2, stdout);
});
