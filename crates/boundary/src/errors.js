// The error classes. They are JavaScript, because only a JavaScript class can extend Error.

/** The base class of all errors of this package. Compare `code`, which is a stable word. */
export class PayStarError extends Error {
	constructor(message, details, options) {
		super(message, options);
		Object.assign(this, details);
	}

	toJSON() {
		const json = { name: this.name, message: this.message, ...this };
		const { cause } = this;
		if (cause !== undefined) json.cause = cause instanceof PayStarError ? cause.toJSON() : plain(cause);
		return json;
	}
}

/** The name, the message and the code of a cause. Its other members could be secrets. */
function plain(cause) {
	try {
		const words = ["name", "message", "code"].map((name) => [name, cause[name]]);
		return Object.fromEntries(words.filter(([, value]) => typeof value === "string"));
	} catch {
		return {};
	}
}

export class ValidationError extends PayStarError {}
export class ConfigurationError extends PayStarError {}
export class ApiError extends PayStarError {}
export class AuthenticationError extends ApiError {}
export class DuplicateOrderError extends ApiError {}
export class LimitReachedError extends ApiError {}
export class NotFoundError extends ApiError {}
export class TemporaryError extends ApiError {}
export class ConnectionError extends PayStarError {}
export class TimeoutError extends PayStarError {}
export class AbortedError extends PayStarError {}
export class InterruptedError extends PayStarError {}
export class SignatureError extends PayStarError {}

// Minifiers rename classes, so the names come from literals.
for (const [name, ErrorClass] of Object.entries({
	PayStarError,
	ValidationError,
	ConfigurationError,
	ApiError,
	AuthenticationError,
	DuplicateOrderError,
	LimitReachedError,
	NotFoundError,
	TemporaryError,
	ConnectionError,
	TimeoutError,
	AbortedError,
	InterruptedError,
	SignatureError,
})) {
	Object.defineProperty(ErrorClass.prototype, "name", { value: name, configurable: true, writable: true });
	Object.defineProperty(ErrorClass, "name", { value: name, configurable: true });
}

const classByCode = {
	validation_failed: ValidationError,
	configuration_invalid: ConfigurationError,
	key_missing: ConfigurationError,
	unauthorized: AuthenticationError,
	forbidden: AuthenticationError,
	duplicate_order: DuplicateOrderError,
	limit_reached: LimitReachedError,
	temporarily_unavailable: TemporaryError,
	too_many_requests: TemporaryError,
	not_found: NotFoundError,
	request_refused: ApiError,
	approval_pending: ApiError,
	rejected: ApiError,
	server_error: ApiError,
	unexpected_answer: ApiError,
	invalid_answer: ApiError,
	connection_failed: ConnectionError,
	timeout: TimeoutError,
	aborted: AbortedError,
	interrupted: InterruptedError,
	deadline_exceeded: TimeoutError,
	signature_missing: SignatureError,
	signature_malformed: SignatureError,
	signature_mismatch: SignatureError,
	body_too_large: SignatureError,
	body_invalid: SignatureError,
	body_duplicate_key: SignatureError,
	body_ambiguous_value: SignatureError,
};

export function makeError({ message, ...details }, cause) {
	const ErrorClass = classByCode[details.code] ?? PayStarError;
	return new ErrorClass(message, details, cause === undefined ? undefined : { cause });
}
