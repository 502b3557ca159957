// The entry for `import … from "paystar"`, in Node, bundlers and browsers alike: the wasm is inlined.
import { boot } from "./boot.js";
import { bytes } from "./wasm/core.bytes.js";
import * as core from "./wasm/core.module.js";

boot(core, bytes);

export * from "./exports.js";
