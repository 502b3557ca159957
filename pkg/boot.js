// Starts a wasm module at its first use: synchronous, so that users need no init call, and lazy, so that an
// import costs nothing and cannot fail.

/** `glue` is what wasm-bindgen made, `imports` all modules that the wasm names, `bytes` the wasm in base64. */
export function boot({ glue, imports, bytes }) {
	const start = () => {
		const { exports } = new WebAssembly.Instance(new WebAssembly.Module(decode(bytes)), imports);
		glue.__wbg_set_wasm(exports);
		exports.__wbindgen_start();
		return exports;
	};
	glue.__wbg_set_wasm(new Proxy({}, { get: (_, property) => start()[property] }));
}

function decode(base64) {
	if (typeof Buffer !== "undefined") return Buffer.from(base64, "base64");
	const text = atob(base64);
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes;
}
