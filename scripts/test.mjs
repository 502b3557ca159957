// `npm test`: lints, native Rust tests, wasm boundary tests, then the size and the behaviour of the built and packed
// package. `npm test -- --only js` (lint, rust, wasm, size, js) runs one part.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { checkSize } from "./lib/size.mjs";
import { main, root, run, StepFailure, step } from "./lib/steps.mjs";
import { lint } from "./lint.mjs";

const jsTests = join(root, "js-tests");
const packed = join(root, "target", "package");

/** Tests use what a user would install: the tarball, not the folder. */
function installPackage() {
	rmSync(packed, { recursive: true, force: true });
	mkdirSync(packed, { recursive: true });
	run("npm", ["pack", "./pkg", "--pack-destination", packed, "--silent"]);
	const [tarball] = readdirSync(packed);
	rmSync(join(jsTests, "node_modules"), { recursive: true, force: true });
	run(
		"npm",
		["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--silent", join(packed, tarball)],
		{
			cwd: jsTests,
		},
	);
}

let isInstalled;
const installOnce = () => (isInstalled ??= step("package, packed and installed", installPackage));

function measurePackage() {
	const [tarball] = readdirSync(packed);
	return checkSize({
		tarball: join(packed, tarball),
		installed: join(jsTests, "node_modules", "paystar"),
		page: jsTests,
	});
}

function runJsTests() {
	const files = readdirSync(jsTests).filter((name) => name.endsWith(".test.mjs"));
	run(process.execPath, ["--expose-gc", "--test", "--test-reporter=spec", ...files], { cwd: jsTests });
}

const parts = {
	lint: (env) => lint(env),
	rust: () =>
		step("native Rust tests", () => run("cargo", ["test", "--locked", "--workspace", "--features", "sandbox"])),
	wasm: (env) =>
		step("wasm boundary tests", () =>
			run("wasm-pack", ["test", "--node", "--", "--locked", "--features", "client"], { env }),
		),
	size: async () => {
		await installOnce();
		await step("size", measurePackage);
	},
	js: async () => {
		await installOnce();
		await step("JS tests", runJsTests);
	},
};

await main(async () => {
	const at = process.argv.indexOf("--only");
	const chosen = at === -1 ? Object.keys(parts) : [process.argv[at + 1]];
	if (!chosen.every((name) => name in parts)) {
		throw new StepFailure(`--only takes one of ${Object.keys(parts).join(", ")}.`);
	}
	const env = await build();
	for (const name of chosen) await parts[name](env);
});
