//! Decisions over time, without I/O, clock or randomness of their own: those come in as arguments.

pub mod callback_order;
pub mod polling;
