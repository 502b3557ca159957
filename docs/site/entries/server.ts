/**
 * Handlers of callbacks and alerts.
 *
 * @module paystar/server
 */
export * from "../../../pkg/dist/server.js";
