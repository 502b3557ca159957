// The entry of "paystar/sandbox" for edge runtimes such as Next.js's: they compile no bytes, but import a wasm ready compiled.
import { boot } from "./boot.js";
import wasm from "./wasm/sandbox_bg.wasm?module";
import * as sandbox from "./wasm/sandbox.module.js";

boot(sandbox, wasm);

export { Sandbox } from "./wasm/sandbox_bg.js";
