/**
 * The client, the helpers and the errors.
 *
 * @module paystar
 */
export * from "../../../pkg/dist/index.js";
