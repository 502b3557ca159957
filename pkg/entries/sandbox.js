// All that the package exports as "paystar/sandbox": a wasm of its own, so that clients do not carry it.
import wasm from "../wasm/sandbox_bg.wasm";
import * as sandbox from "../wasm/sandbox.module.js";
import { boot } from "./boot.js";

boot(sandbox, wasm);

export { Sandbox } from "../wasm/sandbox_bg.js";
