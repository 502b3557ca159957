//! The surface for JS: thin, without rules of its own.

// wasm-bindgen exports only what is public.
#![allow(unreachable_pub)]

pub(crate) mod input;
pub(crate) mod output;

#[cfg(feature = "client")]
mod balances;
#[cfg(feature = "client")]
mod callbacks;
#[cfg(feature = "client")]
mod cause;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod core;
#[cfg(feature = "client")]
mod deposits;
#[cfg(feature = "client")]
mod environment;
#[cfg(feature = "client")]
mod orders;
#[cfg(feature = "client")]
mod payouts;

#[cfg(feature = "sandbox")]
mod sandbox;
