// Starts a wasm module at its first use: synchronously, so that users need no init call, and lazily, so that an import
// costs nothing and cannot fail.
import { encodings } from "../../crates/boundary/src/input.js";
import { ConfigurationError } from "../../crates/boundary/src/errors.js";

/**
 * Returns a function that starts an instance with new glue. `wasm` is the module: its bytes in base64, or a module that
 * the platform has compiled.
 */
export function boot(makeGlue, wasm) {
	let module;
	return (attempt) => {
		try {
			module ??= typeof wasm === "string" ? new WebAssembly.Module(decode(wasm)) : wasm;
			const { TextDecoder, TextEncoder } = encodings();
			// Tests replace `queueMicrotask`, and then nothing would go on.
			const { functions, imports, setWasm } = makeGlue(
				(task) => void Promise.resolve().then(() => attempt(() => task())),
				TextDecoder,
				TextEncoder,
			);
			const { exports } = new WebAssembly.Instance(module, imports);
			setWasm(exports);
			exports.__wbindgen_start();
			return functions;
		} catch (cause) {
			const details = { code: "configuration_invalid", outcome: "notSent", retryable: false, advice: ADVICE };
			throw new ConfigurationError(`WebAssembly does not start here: ${cause?.message}`, details, { cause });
		}
	};
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
