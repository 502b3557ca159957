//! The part of the transport `fetch` that is written in Rust: it builds the headers of the request and reads the body of
//! the response. The files beside this one, in JS, call `fetch` and `node:http` and keep the time limits.

mod fetch;
