// Verifies callbacks in their usual form in a fast way. It only accepts. All other callbacks go to `handleSigned`, which has
// the rules.
import { exchangeOf, prepareExchange, TEXT_BYTES, writeText } from "./exchange.js";

// Codes that Rust and JavaScript share: the result of `verifyPlain`.
const IS_ACCEPTED = 1;
const IS_FINAL = 2;
const HAS_PARAMS = 4;
const FIRST_COUNT = 8;

/**
 * The callback of a body in its usual form. `undefined` for all others, which does not mean that they are not valid. `open(owner)`
 * opens the client. It is called last: code of a caller can run before, and can make wasm forget the client.
 */
export function verifyPlain(open, owner, body, signature) {
	const bodyLength = body.length;
	const text = body + signature;
	if (text.length > TEXT_BYTES) return undefined;
	prepareExchange();
	const { instance, client } = open(owner);
	return instance.enter((wasm) => {
		const result = writeText(exchangeOf(wasm), text) ? wasm.verifyPlain(client, bodyLength, text.length) : 0;
		// The memory may have grown, so the views may be new.
		return (result & IS_ACCEPTED) === 0 ? undefined : callbackOf(body, result, exchangeOf(wasm).words);
	});
}

function callbackOf(body, result, places) {
	const text = (index) => body.slice(places[index], places[index + 1]);
	const nullable = (index) => (places[index] === 0 ? null : text(index));
	const unsigned = {};
	if (places[8] !== 0) unsigned.currency = text(8);
	if ((result & HAS_PARAMS) !== 0) {
		unsigned.externalParams = {
			cardToken: nullable(10),
			cardStorageToken: nullable(12),
			cardHolder: nullable(14),
			cardNumber: nullable(16),
			extra: {},
		};
	}
	unsigned.extra = extraOf(body, places, Math.floor(result / FIRST_COUNT));
	return {
		externalId: text(0),
		status: text(2),
		isFinal: (result & IS_FINAL) !== 0,
		amount: text(4),
		orderType: text(6),
		unsigned,
	};
}

/** The members that are not known. Their numbers become texts of their digits. */
function extraOf(body, places, count) {
	if (count === 0) return {};
	let json = "{";
	const end = 18 + 2 * count;
	let next = end;
	for (let index = 18; index < end; index += 2) {
		let from = places[index];
		const to = places[index + 1];
		if (index > 18) json += ",";
		for (; places[next] !== 0 && places[next] < to; next += 2) {
			json += `${body.slice(from, places[next])}"${body.slice(places[next], places[next + 1])}"`;
			from = places[next + 1];
		}
		json += body.slice(from, to);
	}
	return JSON.parse(`${json}}`);
}
