import * as paystar from "./node_modules/paystar/dist/index.js";
import { run } from "./program.mjs";

onmessage = async ({ data }) => {
	try {
		postMessage(await run(paystar, data));
	} catch (error) {
		// The page gets an uncaught error.
		setTimeout(() => {
			throw error;
		});
	}
};
