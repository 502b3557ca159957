export const tool = "jest";

// Jest needs the flag for ES modules.
const check = (world, file) =>
	world.checkNode(["--experimental-vm-modules", "node_modules/jest/bin/jest.js", "--runInBand", file]);

export const rows = {
	"Jest, CommonJS": (world) => check(world, "commonjs.jest.cjs"),
	"Jest, ESM": (world) => check(world, "esm.jest.mjs"),
};
