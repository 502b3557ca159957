// Free functions that need no client. Nothing is sent.
import { callNow, guarded } from "./calls.js";
import { instance } from "./core.js";
import { flattenAll } from "./crossing.js";

/** Calls a function of wasm with values of any type. */
const ask = (name, ...values) =>
	guarded(() => {
		const flat = flattenAll(...values);
		return callNow(instance(), (wasm) => wasm[name](...flat));
	});

export const nextStatus = (current, callback) => ask("nextStatus", current, callback);
export const decodeHistoryAction = (action) => ask("decodeHistoryAction", action);
export const explain = (subject) => ask("explain", subject);
export const isFinalStatus = (status) => ask("isFinalStatus", status);
export const telecomOperators = (country) => ask("telecomOperators", country);
export const currencies = () => ask("currencies");
export const findCurrency = (code) => ask("findCurrency", code);
export const additionalFieldKeys = () => ask("additionalFieldKeys");
export const cardBrand = (number) => ask("cardBrand", number);
export const isLuhnValid = (number) => ask("isLuhnValid", number);
export const hasCardLength = (number) => ask("hasCardLength", number);
export const maskCardNumber = (number) => ask("maskCardNumber", number);
export const parseAmount = (value, currency) => ask("parseAmount", value, currency);
export const compareAmounts = (a, b) => ask("compareAmounts", a, b);
export const addAmounts = (...amounts) => ask("addAmounts", amounts);
export const formatAmount = (amount, currency) => ask("formatAmount", amount, currency);

export function isCardExpired(month, year, at = new Date()) {
	let [nowYear, nowMonth] = [NaN, 0];
	try {
		// Of a date of any realm. Anything else throws.
		nowYear = Date.prototype.getUTCFullYear.call(at);
		nowMonth = Date.prototype.getUTCMonth.call(at) + 1;
		// No card is older than our calendar, so such a date is a mistake.
		if (nowYear < 1) nowYear = NaN;
	} catch {
		// It is not a date.
	}
	return guarded(() => {
		const flat = flattenAll(month, year);
		return callNow(instance(), (wasm) => wasm.isCardExpired(...flat, nowYear, nowMonth));
	});
}
