// All that the package exports as "paystar".
import wasm from "../wasm/core_bg.wasm";
import { imports, setWasm } from "../wasm/core.module.js";
import { boot } from "./boot.js";

boot(setWasm, imports, wasm);

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
} from "../wasm/core_bg.js";
export {
	AbortedError,
	ApiError,
	AuthenticationError,
	ConfigurationError,
	ConnectionError,
	DuplicateOrderError,
	LimitReachedError,
	NotFoundError,
	PayStarError,
	SignatureError,
	TemporaryError,
	TimeoutError,
	ValidationError,
} from "../../src/js/errors.js";
