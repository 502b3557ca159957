// How a response is sent, for both ways to reach a sandbox: HTTP and `fetch`.

/** Codes that Rust and JavaScript share: how a response is sent. */
export const WHOLE = 0;
export const LATE = 1;
export const SLOW = 2;
export const LOST = 3;
export const CUT_IN_HEADERS = 4;
export const CUT_IN_BODY = 5;
export const STALLED = 6;
export const STALLED_IN_BODY = 7;
export const SHORT = 8;

/** The longest body of a request. */
export const LONGEST_BODY = 1024 * 1024;
/** How many more bytes a wrong `content-length` promises. */
export const MISSING_BYTES = 16;
/** How many pieces a slow body has. */
export const PIECES = 8;
