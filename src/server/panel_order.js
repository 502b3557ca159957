// The order in the body of a creation.
import { decoder } from "./body.js";

const PART = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;

/** Reads an order. `undefined` if the body is not one. Each number becomes a text, because a float would round amounts. */
export function readOrder(bytes) {
	try {
		const text = decoder.decode(bytes);
		// Only in valid JSON, the pattern needs one pass.
		JSON.parse(text);
		const order = JSON.parse(text.replace(PART, (part) => (part[0] === '"' ? part : `"${part}"`)));
		const { externalTransactionId: id } = order;
		return typeof id === "string" && id ? order : undefined;
	} catch {
		return undefined;
	}
}

const REFUSALS = {
	__proto__: null,
	approval_pending: "The order waits for the approval of a second person.",
	rejected: "The backend refused the order.",
};

/**
 * Asks the merchant's hook about an order. Returns `{ order }`, or `{ code, message }` if the hook refuses it. Only `true`
 * or an order is a consent: a hook that forgets to return a value must not pay.
 */
export async function askHook(beforeCreate, order, details) {
	const before = { ...order };
	const answer = await beforeCreate(order, details);
	const { code, message = REFUSALS[code] } = Object(answer);
	if (REFUSALS[code]) return { code, message };
	const consented = answer === true ? order : answer;
	if (Object(consented) !== consented || code !== undefined) {
		throw new TypeError('beforeCreate must return true, an order, or { code: "rejected", message }.');
	}
	// The page looks for the order by these members after a lost response.
	for (const name of ["externalTransactionId", "amount", "currency"]) {
		if (consented[name] !== before[name]) throw new TypeError(`beforeCreate must not change ${name}.`);
	}
	return { order: consented };
}
