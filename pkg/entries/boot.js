// Starts a wasm module at its first use. It starts synchronously, so that users need no init call. It does not start during
// the import, so that an import takes no time and cannot fail.
import { encodings } from "../../crates/boundary/src/input.js";
import { refusal } from "../../crates/boundary/src/results.js";

/**
 * Returns a function that starts an instance with new glue. `wasm` is a compiled module, or a function that returns
 * its bytes.
 */
export function boot(makeGlue, wasm) {
	let module;
	return (attempt) => {
		try {
			module ??= typeof wasm === "function" ? new WebAssembly.Module(wasm()) : wasm;
			const { TextDecoder, TextEncoder } = encodings();
			// Not `queueMicrotask`: tests replace it, and then no task would run.
			const { functions, imports, setWasm } = makeGlue(
				(task) => void Promise.resolve().then(() => attempt(() => task())),
				TextDecoder,
				TextEncoder,
			);
			const { exports } = new WebAssembly.Instance(module, imports);
			setWasm(exports);
			exports.__wbindgen_start();
			return Object.assign(functions, { memory: exports.memory });
		} catch (cause) {
			throw refusal(`WebAssembly does not start (${cause?.message}). ${HINT}`, cause);
		}
	};
}

const HINT =
	"On a page with a Content-Security-Policy, add 'wasm-unsafe-eval' to its script-src. " +
	'In a worker on a server, let the bundler use the condition "workerd" or "edge-light".';
