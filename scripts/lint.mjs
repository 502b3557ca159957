// Checks formatting and lints of Rust and JS; changes nothing. `npm run format` mends what can be mended.
import { pathToFileURL } from "node:url";
import { main, run, step } from "./lib/steps.mjs";
import { ensureRustLints, ensureTools } from "./lib/tools.mjs";

const FORMAT = "npm run format mends it.";
const WASM = ["--target", "wasm32-unknown-unknown"];

export async function lint(env) {
	const clippy = (...args) => run("cargo", ["clippy", "--locked", ...args, "--", "-D", "warnings"], { env });
	await ensureRustLints();
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
