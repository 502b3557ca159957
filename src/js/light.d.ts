// The exports that need no WebAssembly: the error classes, some helpers, and all types of "paystar".
export {
	AbortedError,
	ApiError,
	AuthenticationError,
	ConfigurationError,
	ConnectionError,
	DuplicateOrderError,
	InterruptedError,
	isFinalStatus,
	isLuhnValid,
	LimitReachedError,
	maskCardNumber,
	NotFoundError,
	PayStarError,
	SignatureError,
	TemporaryError,
	TimeoutError,
	ValidationError,
} from "./index.js";
export type * from "./index.js";
