// How code distinguishes errors, and which code the compiler must refuse. This file is compiled, but never run.
import {
	AbortedError,
	ApiError,
	type Attempt,
	AuthenticationError,
	type CreateOptions,
	DuplicateOrderError,
	type ErrorCode,
	ConfigurationError,
	explain,
	type Issue,
	NotFoundError,
	type OrderState,
	type OtherApiError,
	type PayoutOrder,
	PayStar,
	PayStarError,
	SignatureError,
	TemporaryError,
	TimeoutError,
	ValidationError,
} from "paystar";

const paystar = new PayStar({ baseUrl: "http://127.0.0.1:4010" });

/** After `instanceof PayStarError`, the type is a union, and `code` narrows it. */
function byCode(error: unknown): string {
	if (!(error instanceof PayStarError)) return "not ours";
	const code: ErrorCode = error.code;
	const attempts: Attempt[] | undefined = error.attempts;
	const first: "create" | "read" | undefined = attempts?.[0]?.operation;
	const all: [ErrorCode, string | undefined, string, string] = [code, first, error.advice, explain(error).advice];
	switch (error.code) {
		case "validation_failed": {
			const issues: Issue[] = error.issues;
			const outcome: "notSent" = error.outcome;
			return issues.map(({ path }) => path + outcome).join();
		}
		case "configuration_invalid":
		case "key_missing": {
			const wrong: ConfigurationError = error;
			// @ts-expect-error: a missing key has no issues
			return wrong.outcome + error.issues.join();
		}
		case "not_found": {
			const missing: NotFoundError = error;
			const outcome: "unknown" = missing.outcome;
			return outcome + missing.httpStatus.toFixed();
		}
		case "duplicate_order": {
			const duplicate: DuplicateOrderError = error;
			const order: OrderState | undefined = error.order;
			// @ts-expect-error: the order is missing if its read failed
			const id: string = error.order.externalId;
			// @ts-expect-error: the order may come from this request, so the outcome is not rejected
			if (error.outcome === "rejected") return id;
			return (order?.orderStatus ?? "") + duplicate.httpStatus.toFixed() + id;
		}
		case "unauthorized":
		case "forbidden": {
			const refused: AuthenticationError = error;
			return refused.label ?? refused.message;
		}
		case "server_error": {
			const other: OtherApiError = error;
			return other.statusDescription ?? "";
		}
		case "too_many_requests": {
			const temporary: TemporaryError = error;
			return String(temporary.retryAfterMs);
		}
		case "timeout":
		case "interrupted":
		case "aborted": {
			const outcome: "notSent" | "unknown" = error.outcome;
			// @ts-expect-error: there was no response
			return outcome + error.httpStatus;
		}
		// @ts-expect-error: the code does not exist
		case "time_out":
			return "";
		default:
			return all.join();
	}
}

/** The compiler knows all codes, so it finds a code without a case. */
function forEveryCode(error: PayStarError): string {
	switch (error.code) {
		case "validation_failed":
		case "configuration_invalid":
		case "key_missing":
		case "not_found":
		case "unauthorized":
		case "forbidden":
		case "duplicate_order":
		case "limit_reached":
		case "temporarily_unavailable":
		case "too_many_requests":
		case "request_refused":
		case "approval_pending":
		case "rejected":
		case "server_error":
		case "unexpected_answer":
		case "invalid_answer":
		case "connection_failed":
		case "timeout":
		case "deadline_exceeded":
		case "interrupted":
		case "aborted": {
			const outcome: "notSent" | "rejected" | "unknown" = error.outcome;
			return outcome;
		}
		default: {
			const signature: SignatureError = error;
			// @ts-expect-error: a missing key is a ConfigurationError
			if (signature.code === "key_missing") return "";
			return signature.code;
		}
	}
}

/** Each class is a type and a value. */
function byClass(error: unknown): PayStarError | undefined {
	if (error instanceof DuplicateOrderError) return error.order === undefined ? undefined : error;
	if (error instanceof ApiError) {
		const both: [ApiError, PayStarError, number] = [error, error, error.httpStatus];
		if (error.code === "limit_reached") console.log(error.outcome satisfies "rejected");
		return both[0];
	}
	if (error instanceof ValidationError || error instanceof TimeoutError) return error;
	// @ts-expect-error: the type of the error is unknown
	return error.code;
}

const again: CreateOptions = { onDuplicate: "return" };
const request = { amount: "1", currency: "USD", externalTransactionId: "A" };
const order: PayoutOrder = await paystar.payouts.create(request, again);
const how: "answer" | "lookup" = order.resolvedBy;
const [amount, currency]: (string | undefined)[] = [order.amount, order.currency];
console.log(how, amount, currency, byCode(order), byClass(AbortedError), forEveryCode);

// @ts-expect-error: the value does not exist
await paystar.payouts.create(request, { onDuplicate: "ignore" });
// @ts-expect-error: only creations have this option
await paystar.payouts.get("PSP-1", { onDuplicate: "return" });
// @ts-expect-error: only the package creates errors
new ValidationError("x");
// @ts-expect-error: only the package extends error classes
class OwnError extends PayStarError {}
// @ts-expect-error: the base of the classes is only a type
import { ErrorBase } from "paystar";
// @ts-expect-error: members of errors are read-only
const rename = (error: ValidationError) => (error.code = "validation_failed");

export { ErrorBase, OwnError, rename };
