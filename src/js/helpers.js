// Helpers: functions that need no client. They send nothing.
import { callNow, guarded } from "../../crates/boundary/src/results.js";
import { currentInstance } from "../../crates/boundary/src/instance.js";
import { flattenAll } from "../../crates/boundary/src/crossing.js";

// Codes that Rust and JavaScript share: helpers.
const DECODE_HISTORY_ACTION = 0;
const EXPLAIN = 1;
const IS_FINAL_STATUS = 2;
const TELECOM_OPERATORS = 3;
const CURRENCIES = 4;
const FIND_CURRENCY = 5;
const ADDITIONAL_FIELD_KEYS = 6;
const CARD_BRAND = 7;
const IS_LUHN_VALID = 8;
const HAS_CARD_LENGTH = 9;
const MASK_CARD_NUMBER = 10;
const IS_CARD_EXPIRED = 11;
const PARSE_AMOUNT = 12;
const COMPARE_AMOUNTS = 13;
const ADD_AMOUNTS = 14;
const FORMAT_AMOUNT = 15;
const NEXT_STATUS = 16;

const callHelper = (helper, first, second) =>
	guarded(() => {
		const flat = flattenAll(first, second);
		return callNow(currentInstance(), (wasm) => wasm.callHelper(helper, ...flat));
	});

/** A helper that passes its arguments to wasm. Minifiers rename functions, so the name comes from a literal. */
const makeHelper = (name, helper) => ({ [name]: (first, second) => callHelper(helper, first, second) })[name];

export const decodeHistoryAction = makeHelper("decodeHistoryAction", DECODE_HISTORY_ACTION);
export const explain = makeHelper("explain", EXPLAIN);
export const isFinalStatus = makeHelper("isFinalStatus", IS_FINAL_STATUS);
export const telecomOperators = makeHelper("telecomOperators", TELECOM_OPERATORS);
export const currencies = makeHelper("currencies", CURRENCIES);
export const findCurrency = makeHelper("findCurrency", FIND_CURRENCY);
export const additionalFieldKeys = makeHelper("additionalFieldKeys", ADDITIONAL_FIELD_KEYS);
export const cardBrand = makeHelper("cardBrand", CARD_BRAND);
export const isLuhnValid = makeHelper("isLuhnValid", IS_LUHN_VALID);
export const hasCardLength = makeHelper("hasCardLength", HAS_CARD_LENGTH);
export const maskCardNumber = makeHelper("maskCardNumber", MASK_CARD_NUMBER);
export const parseAmount = makeHelper("parseAmount", PARSE_AMOUNT);
export const compareAmounts = makeHelper("compareAmounts", COMPARE_AMOUNTS);
export const formatAmount = makeHelper("formatAmount", FORMAT_AMOUNT);
export const nextStatus = makeHelper("nextStatus", NEXT_STATUS);

export const addAmounts = (...amounts) => callHelper(ADD_AMOUNTS, amounts);

export function isCardExpired(month, year, at = new Date()) {
	let [nowYear, nowMonth] = [NaN, NaN];
	try {
		// These methods read dates of all realms, and throw for other values.
		nowYear = Date.prototype.getUTCFullYear.call(at);
		nowMonth = Date.prototype.getUTCMonth.call(at) + 1;
		// A year before the year 1 is a mistake.
		if (nowYear < 1) nowYear = NaN;
	} catch {
		// `at` is not a date.
	}
	return callHelper(IS_CARD_EXPIRED, [month, year], [nowYear, nowMonth]);
}
