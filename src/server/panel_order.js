// The order in the body of a creation.

const PART = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Reads an order. `undefined` if the body is not one. Each number becomes a text, because a float would round amounts. */
export function readOrder(bytes) {
	try {
		const text = decoder.decode(bytes);
		// Only in valid JSON, the pattern needs one pass.
		JSON.parse(text);
		const order = JSON.parse(text.replace(PART, (part) => (part.startsWith('"') ? part : `"${part}"`)));
		const { externalTransactionId: id } = order;
		return !Array.isArray(order) && typeof id === "string" && id !== "" ? order : undefined;
	} catch {
		return undefined;
	}
}

const REFUSALS = { approval_pending: "The order waits for the approval of a second person.", rejected: "The order was refused." };
/** The page looks for the order by these members after a lost response. */
const FIXED = ["externalTransactionId", "amount", "currency"];

/**
 * Asks the merchant's hook about an order. Returns `{ order }`, or `{ code, message }` if the hook refuses it. Only `true`
 * or an order is a consent: a hook that forgets to return a value must not pay.
 */
export async function askHook(beforeCreate, order, details) {
	const before = FIXED.map((name) => order[name]);
	const answer = await beforeCreate(order, details);
	const { code, message } = Object(answer);
	if (Object.hasOwn(REFUSALS, code)) return { code, message: typeof message === "string" ? message : REFUSALS[code] };
	const consented = answer === true ? order : answer;
	if (Object(consented) !== consented || code !== undefined) {
		throw new TypeError(
			'beforeCreate must return true, the order to send, or a refusal such as { code: "rejected", message: "…" }.',
		);
	}
	const changed = FIXED.find((name, index) => consented[name] !== before[index]);
	if (changed === undefined) return { order: consented };
	throw new TypeError(`beforeCreate must not change ${changed}. Refuse the order, or use it in a new order.`);
}
