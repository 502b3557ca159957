// Free functions that need no client. Nothing is sent.
import { callNow } from "./calls.js";
import { flattenAll } from "./crossing.js";

const one = (name, value) => {
	const [flat] = flattenAll(value);
	return callNow((wasm) => wasm[name](flat));
};
const two = (name, first, second) => {
	const flat = flattenAll(first, second);
	return callNow((wasm) => wasm[name](...flat));
};

export const nextStatus = (current, callback) => two("nextStatus", current, callback);
export const decodeHistoryAction = (action) => one("decodeHistoryAction", action);
export const explain = (subject) => one("explain", subject);
export const isFinalStatus = (status) => one("isFinalStatus", status);
export const telecomOperators = (country) => one("telecomOperators", country);
export const currencies = () => callNow((wasm) => wasm.currencies());
export const findCurrency = (code) => one("findCurrency", code);
export const additionalFieldKeys = () => callNow((wasm) => wasm.additionalFieldKeys());
export const cardBrand = (number) => one("cardBrand", number);
export const isLuhnValid = (number) => one("isLuhnValid", number);
export const hasCardLength = (number) => one("hasCardLength", number);
export const maskCardNumber = (number) => one("maskCardNumber", number);
export const parseAmount = (value, currency) => two("parseAmount", value, currency);
export const compareAmounts = (a, b) => two("compareAmounts", a, b);
export const addAmounts = (...amounts) => one("addAmounts", amounts);
export const formatAmount = (amount, currency) => two("formatAmount", amount, currency);

export function isCardExpired(month, year, at = new Date()) {
	const flat = flattenAll(month, year);
	let [nowYear, nowMonth] = [NaN, 0];
	try {
		// Of a date of any realm. Anything else throws.
		nowYear = Date.prototype.getUTCFullYear.call(at);
		nowMonth = Date.prototype.getUTCMonth.call(at) + 1;
	} catch {
		// It is not a date.
	}
	return callNow((wasm) => wasm.isCardExpired(...flat, nowYear, nowMonth));
}
