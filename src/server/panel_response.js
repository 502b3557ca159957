// What a panel responds. The client without keys reads it (`crates/protocol/src/panel.rs`).
import { isLuhnValid, maskCardNumber } from "../js/light.js";

const SAFE_HEADERS = {
	"content-type": "application/json",
	"cache-control": "no-store",
	"x-content-type-options": "nosniff",
};

/** Proxies replace the pages of 502 and 504, so the panel does not use these. */
const STATUS_BY_CODE = {
	validation_failed: 400,
	not_found: 404,
	duplicate_order: 409,
	request_refused: 422,
	limit_reached: 422,
	too_many_requests: 429,
	temporarily_unavailable: 503,
};

const OUTCOMES = ["notSent", "rejected", "unknown"];

/** Digits with or without groups. `isCard` decides whether they are a card number. */
const DIGITS = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g;
const isCard = (digits) => /^\d{4}([ -])\d{4}\1\d{4}\1\d{4}$/.test(digits) || isLuhnValid(digits);
const CARD = /^card|^pan$/i;
const TOKEN = /token/i;
/** Their digits can look like a card number by chance, and users need them. */
const EXACT = /^(external(Transaction)?Id|amount|currency|time|action)$|balance/i;

/** A copy without card numbers and without tokens of cards. */
function masked(value, name) {
	if (TOKEN.test(name)) return null;
	if (typeof value === "string") {
		if (EXACT.test(name)) return value;
		// PayStar has swapped the number with the holder in a sample.
		if (CARD.test(name) && /^[\d* -]{12,}$/.test(value)) return maskCardNumber(value);
		return value.replace(DIGITS, (digits) => (isCard(digits) ? maskCardNumber(digits) : digits));
	}
	if (Array.isArray(value)) return value.map((each) => masked(each, name));
	if (Object(value) !== value) return value;
	return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(member, key)]));
}

function respond(status, body, more) {
	const headers = new Headers(more);
	for (const [name, value] of Object.entries(SAFE_HEADERS)) headers.set(name, value);
	return new Response(JSON.stringify(body), { status, headers });
}

/** The result of the client, in the form of PayStar's responses. */
export function resultResponse(result) {
	const { extra, externalParams, orderHistory, resolvedBy, isFinal: _, ...known } = result;
	const body = { ...extra, ...known };
	if (externalParams) {
		const { extra: others, ...params } = externalParams;
		body.externalParams = { ...others, ...params };
	}
	if (orderHistory) body.orderHistory = orderHistory.map(({ time, action }) => ({ time, action }));
	const clean = masked(body, "");
	// The page must know that the backend found the order by a lookup, and compare it.
	clean.paystarPanel = resolvedBy === "lookup" ? resolvedBy : undefined;
	return respond(200, clean);
}

/** An error. `route` says what it is about, so that the page believes it only about its own request. */
function errorResponse(status, { operation, ownId }, error, others, headers = {}) {
	const { code, outcome, message, httpStatus, label, statusDescription, issues, retryAfterMs } = error;
	const about = { operation, externalTransactionId: ownId };
	const told = { code, outcome, message, httpStatus, label, statusDescription, issues };
	const wait = Number.isFinite(retryAfterMs) ? { "retry-after": String(Math.ceil(retryAfterMs / 1000)) } : headers;
	return respond(status, { ...others, paystarPanel: { ...about, ...masked(told, "") } }, wait);
}

/** An error of the client. Other errors can contain anything, so the page sees only that the outcome is unknown. */
export function failureResponse(route, error) {
	if (isClientError(error)) return errorResponse(STATUS_BY_CODE[error.code] ?? 500, route, error);
	const message = "The backend failed, and its log has the reason.";
	return errorResponse(500, route, { code: "server_error", outcome: "unknown", message });
}

export const isClientError = (error) => typeof error?.code === "string" && OUTCOMES.includes(error.outcome);

/** A refusal of the panel itself. The request was not passed on, so it created nothing. */
export const refusalResponse = (status, route, message, more) =>
	errorResponse(status, route, { code: "rejected", outcome: "rejected", message, ...more });

/** The merchant's own response to a request that may not pass. The page must see that nothing was sent. */
export async function merchantResponse(answer, route) {
	if (answer.status < 400) return answer;
	const text = await answer.text();
	const others = jsonObject(text);
	const isText = answer.headers.get("content-type")?.startsWith("text/plain");
	const own = others?.message ?? (isText && text);
	const message = own || `The backend does not allow ${route.operation}: it responded ${answer.status}.`;
	const headers = new Headers(answer.headers);
	for (const name of ["content-length", "content-encoding"]) headers.delete(name);
	return errorResponse(answer.status, route, { code: "rejected", outcome: "rejected", message }, others, headers);
}

function jsonObject(text) {
	try {
		const value = JSON.parse(text);
		return Object(value) === value && !Array.isArray(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** A request that is not an operation. A client that looks for an order must not read it as "no such order". */
export const plainResponse = (status, text, headers) =>
	new Response(text, { status, headers: { ...SAFE_HEADERS, "content-type": "text/plain", ...headers } });
