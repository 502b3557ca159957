// Prepares values of a caller for wasm.
import { flatten } from "./input.js";

const UNDEFINED = new Uint8Array();

/** The bytes of each value. They are copies, because `flatten` always writes into the same buffer. */
export const flattenAll = (...values) =>
	values.map((value) => (value === undefined ? UNDEFINED : flatten(value).slice()));
