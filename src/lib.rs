//! Client for the PayStar merchant API: the Rust core of the npm package `paystar`.
//!
//! - [`model`]: requests, answers and their rules. Plain data.
//! - [`protocol`]: endpoints, tokens, what answers and errors mean.
//! - [`engine`]: decisions over time. Time and randomness come in as arguments.
//! - `sandbox`: a simulated PayStar (feature `sandbox`).
//! - [`transport`]: runs a call; the only place that touches `fetch`, `node:http` and timers (wasm
//!   only).
//! - `js`: the thin surface for JS (wasm only).

// A test may overflow: it fails then, as it should.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod engine;
pub mod model;
pub mod protocol;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(any(feature = "client", not(target_arch = "wasm32")))]
pub mod transport;

#[cfg(target_arch = "wasm32")]
mod js;
