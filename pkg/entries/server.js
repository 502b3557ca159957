// The exports of "paystar/server". They need no wasm: the client that they get has it.
export { createAlertHandler } from "../../src/server/alerts.js";
export { createCallbackHandler } from "../../src/server/callbacks.js";
export { HandlerError } from "../../src/server/handler_error.js";
export { toNodeHandler } from "../../src/server/node.js";
export { createPanelHandler } from "../../src/server/panel.js";
export { MemoryCallbackStore } from "../../src/server/store.js";
