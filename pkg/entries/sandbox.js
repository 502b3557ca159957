// All that the package exports as "paystar/sandbox": a wasm of its own, so that clients do not carry it.
import wasm from "../wasm/sandbox_bg.wasm";
import { makeGlue } from "../wasm/sandbox.glue.js";
import { startWith } from "../../crates/boundary/src/instance.js";
import { boot } from "./boot.js";

startWith(boot(makeGlue, wasm));

export { Sandbox } from "../../crates/sandbox-js/src/sandbox.js";
