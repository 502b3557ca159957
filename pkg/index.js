// The entry for `import … from "paystar"`, in Node, bundlers and browsers alike.
import { boot } from "./boot.js";
import * as core from "./wasm/core.module.js";

boot(core);

export {
	Alerts,
	Balances,
	Callbacks,
	Deposits,
	Payouts,
	PayStar,
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
} from "./wasm/core_bg.js";
export * from "./wasm/errors.js";
