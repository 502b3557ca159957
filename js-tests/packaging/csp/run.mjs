import assert from "node:assert/strict";

export const version = (world) => world.chromiumVersion();

export const rows = {
	"CSP with 'wasm-unsafe-eval'": async (world) => world.checkPage(await world.serve(), "with.html"),
	"CSP without it: a clear error": async (world) => {
		const { failures, status } = await world.open(await world.serve(), "without.html");
		assert.equal(failures.length, 2);
		for (const { message, ...rest } of failures) {
			assert.match(message, /^WebAssembly does not start \(.+\)\. .*add 'wasm-unsafe-eval' to its script-src/s);
			const right = { isRight: true, name: "ConfigurationError", code: "configuration_invalid" };
			assert.deepEqual(rest, { ...right, outcome: "notSent", retryable: false });
		}
		assert.equal(status, 404);
	},
};
