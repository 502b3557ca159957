// Free functions that need no client. Nothing is sent.
import { callNow, guarded } from "../../crates/boundary/src/results.js";
import { instance } from "../../crates/boundary/src/instance.js";
import { flattenAll } from "../../crates/boundary/src/crossing.js";

/** The helpers of wasm, in the order of `help` in helpers.rs. They take values of any type. */
const HELPERS = [
	"decodeHistoryAction",
	"explain",
	"isFinalStatus",
	"telecomOperators",
	"currencies",
	"findCurrency",
	"additionalFieldKeys",
	"cardBrand",
	"isLuhnValid",
	"hasCardLength",
	"maskCardNumber",
	"isCardExpired",
	"parseAmount",
	"compareAmounts",
	"addAmounts",
	"formatAmount",
	"nextStatus",
];

const help = (helper, first, second) =>
	guarded(() => {
		const flat = flattenAll(first, second);
		return callNow(instance(), (wasm) => wasm.help(helper, ...flat));
	});

export const [
	decodeHistoryAction,
	explain,
	isFinalStatus,
	telecomOperators,
	currencies,
	findCurrency,
	additionalFieldKeys,
	cardBrand,
	isLuhnValid,
	hasCardLength,
	maskCardNumber,
	,
	parseAmount,
	compareAmounts,
	,
	formatAmount,
	nextStatus,
] = HELPERS.map((name, helper) => ({ [name]: (first, second) => help(helper, first, second) })[name]);

export const addAmounts = (...amounts) => help(HELPERS.indexOf("addAmounts"), amounts);

export function isCardExpired(month, year, at = new Date()) {
	let [nowYear, nowMonth] = [NaN, NaN];
	try {
		// Of a date of any realm. Anything else throws.
		nowYear = Date.prototype.getUTCFullYear.call(at);
		nowMonth = Date.prototype.getUTCMonth.call(at) + 1;
		// No card is older than our calendar, so such a date is a mistake.
		if (nowYear < 1) nowYear = NaN;
	} catch {
		// It is not a date.
	}
	return help(HELPERS.indexOf("isCardExpired"), [month, year], [nowYear, nowMonth]);
}
