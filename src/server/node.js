// Turns a web-standard handler into a handler of node:http, express, fastify or NestJS. It imports nothing of Node, so that
// the same file works on all platforms.
import { alreadyParsed, bytesOf } from "./body.js";
import { refusal } from "./handler_error.js";
import { emptyResponse } from "./signed_handler.js";

const FIXES = {
	fastify:
		'Fastify: in a plugin with this route, call app.removeAllContentTypeParsers() and app.addContentTypeParser("*", (request, payload, done) => done(null)).',
	next: "Next.js: export const config = { api: { bodyParser: false } } in this file.",
	express:
		"Express: put express.raw({ type: () => true }) before express.json(). NestJS: create the application with { rawBody: true }.",
	http: "Pass the request to the handler before anything reads it.",
};

/** The sentence for the framework that made a request. */
function fixFor({ raw, app, query, cookies }) {
	if (raw) return FIXES.fastify;
	if (app) return FIXES.express;
	return query && cookies ? FIXES.next : FIXES.http;
}

/** The body of a request as bytes, or as a web stream. */
function bodyOf(given, raw) {
	const bytes = bytesOf(given.rawBody) ?? bytesOf(given.body) ?? bytesOf(raw.rawBody);
	if (bytes) return bytes;
	// On some serverless platforms, a request is not a stream.
	const isRead = raw.readableDidRead || raw.readableEnded || raw.destroyed || !raw[Symbol.asyncIterator];
	const iterator = isRead || raw[Symbol.asyncIterator]();
	// `cancel` must not end the iterator, because this would close the socket before the response.
	return new ReadableStream({
		async pull(controller) {
			if (isRead) throw alreadyParsed(fixFor(given));
			const { done, value } = await iterator.next();
			if (done) controller.close();
			else controller.enqueue(bytesOf(value));
		},
	});
}

function headersOf(raw) {
	// HTTP/2 has names such as `:path`.
	const entries = Object.entries(raw.headers).filter(([name]) => name[0] !== ":");
	return new Headers(entries.flatMap(([name, value]) => [value].flat().map((each) => [name, each])));
}

function urlOf(given, { url, headers, socket }) {
	const path = given.originalUrl ?? url;
	// A path such as `//other.example` must not become a host.
	if (path[0] !== "/") return path;
	return `http${socket?.encrypted ? "s" : ""}://${headers.host ?? headers[":authority"] ?? "localhost"}${path}`;
}

/** `undefined` if a web-standard request cannot have this method, this URL or these headers. */
function requestOf(given, raw) {
	const { method } = raw;
	let request;
	try {
		request = new Request(urlOf(given, raw), { method, headers: headersOf(raw) });
	} catch {
		return undefined;
	}
	const hasBody = method !== "GET" && method !== "HEAD";
	return hasBody ? new Request(request, { body: bodyOf(given, raw), duplex: "half" }) : request;
}

async function write(answer, response, raw) {
	const body = new Uint8Array(await answer.arrayBuffer());
	if (response.headersSent || response.destroyed) return;
	// Nobody reads the rest of the body, so the connection cannot be used again.
	if (raw.complete === false) response.once("finish", () => raw.destroy());
	response.statusCode = answer.status;
	// A response can have many cookies.
	const setHeader = response.appendHeader ? "appendHeader" : "setHeader";
	for (const header of answer.headers) response[setHeader](...header);
	response.setHeader("content-length", body.length);
	response.end(raw.method === "HEAD" ? undefined : body);
}

export function toNodeHandler(handle) {
	if (typeof handle !== "function") throw refusal("toNodeHandler needs a function.");
	return async (given, reply) => {
		// Fastify has its own objects around those of Node.
		const raw = given.raw ?? given;
		const response = reply.raw ?? reply;
		reply.hijack?.();
		try {
			const request = requestOf(given, raw);
			await write(request ? await handle(request) : emptyResponse(400), response, raw);
		} catch (error) {
			console.error("paystar: the handler failed.", error);
			await write(emptyResponse(500), response, raw);
		}
	};
}
