// The panel proxy: the client of the backend sends the requests of a page that has no keys.
import { readBody } from "./body.js";
import { statusOf } from "./handler_error.js";
import {
	aFunction,
	listOf,
	matching,
	objectWith,
	optional,
	readOptions,
	SIGNED_RULES,
	wholeNumber,
} from "./options.js";
import { isOwnPage } from "./panel_origin.js";
import { askHook, readOrder } from "./panel_order.js";
import {
	failureResponse,
	isClientError,
	merchantResponse,
	refusalResponse,
	respond,
	resultResponse,
} from "./panel_response.js";
import { CREATIONS, isCreation, READS, routeOf, withLookups } from "./panel_routes.js";
import { assertRequest } from "./signed_handler.js";
import { within } from "./within.js";

const MAKER = "createPanelHandler";
const MINUTE_MS = 60_000;

const isOrigin = (text) => URL.canParse(text) && new URL(text).origin === text;

/** Allows a number of requests in each minute. The result is how long to wait in milliseconds, or 0. */
function rateLimit(most) {
	let count = 0;
	let endsAt = 0;
	return (now) => {
		if (now >= endsAt) [count, endsAt] = [0, now + MINUTE_MS];
		return ++count > most ? endsAt - now : 0;
	};
}

const OPERATIONS = [...READS, ...CREATIONS];

/** The rules of the options. `allowed` is what the option `allow` allows, if it is right. */
const rulesFor = (allowed) => ({
	allow: optional(listOf((each) => OPERATIONS.includes(each), `operations: ${OPERATIONS.join(", ")}`)),
	paystar: objectWith("a client", allowed),
	authorize: aFunction,
	beforeCreate: allowed.some(isCreation) ? aFunction : optional(aFunction),
	basePath: matching(/^(\/[\w.~-]+)*\/?$/, "/paystar"),
	origins: optional(listOf(isOrigin, "origins such as https://admin.example")),
	onError: optional(aFunction),
	maxBodyBytes: SIGNED_RULES.maxBodyBytes,
	bodyTimeoutMs: SIGNED_RULES.bodyTimeoutMs,
	timeoutMs: wholeNumber(25_000, 600_000),
	requestsPerMinute: wholeNumber(600, 1_000_000),
});

export function createPanelHandler(options) {
	const allow = Object(options).allow ?? READS;
	const allowed = Array.isArray(allow) ? withLookups(allow) : [];
	const checked = readOptions(MAKER, options, rulesFor(allowed));
	const { paystar, authorize, beforeCreate, origins, onError, timeoutMs } = checked;
	const waitOf = rateLimit(checked.requestsPerMinute);
	const basePath = checked.basePath.replace(/\/$/, "");

	const report = (error, { operation, id }) =>
		onError ? onError(error, { operation, id }) : console.error(`paystar: ${MAKER} failed at ${operation}.`, error);

	/** The order in the body. Otherwise `undefined` and the status of the response. */
	async function orderOf(request) {
		// A form of another site cannot send this type.
		if (!/^application\/json *(;|$)/i.test(request.headers.get("content-type"))) return [undefined, 415];
		try {
			return [readOrder(await readBody(request, checked)), 400];
		} catch (error) {
			return [undefined, statusOf(error), error];
		}
	}

	/** The response to a request that may not pass, or the `argument` for the client. */
	async function check(request, route, order) {
		const { operation, id, pipeline, currency } = route;
		const details = { operation, id, pipeline };
		const refuse = (message, code, status = 403, retryAfterMs) => ({
			response: refusalResponse(status, route, message, code, retryAfterMs),
		});
		if (!isOwnPage(request, origins, order)) {
			return refuse(`${operation} needs a page of the same origin (Origin, Sec-Fetch-Site), or of the option origins.`);
		}
		if (!allowed.includes(operation)) return refuse(`The option allow of the panel does not have ${operation}.`);
		const answer = await authorize(request, details);
		if (answer?.headers) return { response: await merchantResponse(answer, route) };
		if (answer === false) return refuse(`The backend does not allow you ${operation}.`);
		if (answer !== true) throw new TypeError("authorize must return true, false or a Response.");
		const retryAfterMs = waitOf(performance.now());
		if (retryAfterMs > 0)
			return refuse("The panel has too many requests.", "temporarily_unavailable", 429, retryAfterMs);
		if (!order) return { argument: id ?? currency };
		const { order: argument, code, message } = await askHook(beforeCreate, order, { ...details, request });
		return argument ? { argument } : refuse(message, code);
	}

	return async function handlePanel(request) {
		assertRequest(request);
		const { method } = request;
		if (method !== "GET" && method !== "POST") return respond(405, "Method not allowed.", { allow: "GET, POST" });
		const route = routeOf(request, basePath);
		if (!route) return respond(404, "No operation of the panel.");
		const began = performance.now();
		const isRead = method === "GET";
		const [order, status, error] = isRead ? [] : await orderOf(request);
		if (!isRead && !order) {
			if (status === 500) await report(error, route);
			return respond(status, "The body must be an order as JSON.");
		}
		if (order) route.id = route.ownId = order.externalTransactionId;
		let passed;
		try {
			const late = () => new Error("authorize and beforeCreate took longer than timeoutMs.");
			passed = await within(timeoutMs, check(request, route, order), late);
		} catch (thrown) {
			await report(thrown, route);
			return refusalResponse(500, route, "The panel failed before anything was sent. Its log has the reason.");
		}
		if (passed.response) return passed.response;
		const deadlineMs = Math.max(Math.ceil(timeoutMs + began - performance.now()), 1);
		// The page repeats reads by itself.
		const callOptions = order ? { deadlineMs } : { deadlineMs, maxRetries: 0 };
		if (route.currency && route.pipeline) callOptions.pipeline = route.pipeline;
		try {
			const [group, name] = route.operation.split(".");
			return resultResponse(route, await paystar[group][name](passed.argument, callOptions));
		} catch (thrown) {
			if (!isClientError(thrown)) await report(thrown, route);
			return failureResponse(route, thrown);
		}
	};
}
