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

/** The rest of the body of a request as a web stream. */
function streamOf(raw) {
	const gone = () => new HandlerError("client_gone", "The sender closed the connection before the end of the body.");
	let isOver = false;
	const end = (finish) => () => {
		if (isOver) return;
		isOver = true;
		finish();
	};
	return new ReadableStream({
		start(controller) {
			raw.on("data", (chunk) => {
				if (isOver) return;
				controller.enqueue(bytesOf(chunk));
				if (controller.desiredSize <= 0) raw.pause();
			});
			raw.on(
				"end",
				end(() => controller.close()),
			);
			for (const event of ["error", "close", "aborted"])
				raw.on(
					event,
					end(() => controller.error(gone())),
				);
			raw.pause();
		},
		pull: () => void raw.resume(),
		cancel: () => void ((isOver = true), raw.pause()),
	});
}

function bodyOf(given, raw) {
	const bytes = bytesOf(given.rawBody) ?? bytesOf(given.body) ?? bytesOf(raw.rawBody);
	if (bytes !== undefined) return bytes;
	if (raw.readableDidRead || raw.readableEnded || raw.destroyed) return failing(alreadyParsed(fixFor(given)));
	return streamOf(raw);
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

/** `undefined` if the request has a method, a host or a header that a web-standard request cannot have. */
function requestOf(given, raw) {
	let bare;
	try {
		bare = new Request(urlOf(given, raw), { method: raw.method, headers: headersOf(raw) });
	} catch {
		return undefined;
	}
	if (raw.method === "GET" || raw.method === "HEAD") return bare;
	return new Request(bare, { body: bodyOf(given, raw), duplex: "half" });
}

/** Reads the rest of a body that nobody wants, so that the sender gets the response. */
function drain(raw) {
	if (raw.readableEnded || raw.complete || raw.destroyed) return;
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
	drain(raw);
}

export function toNodeHandler(handle) {
	if (typeof handle !== "function")
		throw refusal("toNodeHandler needs a handler, such as createCallbackHandler({ … }).");
	return async function handleNode(given, reply) {
		// Fastify has its own objects around those of Node.
		const raw = given.raw ?? given;
		const response = reply.raw ?? reply;
		reply.hijack?.();
		let answer;
		try {
			const request = requestOf(given, raw);
			answer = request === undefined ? new Response(null, { status: 400 }) : await handle(request);
		} catch (error) {
			console.error("paystar: the handler failed, so the response is 500.", error);
			answer = new Response(null, { status: 500 });
		}
		await write(answer, response, raw);
	};
}
