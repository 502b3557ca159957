// The globals of a page in Electron with nodeIntegration. Because of them, a package could think that it runs in Node.
import { Buffer } from "buffer";

globalThis.Buffer = Buffer;
globalThis.global = globalThis;
globalThis.process = { type: "renderer", versions: { node: "24.0.0", electron: "45.4.1" }, env: {}, platform: "linux" };
globalThis.require = (name) => {
	throw new Error(`Nobody should ask for ${name}.`);
};
globalThis.module = { exports: {} };
globalThis.exports = globalThis.module.exports;
