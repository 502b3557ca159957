// The exports of "paystar/helpers". They need no wasm.
export { isFinalStatus, isLuhnValid, maskCardNumber } from "../../src/js/light.js";
export * from "./error_classes.js";
