// The classes of errors that users see.
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
