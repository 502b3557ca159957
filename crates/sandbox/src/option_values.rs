//! Readers of values that several options have.

use paystar_model::decimal::Decimal;
use paystar_model::input::Input;
use paystar_model::issue::{IssueCode, Issues};

/// Almost nine hours. No test waits longer for an order.
pub(crate) const LONGEST_DELAY_MS: u32 = 31_536_000;

/// A text that must be in a list. It can be absent.
pub(crate) fn choice<'a>(
    path: &str,
    input: &'a Input,
    allowed: &[&str],
    issues: &mut Issues,
) -> Option<&'a str> {
    let text = issues.optional_text(path, input)?;
    if !allowed.contains(&text) {
        let message = format!("{path} must be \"{}\".", allowed.join("\" or \""));
        issues.error(path, IssueCode::UnknownValue, message);
        return None;
    }
    Some(text)
}

/// A sum of money as text, which is zero or more. It can be absent.
pub(crate) fn read_sum(path: &str, input: &Input, issues: &mut Issues) -> Option<Decimal> {
    let text = issues.optional_text(path, input)?;
    let sum = Decimal::parse(without_leading_zeros(text)).ok().filter(|_| !text.starts_with('-'));
    if sum.is_none() {
        let message = format!("{path} must be digits with at most one point, such as \"100.10\".");
        issues.error(path, IssueCode::InvalidFormat, message);
    }
    sum
}

fn without_leading_zeros(mut text: &str) -> &str {
    let has_digit_next = |rest: &&str| rest.starts_with(|next: char| next.is_ascii_digit());
    while let Some(rest) = text.strip_prefix('0').filter(has_digit_next) {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use paystar_model::input::build::text;

    fn sum_of(digits: &str) -> Option<Decimal> {
        read_sum("overdraft", &text(digits), &mut Issues::default())
    }

    #[test]
    fn a_sum_can_be_zero_and_can_have_leading_zeros() {
        for (digits, expected) in [("0", "0"), ("00", "0"), ("0.5", "0.5"), ("007.50", "7.50"), ("12", "12")]
        {
            assert_eq!(sum_of(digits).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn other_text_is_not_a_sum() {
        for digits in
            ["", ".", "1.", ".5", "-1", "+1", "1e3", "1 000", "1000000000000000000", "1.0000000000000000001"]
        {
            assert_eq!(sum_of(digits), None, "{digits}");
        }
    }
}
