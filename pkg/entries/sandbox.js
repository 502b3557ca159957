// All that the package exports as "paystar/sandbox": a wasm of its own, so that clients do not carry it.
import wasm from "../wasm/sandbox_bg.wasm";
import { imports, setWasm } from "../wasm/sandbox.module.js";
import { boot } from "./boot.js";

boot(setWasm, imports, wasm);

export { Sandbox } from "../wasm/sandbox_bg.js";
