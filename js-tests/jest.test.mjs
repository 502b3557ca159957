// Jest with fake timers, in its environment `node` and in its environment `jsdom`.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("clients, sandboxes and fake timers work in Jest, in Node and in jsdom", { timeout: 120_000 }, async () => {
	const jest = createRequire(import.meta.url).resolve("jest/bin/jest");
	const config = fileURLToPath(new URL("jest/jest.config.cjs", import.meta.url));
	const [error, stderr] = await new Promise((resolve) => {
		const args = [jest, "--config", config, "--forceExit", "--testTimeout", "20000", "--runInBand"];
		execFile(process.execPath, args, { env: { ...process.env, FORCE_COLOR: "0" } }, (failure, _, text) =>
			resolve([failure, text]),
		);
	});
	assert.equal(error, null, stderr);
	assert.match(stderr, /Tests: +18 passed, 18 total/);
});
