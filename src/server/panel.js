// The panel proxy: the client of the backend sends the requests of a page that has no keys.
import { readBody } from "./body.js";
import { limitsOf } from "./callbacks.js";
import { refusal } from "./handler_error.js";
import { checkNames, functionOption, numberOption, objectOption } from "./options.js";
import { isOwnPage } from "./panel_origin.js";
import { askHook, readOrder } from "./panel_order.js";
import {
	busyResponse,
	failureResponse,
	isClientError,
	merchantResponse,
	refusalResponse,
	respond,
	resultResponse,
} from "./panel_response.js";
import { CREATIONS, isCreation, READS, routeOf, withLookups } from "./panel_routes.js";
import { Rejection } from "./rejections.js";
import { assertRequest } from "./signed_handler.js";

const MAKER = "createPanelHandler";
const NAMES = [
	"paystar",
	"authorize",
	"allow",
	"beforeCreate",
	"basePath",
	"origins",
	"onError",
	"maxBodyBytes",
	"bodyTimeoutMs",
	"timeoutMs",
	"requestsPerMinute",
];
const MINUTE_MS = 60_000;

/** A list of texts that all pass `isRight`. */
function listOption(options, name, isRight, hint) {
	const list = options[name] ?? undefined;
	if (list === undefined || (Array.isArray(list) && list.every(isRight))) return list;
	throw refusal(`The option ${name} of ${MAKER} must be an array of ${hint}.`);
}

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

/** Waits for code of the merchant, but not for ever. */
async function withinLimit(work, limitMs) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(reject, limitMs, new Error("authorize and beforeCreate took longer than timeoutMs."));
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}

export function createPanelHandler(options) {
	checkNames(MAKER, options, NAMES);
	const operations = [...READS, ...CREATIONS];
	const isOperation = (each) => operations.includes(each);
	const allowed = withLookups(
		listOption(options, "allow", isOperation, `operations: ${operations.join(", ")}`) ?? READS,
	);
	const paystar = objectOption(MAKER, options, "paystar", [...allowed], "Pass a client that has the keys.");
	const authorize = functionOption(MAKER, options, "authorize", true);
	const beforeCreate = functionOption(MAKER, options, "beforeCreate", [...allowed].some(isCreation));
	const origins = listOption(options, "origins", isOrigin, "origins such as https://admin.example");
	const onError = functionOption(MAKER, options, "onError", false);
	const limits = limitsOf(MAKER, options);
	const timeoutMs = numberOption(MAKER, options, "timeoutMs", 25_000, 1, 600_000);
	const waitOf = rateLimit(numberOption(MAKER, options, "requestsPerMinute", 600, 1, 1_000_000));
	const basePath = options.basePath ?? "/paystar";
	if (!/^(\/[\w.~-]+)*\/?$/.test(basePath))
		throw refusal(`The option basePath of ${MAKER} must be a path such as /paystar.`);

	const report = (error, { operation, id }) =>
		onError ? onError(error, { operation, id }) : console.error(`paystar: ${MAKER} failed at ${operation}.`, error);

	/** The order in the body. Otherwise `undefined` and the status of the response. */
	async function orderOf(request) {
		// A form of another site cannot send this type.
		if (!/^application\/json *(;|$)/i.test(request.headers.get("content-type"))) return [undefined, 415];
		try {
			return [readOrder(await readBody(request, limits)), 400];
		} catch (error) {
			return [undefined, new Rejection(error).status, error];
		}
	}

	/** The response to a request that may not pass, or the `argument` for the client. */
	async function check(request, route, order) {
		const { operation, id, pipeline, currency } = route;
		const details = { operation, id, pipeline };
		const refuse = (message, code, ...more) => ({ response: refusalResponse(403, route, message, code, ...more) });
		if (!isOwnPage(request, origins, order)) {
			return refuse(`${operation} needs a page of the same origin (Origin, Sec-Fetch-Site), or of the option origins.`);
		}
		if (!allowed.has(operation)) return refuse(`The option allow of the panel does not have ${operation}.`);
		const answer = await authorize(request, details);
		if (answer?.headers) return { response: await merchantResponse(answer, route) };
		if (answer === false) return refuse(`The backend does not allow you ${operation}.`);
		if (answer !== true) throw new TypeError("authorize must return true, false or a Response.");
		const retryAfterMs = waitOf(performance.now());
		if (retryAfterMs > 0) return { response: busyResponse(route, retryAfterMs) };
		if (!order) return { argument: id ?? currency };
		const { order: argument, code, message } = await askHook(beforeCreate, order, { ...details, request });
		return argument ? { argument } : refuse(message, code);
	}

	return async function handlePanel(request) {
		assertRequest(request);
		const { method } = request;
		if (method !== "GET" && method !== "POST") return respond(405, "Method not allowed.", { allow: "GET, POST" });
		const route = routeOf(request, basePath.replace(/\/$/, ""));
		if (!route) return respond(404, "No operation of the panel.");
		const began = performance.now();
		const isRead = method === "GET";
		const [order, status, error] = isRead ? [] : await orderOf(request);
		if (!isRead && !order) {
			if (status === 500) await report(error, route);
			return respond(status, "The body must be an order as JSON.");
		}
		if (order) route.id = route.ownId = order.externalTransactionId;
		let checked;
		try {
			checked = await withinLimit(check(request, route, order), timeoutMs);
		} catch (thrown) {
			await report(thrown, route);
			return refusalResponse(500, route, "The panel failed before anything was sent. Its log has the reason.");
		}
		if (checked.response) return checked.response;
		const deadlineMs = Math.max(Math.ceil(timeoutMs + began - performance.now()), 1);
		// The page repeats reads by itself.
		const callOptions = order ? { deadlineMs } : { deadlineMs, maxRetries: 0 };
		if (route.currency && route.pipeline) callOptions.pipeline = route.pipeline;
		try {
			const [group, name] = route.operation.split(".");
			return resultResponse(route, await paystar[group][name](checked.argument, callOptions));
		} catch (thrown) {
			if (!isClientError(thrown)) await report(thrown, route);
			return failureResponse(route, thrown);
		}
	};
}
