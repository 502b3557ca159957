import { build } from "esbuild";

export const version = (world) => world.chromiumVersion();

export const leftOut = {
	Electron: "its npm package has no binary and downloads it from another place; the next row tests Electron's globals",
};

export const prepare = ({ folder }) =>
	build({
		absWorkingDir: folder,
		entryPoints: ["globals.js"],
		outfile: "globals.bundle.js",
		bundle: true,
		logLevel: "warning",
	});

export const rows = {
	"page with Node's globals": async (world) => world.checkPage(await world.serve(), "index.html"),
};
