// Checks formatting, lints and the map of the source. It changes nothing: `npm run format` corrects what it can correct.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkLayers } from "./lib/layers.mjs";
import { main, root, run, step, StepFailure } from "./lib/steps.mjs";
import { ensureRustLints, ensureTools } from "./lib/tools.mjs";

const FORMAT = "npm run format corrects it.";
const WASM = ["--target", "wasm32-unknown-unknown"];
const tests = join(root, "scripts", "tests");

async function checkMap() {
	const { problems, warnings } = await checkLayers(root);
	for (const warning of warnings) console.log(`  Warning: ${warning}`);
	if (problems.length > 0) throw new StepFailure(`The source does not keep to its map.\n\n${problems.join("\n\n")}`);
}

export async function lint(env) {
	const clippy = (...args) => run("cargo", ["clippy", "--locked", ...args, "--", "-D", "warnings"], { env });
	await ensureRustLints();
	await step("map of the source", checkMap);
	await step("tests of the scripts", () => {
		run(process.execPath, ["--test", "--test-reporter=spec", ...readdirSync(tests).map((name) => join(tests, name))]);
	});
	await step("format and lints", () => {
		run("cargo", ["fmt", "--all", "--check"], { hint: FORMAT });
		clippy("--workspace", "--all-targets");
		for (const crate of ["paystar", "paystar-sandbox-js", "paystar-boundary"]) {
			clippy("--package", crate, ...WASM, "--all-targets");
		}
		run("prettier", ["--check", "."], { env, hint: FORMAT });
		run("eslint", ["--max-warnings", "0"], { env });
	});
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(async () => lint(await ensureTools()));
