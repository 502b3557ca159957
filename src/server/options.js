// Checks the options of the handlers. A wrong option is an error when the handler is made, and not at the first request.
import { refusal } from "./handler_error.js";

const memberOf = (object, name) => Object(object)[name];

/** The rules of options. Each rule gets a value, and returns the value to use, or a text that says what the value must be. */
const wrong = (text) => ({ wrong: text });

export const aFunction = (value) => (typeof value === "function" ? value : wrong("a function"));
export const anyOf =
	(...words) =>
	(value = words[0]) =>
		words.includes(value) ? value : wrong(`one of ${words.join(", ")}`);
export const wholeNumber =
	(usual, most) =>
	(value = usual) =>
		Number.isInteger(value) && value > 0 && value <= most ? value : wrong(`a whole number from 1 to ${most}`);
export const optional = (rule) => (value) => (value === undefined ? value : rule(value));
export const listOf = (isRight, hint) => (value) =>
	Array.isArray(value) && value.every(isRight) ? value : wrong(`an array of ${hint}`);
export const matching =
	(pattern, usual) =>
	(value = usual) =>
		pattern.test(value) ? value : wrong(`a text such as ${usual}`);
/** An object that has these methods. A path such as `callbacks.verify` is a method of a member. */
export const objectWith = (hint, paths) => (value) => {
	const missing = paths.find((path) => typeof path.split(".").reduce(memberOf, value) !== "function");
	return missing ? wrong(`${hint}. It has no ${missing}()`) : value;
};

/** The values of options. `rules` has a rule for each option. */
export function readOptions(maker, options, rules) {
	if (Object(options) !== options) throw refusal(`${maker} needs an object with options, such as { paystar, … }.`);
	const names = Object.keys(rules);
	const unknown = Object.keys(options).find((name) => !names.includes(name));
	if (unknown) throw refusal(`${maker} has no option ${unknown}. Its options are ${names.join(", ")}.`);
	return Object.fromEntries(
		names.map((name) => {
			const value = rules[name](options[name] ?? undefined);
			if (value?.wrong) throw refusal(`The option ${name} of ${maker} must be ${value.wrong}.`);
			return [name, value];
		}),
	);
}

/** The rules that all handlers of signed messages share. */
export const SIGNED_RULES = {
	store: objectWith("a store, such as new MemoryCallbackStore()", ["transaction"]),
	queue: optional(aFunction),
	onRejected: optional(aFunction),
	maxBodyBytes: wholeNumber(65_536, 2 ** 24),
	bodyTimeoutMs: wholeNumber(10_000, 600_000),
};
