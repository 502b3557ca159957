//! Exact sums and comparisons of amounts, without floats.

use core::fmt;

use super::amount::{self, Amount, AmountError, MOST_DECIMALS, TOO_MANY_DIGITS};
use super::currency;
use super::input::Input;
use super::issue::{Issue, Issues};

/// One, in units of the 18th decimal.
const ONE: u64 = 10_u64.pow(18);

/// A decimal with a sign, since a balance may be below zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Decimal {
    // Two 64-bit halves instead of one 128-bit number: its arithmetic and its printing are a kilobyte each.
    /// The next whole number below, or the number itself.
    floor: i64,
    /// What it is more than that, in units of the 18th decimal.
    above: u64,
    /// How many decimals it is written with.
    decimals: usize,
}

impl Decimal {
    /// Reads digits with at most one point, and a minus sign before a negative one.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = amount::split(unsigned)?;
        // At most 18 digits each, so both fit.
        let floor = whole.parse().map_err(|_| TOO_MANY_DIGITS)?;
        let above = format!("{decimals:0<MOST_DECIMALS$}").parse().map_err(|_| TOO_MANY_DIGITS)?;
        let number = Self { floor, above, decimals: decimals.len() };
        Ok(if unsigned.len() == text.len() { number } else { number.negated() })
    }

    fn negated(self) -> Self {
        let floor = self.floor.saturating_neg();
        match self.above {
            0 => Self { floor, ..self },
            above => Self { floor: floor.saturating_sub(1), above: ONE.saturating_sub(above), ..self },
        }
    }

    /// Reads an argument; what is wrong with it is noted under its name.
    pub fn read(path: &str, input: &Input, issues: &mut Issues) -> Option<Self> {
        let text = issues.required_text(path, input)?;
        Self::parse(text)
            .map_err(|error| issues.error(path, error.code, format!("{path} {}", error.advice)))
            .ok()
    }

    /// The sum, with as many decimals as the finer of both. It has no more digits than an amount may have.
    pub fn checked_add(self, other: Self) -> Result<Self, AmountError> {
        let above = self.above.saturating_add(other.above);
        let (carry, above) = above.checked_sub(ONE).map_or((0, above), |rest| (1, rest));
        let floor = self.floor.saturating_add(other.floor).saturating_add(carry);
        let sum = Self { floor, above, decimals: self.decimals.max(other.decimals) };
        let size = if floor < 0 { sum.negated() } else { sum };
        if size.floor.unsigned_abs() < ONE { Ok(sum) } else { Err(TOO_MANY_DIGITS) }
    }

    /// Which is more. `1.5` and `1.50` are equal.
    pub fn compare(self, other: Self) -> core::cmp::Ordering {
        (self.floor, self.above).cmp(&(other.floor, other.above))
    }

    /// The same value with at least as many decimals as the currency has. Digits beyond them stay.
    #[must_use]
    pub fn in_currency(self, code: &str) -> Self {
        let least = currency::minor_units(code).unwrap_or_default();
        Self { decimals: self.decimals.max(least.into()), ..self }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, size) = if self.floor < 0 { ("-", self.negated()) } else { ("", *self) };
        let decimals = format!("{:0>MOST_DECIMALS$}", size.above);
        let point = if self.decimals == 0 { "" } else { "." };
        let decimals = decimals.get(..self.decimals).unwrap_or_default();
        write!(formatter, "{sign}{}{point}{decimals}", size.floor)
    }
}

/// The sum of a list of amounts: 0 for an empty one.
pub fn sum(list: &Input) -> Result<Decimal, Vec<Issue>> {
    const PATH: &str = "amounts";
    let mut issues = Issues::default();
    let mut sum = Decimal::default();
    if let Input::List(amounts) = list {
        for (index, amount) in amounts.iter().enumerate() {
            if let Some(amount) = Decimal::read(&format!("{PATH}[{index}]"), amount, &mut issues) {
                match sum.checked_add(amount) {
                    Ok(more) => sum = more,
                    Err(error) => {
                        issues.error(PATH, error.code, format!("{PATH}: their sum {}", error.advice));
                        break;
                    }
                }
            }
        }
    } else {
        issues.wrong_type(PATH, "a list of strings", list);
    }
    if issues.has_errors() { Err(issues.into_vec()) } else { Ok(sum) }
}

/// The digits that a request would send, or what a request would say is wrong with amount and currency.
pub fn parse_amount(amount: &Input, currency: &Input) -> Result<String, Vec<Issue>> {
    let mut issues = Issues::default();
    let code = currency::read(currency, &mut issues);
    let amount = Amount::read(amount, code, &mut issues);
    match amount {
        Some(amount) if !issues.has_errors() => Ok(amount.as_str().to_owned()),
        _ => Err(issues.into_vec()),
    }
}

/// An amount with at least the decimals of its currency: `100.1` of `USD` is `100.10`.
pub fn format_amount(amount: &Input, currency: &Input) -> Result<String, Vec<Issue>> {
    let mut issues = Issues::default();
    let code = currency::read(currency, &mut issues);
    let amount = Decimal::read("amount", amount, &mut issues);
    match (amount, code) {
        (Some(amount), Some(code)) if !issues.has_errors() => Ok(amount.in_currency(code).to_string()),
        _ => Err(issues.into_vec()),
    }
}

#[cfg(test)]
mod tests {
    use core::cmp::Ordering;

    use proptest::prelude::*;

    use super::super::input::Kind;
    use super::super::input::build::{number, text};
    use super::super::issue::IssueCode;
    use super::*;

    fn list<'a>(amounts: &[&'a str]) -> Input<'a> {
        Input::List(amounts.iter().map(|amount| text(amount)).collect())
    }

    fn added(amounts: &[&str]) -> String {
        sum(&list(amounts)).unwrap().to_string()
    }

    fn issue_of<T: core::fmt::Debug>(result: Result<T, Vec<Issue>>) -> (String, IssueCode) {
        let issue = result.unwrap_err().swap_remove(0);
        (issue.path, issue.code)
    }

    #[test]
    fn sums_keep_the_larger_count_of_decimals() {
        for (amounts, expected) in [
            (&["1.50", "2"][..], "3.50"),
            (&["0.1", "0.2"], "0.3"),
            (&["-1", "1.00"], "0.00"),
            (&["-0.05", "-0.05"], "-0.10"),
            (&["9007199254740993.01", "0.01"], "9007199254740993.02"),
            (&["0.000000000000000001", "999999999999999998"], "999999999999999998.000000000000000001"),
            (&["7"], "7"),
            (&["-0"], "0"),
            (&[], "0"),
        ] {
            assert_eq!(added(amounts), expected);
        }
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
            assert_eq!(Decimal::parse(a).unwrap().compare(Decimal::parse(b).unwrap()), expected, "{a} {b}");
        }
    }

    #[test]
    fn an_amount_has_at_least_the_decimals_of_its_currency() {
        for (amount, code, expected) in [
            ("100.1", "USD", "100.10"),
            ("100", "JPY", "100"),
            ("100.5", "JPY", "100.5"),
            ("1", "KWD", "1.000"),
            ("2600.00", "USD", "2600.00"),
            ("0.12345", "USD", "0.12345"),
            ("-3", "EUR", "-3.00"),
            ("0", "USD", "0.00"),
            ("1.5", "USDT_TRC20", "1.5"),
            ("1", "XAU", "1"),
        ] {
            assert_eq!(format_amount(&text(amount), &text(code)).unwrap(), expected, "{amount} {code}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let path = |name: &str| name.to_owned();
        for wrong in ["", "-", "--1", "+1", "1.", ".5", "1,5", " 1", "01", "NaN", "\u{661}"] {
            let code = if wrong.is_empty() { IssueCode::Empty } else { IssueCode::InvalidFormat };
            assert_eq!(issue_of(sum(&list(&["1", wrong]))), (path("amounts[1]"), code), "{wrong:?}");
            assert_eq!(issue_of(format_amount(&text(wrong), &text("USD"))), (path("amount"), code));
        }
        assert_eq!(issue_of(sum(&list(&["1e3"]))), (path("amounts[0]"), IssueCode::ExponentForm));
        assert_eq!(
            issue_of(sum(&Input::List(vec![number("1")]))),
            (path("amounts[0]"), IssueCode::InvalidType)
        );
        assert_eq!(issue_of(sum(&Input::Other(Kind::TooManyEntries))).0, "amounts");
        let most = "999999999999999999.999999999999999999";
        assert_eq!(issue_of(sum(&list(&[most, most]))), (path("amounts"), IssueCode::TooManyDigits));
        for code in ["usd", "U", "US D"] {
            assert_eq!(
                issue_of(format_amount(&text("1"), &text(code))),
                (path("currency"), IssueCode::InvalidFormat)
            );
        }
        assert_eq!(
            issue_of(format_amount(&text("1"), &Input::Absent)),
            (path("currency"), IssueCode::Required)
        );
    }

    #[test]
    fn parsing_has_the_rules_of_a_request() {
        assert_eq!(parse_amount(&text("100.10"), &text("USD")), Ok("100.10".to_owned()));
        assert_eq!(parse_amount(&number("100.1"), &text("USD")), Ok("100.1".to_owned()));
        for (amount, code, path, issue) in [
            (number("0.30000000000000004"), "USD", "amount", IssueCode::NotExact),
            (text("-1"), "USD", "amount", IssueCode::Negative),
            (text("1.5"), "JPY", "amount", IssueCode::TooManyDecimals),
            (text("1"), "usd", "currency", IssueCode::InvalidFormat),
        ] {
            assert_eq!(issue_of(parse_amount(&amount, &text(code))), (path.to_owned(), issue));
        }
    }

    /// A decimal of whole cents and its text.
    fn cents() -> impl Strategy<Value = (i128, String)> {
        (-1_000_000_000_000_000_i128..1_000_000_000_000_000).prop_map(|cents| {
            let (sign, size) = (if cents < 0 { "-" } else { "" }, cents.abs());
            (cents, format!("{sign}{}.{:02}", size / 100, size % 100))
        })
    }

    proptest! {
        #[test]
        fn sums_agree_with_whole_cents((a, a_text) in cents(), (b, b_text) in cents()) {
            let sum = added(&[&a_text, &b_text]);
            prop_assert_eq!(sum.replace('.', "").parse::<i128>().unwrap(), a + b);
            prop_assert_eq!(Decimal::parse(&a_text).unwrap().compare(Decimal::parse(&b_text).unwrap()), a.cmp(&b));
        }

        #[test]
        fn sums_agree_with_128_bit_arithmetic(a in -10_i128.pow(35)..10_i128.pow(35), b in -10_i128.pow(35)..10_i128.pow(35)) {
            let written = |value: i128| {
                let (whole, decimals) = (value.abs() / 10_i128.pow(18), value.abs() % 10_i128.pow(18));
                format!("{}{whole}.{decimals:018}", if value < 0 { "-" } else { "" })
            };
            prop_assert_eq!(added(&[&written(a), &written(b)]), written(a + b));
            let [left, right] = [a, b].map(|value| Decimal::parse(&written(value)).unwrap());
            prop_assert_eq!(left.compare(right), a.cmp(&b));
        }

        #[test]
        fn sums_do_not_depend_on_order(a in "-?(0|[1-9][0-9]{0,16})(\\.[0-9]{1,18})?",
            b in "-?(0|[1-9][0-9]{0,16})(\\.[0-9]{1,18})?", c in "-?(0|[1-9][0-9]{0,16})(\\.[0-9]{1,18})?") {
            prop_assert_eq!(added(&[&a, &b]), added(&[&b, &a]));
            prop_assert_eq!(added(&[&added(&[&a, &b]), &c]), added(&[&a, &added(&[&b, &c])]));
            prop_assert_eq!(added(&[&a, &b, &c]), added(&[&c, &a, &b]));
        }

        #[test]
        fn digits_come_back_as_they_were(text in "(0|-?[1-9][0-9]{0,17})(\\.[0-9]{1,18})?") {
            prop_assert_eq!(Decimal::parse(&text).unwrap().to_string(), text.clone());
            prop_assert_eq!(added(&["0", &text]), text);
        }

        #[test]
        fn any_text_is_read_without_a_panic(amount in ".*", code in ".*") {
            let _ = sum(&list(&[&amount, &code]));
            let _ = format_amount(&text(&amount), &text(&code));
            let _ = parse_amount(&text(&amount), &text(&code));
        }
    }
}
