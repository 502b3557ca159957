//! Decisions over time, without I/O. The time and random numbers are arguments.

// A test may overflow: it fails then, as it should.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod call;
pub mod callback_order;
pub mod create_or_find;
pub mod polling;
pub mod retried_read;
pub mod retry;
pub mod step;
pub mod task;
mod waiting;
