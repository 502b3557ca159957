// Runs the program in a page: settings from the address, what it saw into the page.
import { run } from "./program.mjs";

export const settings = () => JSON.parse(new URLSearchParams(location.search).get("settings"));

/** Shows what a function returns, or why it fails. */
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
