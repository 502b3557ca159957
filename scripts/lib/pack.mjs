// Packs the package, and installs the tarball as a user does.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./steps.mjs";

/** Packs pkg/ of a checkout. Returns the path of the tarball. */
export function packPackage(checkout = root) {
	const folder = join(checkout, "target", "package");
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	run("npm", ["pack", "./pkg", "--pack-destination", folder, "--silent"], { cwd: checkout });
	const [tarball] = readdirSync(folder);
	return join(folder, tarball);
}

/** Installs packages without their install scripts. Default: the packages of the package.json in `cwd`. */
export function npmInstall(cwd, ...args) {
	const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
	run("npm", ["install", ...options, ...args], { cwd, hint: "npm needs the npm registry." });
}

/** Installs the tarball in `cwd`, beside the packages that are there. */
export function installTarball(tarball, cwd) {
	rmSync(join(cwd, "node_modules", "paystar"), { recursive: true, force: true });
	npmInstall(cwd, "--no-save", "--no-package-lock", tarball);
}
