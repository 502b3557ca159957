//! The surface for JS: thin, without rules of its own.

pub(crate) mod input;
pub(crate) mod output;

#[cfg(feature = "client")]
mod cause;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod core;
#[cfg(feature = "client")]
mod environment;
#[cfg(feature = "client")]
mod payouts;

#[cfg(feature = "sandbox")]
mod sandbox;
