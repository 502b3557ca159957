// Runs the program in a page. The settings come from the URL, and the page shows the results.
import { run } from "./program.mjs";

export const settings = () => JSON.parse(new URLSearchParams(location.search).get("settings"));

/** Shows the result of a function, or the error. */
export async function showResult(work) {
	const element = document.createElement("pre");
	element.id = "saw";
	try {
		element.textContent = JSON.stringify(await work());
	} catch (error) {
		element.textContent = `${error.stack}`;
	}
	document.body.append(element);
}

export const show = (paystar) => showResult(() => run(paystar, settings()));
