//! Readers of values that several options have.

use paystar_model::input::Input;
use paystar_model::issue::{IssueCode, Issues};

use super::money::Money;

/// Almost nine hours: nobody waits longer for an order.
pub(super) const LONGEST_DELAY_MS: u32 = 31_536_000;

/// One of some words, where one is given.
pub(super) fn choice<'a>(
    path: &str,
    input: &'a Input,
    words: &[&str],
    issues: &mut Issues,
) -> Option<&'a str> {
    let word = issues.optional_text(path, input)?;
    if !words.contains(&word) {
        let message = format!("{path} must be \"{}\".", words.join("\" or \""));
        issues.error(path, IssueCode::UnknownValue, message);
        return None;
    }
    Some(word)
}

/// A sum of money as text, where one is given.
pub(super) fn read_money(path: &str, input: &Input, issues: &mut Issues) -> Option<Money> {
    let text = issues.optional_text(path, input)?;
    let money = Money::from_text(text);
    if money.is_none() {
        let message = format!("{path} must be digits with at most one point, such as \"100.10\".");
        issues.error(path, IssueCode::InvalidFormat, message);
    }
    money
}
