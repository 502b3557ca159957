//! Decisions over time, without I/O, clock or randomness of their own: those come in as arguments.

// A test may overflow: it fails then, as it should.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod call;
pub mod callback_order;
pub mod create_or_find;
pub mod polling;
pub mod reading;
pub mod retry;
