// `npm run bench`: builds and packs the package, installs it beside the other clients in benches/, and measures all of them.
// `-- --only callbacks` runs one group. `-- --node 24` runs with another Node. `-- --before REV` also measures the cold start
// of the package of an earlier commit. `-- --quick` takes less time, and writes results only together with `--write`.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { nodeOfVersion } from "./lib/node-versions.mjs";
import { installTarball, packPackage } from "./lib/pack.mjs";
import { capture, main, root, run, step, StepFailure } from "./lib/steps.mjs";
import { ensureNodeModules } from "./lib/tools.mjs";

const benches = join(root, "benches");

/** Builds the package of an earlier commit, and installs it as `paystar-before`. */
async function installBefore(revision) {
	const commit = capture("git", ["rev-parse", "--verify", `${revision}^{commit}`]);
	if (commit === undefined) throw new StepFailure(`"${revision}" is not a commit of this repository.`);
	const source = join(root, "target", "before", commit);
	if (!existsSync(join(source, "pkg", "dist", "index.js"))) {
		rmSync(source, { recursive: true, force: true });
		run("git", ["clone", "--quiet", "--no-checkout", root, source]);
		run("git", ["checkout", "--quiet", commit], { cwd: source });
		run(process.execPath, ["scripts/build.mjs"], { cwd: source });
	}
	const installed = join(benches, "node_modules", "paystar-before");
	rmSync(installed, { recursive: true, force: true });
	mkdirSync(installed, { recursive: true });
	run("tar", ["-xzf", packPackage(source), "-C", installed, "--strip-components", "1"]);
}

await main(async () => {
	const { values } = parseArgs({
		options: {
			node: { type: "string" },
			before: { type: "string" },
			only: { type: "string" },
			quick: { type: "boolean" },
			write: { type: "boolean" },
		},
	});
	const node = values.node === undefined ? process.execPath : await nodeOfVersion(values.node);
	await build();
	await ensureNodeModules(benches, "npm packages of the benchmarks");
	await step("package, packed and installed", () => installTarball(packPackage(), benches));
	const args = [];
	if (values.before !== undefined) {
		await step(`package of ${values.before}, built and installed`, () => installBefore(values.before));
		args.push("--before");
	}
	if (values.only !== undefined) args.push("--only", values.only);
	if (values.quick) args.push("--quick");
	if (values.write) args.push("--write");
	run(node, ["main.mjs", ...args], { cwd: benches });
});
