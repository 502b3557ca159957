//! Sums of money, exact: whole counts of the finest unit that any amount can have.

use core::fmt;

use paystar_model::amount::Amount;

/// Decimals of the finest unit: as many as an [`Amount`] may have.
const DECIMALS: usize = 18;
const MOST_WHOLE_DIGITS: usize = 18;
/// PayStar's samples print at least two.
const LEAST_DECIMALS: usize = 2;

/// A sum that may be negative. Its text has all its digits, and two decimals at least: `2600.00`, `0.125`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Money(i128);

impl Money {
    pub(super) const ZERO: Self = Self(0);

    /// Reads digits with at most one point; zero is money too.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_decimal = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_decimal(whole, MOST_WHOLE_DIGITS) || !is_decimal(decimals, DECIMALS) {
            return None;
        }
        format!("{whole}{decimals:0<DECIMALS$}").parse().ok().map(Self)
    }

    /// The sum that an amount stands for.
    pub(super) fn of(amount: &Amount) -> Option<Self> {
        Self::from_text(amount.as_str())
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        // One digit before the point at least.
        let width = DECIMALS.saturating_add(1);
        let digits = format!("{:0>width$}", self.0.unsigned_abs());
        let (whole, decimals) = digits.split_at(digits.len().saturating_sub(DECIMALS));
        let shown = decimals.trim_end_matches('0').len().max(LEAST_DECIMALS);
        write!(formatter, "{sign}{whole}.{}", decimals.get(..shown).unwrap_or(decimals))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_has_two_decimals_at_least_and_no_digit_is_lost() {
        for (text, printed) in [
            ("2600", "2600.00"),
            ("2600.0", "2600.00"),
            ("100.1", "100.10"),
            ("0.125", "0.125"),
            ("0", "0.00"),
            ("999999999999999999.999999999999999999", "999999999999999999.999999999999999999"),
            ("0.000000000000000001", "0.000000000000000001"),
        ] {
            assert_eq!(Money::from_text(text).unwrap().to_string(), printed);
        }
        let below_zero = Money::ZERO.minus(Money::from_text("12.5").unwrap()).unwrap();
        assert_eq!(below_zero.to_string(), "-12.50");
    }

    #[test]
    fn other_text_is_no_money() {
        for text in
            ["", ".", "1.", ".5", "-1", "+1", "1e3", "1 000", "1000000000000000000", "1.0000000000000000001"]
        {
            assert_eq!(Money::from_text(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn sums_are_those_of_whole_cents(a in 0_i128..1_000_000_000_000, b in 0_i128..1_000_000_000_000) {
            let money = |cents: i128| Money::from_text(&format!("{}.{:02}", cents / 100, cents % 100)).unwrap();
            let sum = money(a.saturating_add(b));
            prop_assert_eq!(money(a).plus(money(b)), Some(sum));
            prop_assert_eq!(sum.minus(money(b)).unwrap().to_string(), format!("{}.{:02}", a / 100, a % 100));
        }
    }
}
