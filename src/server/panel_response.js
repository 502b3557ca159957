// What a panel responds. The client without keys reads it (`crates/protocol/src/panel.rs`).
import { isLuhnValid, maskCardNumber } from "../js/light.js";

/** Digits with or without groups. */
const DIGITS = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g;
const isCard = (digits) => /^\d{4}([ -])\d{4}\1\d{4}\1\d{4}$/.test(digits) || isLuhnValid(digits);
const CARD = /^card|^pan$/i;
/** Their digits can look like a card number by chance, and users need them. */
const EXACT = /^(external(Transaction)?Id|amount|currency|time|action)$|balance/i;

/** A copy without card numbers and without tokens of cards. */
function masked(value, name = "") {
	if (/token/i.test(name)) return null;
	if (typeof value === "string" && !EXACT.test(name)) {
		// In a sample of PayStar, the number and the holder are swapped.
		if (CARD.test(name) && /^[\d* -]{12,}$/.test(value)) return maskCardNumber(value);
		return value.replace(DIGITS, (digits) => (isCard(digits) ? maskCardNumber(digits) : digits));
	}
	if (Array.isArray(value)) return value.map((each) => masked(each, name));
	if (Object(value) !== value) return value;
	return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(member, key)]));
}

/** A response that no cache keeps. A body that is not JSON is never PayStar's "no such order". */
export function respond(status, body, more) {
	const headers = new Headers(more);
	headers.delete("content-length");
	headers.set("cache-control", "no-store");
	headers.set("x-content-type-options", "nosniff");
	headers.set("content-type", typeof body === "string" ? "text/plain" : "application/json");
	return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
}

/** The result of the client, in the form of PayStar's responses. The page refuses a result that names another order. */
export function resultResponse({ ownId }, result) {
	const { extra, externalParams, orderHistory, resolvedBy, ...known } = result;
	const body = masked({
		...extra,
		...known,
		isFinal: undefined,
		...(ownId && { externalTransactionId: ownId }),
		externalParams: externalParams && { ...externalParams.extra, ...externalParams, extra: undefined },
		orderHistory: orderHistory?.map(({ time, action }) => ({ time, action })),
	});
	// The page must know that the backend found the order by a lookup, and compare it.
	return respond(200, { ...body, paystarPanel: resolvedBy === "lookup" ? resolvedBy : undefined });
}

const TOLD = ["code", "outcome", "message", "httpStatus", "label", "statusDescription", "issues"];

/** An error. `route` says what it is about, so that the page believes it only about its own request. */
function errorResponse(status, { operation, ownId }, error, headers) {
	const { retryAfterMs } = error;
	const told = Object.fromEntries(TOLD.map((name) => [name, masked(error[name])]));
	const wait = retryAfterMs >= 0 ? { "retry-after": Math.ceil(retryAfterMs / 1000) } : headers;
	return respond(status, { paystarPanel: { ...told, operation, externalTransactionId: ownId } }, wait);
}

export const isClientError = (error) =>
	typeof error?.code === "string" && ["notSent", "rejected", "unknown"].includes(error.outcome);

/** An error of the client. Other errors can contain anything, so the page sees only that the outcome is unknown. */
export function failureResponse(route, error) {
	const message = "The backend failed. Its log has the reason.";
	const told = isClientError(error) ? error : { code: "server_error", outcome: "unknown", message };
	// Proxies replace the bodies of 502 and 504.
	const status = told.outcome === "unknown" ? 500 : 422;
	return errorResponse(told.code === "not_found" ? 404 : status, route, told);
}

/** A refusal of the panel itself. The request was not passed on, so it created nothing. */
export const refusalResponse = (status, route, message, code = "rejected", retryAfterMs, headers) =>
	errorResponse(status, route, { code, outcome: "rejected", message, retryAfterMs }, headers);

/** The merchant's own response to a request that may not pass. The page must also see that nothing was sent. */
export async function merchantResponse(answer, route) {
	const { status, headers } = answer;
	if (status < 400) return answer;
	const text = /^text\/plain/.test(headers.get("content-type")) && (await answer.text());
	const message = text || `The backend does not allow ${route.operation}: it responded ${status}.`;
	return refusalResponse(status, route, message, undefined, undefined, headers);
}
