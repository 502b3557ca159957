//! Exact decimals, without floats.

use core::cmp::Ordering;
use core::fmt;

use super::amount::{self, AmountError, MAX_DECIMALS, TOO_MANY_DIGITS};
use super::currency;
use super::input::Input;
use super::issue::Issues;

/// One, in units of the 18th decimal.
const ONE: u64 = 10_u64.pow(18);

/// A decimal that can be negative. It has at most 18 decimals.
///
/// Comparison is by value: `1.5` and `1.50` are equal. The text has as many decimals as were written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Decimal {
    // Two 64-bit halves are smaller in wasm than a 128-bit number: its arithmetic and its printing are a kilobyte each.
    /// The number, rounded down to a whole number.
    floor: i64,
    /// The difference between the number and `floor`, in units of the 18th decimal.
    above: u64,
    /// How many decimals the text has.
    decimals: usize,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { floor: 0, above: 0, decimals: 0 };

    /// Reads digits with at most one point. A negative number begins with `-`.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = amount::split(unsigned)?;
        // At most 18 digits each, so both fit.
        let floor = whole.parse().map_err(|_| TOO_MANY_DIGITS)?;
        let above = format!("{decimals:0<MAX_DECIMALS$}").parse().map_err(|_| TOO_MANY_DIGITS)?;
        let number = Self { floor, above, decimals: decimals.len() };
        Ok(if unsigned.len() == text.len() { number } else { number.negated() })
    }

    fn negated(self) -> Self {
        match self.above {
            0 => Self { floor: self.floor.wrapping_neg(), ..self },
            // -(floor + above) = (-floor - 1) + (1 - above)
            above => Self { floor: !self.floor, above: ONE.saturating_sub(above), ..self },
        }
    }

    /// Reads an argument. A problem is noted under the name of the argument.
    pub fn read(path: &str, input: &Input, issues: &mut Issues) -> Option<Self> {
        let text = issues.required_text(path, input)?;
        Self::parse(text)
            .map_err(|error| issues.error(path, error.code, format!("{path} {}", error.advice)))
            .ok()
    }

    /// The sum, with the larger number of decimals of the two. `None` if the sum is out of range.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let above = self.above.saturating_add(other.above);
        let (carry, above) = above.checked_sub(ONE).map_or((0, above), |rest| (1, rest));
        let floor = self.floor.checked_add(other.floor)?.checked_add(carry)?;
        Some(Self { floor, above, decimals: self.decimals.max(other.decimals) })
    }

    /// The difference, with the larger number of decimals of the two. `None` if the difference is out of range.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let above = self.above.checked_sub(other.above);
        let (borrow, above) = above.map_or_else(
            || (1, self.above.saturating_add(ONE).saturating_sub(other.above)),
            |above| (0, above),
        );
        let floor = self.floor.checked_sub(other.floor)?.checked_sub(borrow)?;
        Some(Self { floor, above, decimals: self.decimals.max(other.decimals) })
    }

    /// Whether it has more than 18 digits before the point. An amount cannot have so many.
    pub fn has_too_many_digits(self) -> bool {
        let size = if self.floor < 0 { self.negated() } else { self };
        size.floor.unsigned_abs() >= ONE
    }

    /// The same value with at least as many decimals as the currency has. Digits beyond them stay.
    #[must_use]
    pub fn in_currency(self, code: &str) -> Self {
        let least = currency::minor_units(code).unwrap_or_default();
        Self { decimals: self.decimals.max(least.into()), ..self }
    }

    /// The same value without zeros at its end, but with at least `least` decimals.
    #[must_use]
    pub fn with_least_decimals(self, least: usize) -> Self {
        let decimals = format!("{:0>MAX_DECIMALS$}", self.above).trim_end_matches('0').len();
        Self { decimals: decimals.max(least), ..self }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.floor, self.above).cmp(&(other.floor, other.above))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, size) = if self.floor < 0 { ("-", self.negated()) } else { ("", *self) };
        let decimals = format!("{:0>MAX_DECIMALS$}", size.above);
        let point = if self.decimals == 0 { "" } else { "." };
        let decimals = decimals.get(..self.decimals).unwrap_or_default();
        write!(formatter, "{sign}{}{point}{decimals}", size.floor.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn comparison_is_by_value() {
        for (a, b, expected) in [
            ("1.5", "1.50", Ordering::Equal),
            ("-0", "0.00", Ordering::Equal),
            ("9", "10", Ordering::Less),
            ("-9", "-10", Ordering::Greater),
            ("9007199254740993", "9007199254740992", Ordering::Greater),
        ] {
            assert_eq!(decimal(a).cmp(&decimal(b)), expected, "{a} {b}");
            assert_eq!(decimal(a) == decimal(b), expected == Ordering::Equal, "{a} {b}");
        }
    }

    #[test]
    fn zeros_at_the_end_are_removed_but_two_decimals_stay() {
        for (text, printed) in [
            ("2600", "2600.00"),
            ("2600.0", "2600.00"),
            ("100.1", "100.10"),
            ("100.500", "100.50"),
            ("0.125", "0.125"),
            ("0", "0.00"),
            ("-12.5", "-12.50"),
            ("-0.0050", "-0.005"),
            ("999999999999999999.999999999999999999", "999999999999999999.999999999999999999"),
            ("0.000000000000000001", "0.000000000000000001"),
        ] {
            assert_eq!(decimal(text).with_least_decimals(2).to_string(), printed);
        }
    }

    #[test]
    fn a_result_out_of_range_is_refused() {
        let most = decimal("999999999999999999.999999999999999999");
        let mut sum = most;
        assert!(!sum.has_too_many_digits());
        for _ in 0..8 {
            sum = sum.checked_add(most).unwrap();
            assert!(sum.has_too_many_digits());
        }
        assert_eq!(sum.to_string(), "8999999999999999999.999999999999999991");
        assert_eq!(sum.checked_add(most), None);
        let negative = Decimal::ZERO.checked_sub(sum).unwrap();
        assert_eq!(negative.to_string(), "-8999999999999999999.999999999999999991");
        assert_eq!(negative.checked_sub(most), None);
    }

    /// A decimal of whole cents and its text.
    fn cents() -> impl Strategy<Value = (i128, String)> {
        (-1_000_000_000_000_000_i128..1_000_000_000_000_000).prop_map(|cents| (cents, written_cents(cents)))
    }

    fn written_cents(cents: i128) -> String {
        let (sign, size) = (if cents < 0 { "-" } else { "" }, cents.abs());
        format!("{sign}{}.{:02}", size / 100, size % 100)
    }

    /// A decimal of whole units of the 18th decimal.
    fn written(value: i128) -> String {
        let (whole, decimals) = (value.abs() / 10_i128.pow(18), value.abs() % 10_i128.pow(18));
        format!("{}{whole}.{decimals:018}", if value < 0 { "-" } else { "" })
    }

    proptest! {
        #[test]
        fn results_agree_with_whole_cents((a, a_text) in cents(), (b, b_text) in cents()) {
            let (left, right) = (decimal(&a_text), decimal(&b_text));
            prop_assert_eq!(left.checked_add(right).unwrap().to_string(), written_cents(a + b));
            prop_assert_eq!(left.checked_sub(right).unwrap().to_string(), written_cents(a - b));
            prop_assert_eq!(left.cmp(&right), a.cmp(&b));
        }

        #[test]
        fn results_agree_with_128_bit_arithmetic(
            a in -10_i128.pow(36) + 1..10_i128.pow(36),
            b in -10_i128.pow(36) + 1..10_i128.pow(36),
        ) {
            let (left, right) = (decimal(&written(a)), decimal(&written(b)));
            prop_assert_eq!(left.checked_add(right).unwrap().to_string(), written(a + b));
            prop_assert_eq!(left.checked_sub(right).unwrap().to_string(), written(a - b));
            prop_assert_eq!(left.cmp(&right), a.cmp(&b));
        }

        #[test]
        fn subtraction_reverses_addition(a in -10_i128.pow(36) + 1..10_i128.pow(36), b in -10_i128.pow(36) + 1..10_i128.pow(36)) {
            let (left, right) = (decimal(&written(a)), decimal(&written(b)));
            prop_assert_eq!(left.checked_add(right).unwrap().checked_sub(right), Some(left));
        }

        #[test]
        fn digits_come_back_as_they_were(text in "(0|-?[1-9][0-9]{0,17})(\\.[0-9]{1,18})?") {
            prop_assert_eq!(decimal(&text).to_string(), text);
        }
    }
}
