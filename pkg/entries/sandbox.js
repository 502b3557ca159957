// The exports of "paystar/sandbox". Its wasm is a separate module, so that clients do not load it.
import wasm from "../wasm/sandbox_bg.wasm";
import { makeGlue } from "../wasm/sandbox.glue.js";
import { startWith } from "../../crates/boundary/src/instance.js";
import { boot } from "./boot.js";

startWith(boot(makeGlue, wasm));

export { Sandbox } from "../../crates/sandbox-js/src/sandbox.js";
