//! Decisions over time, without I/O, clock or randomness of their own: those come in as arguments.

pub mod call;
pub mod callback_order;
pub mod create_or_find;
pub mod polling;
pub mod reading;
pub mod retry;
