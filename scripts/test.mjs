// `npm test`: lints, Rust tests on this machine, tests of the wasm boundary, then the size and the behaviour of the packed
// package, and its documentation. `npm test -- --only js` runs one part: lint, rust, wasm, size, js, docs, memory or
// callbacks-postgres. The last two take minutes, so they run only with `--only`.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { buildDocs } from "./docs.mjs";
import { installTarball, packPackage } from "./lib/pack.mjs";
import { checkSize } from "./lib/size.mjs";
import { main, root, run, StepFailure, step } from "./lib/steps.mjs";
import { lint } from "./lint.mjs";

const jsTests = join(root, "js-tests");

/** Tests use the tarball, as a user does, and not the folder. */
function installPackage() {
	tarball = packPackage();
	rmSync(join(jsTests, "node_modules"), { recursive: true, force: true });
	installTarball(tarball, jsTests);
}

let tarball;
let isInstalled;
const installOnce = () => (isInstalled ??= step("package, packed and installed", installPackage));

const measurePackage = () => checkSize({ tarball, installed: join(jsTests, "node_modules", "paystar"), page: jsTests });

const allJsTests = () => readdirSync(jsTests).filter((name) => name.endsWith(".test.mjs"));

function runJsTests(files, env) {
	run(process.execPath, ["--expose-gc", "--test", "--test-reporter=spec", ...files], { cwd: jsTests, env });
}

const parts = {
	lint: (env) => lint(env),
	rust: () =>
		step("Rust tests on this machine, and a short simulation", () => {
			run("cargo", ["test", "--locked", "--workspace"]);
			run(process.execPath, ["scripts/mutants.mjs", "--check"]);
		}),
	wasm: (env) =>
		step("tests of the wasm boundary", () =>
			run("wasm-pack", ["test", "--node", "crates/boundary", "--locked"], { env }),
		),
	size: async () => {
		await installOnce();
		await step("size", measurePackage);
	},
	js: async () => {
		await installOnce();
		await step("JS tests", () => runJsTests(allJsTests()));
	},
	docs: buildDocs,
};
const partsByName = {
	...parts,
	memory: async () => {
		await installOnce();
		await step("a million calls", () =>
			runJsTests(["memory.test.mjs", "exceptions.test.mjs"], { PAYSTAR_MEMORY: "full" }),
		);
	},
	"callbacks-postgres": async () => {
		await installOnce();
		await step("each effect of a callback exactly once, in PostgreSQL", () =>
			runJsTests(["callback-postgres.test.mjs"], { PAYSTAR_POSTGRES: "full" }),
		);
	},
};

await main(async () => {
	const at = process.argv.indexOf("--only");
	const chosen = at === -1 ? Object.keys(parts) : [process.argv[at + 1]];
	if (!chosen.every((name) => name in partsByName)) {
		throw new StepFailure(`The value of --only must be one of ${Object.keys(partsByName).join(", ")}.`);
	}
	const env = await build();
	for (const name of chosen) await partsByName[name](env);
});
