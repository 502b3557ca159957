// Runs the program in a process. The settings come from the environment, and the results go to the output.
import { run } from "./program.mjs";

export async function print(paystar) {
	console.log(`saw ${JSON.stringify(await run(paystar, JSON.parse(process.env.PAYSTAR_SETTINGS)))}`);
}
