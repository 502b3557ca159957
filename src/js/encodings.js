/** The classes `TextDecoder` and `TextEncoder`. jsdom has neither of them, but it runs in Node. */
export const encodings = () =>
	globalThis.TextDecoder && globalThis.TextEncoder ? globalThis : globalThis.process.getBuiltinModule("node:util");
