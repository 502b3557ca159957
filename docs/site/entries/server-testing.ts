/**
 * Conformance tests of a callback store.
 *
 * @module paystar/server/testing
 */
export * from "../../../pkg/dist/server-testing.js";
