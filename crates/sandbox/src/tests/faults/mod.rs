//! The faults of a sandbox.

mod delayed_orders;
mod kinds;
mod options;
mod script;
mod seeded;
mod support;
