// The rules of a payout in JavaScript, for the other libraries: the same formats and limits as in the package, from the
// same tables. The package also checks additionalFields as an array, look-alike characters, misspelt keys, countries and
// telecom operators. These rules leave that out.
import { readFileSync } from "node:fs";

const table = (name) =>
	readFileSync(new URL(`../../crates/model/src/data/${name}`, import.meta.url), "utf8")
		.split(/\r?\n/)
		.slice(1)
		.filter((line) => line !== "")
		.map((line) => line.split("\t"));

const minorUnits = new Map(
	table("currencies.tsv").map(([code, units]) => [code, units === "" ? undefined : Number(units)]),
);

export const AMOUNT = /^(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?$/;
export const CURRENCY = /^[A-Za-z0-9_.-]{2,16}$/;
/** Without control characters, and without white space at its ends. */
// eslint-disable-next-line no-control-regex
export const ID = /^(?!\.{1,2}$)(?!\s)[^\u0000-\u001f\u007f-\u009f]{1,512}(?<!\s)$/;
export const HTTP_URL =
	// eslint-disable-next-line no-control-regex
	/^[Hh][Tt][Tt][Pp][Ss]?:\/\/(?:\[[^\]\s@]+\]|[^\s/?#@:[\]%^|`{}\\<>"]+)(?::\d{1,5})?(?:[/?#][^\s\u0000-\u001f\\<>"]*)?$/;
export const NOT_BLANK = /\S/;
export const MOST_FIELDS = 200;
export const LONGEST_KEY = 200;
export const LONGEST_VALUE = 4096;
export const LONGEST_URL = 2048;
export const URLS = ["callbackUrl", "processingRedirectUrl", "failedRedirectUrl", "successRedirectUrl"];

const FORMS = {
	cardNumber: /^\d{12,19}$/,
	month: /^(?:0[1-9]|1[0-2])$/,
	year: /^\d{2}$/,
	cvv: /^\d{3,4}$/,
	email: /^(?=.{1,254}$)[^\s@]+@(?!-)[\p{L}\p{N}-]+(?<!-)(?:\.(?!-)[\p{L}\p{N}-]+(?<!-))+$/u,
	phone: /^\+?\d{5,15}$/,
	dialingCode: /^\d{1,4}$/,
	date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
	country: /^[A-Z]{3}$/,
};

/** The documented keys of additionalFields whose values have a format. */
export const FIELD_FORMS = new Map(
	table("additional_field_keys.tsv").flatMap(([key, rule]) => (rule in FORMS ? [[key, FORMS[rule]]] : [])),
);

/** The check digit of a card number (ISO/IEC 7812-1). */
export function isLuhnValid(digits) {
	let sum = 0;
	for (let i = digits.length - 1, isDoubled = false; i >= 0; i--, isDoubled = !isDoubled) {
		const digit = digits.charCodeAt(i) - 48;
		sum += isDoubled ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
	}
	return sum % 10 === 0;
}

/** An amount in one of its valid forms. */
export const isAmount = (amount) => (typeof amount === "string" ? AMOUNT.test(amount) : AMOUNT.test(String(amount)));

/** Above zero, and exact in the minor units of its currency. */
export function isExact({ amount, currency }) {
	const units = minorUnits.get(currency);
	const text = typeof amount === "string" ? amount : String(amount);
	const point = text.indexOf(".");
	if (typeof amount === "number") {
		if (point === -1) return Number.isSafeInteger(amount) && amount > 0;
		if (point + (units ?? text.length - point - 1) > 15) return false;
	}
	let end = text.length;
	if (point !== -1) while (text.charCodeAt(end - 1) === 48) end--;
	if (point !== -1 && units !== undefined && end - point - 1 > units) return false;
	for (let i = 0; i < end; i++) {
		const digit = text.charCodeAt(i);
		if (digit !== 48 && digit !== 46) return true;
	}
	return false;
}

/** ISO codes are upper case. */
export const isInCapitals = (currency) => minorUnits.has(currency) || !minorUnits.has(currency.toUpperCase());
