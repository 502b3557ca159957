// Reads the raw body of a request, within limits. A signature covers the bytes, so nobody may parse the body before.
import { HandlerError, tooLarge } from "./handler_error.js";

const encoder = new TextEncoder();

/** The bytes of a text or of bytes. `undefined` for other values. */
export function bytesOf(value) {
	if (typeof value === "string") return encoder.encode(value);
	// Also bytes of another realm, such as those of Jest.
	if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
	return undefined;
}

/** The error for a body that was read before. `framework` is the sentence that says what to change. */
export const alreadyParsed = (framework) =>
	new HandlerError("body_already_parsed", `The body was read before this handler got it. ${framework}`);

const WEB_FIX =
	"Do not call request.json() or request.text() before the handler, or pass request.clone() to that code.";

/** After a refusal, the rest of a body is read up to these limits. Otherwise the sender can see a reset, and no response. */
const DISCARDED_BYTES = 2 ** 20;
const DISCARDED_MS = 1_000;

async function discard(reader) {
	for (let length = 0; length < DISCARDED_BYTES;) {
		const { done, value } = await reader.read();
		if (done) return;
		length += value.byteLength;
	}
}

/** Settles like `work`, but not later than after `ms`. Then it settles like `late()`. */
export async function within(ms, work, late) {
	let timer;
	const limit = new Promise((resolve, reject) => {
		timer = setTimeout(() => {
			try {
				resolve(late());
			} catch (error) {
				reject(error);
			}
		}, ms);
	});
	try {
		return await Promise.race([work, limit]);
	} finally {
		clearTimeout(timer);
	}
}

async function readAll(reader, maxBodyBytes) {
	const chunks = [];
	let length = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		length += value.byteLength;
		if (length > maxBodyBytes) throw tooLarge(maxBodyBytes);
		chunks.push(value);
	}
	if (chunks.length === 1) return chunks[0];
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const chunk of chunks) {
		bytes.set(chunk, at);
		at += chunk.byteLength;
	}
	return bytes;
}

/** Reads the body of a `Request`. Serverless platforms add a member `rawBody`. */
export async function readBody(request, { maxBodyBytes, bodyTimeoutMs }) {
	const given = bytesOf(request.rawBody) ?? bytesOf(request.body);
	if (given !== undefined) {
		if (given.byteLength > maxBodyBytes) throw tooLarge(maxBodyBytes);
		return given;
	}
	if (request.bodyUsed || request.body?.locked) throw alreadyParsed(WEB_FIX);
	if (!request.body) return new Uint8Array();
	const reader = request.body.getReader();
	try {
		// A body that says that it is too long is not read.
		if (Number(request.headers.get("content-length")) > maxBodyBytes) throw tooLarge(maxBodyBytes);
		return await within(bodyTimeoutMs, readAll(reader, maxBodyBytes), () => {
			throw new HandlerError("body_too_slow", `The body did not arrive within ${bodyTimeoutMs} ms.`);
		});
	} catch (error) {
		if (error.code === "body_too_large") await within(DISCARDED_MS, discard(reader), () => {}).catch(() => {});
		// Some platforms never settle this promise.
		reader.cancel(error).catch(() => {});
		throw error;
	}
}
