// What callbacks and alerts have in common: a signed body over HTTP or through a queue.
import { bytesOf, readBody } from "./body.js";
import { HandlerError } from "./handler_error.js";
import { Rejection, Reporter } from "./rejections.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const emptyResponse = (status) =>
	new Response(null, status === 405 ? { status, headers: { allow: "POST" } } : { status });

/** Refuses what is not a `Request`. Otherwise nobody would answer a request of express that came here by mistake. */
export function assertRequest(request) {
	if (typeof request?.headers?.get === "function" && typeof request.url === "string") return;
	throw new HandlerError(
		"request_invalid",
		"The handler needs a web-standard Request. For node:http, express, fastify and NestJS, use toNodeHandler(handler).",
	);
}

/**
 * Makes a handler. `verify(bytes, signature)` returns the message or throws, `diagnose(bytes, signature)` explains, and
 * `settle(message, url)` does everything else and returns a decision.
 */
export function makeSignedHandler({ title, verify, diagnose, settle, queue, onRejected, limits }) {
	const reporter = new Reporter(title, onRejected);

	function verified(bytes, signature) {
		try {
			return verify(bytes, signature);
		} catch (error) {
			let diagnosis;
			try {
				diagnosis = diagnose?.(bytes, signature);
			} catch {
				// A diagnosis helps people, and decides nothing.
			}
			throw new Rejection(error, diagnosis);
		}
	}

	async function receive(request) {
		if (request.method !== "POST") {
			throw new Rejection(new HandlerError("method_not_allowed", `The method is ${request.method}, and not POST.`));
		}
		let bytes;
		try {
			bytes = await readBody(request, limits);
		} catch (error) {
			throw new Rejection(error);
		}
		const signature = request.headers.get("signature");
		return { bytes, signature, message: verified(bytes, signature), url: request.url };
	}

	const settled = (message, url) =>
		settle(message, url).catch((error) => {
			// The merchant's code may throw a SignatureError of its own.
			throw new Rejection(error, undefined, error instanceof HandlerError);
		});

	async function respond(request, work) {
		assertRequest(request);
		try {
			await work(await receive(request));
			return emptyResponse(200);
		} catch (rejection) {
			const known = rejection instanceof Rejection ? rejection : new Rejection(rejection);
			await reporter.report(known, request.url);
			return emptyResponse(known.status);
		}
	}

	const handle = (request) => respond(request, ({ message, url }) => settled(message, url));

	const enqueue = (request) =>
		respond(request, async ({ bytes, signature, url }) => {
			if (queue === undefined) {
				throw new HandlerError("queue_missing", `enqueue needs the option queue of ${title}.`);
			}
			// A verified body is JSON, so it is UTF-8 and the text has the same bytes.
			await queue({ rawBody: decoder.decode(bytes), signature, url, receivedAt: new Date().toISOString() });
		});

	async function process(envelope) {
		const { signature, url } = envelope ?? {};
		const bytes = bytesOf(envelope?.rawBody);
		try {
			if (bytes === undefined || typeof url !== "string") {
				throw new HandlerError("envelope_invalid", "The envelope needs rawBody and url, as enqueue made them.");
			}
			return { decision: await settled(verified(bytes, signature), url) };
		} catch (rejection) {
			const known = rejection instanceof Rejection ? rejection : new Rejection(rejection);
			await reporter.report(known, url);
			// The queue must not remove the message, so it gets the error.
			throw known.error;
		}
	}

	return Object.assign(handle, { enqueue, process });
}
