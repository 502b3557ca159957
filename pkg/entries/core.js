// The exports of "paystar".
import wasm from "../wasm/core_bg.wasm";
import { makeGlue } from "../wasm/core.glue.js";
import { startWith } from "../../crates/boundary/src/instance.js";
import { boot } from "./boot.js";

startWith(boot(makeGlue, wasm));

export { Alerts, Balances, Callbacks, Deposits, Payouts, PayStar } from "../../src/js/client.js";
export {
	additionalFieldKeys,
	addAmounts,
	cardBrand,
	compareAmounts,
	currencies,
	decodeHistoryAction,
	explain,
	findCurrency,
	formatAmount,
	hasCardLength,
	isCardExpired,
	isFinalStatus,
	isLuhnValid,
	maskCardNumber,
	nextStatus,
	parseAmount,
	telecomOperators,
} from "../../src/js/helpers.js";
export * from "./error_classes.js";
