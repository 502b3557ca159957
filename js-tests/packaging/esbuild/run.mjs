import { build } from "esbuild";

export const tool = "esbuild";

export async function prepare({ folder }) {
	const options = { absWorkingDir: folder, bundle: true, minify: true, logLevel: "warning" };
	await build({ ...options, entryPoints: ["page.mjs"], outfile: "dist/page.js", platform: "browser" });
	await build({ ...options, entryPoints: ["main.mjs"], outfile: "dist/main.cjs", platform: "node" });
}

export const rows = {
	"esbuild, for pages": async (world) => world.checkPage(await world.serve(), "bundled.html"),
	"esbuild, for Node": (world) => world.checkNode(["dist/main.cjs"]),
};
