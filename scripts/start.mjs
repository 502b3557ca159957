// `npm start`: builds what is not up to date, then shows payouts from request to final status.
import { build } from "./build.mjs";
import { main, run } from "./lib/steps.mjs";

await main(async () => {
	await build();
	run(process.execPath, ["examples/tour/main.mjs"], { hint: "A step above did not go as it should." });
});
