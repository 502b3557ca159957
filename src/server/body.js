// Reads the raw body of a request, within limits. A signature covers the bytes, so nobody may parse the body before.
import { HandlerError, tooLarge } from "./handler_error.js";
import { within } from "./within.js";

const encoder = new TextEncoder();
export const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

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

const WEB_FIX = "Before the handler, read request.clone().";

/** After a refusal, the rest of a body is read up to these limits. Otherwise the sender can see a reset, and no response. */
const DISCARDED_BYTES = 2 ** 20;
const DISCARDED_MS = 1_000;

/** Reads to the end, and keeps the parts if there is a list for them. */
async function readAll(reader, most, parts) {
	for (let length = 0; ;) {
		const { done, value } = await reader.read();
		if (done) return parts;
		length += value.byteLength;
		if (length > most) throw tooLarge(most);
		parts?.push(value);
	}
}

/** Reads the body of a `Request`. Serverless platforms add a member `rawBody`. */
export async function readBody(request, { maxBodyBytes, bodyTimeoutMs }) {
	const given = bytesOf(request.rawBody) ?? bytesOf(request.body);
	if (given?.byteLength > maxBodyBytes) throw tooLarge(maxBodyBytes);
	if (given) return given;
	if (request.bodyUsed || request.body?.locked) throw alreadyParsed(WEB_FIX);
	if (!request.body) return new Uint8Array();
	const reader = request.body.getReader();
	try {
		// A body that says that it is too long is not read.
		if (Number(request.headers.get("content-length")) > maxBodyBytes) throw tooLarge(maxBodyBytes);
		const late = () => new HandlerError("body_too_slow", `The body did not arrive within ${bodyTimeoutMs} ms.`, 408);
		const parts = await within(bodyTimeoutMs, readAll(reader, maxBodyBytes, []), late);
		return parts.length === 1 ? parts[0] : new Uint8Array(await new Blob(parts).arrayBuffer());
	} catch (error) {
		if (error.status === 413) await within(DISCARDED_MS, readAll(reader, DISCARDED_BYTES), Error).catch(() => {});
		// Some platforms never settle this promise.
		reader.cancel(error).catch(() => {});
		if (error instanceof HandlerError) throw error;
		throw new HandlerError("client_gone", "The body has no end.", 400, { cause: error });
	}
}
