// Values of a caller, ready to cross into wasm.
import { flatten } from "./input.js";

const NOTHING = new Uint8Array();

/** Each value as one text. They are copies: all of them are written in the same buffer. */
export const flattenAll = (...values) =>
	values.map((value) => (value === undefined ? NOTHING : flatten(value).slice()));
