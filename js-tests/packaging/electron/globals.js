// What Electron gives a page with nodeIntegration, as far as a package could take it for Node.
import { Buffer } from "buffer";

globalThis.Buffer = Buffer;
globalThis.global = globalThis;
globalThis.process = { type: "renderer", versions: { node: "24.0.0", electron: "45.4.1" }, env: {}, platform: "linux" };
globalThis.require = (name) => {
	throw new Error(`Nobody should ask for ${name}.`);
};
globalThis.module = { exports: {} };
globalThis.exports = globalThis.module.exports;
