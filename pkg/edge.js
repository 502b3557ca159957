// The entry of "paystar" for edge runtimes such as Next.js's: they compile no bytes, but import a wasm ready compiled.
import { boot } from "./boot.js";
import wasm from "./wasm/core_bg.wasm?module";
import * as core from "./wasm/core.module.js";

boot(core, wasm);

export * from "./exports.js";
