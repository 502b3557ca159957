// The package as its users get it: packed, then installed from the tarball.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./steps.mjs";

const folder = join(root, "target", "package");

/** Packs pkg/: the path of the tarball. */
export function packPackage() {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	run("npm", ["pack", "./pkg", "--pack-destination", folder, "--silent"]);
	const [tarball] = readdirSync(folder);
	return join(folder, tarball);
}

/** Installs packages without running a script of theirs: those of its package.json, unless others are given. */
export function npmInstall(cwd, ...args) {
	const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
	run("npm", ["install", ...options, ...args], { cwd, hint: "It needs the npm registry." });
}

/** Installs the tarball where `cwd` has its package.json, beside what else is installed there. */
export function installTarball(tarball, cwd) {
	rmSync(join(cwd, "node_modules", "paystar"), { recursive: true, force: true });
	npmInstall(cwd, "--no-save", "--no-package-lock", tarball);
}
