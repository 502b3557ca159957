// The public error classes.
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
} from "../../crates/boundary/src/errors.js";
