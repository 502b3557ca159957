// What callbacks and alerts have in common: a signed body over HTTP or through a queue.
import { bytesOf, decoder, readBody } from "./body.js";
import { HandlerError, statusOf } from "./handler_error.js";
import { makeReporter, Rejection, rejectionOf } from "./rejections.js";

export const emptyResponse = (status) =>
	new Response(null, { status, headers: status === 405 ? { allow: "POST" } : {} });

/** Refuses what is not a `Request`. Otherwise nobody would answer a request of express that came here by mistake. */
export function assertRequest(request) {
	if (typeof request?.headers?.get === "function") return;
	throw new HandlerError("request_invalid", "This is not a web-standard Request. In Node, use toNodeHandler(handler).");
}

/**
 * Makes a handler. `verify(bytes, signature)` returns the message or throws, `diagnose(bytes, signature)` explains, and
 * `settle(message, url)` does everything else and returns a decision. `options` are those of `SIGNED_RULES`.
 */
export function makeSignedHandler({ verify, diagnose, settle }, options) {
	const { queue, onRejected, maxBodyBytes } = options;
	const report = makeReporter(onRejected);

	function verified(bytes, signature) {
		const given = [bytes, signature, { maxBodyBytes }];
		try {
			return verify(...given);
		} catch (error) {
			let diagnosis;
			try {
				diagnosis = diagnose?.(...given);
			} catch {
				// A diagnosis helps people, and decides nothing.
			}
			throw new Rejection(error, statusOf(error), diagnosis);
		}
	}

	async function receive(request) {
		const { method, url, headers } = request;
		if (method !== "POST") throw new HandlerError("method_not_allowed", "The method must be POST.", 405);
		const bytes = await readBody(request, options);
		const signature = headers.get("signature");
		return { bytes, signature, message: verified(bytes, signature), url };
	}

	/** Runs code of the merchant. If this code throws a SignatureError, the sender is not the reason. */
	async function run(work, ...given) {
		try {
			return await work(...given);
		} catch (error) {
			throw new Rejection(error, error instanceof HandlerError ? error.status : 500);
		}
	}

	const respondWith = (work) => async (request) => {
		assertRequest(request);
		try {
			await work(await receive(request));
			return emptyResponse(200);
		} catch (thrown) {
			const rejection = rejectionOf(thrown);
			await report(rejection, request.url);
			return emptyResponse(rejection.status);
		}
	};

	const handle = respondWith(({ message, url }) => run(settle, message, url));

	handle.enqueue = respondWith(async ({ bytes, signature, url }) => {
		if (!queue) throw new HandlerError("queue_missing", "enqueue needs the option queue.");
		// A verified body is JSON, so it is UTF-8 and the text has the same bytes.
		await run(queue, { rawBody: decoder.decode(bytes), signature, url, receivedAt: new Date().toISOString() });
	});

	handle.process = async (envelope) => {
		const { rawBody, signature, url } = Object(envelope);
		try {
			return { decision: await run(settle, verified(bytesOf(rawBody), signature), `${url}`) };
		} catch (thrown) {
			const rejection = rejectionOf(thrown);
			await report(rejection, url);
			// The queue must not remove the message, so it gets the error.
			throw rejection.error;
		}
	};

	return handle;
}
