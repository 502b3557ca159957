//! Requests, answers and the rules they obey: plain data, without JS, I/O or a clock.

// A test may overflow: it fails then, as it should.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod additional_fields;
pub mod amount;
pub mod balance;
pub mod callback;
pub mod card;
pub mod country;
pub mod currency;
pub mod decimal;
pub mod format;
pub mod history;
pub mod id;
pub mod input;
pub mod issue;
pub mod lookalike;
pub mod money;
pub mod order;
pub mod request;
pub mod telecom_operator;
