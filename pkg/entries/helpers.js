// All that the package exports as "paystar/helpers": what needs no wasm.
export { isFinalStatus, isLuhnValid, maskCardNumber } from "../../src/js/light.js";
export * from "./error_classes.js";
