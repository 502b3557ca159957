import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";

export const tool = "rollup";

async function bundle(folder, name, options, format, file) {
	const onwarn = ({ message }) => {
		throw new Error(message);
	};
	const made = await rollup({ input: `${folder}/${name}.mjs`, plugins: [nodeResolve(options)], onwarn });
	await made.write({ file: `${folder}/dist/${file}`, format, name: "page" });
	await made.close();
}

export async function prepare({ folder }) {
	await bundle(folder, "page", { browser: true }, "iife", "page.js");
	await bundle(folder, "main", { preferBuiltins: true }, "cjs", "main.cjs");
}

export const rows = {
	"Rollup, for pages": async (world) => world.checkPage(await world.serve(), "bundled.html"),
	"Rollup, for Node": (world) => world.checkNode(["dist/main.cjs"]),
};
