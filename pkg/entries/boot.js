// Starts a wasm module at its first use: synchronous, so that users need no init call, and lazy, so that an
// import costs nothing and cannot fail.
import { ConfigurationError } from "../../src/js/errors.js";

/**
 * `setWasm` hands a wasm to its glue, `imports` are what it is made with. `wasm` is the module itself: its bytes in
 * base64, or compiled by the platform.
 */
export function boot(setWasm, imports, wasm) {
	const start = () => {
		const { exports } = instantiate(wasm, imports);
		setWasm(exports);
		exports.__wbindgen_start();
		return exports;
	};
	setWasm(new Proxy({}, { get: (_, property) => start()[property] }));
}

function instantiate(wasm, imports) {
	try {
		const module = typeof wasm === "string" ? new WebAssembly.Module(decode(wasm)) : wasm;
		return new WebAssembly.Instance(module, imports);
	} catch (cause) {
		const details = { code: "configuration_invalid", outcome: "notSent", retryable: false, advice: ADVICE };
		throw new ConfigurationError(`WebAssembly does not start here: ${cause.message}`, details, { cause });
	}
}

const ADVICE =
	"On a page with a Content-Security-Policy, add 'wasm-unsafe-eval' to its script-src. " +
	'In a worker on a server, let the bundler use the condition "workerd" or "edge-light".';

function decode(base64) {
	if (typeof Buffer !== "undefined") return Buffer.from(base64, "base64");
	const text = atob(base64);
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes;
}
