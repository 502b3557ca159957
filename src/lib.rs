//! Client for the PayStar merchant API: the Rust core of the npm package `paystar`.
//!
//! - [`model`]: requests, answers and their rules. Plain data.
//! - [`protocol`]: endpoints, tokens, what answers and errors mean.
//! - [`engine`]: decisions over time. Time and randomness come in as arguments.
//! - `sandbox`: a simulated PayStar (feature `sandbox`).
//! - `transport`: the Rust part of the transport `fetch` (wasm only). The other part, in JS beside it, is the only place
//!   of the client that touches `fetch`, `node:http` and timers.
//! - `js`: the thin surface for JS (wasm only).

// A test may overflow: it fails then, as it should.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod engine;
pub mod model;
pub mod protocol;
#[cfg(feature = "sandbox")]
pub mod sandbox;

#[cfg(target_arch = "wasm32")]
mod js;
#[cfg(all(feature = "client", target_arch = "wasm32"))]
mod transport;
