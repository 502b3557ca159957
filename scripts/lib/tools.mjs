// The tools of the build, in exact versions. A tool from PATH is used if its version is right. Otherwise the tool is
// installed once per user.
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { capture, root, run, step } from "./steps.mjs";

const WASM_PACK = "0.15.1";
const TARGET = "wasm32-unknown-unknown";
const RUST_HINT = "Install Rust from https://rustup.rs, then run this again.";

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "paystar", "tools");

/** The version of wasm-bindgen in Cargo.lock. The command line tool must have the same version. */
function wasmBindgenVersion() {
	const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
	return /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)[1];
}

/** Installs the npm packages of a folder, in the versions of its package-lock.json. */
export async function ensureNodeModules(folder = root, title = "npm packages of the build") {
	const installed = join(folder, "node_modules", ".package-lock.json");
	const isFresh =
		existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, "package-lock.json")).mtimeMs;
	if (isFresh) return;
	await step(title, () =>
		run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, hint: "npm needs the npm registry." }),
	);
}

/** Installs the compiler and its wasm target if they are missing. */
export async function ensureRust() {
	const hasToolchain = () => capture("cargo", ["--version"]) !== undefined;
	if (!hasToolchain()) {
		// rustup does this automatically, but a user can turn automatic installs off.
		await step("Rust toolchain of rust-toolchain.toml", () =>
			run("rustup", ["toolchain", "install"], { hint: RUST_HINT }),
		);
	}
	const targets = capture("rustup", ["target", "list", "--installed"])?.split("\n") ?? [];
	if (!targets.includes(TARGET)) {
		await step(`Rust target ${TARGET}`, () => run("rustup", ["target", "add", TARGET], { hint: RUST_HINT }));
	}
}

/** Installs rustfmt and clippy if they are missing. The build does not need them. */
export async function ensureRustLints() {
	if (capture("cargo", ["fmt", "--version"]) && capture("cargo", ["clippy", "--version"])) return;
	await step("rustfmt and clippy", () => run("rustup", ["component", "add", "rustfmt", "clippy"], { hint: RUST_HINT }));
}

/** Installs a cargo tool. Returns its folder, or undefined if PATH has the tool. */
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

/** Installs the tools that are missing. Returns the environment that finds all of them. */
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
