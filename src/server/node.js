// Turns a web-standard handler into a handler of node:http, express, fastify or NestJS. It imports nothing of Node, so that
// the same file works on all platforms.
import { alreadyParsed, bytesOf } from "./body.js";
import { HandlerError, refusal } from "./handler_error.js";

/** After a refusal, the rest of a body is read up to these limits. Otherwise the sender sees a reset, and no response. */
const DRAINED_BYTES = 2 ** 21;
const DRAINED_MS = 2_000;

const FIXES = {
	fastify:
		'Fastify: register the route in a plugin that calls app.removeAllContentTypeParsers() and app.addContentTypeParser("*", (request, payload, done) => done(null)).',
	next: "Next.js: export const config = { api: { bodyParser: false } } in the file of this API route.",
	express:
		"Express: add express.raw({ type: () => true }) to this route, before express.json(). NestJS: create the application with { rawBody: true }.",
	http: "Pass the request to the handler before anything reads it.",
};

/** The sentence for the framework that made a request. */
function fixFor(given) {
	if (given.raw) return FIXES.fastify;
	if (typeof given.app === "function" || typeof given.next === "function") return FIXES.express;
	return given.query && given.cookies ? FIXES.next : FIXES.http;
}

/** A body that fails with this error when somebody reads it. */
const failing = (error) => new ReadableStream({ start: (controller) => controller.error(error) });

/** The body of a request as a web stream. `stop` makes the stream ignore the rest. */
function sourceOf(raw) {
	let isOver = false;
	const finish = (work) => () => {
		if (!isOver) work();
		isOver = true;
	};
	const body = new ReadableStream({
		start(controller) {
			const gone = () =>
				controller.error(
					new HandlerError("client_gone", "The sender closed the connection before the end of the body."),
				);
			raw.on("data", (chunk) => {
				if (isOver) return;
				controller.enqueue(bytesOf(chunk));
				if (controller.desiredSize <= 0) raw.pause();
			});
			const close = () => controller.close();
			raw.on("end", finish(close));
			for (const event of ["error", "close"]) raw.on(event, finish(gone));
			raw.pause();
		},
		pull: () => void raw.resume(),
		cancel: () => void (isOver = true),
	});
	return { body, stop: () => void (isOver = true) };
}

function bodyOf(given, raw) {
	const bytes = bytesOf(given.rawBody) ?? bytesOf(given.body) ?? bytesOf(raw.rawBody);
	if (bytes !== undefined) return { body: bytes };
	// Serverless platforms have requests that are no streams.
	if (typeof raw.on !== "function" || raw.readableDidRead || raw.readableEnded || raw.destroyed) {
		return { body: failing(alreadyParsed(fixFor(given))) };
	}
	return sourceOf(raw);
}

function headersOf(raw) {
	const headers = new Headers();
	for (const [name, value] of Object.entries(raw.headers)) {
		// HTTP/2 has names such as `:path`.
		if (value === undefined || name.startsWith(":")) continue;
		for (const each of Array.isArray(value) ? value : [value]) headers.append(name, each);
	}
	return headers;
}

function urlOf(given, raw) {
	const path = given.originalUrl ?? raw.originalUrl ?? raw.url ?? "/";
	const scheme = raw.socket?.encrypted ? "https" : "http";
	const host = raw.headers.host ?? raw.headers[":authority"] ?? "localhost";
	// A path such as `//other.example` must not become a host.
	return /^https?:/i.test(path) ? path : `${scheme}://${host}${path}`;
}

/** `{ request, stop }`. There is no request if a web-standard request cannot have its method, its host or its headers. */
function requestOf(given, raw) {
	let request;
	try {
		request = new Request(urlOf(given, raw), { method: raw.method, headers: headersOf(raw) });
	} catch {
		return {};
	}
	if (raw.method === "GET" || raw.method === "HEAD") return { request };
	const { body, stop } = bodyOf(given, raw);
	return { request: new Request(request, { body, duplex: "half" }), stop };
}

/** Reads the rest of a body that nobody wants, so that the sender gets the response. */
function drain(raw) {
	if (raw.complete !== false || raw.destroyed) return;
	let length = 0;
	const stop = () => raw.destroy();
	const timer = setTimeout(stop, DRAINED_MS);
	timer.unref?.();
	raw.on("data", (chunk) => (length += chunk.length) > DRAINED_BYTES && stop());
	raw.on("error", () => {});
	for (const event of ["end", "close"]) raw.on(event, () => clearTimeout(timer));
	raw.resume();
}

async function write(answer, response, raw) {
	const body = new Uint8Array(await answer.arrayBuffer());
	if (response.headersSent || response.destroyed) return;
	response.statusCode = answer.status;
	for (const [name, value] of answer.headers) {
		if (name === "set-cookie") response.appendHeader(name, value);
		else response.setHeader(name, value);
	}
	response.setHeader("content-length", body.byteLength);
	response.end(raw.method === "HEAD" ? undefined : body);
}

export function toNodeHandler(handle) {
	if (typeof handle !== "function")
		throw refusal("toNodeHandler needs a handler, such as createCallbackHandler({ … }).");
	return async function handleNode(given, reply) {
		// Fastify has its own objects around those of Node.
		const raw = given.raw ?? given;
		const response = reply.raw ?? reply;
		reply.hijack?.();
		let source = {};
		try {
			source = requestOf(given, raw);
			const answer = source.request ? await handle(source.request) : new Response(null, { status: 400 });
			await write(answer, response, raw);
		} catch (error) {
			console.error("paystar: the handler failed, so the response is 500.", error);
			await write(new Response(null, { status: 500 }), response, raw);
		}
		source.stop?.();
		drain(raw);
	};
}
