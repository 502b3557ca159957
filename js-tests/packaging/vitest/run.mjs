export const tool = "vitest";

const check = (world, ...options) =>
	world.checkNode(["node_modules/vitest/vitest.mjs", "run", "--root", ".", ...options]);

export const rows = {
	Vitest: (world) => check(world),
	"Vitest, package transformed": (world) => check(world, "--server.deps.inline=paystar"),
};
