//! Client for the PayStar merchant API: the Rust core of the npm package `paystar`.
//!
//! - [`model`]: requests, answers and their rules. Plain data.
//! - [`protocol`]: endpoints, tokens, what answers and errors mean.
//! - `sandbox`: a simulated PayStar (feature `sandbox`).
//! - `transport`: the only place that touches `fetch` and timers (wasm only).
//! - `js`: the thin surface for JS (wasm only).

pub mod model;
pub mod protocol;
#[cfg(feature = "sandbox")]
pub mod sandbox;

#[cfg(target_arch = "wasm32")]
mod js;
#[cfg(all(target_arch = "wasm32", feature = "client"))]
mod transport;
