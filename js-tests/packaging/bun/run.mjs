export const tool = "bun";

export const rows = {
	Bun: (world) => world.checkProgram(world.binary("@oven", "bin/bun"), ["run", "main.mjs"]),
};
