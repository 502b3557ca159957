// All that the package exports as "paystar/helpers": what needs no wasm.
export { isFinalStatus, isLuhnValid, maskCardNumber } from "../../src/js/light.js";
export {
	AbortedError,
	ApiError,
	AuthenticationError,
	ConfigurationError,
	ConnectionError,
	DuplicateOrderError,
	InterruptedError,
	LimitReachedError,
	NotFoundError,
	PayStarError,
	SignatureError,
	TemporaryError,
	TimeoutError,
	ValidationError,
} from "../../src/js/errors.js";
