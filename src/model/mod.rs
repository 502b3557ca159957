//! Requests, answers and the rules they obey: plain data, without JS, I/O or a clock.

pub mod additional_fields;
pub mod amount;
pub mod balance;
pub mod callback;
pub mod card;
pub mod country;
pub mod currency;
pub mod format;
pub mod input;
pub mod issue;
pub mod json;
pub mod lookalike;
pub mod order;
pub mod request;
pub mod telecom_operator;

/// The rows of a compiled-in table of tab-separated columns; its first line names them.
pub(crate) fn table_rows(table: &'static str) -> impl Iterator<Item = core::str::Split<'static, char>> {
    table.lines().skip(1).filter(|line| !line.is_empty()).map(|line| line.split('\t'))
}
