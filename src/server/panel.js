// The panel proxy: the requests of a page that has no keys, sent by the client of the backend.
import { readBody } from "./body.js";
import { HandlerError, refusal } from "./handler_error.js";
import { checkNames, functionOption, numberOption, objectOption } from "./options.js";
import { foreignOrigin } from "./panel_origin.js";
import { askHook, readOrder } from "./panel_order.js";
import {
	failureResponse,
	isClientError,
	merchantResponse,
	plainResponse,
	refusalResponse,
	resultResponse,
} from "./panel_response.js";
import { CREATIONS, isCreation, lookupOf, READ_OPERATIONS, routeOf } from "./panel_routes.js";

const MAKER = "createPanelHandler";
const CLIENT_HINT = "Pass a client that has the keys: new PayStar({ payouts: { publicKey, privateKey } }).";
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
const BODY_STATUS = { body_too_large: 413, body_too_slow: 408 };

function listOption(options, name) {
	const list = options[name] ?? undefined;
	if (list === undefined || (Array.isArray(list) && list.every((each) => typeof each === "string"))) return list;
	throw refusal(`The option ${name} of ${MAKER} must be an array of strings.`);
}

function allowedOperations(options) {
	const allow = listOption(options, "allow") ?? READ_OPERATIONS;
	const known = [...READ_OPERATIONS, ...CREATIONS];
	const unknown = allow.find((operation) => !known.includes(operation));
	if (unknown !== undefined) {
		throw refusal(`The option allow of ${MAKER} has the unknown operation ${unknown}. The operations are ${known.join(", ")}.`);
	}
	return new Set(allow.flatMap((operation) => (isCreation(operation) ? [operation, lookupOf(operation)] : [operation])));
}

function originsOption(options) {
	const origins = listOption(options, "origins");
	const wrong = origins?.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
	if (wrong === undefined) return origins;
	throw refusal(`The option origins of ${MAKER} has ${wrong}. An origin looks like https://admin.example.`);
}

function basePathOption(options) {
	const path = options.basePath ?? "/paystar";
	if (typeof path === "string" && /^(\/[\w.~-]+)*\/?$/.test(path)) return path.replace(/\/$/, "");
	throw refusal(`The option basePath of ${MAKER} must be a path such as /paystar.`);
}

/** Waits for code of the merchant, but not for ever. */
async function withinLimit(work, deadline) {
	let timer;
	const late = new Promise((_, reject) => {
		const fail = () => reject(new HandlerError("hook_too_slow", "authorize and beforeCreate took longer than timeoutMs."));
		timer = setTimeout(fail, Math.max(deadline - performance.now(), 0));
	});
	try {
		return await Promise.race([work(), late]);
	} finally {
		clearTimeout(timer);
	}
}

/** Allows a number of requests in each minute. */
class RateLimit {
	#most;
	#count = 0;
	#endsAt = 0;

	constructor(most) {
		this.#most = most;
	}

	/** How many milliseconds to wait. 0 if the request may pass. */
	take(now) {
		if (now >= this.#endsAt) {
			this.#count = 0;
			this.#endsAt = now + MINUTE_MS;
		}
		this.#count += 1;
		return this.#count > this.#most ? this.#endsAt - now : 0;
	}
}

class Panel {
	#paystar;
	#allowed;
	#authorize;
	#beforeCreate;
	#basePath;
	#origins;
	#onError;
	#limits;
	#timeoutMs;
	#rate;

	constructor(options) {
		checkNames(MAKER, options, NAMES);
		this.#allowed = allowedOperations(options);
		this.#paystar = objectOption(MAKER, options, "paystar", [...this.#allowed], CLIENT_HINT);
		this.#authorize = functionOption(MAKER, options, "authorize", true);
		this.#beforeCreate = functionOption(MAKER, options, "beforeCreate", [...this.#allowed].some(isCreation));
		this.#basePath = basePathOption(options);
		this.#origins = originsOption(options);
		this.#onError = functionOption(MAKER, options, "onError", false);
		this.#limits = {
			maxBodyBytes: numberOption(MAKER, options, "maxBodyBytes", 65_536, 1, 2 ** 24),
			bodyTimeoutMs: numberOption(MAKER, options, "bodyTimeoutMs", 10_000, 1, 600_000),
		};
		this.#timeoutMs = numberOption(MAKER, options, "timeoutMs", 25_000, 1, 600_000);
		this.#rate = new RateLimit(numberOption(MAKER, options, "requestsPerMinute", 600, 1, 1_000_000));
	}

	async respond(request) {
		if (typeof request?.headers?.get !== "function" || typeof request.url !== "string") {
			throw new HandlerError(
				"request_invalid",
				"The handler needs a web-standard Request. For node:http, express and fastify, use toNodeHandler(handler).",
			);
		}
		if (!["GET", "POST"].includes(request.method)) return plainResponse(405, "Method not allowed.", { allow: "GET, POST" });
		const route = routeOf(request, this.#basePath);
		if (route === undefined) return plainResponse(404, "This is not an operation of the panel.");
		const deadline = performance.now() + this.#timeoutMs;
		let order;
		if (isCreation(route.operation)) {
			const type = request.headers.get("content-type") ?? "";
			// A form of another site cannot send this type.
			if (!/^application\/json\s*(;|$)/i.test(type)) return plainResponse(415, "The body must be application/json.");
			try {
				order = readOrder(await readBody(request, this.#limits));
			} catch (error) {
				const status = BODY_STATUS[error?.code] ?? 500;
				if (status === 500) this.#report(error, route);
				return plainResponse(status, "The body could not be read.");
			}
			if (order === undefined) return plainResponse(400, "The body is not an order with an externalTransactionId.");
			route.id = route.ownId = order.externalTransactionId;
		}
		try {
			return (await this.#refusal(request, route, deadline)) ?? (await this.#perform(request, route, order, deadline));
		} catch (error) {
			// The client is called last, and `perform` catches its errors. So nothing was sent.
			this.#report(error, route);
			return refusalResponse(500, route, "The panel failed before anything was sent. The log of the backend has the reason.");
		}
	}

	/** The response to a request that may not pass. */
	async #refusal(request, route, deadline) {
		const { operation, id, pipeline } = route;
		const foreign = foreignOrigin(request, this.#origins, isCreation(operation));
		if (foreign !== undefined) return refusalResponse(403, route, `${foreign} So ${operation} was refused.`);
		if (!this.#allowed.has(operation)) {
			return refusalResponse(403, route, `The panel does not allow ${operation}. The option allow lists what it allows.`);
		}
		const answer = await withinLimit(() => this.#authorize(request, { operation, id, pipeline }), deadline);
		if (typeof answer?.status === "number" && typeof answer.headers?.get === "function") return merchantResponse(answer, route);
		if (answer === false) return refusalResponse(403, route, `The backend does not allow you ${operation}.`);
		if (answer !== true) throw new TypeError("authorize must return true, false or a Response.");
		const retryAfterMs = this.#rate.take(performance.now());
		if (retryAfterMs === 0) return undefined;
		const limit = { code: "temporarily_unavailable", retryAfterMs };
		return refusalResponse(429, route, "The panel has too many requests in this minute.", limit);
	}

	async #perform(request, route, order, deadline) {
		const { operation, id, pipeline, currency } = route;
		let argument = id ?? currency;
		if (order !== undefined) {
			const details = { operation, id, pipeline, request };
			const asked = await withinLimit(() => askHook(this.#beforeCreate, order, details), deadline);
			if (asked.order === undefined) return refusalResponse(403, route, asked.message, { code: asked.code });
			argument = asked.order;
		}
		const deadlineMs = Math.floor(deadline - performance.now());
		if (deadlineMs <= 0) throw new HandlerError("hook_too_slow", "authorize and beforeCreate took longer than timeoutMs.");
		// The page repeats reads by itself.
		const options = order === undefined ? { deadlineMs, maxRetries: 0 } : { deadlineMs };
		if (currency !== undefined && pipeline !== undefined) options.pipeline = pipeline;
		const [group, method] = operation.split(".");
		try {
			return resultResponse(await this.#paystar[group][method](argument, options));
		} catch (error) {
			if (!isClientError(error)) this.#report(error, route);
			return failureResponse(route, error);
		}
	}

	#report(error, { operation, id }) {
		try {
			if (this.#onError) this.#onError(error, { operation, id });
			else console.error(`paystar: ${MAKER} failed at ${operation}.`, error);
		} catch (thrown) {
			console.error(`paystar: onError of ${MAKER} failed.`, thrown);
		}
	}
}

export function createPanelHandler(options) {
	const panel = new Panel(options);
	return (request) => panel.respond(request);
}
