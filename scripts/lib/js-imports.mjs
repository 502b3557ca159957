// Which JavaScript file imports which other file, as esbuild reads the imports.
import { join } from "node:path";

/** Built files, and what is not a file. */
const isOutside = (path) => /(^|\/)wasm\//.test(path) || !path.startsWith(".");

/** From each file to the files that it imports, each with the text of the import. */
export async function importsOf(root, files) {
	if (files.length === 0) return new Map();
	const { build } = await import("esbuild");
	const outside = {
		name: "outside",
		setup({ onResolve }) {
			onResolve({ filter: /.*/ }, ({ path, kind }) =>
				kind !== "entry-point" && isOutside(path) ? { path, external: true } : undefined,
			);
		},
	};
	const { metafile } = await build({
		entryPoints: files,
		absWorkingDir: root,
		bundle: true,
		format: "esm",
		platform: "neutral",
		target: "esnext",
		plugins: [outside],
		metafile: true,
		write: false,
		outdir: "out",
		logLevel: "error",
	});
	return new Map(
		Object.entries(metafile.inputs).map(([file, { imports }]) => {
			const inside = imports.filter(({ external }) => !external);
			return [join(root, file), new Map(inside.map(({ path, original }) => [join(root, path), original]))];
		}),
	);
}

/** The source without comments. */
export async function withoutComments(source) {
	const { transform } = await import("esbuild");
	const { code } = await transform(source, { loader: "js", legalComments: "none", target: "esnext" });
	return code;
}
