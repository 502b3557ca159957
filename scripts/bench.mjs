// `npm run bench`: builds and packs the package, installs it beside the other clients in benches/, and measures all of them.
// `-- --only callbacks` runs one group. `-- --quick` takes less time, and writes results only together with `--write`.
import { join } from "node:path";
import { build } from "./build.mjs";
import { installTarball, packPackage } from "./lib/pack.mjs";
import { main, root, run, step } from "./lib/steps.mjs";
import { ensureNodeModules } from "./lib/tools.mjs";

const benches = join(root, "benches");

await main(async () => {
	await build();
	await ensureNodeModules(benches, "npm packages of the benchmarks");
	await step("package, packed and installed", () => installTarball(packPackage(), benches));
	run(process.execPath, ["main.mjs", ...process.argv.slice(2)], { cwd: benches });
});
