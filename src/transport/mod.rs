//! The part of the transport `fetch` that is written in Rust. It builds the headers of the request and reads the body of
//! the response. The `.js` files of this folder call `fetch` and `node:http`, and have the time limits.

mod fetch;
