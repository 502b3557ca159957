// `npm run simulate -- --seeds N`: the client's `create` against the sandbox, in N worlds in which everything goes
// wrong that can. `-- --seed S` shows one world.
import { main, run } from "./lib/steps.mjs";
import { ensureRust } from "./lib/tools.mjs";

await main(async () => {
	await ensureRust();
	const build = [
		"run",
		"--locked",
		"--quiet",
		"--profile",
		"native",
		"--package",
		"paystar-native",
		"--bin",
		"simulate",
	];
	run("cargo", [...build, "--", ...process.argv.slice(2)]);
});
