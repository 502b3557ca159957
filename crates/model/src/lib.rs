//! Requests, orders, money, cards and formats: plain data and its rules. Nothing here knows JavaScript, I/O or the time.

// Tests may overflow, because a test that overflows fails.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

mod additional_field_rules;
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
pub mod issue_code;
pub mod lookalike;
pub mod money;
pub mod order;
pub mod order_history;
pub mod plain_callback;
pub mod request;
mod spelling;
pub mod telecom_operator;
