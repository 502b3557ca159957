// Builds the npm package in pkg/: two wasm modules, their loaders' bytes, CommonJS bundles and types.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { main, root, run, step } from "./lib/steps.mjs";
import { ensureTools } from "./lib/tools.mjs";

const pkg = join(root, "pkg");
const out = join(pkg, "wasm");
const stamp = join(out, ".stamp");

/** Entry of the package, its wasm, the cargo feature that makes it. */
const MODULES = [
	{ entry: "index.js", name: "core", feature: "client" },
	{ entry: "sandbox.js", name: "sandbox", feature: "sandbox" },
];
const COPIED = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"];

function files(folder) {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** All that the package is made from, as one hash. */
function fingerprint() {
	const sources = [
		...files(join(root, "src")),
		...files(join(root, "scripts", "lib")),
		join(root, "scripts", "build.mjs"),
		...["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "package-lock.json", ...COPIED].map((name) =>
			join(root, name),
		),
		join(pkg, "package.json"),
		...readdirSync(pkg)
			.filter((name) => name.endsWith(".js"))
			.map((name) => join(pkg, name)),
	].filter(existsSync);
	const hash = createHash("sha256");
	for (const file of sources.sort())
		hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
	return hash.digest("hex");
}

/** Flags of the compiler for wasm; CONTRIBUTING.md, "Size", says what each gave. */
function rustFlags() {
	const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
	return [
		"-Cllvm-args=-inline-threshold=25",
		'--cfg=sha2_backend_soft="compact"',
		// Names of files stand in the wasm: those of the registry without where this machine keeps it.
		`--remap-path-prefix=${join(cargoHome, "registry", "src")}=`,
	].join("\u001f");
}

function buildWasm({ name, feature }, env) {
	const args = ["build", "--release", "--target", "bundler", "--no-pack", "--out-dir", "pkg/wasm", "--out-name", name];
	run("wasm-pack", [...args, ".", "--", "--locked", "--features", feature], {
		env: { ...env, CARGO_ENCODED_RUSTFLAGS: rustFlags() },
		hint: "The lines above say why. Tools are installed by this script; see CONTRIBUTING.md, 'Build'.",
	});
	// It would keep npm from packing the folder.
	rmSync(join(out, ".gitignore"), { force: true });
}

/** A fifth of the glue repeats the comments of the types. */
async function shrinkGlue() {
	const { transform } = await import("esbuild");
	for (const { name } of MODULES) {
		const glue = join(out, `${name}_bg.js`);
		writeFileSync(glue, (await transform(readFileSync(glue, "utf8"), { minifyWhitespace: true })).code);
	}
}

function writeLoaders() {
	for (const { name } of MODULES) {
		const wasm = readFileSync(join(out, `${name}_bg.wasm`));
		writeFileSync(join(out, `${name}.module.js`), moduleSource(name, wasm));
		writeFileSync(join(out, `${name}.bytes.js`), `export const bytes = "${wasm.toString("base64")}";\n`);
		copyFileSync(join(out, `${name}.d.ts`), join(out, `${name}.d.cts`));
	}
	// The folder of snippets has a hash in its name, so the entry cannot name it.
	const [crate] = readdirSync(join(out, "snippets"));
	const snippet = `./snippets/${crate}/src/js/errors.js`;
	writeFileSync(
		join(out, "errors.js"),
		`export { ${errorClasses(join(out, snippet)).join(", ")} } from "${snippet}";\n`,
	);
}

/** What a loader needs besides a wasm: its glue, and the modules that it names as its imports. */
function moduleSource(name, wasm) {
	const needed = new Set(WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ module }) => module));
	const specifiers = [...needed];
	return [
		...specifiers.map((specifier, index) => `import * as m${index} from "${specifier}";`),
		`export * as glue from "./${name}_bg.js";`,
		`export const imports = { ${specifiers.map((specifier, index) => `"${specifier}": m${index}`).join(", ")} };`,
		"",
	].join("\n");
}

const errorClasses = (file) =>
	[...readFileSync(file, "utf8").matchAll(/^export class (\w+)/gm)].map(([, name]) => name);

async function bundleCommonJs() {
	const { build } = await import("esbuild");
	for (const { entry, name } of MODULES) {
		await build({
			entryPoints: [join(pkg, entry)],
			outfile: join(out, `${name}.cjs`),
			bundle: true,
			format: "cjs",
			platform: "neutral",
			target: "es2022",
			logLevel: "warning",
		});
	}
}

function report() {
	for (const { name } of MODULES) {
		console.log(`  ${name}: ${(statSync(join(out, `${name}_bg.wasm`)).size / 1024).toFixed(0)} KiB of wasm`);
	}
}

/** Builds what is not up to date. */
export async function build() {
	const env = await ensureTools();
	const wanted = fingerprint();
	if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
		console.log("pkg/ is up to date.");
		return env;
	}
	rmSync(out, { recursive: true, force: true });
	for (const module of MODULES) await step(`wasm: ${module.name}`, () => buildWasm(module, env));
	await step("loaders, CommonJS, types", async () => {
		await shrinkGlue();
		writeLoaders();
		await bundleCommonJs();
		for (const name of COPIED) copyFileSync(join(root, name), join(pkg, name));
	});
	report();
	writeFileSync(stamp, wanted);
	return env;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(build);
