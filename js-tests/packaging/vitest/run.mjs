export const tool = "vitest";

const check = (world, env) => world.checkNode(["node_modules/vitest/vitest.mjs", "run"], env);

export const rows = {
	Vitest: (world) => check(world),
	"Vitest, package transformed": (world) => check(world, { TRANSFORMED: "true" }),
};
