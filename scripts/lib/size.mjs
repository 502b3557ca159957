// Compares the size of the packed package with scripts/size-budget.json.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { root, StepFailure } from "./steps.mjs";
import { toText } from "./wasm-text.mjs";

const budget = JSON.parse(readFileSync(join(root, "scripts", "size-budget.json"), "utf8"));
const gzip = (content) => gzipSync(content, { level: 9 }).length;

/** Bundles a page. Returns the code and the modules in it. */
async function bundle(source, resolveDir) {
	const { build } = await import("esbuild");
	const { outputFiles, metafile } = await build({
		stdin: { contents: source, resolveDir },
		absWorkingDir: resolveDir,
		bundle: true,
		minify: true,
		format: "esm",
		platform: "browser",
		target: "es2022",
		metafile: true,
		write: false,
		logLevel: "warning",
	});
	const modules = Object.keys(metafile.inputs).filter((name) => name !== "<stdin>");
	return { code: outputFiles[0].text, modules: modules.map((name) => join(resolveDir, name)) };
}

function bytesUnder(folder) {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
}

/** A wasm module, its text as the entries contain it, and a part of the text that identifies it. */
async function readWasm(file) {
	const bytes = readFileSync(file);
	const { unpacker, text } = await toText(bytes);
	const middle = Math.floor(text.length / 2);
	return { bytes, unpacker, text, sample: text.slice(middle, middle + 200) };
}

/** Measures a tarball and the installed package, and prints a table. It fails if a number is above its budget. */
export async function checkSize({ tarball, installed, page }) {
	const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
	const core = await readWasm(join(installed, "dist", "core.wasm"));
	const sandbox = await readWasm(join(installed, "dist", "sandbox.wasm"));
	const whole = await bundle(`import { PayStar } from "paystar"; globalThis.PayStar = PayStar;`, page);
	const light = await bundle(
		`import { maskCardNumber } from "paystar/helpers"; globalThis.mask = maskCardNumber;`,
		page,
	);
	const server = await bundle(`export * from "paystar/server";`, page);
	// In the entries, the text of the wasm has many lines.
	const textOf = (file) => readFileSync(file, "utf8").replaceAll("\\\n", "");
	const glue = whole.modules.map((file) => textOf(file).replace(core.text, "").replace(core.unpacker, "")).join("\n");
	const measured = {
		"core wasm, gzip": gzip(core.bytes),
		"browser: import { PayStar }, gzip": gzip(whole.code),
		"browser: import { maskCardNumber } from paystar/helpers, gzip": gzip(light.code),
		"glue without the wasm's bytes, gzip": gzip(glue),
		"paystar/server, gzip": gzip(readFileSync(join(installed, "dist", "server.js"))),
		tarball: statSync(tarball).size,
		installed: bytesUnder(installed),
		"runtime dependencies": Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }).length,
	};
	const over = Object.keys(budget).filter((name) => !(measured[name] <= budget[name]));
	console.table(
		Object.fromEntries(Object.keys(budget).map((name) => [name, { measured: measured[name], budget: budget[name] }])),
	);

	const masking = await bundle(`import { maskCardNumber } from "paystar"; console.log(maskCardNumber("4"));`, page);
	const both = await bundle(`import "paystar/sandbox"; import "paystar";`, page);
	if (!both.code.includes(sandbox.sample))
		throw new StepFailure("A page that imports paystar/sandbox does not contain the sandbox.");
	const carries = (name) => masking.modules.some((module) => relative(page, module).includes(name));
	if (masking.code.includes(sandbox.sample) || carries("sandbox") || carries("server")) {
		throw new StepFailure("A page that imports only maskCardNumber contains the sandbox or the server handlers.");
	}
	console.log("  A page that imports only maskCardNumber contains neither the sandbox nor the server handlers.");
	if (server.code.includes("WebAssembly") || server.code.includes(core.sample)) {
		throw new StepFailure("paystar/server contains a wasm. It must use the client that its handlers get.");
	}
	console.log("  paystar/server contains no wasm.");
	if (over.length > 0) throw new StepFailure(`Larger than scripts/size-budget.json allows: ${over.join("; ")}.`);
}
