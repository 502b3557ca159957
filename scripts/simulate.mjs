// `npm run simulate -- --seeds N`: the client's `create`, `waitUntilFinal` and status reads against the sandbox, in N
// worlds in which everything goes wrong that can. `-- --seed S` shows one world.
import { simulateArgs } from "./lib/simulation.mjs";
import { main, run } from "./lib/steps.mjs";
import { ensureRust } from "./lib/tools.mjs";

await main(async () => {
	await ensureRust();
	run("cargo", simulateArgs(process.argv.slice(2)));
});
