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
	// A body that is too long is refused without a wait for its first byte.
	if (Number(request.headers.get("content-length")) > maxBodyBytes) throw tooLarge(maxBodyBytes);
	const reader = request.body.getReader();
	let timer;
	const limit = new Promise((_, reject) => {
		const late = () => reject(new HandlerError("body_too_slow", `The body did not arrive within ${bodyTimeoutMs} ms.`));
		timer = setTimeout(late, bodyTimeoutMs);
	});
	try {
		return await Promise.race([readAll(reader, maxBodyBytes), limit]);
	} catch (error) {
		// Nobody reads the rest. Some platforms never settle this promise.
		reader.cancel(error).catch(() => {});
		throw error;
	} finally {
		clearTimeout(timer);
	}
}
