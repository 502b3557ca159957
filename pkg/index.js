// The entry for `import … from "paystar"`, in Node, bundlers and browsers alike.
import { boot } from "./boot.js";
import * as core from "./wasm/core.module.js";

boot(core);

export { Alerts, Balances, Callbacks, Deposits, nextStatus, Payouts, PayStar } from "./wasm/core_bg.js";
export * from "./wasm/errors.js";
