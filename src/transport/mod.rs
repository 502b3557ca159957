//! The way out. `drive` runs a call over whatever sends; all else is wasm only, and the only place that touches
//! `fetch`, `node:http` and timers.

pub mod drive;

#[cfg(target_arch = "wasm32")]
pub(crate) mod body;
#[cfg(target_arch = "wasm32")]
pub(crate) mod connection;
#[cfg(target_arch = "wasm32")]
pub(crate) mod link;
#[cfg(target_arch = "wasm32")]
pub(crate) mod node;
#[cfg(target_arch = "wasm32")]
pub(crate) mod send;
#[cfg(target_arch = "wasm32")]
pub(crate) mod watch;
