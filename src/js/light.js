// Helpers that need no wasm, so that a page that shows orders does not load it. A test compares them with the helpers of
// the core.
import { VALIDATION_ADVICE } from "../../crates/boundary/src/advice.js";
import { ValidationError } from "../../crates/boundary/src/errors.js";

const FINAL = ["Success", "Failed"];
const SHORTEST_CARD = 13;
const LONGEST_CARD = 19;
/** Numbers of digits that may be shown. */
const SHOWN_AT_START = 6;
const SHOWN_AT_END = 4;

const KINDS = { undefined: "nothing", boolean: "a boolean", number: "a number", object: "an object" };

function assertText(path, value) {
	if (typeof value === "string") return;
	const isMissing = value === undefined || value === null;
	const kind = Array.isArray(value) ? "an array" : (KINDS[typeof value] ?? `a ${typeof value}`);
	const message = isMissing ? `${path} is required: give a string.` : `${path} must be a string, not ${kind}.`;
	throw new ValidationError(message, {
		code: "validation_failed",
		outcome: "notSent",
		retryable: false,
		advice: VALIDATION_ADVICE,
		issues: [{ path, code: isMissing ? "required" : "invalid_type", message, severity: "error" }],
	});
}

/** The digits and stars of a card number without spaces and dashes. `undefined` if it has other characters. */
function compact(number) {
	const digits = number.replace(/[ -]/g, "");
	return /^[\d*]*$/.test(digits) ? digits : undefined;
}

export function isFinalStatus(status) {
	assertText("status", status);
	return FINAL.includes(status);
}

export function maskCardNumber(number) {
	assertText("number", number);
	const digits = compact(number);
	if (digits === undefined) return "*".repeat([...number].length);
	if (digits.length < SHORTEST_CARD || digits.length > LONGEST_CARD) return "*".repeat(digits.length);
	const hidden = digits.length - SHOWN_AT_START - SHOWN_AT_END;
	return digits.slice(0, SHOWN_AT_START) + "*".repeat(hidden) + digits.slice(-SHOWN_AT_END);
}

export function isLuhnValid(number) {
	assertText("number", number);
	const digits = compact(number);
	if (digits === undefined || digits.length < 2 || digits.includes("*")) return false;
	let sum = 0;
	for (let index = 0; index < digits.length; index++) {
		const digit = Number(digits[digits.length - 1 - index]);
		const value = index % 2 === 0 ? digit : digit * 2;
		sum += value > 9 ? value - 9 : value;
	}
	return sum % 10 === 0;
}
