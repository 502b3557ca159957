// Other versions of Node, from the npm packages of its binaries.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmInstall } from "./pack.mjs";
import { capture, root, step, StepFailure } from "./steps.mjs";

const isWindows = process.platform === "win32";

/** The path of a Node of a major version. It is installed if it is not the Node that runs this. */
export async function nodeOfVersion(major) {
	if (!/^[1-9]\d$/.test(major)) throw new StepFailure(`"${major}" is not a major version of Node, such as 24.`);
	if (process.versions.node.split(".")[0] === major) return process.execPath;
	const folder = join(root, "target", "node", major);
	const name = `node-${isWindows ? "win" : process.platform}-${process.arch}`;
	const binary = join(folder, "node_modules", name, "bin", isWindows ? "node.exe" : "node");
	const isRight = () => existsSync(binary) && capture(binary, ["--version"])?.startsWith(`v${major}.`);
	if (isRight()) return binary;
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
	await step(`Node ${major}`, () => npmInstall(folder, `${name}@${major}`));
	if (!isRight()) throw new StepFailure(`Node ${major} was installed, but it does not start.`);
	return binary;
}
