import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const tool = "typescript";

// The compiler of the repository.
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

async function check(world, resolution, options, programs) {
	const outDir = `dist-${resolution}`;
	await world.runNode([tsc, ...options, "--outDir", outDir]);
	for (const program of programs) await world.checkNode([`${outDir}/${program}`]);
}

const both = ["main.mjs", "commonjs.cjs"];
const nodeLike = (name) => ["-p", "tsconfig.json", "--module", name, "--moduleResolution", name];

export const rows = {
	"TypeScript, node16": (world) => check(world, "node16", nodeLike("node16"), both),
	"TypeScript, nodenext": (world) => check(world, "nodenext", nodeLike("nodenext"), both),
	"TypeScript, bundler": (world) => check(world, "bundler", ["-p", "tsconfig.bundler.json"], ["main.mjs"]),
};
