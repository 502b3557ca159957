// `npm start`: builds the package if it is not up to date, then runs examples/tour.
import { build } from "./build.mjs";
import { main, run } from "./lib/steps.mjs";

await main(async () => {
	await build();
	run(process.execPath, ["examples/tour/main.mjs"], { hint: "The lines above say which step failed." });
});
