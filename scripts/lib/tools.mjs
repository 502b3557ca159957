// The tools of the build, by exact version: taken from PATH where they are there, else installed once per user.
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { capture, root, run, step } from "./steps.mjs";

const WASM_PACK = "0.15.1";
const TARGET = "wasm32-unknown-unknown";
const RUST_HINT = "Install Rust from https://rustup.rs, then run this again.";

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "paystar", "tools");

/** The version of wasm-bindgen in Cargo.lock: the command line tool must be the very same. */
function wasmBindgenVersion() {
	const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
	return /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)[1];
}

/** npm packages of a folder, as its package-lock.json has them. */
export async function ensureNodeModules(folder = root, title = "npm packages of the build") {
	const installed = join(folder, "node_modules", ".package-lock.json");
	const isFresh =
		existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, "package-lock.json")).mtimeMs;
	if (isFresh) return;
	await step(title, () =>
		run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, hint: "It needs the npm registry." }),
	);
}

/** The compiler, with its wasm target. */
export async function ensureRust() {
	const hasToolchain = () => capture("cargo", ["--version"]) !== undefined;
	if (!hasToolchain()) {
		// rustup does this by itself, unless automatic installs are off.
		await step("Rust toolchain of rust-toolchain.toml", () =>
			run("rustup", ["toolchain", "install"], { hint: RUST_HINT }),
		);
	}
	const targets = capture("rustup", ["target", "list", "--installed"])?.split("\n") ?? [];
	if (!targets.includes(TARGET)) {
		await step(`Rust target ${TARGET}`, () => run("rustup", ["target", "add", TARGET], { hint: RUST_HINT }));
	}
}

/** rustfmt and clippy, which building does not need. */
export async function ensureRustLints() {
	if (capture("cargo", ["fmt", "--version"]) && capture("cargo", ["clippy", "--version"])) return;
	await step("rustfmt and clippy", () => run("rustup", ["component", "add", "rustfmt", "clippy"], { hint: RUST_HINT }));
}

/** The folder of a cargo tool, or undefined where PATH has it. */
async function ensureCargoTool(crate, command, version, extra) {
	const isRight = (path) => capture(path, ["--version"])?.split(" ")[1] === version;
	if (isRight(command)) return undefined;
	const folder = join(cache, `${crate}-${version}`);
	if (!isRight(join(folder, "bin", command))) {
		await step(`${crate} ${version} (a few minutes, once)`, () =>
			run("cargo", ["install", crate, "--version", version, "--root", folder, ...extra], { hint: RUST_HINT }),
		);
	}
	return join(folder, "bin");
}

/** Makes sure of every tool; the result is the environment that finds them. */
export async function ensureTools() {
	await ensureNodeModules();
	await ensureRust();
	const folders = [
		// Not --locked: one crate of its lock file is missing in some registry mirrors.
		await ensureCargoTool("wasm-bindgen-cli", "wasm-bindgen", wasmBindgenVersion(), []),
		await ensureCargoTool("wasm-pack", "wasm-pack", WASM_PACK, ["--locked"]),
		join(root, "node_modules", ".bin"),
	];
	return { PATH: [...folders.filter(Boolean), process.env.PATH].join(delimiter) };
}
