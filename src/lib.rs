//! Client for the PayStar merchant API: the surface of the npm package `paystar` for JavaScript.
//!
//! The rules are in crates that do not use JavaScript: `paystar_model`, `paystar_protocol` and `paystar_engine`.
//!
//! - `transport`: the Rust part of the transport `fetch`. The `.js` files of its folder are the only place of the client
//!   that uses `fetch`, `node:http` and timers.
//! - `js`: the surface for JavaScript, without rules.

#![cfg(target_arch = "wasm32")]

mod js;
mod transport;
