// Builds the npm package in pkg/: wasm-pack compiles two wasm modules, and each becomes the entries in pkg/dist/.
import { createHash } from "node:crypto";
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { main, root, run, step } from "./lib/steps.mjs";
import { ensureTools } from "./lib/tools.mjs";
import { toText } from "./lib/wasm-text.mjs";

const pkg = join(root, "pkg");
const out = join(pkg, "wasm");
/** The files that are published. */
const dist = join(pkg, "dist");
const stamp = join(out, ".stamp");
const { version } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));

/** The wasm modules: the folder of the crate, and the names of the entries. */
const MODULES = [
	{ name: "core", crate: ".", entry: "index", workerd: "workerd.js", edge: "edge.js" },
	{
		name: "sandbox",
		crate: "crates/sandbox-js",
		entry: "sandbox",
		workerd: "sandbox-workerd.js",
		edge: "sandbox-edge.js",
	},
];
/** Each line break costs bytes, and the server handlers have few bytes. */
const LONG_LINES = 0;
/** The types of the server handlers. The first file has the imports of all of them. */
const SERVER_TYPES = ["server", "panel"];
const COPIED = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

function files(folder) {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** A hash of all sources of the package. */
function fingerprint() {
	const sources = [
		...files(join(root, "src")),
		...files(join(root, "crates")),
		...files(join(root, "scripts", "lib")),
		join(root, "scripts", "build.mjs"),
		...["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "package-lock.json", ...COPIED].map((name) =>
			join(root, name),
		),
		join(pkg, "package.json"),
		...files(join(pkg, "entries")),
	].filter(existsSync);
	const hash = createHash("sha256");
	for (const file of sources.sort())
		hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
	return hash.digest("hex");
}

/** Compiler flags for wasm. docs/development/size-and-speed.md says what each flag saves. */
function rustFlags() {
	const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
	return [
		"-Cllvm-args=-inline-threshold=25",
		'--cfg=sha2_backend_soft="compact"',
		// The wasm contains names of files. The folder of the registry is different on each machine, so it is removed.
		`--remap-path-prefix=${join(cargoHome, "registry", "src")}=`,
	].join("\u001f");
}

/** The features are those of the compiler. With --all-features, wasm-opt writes encodings that engines refuse. */
const WASM_OPT = [
	"-O3",
	"--strip-debug",
	"--strip-producers",
	// The flag above removes the compiler's list of features, so the flags below name them.
	"--strip-target-features",
	"--enable-bulk-memory",
	"--enable-bulk-memory-opt",
	"--enable-multivalue",
	"--enable-mutable-globals",
	"--enable-nontrapping-float-to-int",
	"--enable-reference-types",
	"--enable-sign-ext",
];

function buildWasm({ name, crate }, env) {
	const args = ["build", "--release", "--target", "bundler", "--no-pack", "--out-dir", out, "--out-name", name];
	run("wasm-pack", [...args, crate, "--", "--locked"], {
		env: { ...env, CARGO_ENCODED_RUSTFLAGS: rustFlags() },
		hint: "The lines above say why. docs/development/build.md describes the tools.",
	});
	const wasm = join(out, `${name}_bg.wasm`);
	run("wasm-opt", [...WASM_OPT, wasm, "-o", wasm], { env });
	// With this file, npm would not pack the folder.
	rmSync(join(out, ".gitignore"), { force: true });
}

/**
 * The glue of a wasm, as a function that makes new glue for each instance. So nothing from a lost instance
 * reaches the next one. The imports of the wasm are listed one by one: whole modules would keep everything that
 * they export in the bundle.
 */
async function writeGlue({ name }) {
	const wasm = readFileSync(join(out, `${name}_bg.wasm`));
	const needed = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
	const aliases = needed.map((_, index) => `i${index}`);
	const modules = [...new Set(needed.map(({ module }) => module))];
	const membersOf = (module) =>
		needed.flatMap((wanted, index) => (wanted.module === module ? [`${wanted.name}: ${aliases[index]}`] : []));
	const glue = readFileSync(join(out, `${name}_bg.js`), "utf8");
	const functions = [...glue.matchAll(/^export function (?!__)(\w+)/gm)].map(([, exported]) => exported);
	const contents = [
		...needed.map((wanted, index) => `import { ${wanted.name} as ${aliases[index]} } from "${wanted.module}";`),
		`import { ${functions.join(", ")}, __wbg_set_wasm as setWasm } from "./${name}_bg.js";`,
		`export const functions = { ${functions.join(", ")} };`,
		"export { setWasm };",
		"export const imports = {",
		...modules.map((module) => `"${module}": { ${membersOf(module).join(", ")} },`),
		"};",
	].join("\n");
	const { build } = await import("esbuild");
	await build({
		stdin: { contents, resolveDir: out },
		bundle: true,
		format: "iife",
		globalName: "glue",
		// Nobody reads generated code.
		minify: true,
		// The parameters hide the globals with these names.
		banner: { js: "export function makeGlue(queueMicrotask, TextDecoder, TextEncoder) {" },
		footer: { js: "return glue;\n}" },
		target: "es2022",
		outfile: join(out, `${name}.glue.js`),
		logLevel: "warning",
	});
}

/** Files beside a bundle. All entries share the error classes: with two copies, `instanceof` would be wrong. */
const beside = ({ errors, wasm, helpers }) => ({
	name: "beside",
	setup({ onResolve }) {
		onResolve({ filter: /\/errors\.js$/ }, () => ({ path: `./${errors}`, external: true }));
		if (helpers) onResolve({ filter: /\/light\.js$/ }, () => ({ path: `./${helpers}`, external: true }));
		if (wasm) onResolve({ filter: /_bg\.wasm$/ }, () => ({ path: `./${wasm}`, external: true }));
	},
});

/** The wasm inside a bundle. */
const inlined = {
	name: "inlined",
	setup({ onLoad }) {
		onLoad({ filter: /_bg\.wasm$/ }, async ({ path }) => ({
			contents: `
				import { unpack } from "./wasm_text.js";
				export default () => unpack(${JSON.stringify(await toText(readFileSync(path)))});`,
			resolveDir: join(pkg, "entries"),
		}));
	},
};

/** Each entry is one file, because Node loads one file in half the time of twelve files. */
async function bundle(source, file, format, plugins, lineLimit = 120) {
	const { build } = await import("esbuild");
	const { outputFiles } = await build({
		entryPoints: [source],
		bundle: true,
		format,
		platform: "neutral",
		target: "es2022",
		define: { PAYSTAR_VERSION: JSON.stringify(version) },
		minify: true,
		// Node prints the line of an uncaught error.
		lineLimit,
		plugins,
		write: false,
		logLevel: "warning",
	});
	writeFileSync(join(dist, file), outputFiles[0].text);
}

async function bundleErrors() {
	const source = join(root, "crates", "boundary", "src", "errors.js");
	await bundle(source, "errors.js", "esm");
	await bundle(source, "errors.cjs", "cjs");
}

/** The entry without wasm. */
async function bundleHelpers() {
	const source = join(pkg, "entries", "helpers.js");
	await bundle(source, "helpers.js", "esm", [beside({ errors: "errors.js" })]);
	await bundle(source, "helpers.cjs", "cjs", [beside({ errors: "errors.cjs" })]);
	const types = readFileSync(join(root, "src", "js", "light.d.ts"), "utf8");
	writeFileSync(join(dist, "helpers.d.ts"), types);
	writeFileSync(join(dist, "helpers.d.cts"), types.replaceAll("./index.js", "./index.cjs"));
}

/** The entries for servers. They have no wasm: the client that a handler gets has it. */
async function bundleServer() {
	for (const [entry, file] of [
		["server", "server"],
		["server_testing", "server-testing"],
	]) {
		const source = join(pkg, "entries", `${entry}.js`);
		await bundle(source, `${file}.js`, "esm", [beside({ errors: "errors.js", helpers: "helpers.js" })], LONG_LINES);
		await bundle(source, `${file}.cjs`, "cjs", [beside({ errors: "errors.cjs", helpers: "helpers.cjs" })], LONG_LINES);
	}
	const typesOf = (name) => readFileSync(join(root, "src", "server", `${name}.d.ts`), "utf8");
	for (const [file, types] of [
		["server", SERVER_TYPES.map(typesOf).join("\n")],
		["server-testing", typesOf("testing")],
	]) {
		writeFileSync(join(dist, `${file}.d.ts`), types);
		writeFileSync(join(dist, `${file}.d.cts`), types.replace(/\.\/(index|server)\.js/g, "./$1.cjs"));
	}
}

async function bundleEntry({ name, entry, workerd, edge }) {
	const source = join(pkg, "entries", `${name}.js`);
	const errors = "errors.js";
	await bundle(source, `${entry}.js`, "esm", [beside({ errors }), inlined]);
	await bundle(source, `${entry}.cjs`, "cjs", [beside({ errors: "errors.cjs" }), inlined]);
	await bundle(source, workerd, "esm", [beside({ errors, wasm: `${name}.wasm` })]);
	await bundle(source, edge, "esm", [beside({ errors, wasm: `${name}.wasm?module` })]);
	copyFileSync(join(out, `${name}_bg.wasm`), join(dist, `${name}.wasm`));
	for (const types of ["d.ts", "d.cts"]) copyFileSync(join(out, `${name}.d.ts`), join(dist, `${entry}.${types}`));
}

function report() {
	for (const { name } of MODULES) {
		console.log(`  ${name}: ${(statSync(join(out, `${name}_bg.wasm`)).size / 1024).toFixed(0)} KiB of wasm`);
	}
}

/** Makes the files that are published. The wasm must be there. */
async function buildEntries() {
	rmSync(dist, { recursive: true, force: true });
	mkdirSync(dist);
	await bundleErrors();
	await bundleHelpers();
	await bundleServer();
	for (const module of MODULES) {
		await writeGlue(module);
		await bundleEntry(module);
	}
	for (const name of COPIED) copyFileSync(join(root, name), join(pkg, name));
}

/** Builds the package if it is not up to date. Returns the environment that finds the tools. */
export async function build() {
	const env = await ensureTools();
	const wanted = fingerprint();
	if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
		console.log("pkg/ is up to date.");
		return env;
	}
	rmSync(out, { recursive: true, force: true });
	for (const module of MODULES) await step(`wasm: ${module.name}`, () => buildWasm(module, env));
	await step("entries, types", buildEntries);
	report();
	writeFileSync(stamp, wanted);
	return env;
}

// `npm run mutants` uses `--entries`, because its JS mutants do not change the wasm.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	await main(process.argv.includes("--entries") ? buildEntries : build);
}
