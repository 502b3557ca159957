export const version = () => process.version;

export const rows = {
	"Node, ESM": (world) => world.checkNode(["main.mjs"]),
	"Node, CommonJS": (world) => world.checkNode(["commonjs.cjs"]),
	"Node without eval": (world) => world.checkNode(["--disallow-code-generation-from-strings", "main.mjs"]),
};
