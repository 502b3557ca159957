// The entry for `import … from "paystar/sandbox"`: a wasm of its own, so that clients do not carry it.
import { boot } from "./boot.js";
import { bytes } from "./wasm/sandbox.bytes.js";
import * as sandbox from "./wasm/sandbox.module.js";

boot(sandbox, bytes);

export { Sandbox } from "./wasm/sandbox_bg.js";
