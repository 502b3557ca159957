// The entry of "paystar" for Cloudflare Workers: they compile no bytes, but import a wasm ready compiled.
import { boot } from "./boot.js";
import wasm from "./wasm/core_bg.wasm";
import * as core from "./wasm/core.module.js";

boot(core, wasm);

export * from "./exports.js";
