/**
 * A simulated PayStar, for tests and development.
 *
 * @module paystar/sandbox
 */
export * from "../../../pkg/dist/sandbox.js";
