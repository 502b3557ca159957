// The exports of "paystar/server/testing".
export { testCallbackStore } from "../../src/server/testing.js";
