// `npm run simulate -- --seeds N`: runs the client's `create`, `waitUntilFinal` and status reads with the sandbox, in
// N worlds with faults. `-- --seed S` shows one world.
import { simulateArgs } from "./lib/simulation.mjs";
import { main, run } from "./lib/steps.mjs";
import { ensureRust } from "./lib/tools.mjs";

await main(async () => {
	await ensureRust();
	run("cargo", simulateArgs(process.argv.slice(2)));
});
