import { promisify } from "node:util";
import webpack from "webpack";

export const tool = "webpack";

export async function prepare({ folder }) {
	const options = { context: folder, mode: "production", performance: false };
	const stats = await promisify(webpack)([
		{ ...options, entry: "./page.mjs", target: "web", output: { path: `${folder}/dist`, filename: "page.js" } },
		{ ...options, entry: "./main.mjs", target: "node", output: { path: `${folder}/dist`, filename: "main.cjs" } },
	]);
	if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
}

export const rows = {
	"webpack, for pages": async (world) => world.checkPage(await world.serve(), "bundled.html"),
	"webpack, for Node": (world) => world.checkNode(["dist/main.cjs"]),
};
