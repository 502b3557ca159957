//! Client for the PayStar merchant API: the surface of the npm package `paystar` for JavaScript.
//!
//! The rules are in crates that know no JavaScript: `paystar_model`, `paystar_protocol` and `paystar_engine`.
//!
//! - `transport`: the Rust part of the transport `fetch`. The other part, in JS beside it, is the only place of the client
//!   that touches `fetch`, `node:http` and timers.
//! - `js`: the thin surface for JS.

#![cfg(target_arch = "wasm32")]

mod js;
mod transport;
