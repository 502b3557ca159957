// Checks the options of the handlers. A wrong option is an error when the handler is made, and not at the first callback.
import { refusal } from "./handler_error.js";

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

/** Refuses options that are not an object, and names that no option has. */
export function checkNames(maker, options, names) {
	if (!isObject(options)) throw refusal(`${maker} needs an object with options, such as { paystar, … }.`);
	for (const name of Object.keys(options).filter((name) => !names.includes(name))) {
		throw refusal(`${maker} has no option ${name}. Its options are ${names.join(", ")}.`);
	}
}

/** A function, or `undefined` if the option may be missing. */
export function functionOption(maker, options, name, isRequired) {
	const value = options[name] ?? undefined;
	if (typeof value === "function" || (value === undefined && !isRequired)) return value;
	throw refusal(`The option ${name} of ${maker} must be a function.`);
}

/** An object that has these methods. A path such as `callbacks.verify` is a method of a member. */
export function objectOption(maker, options, name, methods, hint) {
	const value = options[name];
	for (const path of methods) {
		const method = path.split(".").reduce((object, member) => (isObject(object) ? object[member] : undefined), value);
		if (typeof method !== "function") throw refusal(`The option ${name} of ${maker} has no ${path}(). ${hint}`);
	}
	return value;
}

/** A whole number in a range. */
export function numberOption(maker, options, name, usual, least, most) {
	const value = options[name] ?? usual;
	if (Number.isInteger(value) && value >= least && value <= most) return value;
	throw refusal(`The option ${name} of ${maker} must be a whole number from ${least} to ${most}.`);
}

/** One of a few words. */
export function wordOption(maker, options, name, words) {
	const value = options[name] ?? words[0];
	if (words.includes(value)) return value;
	throw refusal(`The option ${name} of ${maker} must be one of ${words.map((word) => `"${word}"`).join(", ")}.`);
}
