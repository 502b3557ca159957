//! The helpers for amounts: sum, check and format.

use super::amount::{Amount, AmountError, TOO_MANY_DIGITS};
use super::currency;
use super::decimal::Decimal;
use super::input::Input;
use super::issue::{Issue, Issues};

/// The sum of a list of amounts. The sum of an empty list is 0.
pub fn sum(list: &Input) -> Result<Decimal, Vec<Issue>> {
    const PATH: &str = "amounts";
    let mut issues = Issues::default();
    let mut sum = Decimal::default();
    if let Input::List(amounts) = list {
        for (index, amount) in amounts.iter().enumerate() {
            if let Some(amount) = Decimal::read(&format!("{PATH}[{index}]"), amount, &mut issues) {
                let larger = sum.checked_add(amount).filter(|sum| !sum.has_too_many_digits());
                let Some(larger) = larger else {
                    let AmountError { code, advice } = TOO_MANY_DIGITS;
                    issues.error(PATH, code, ["The sum of the ", PATH, " ", advice].concat());
                    break;
                };
                sum = larger;
            }
        }
    } else {
        issues.wrong_type(PATH, "a list of strings", list);
    }
    if issues.has_errors() { Err(issues.into_vec()) } else { Ok(sum) }
}

/// The digits that a request would send. The issues are those of a request with this amount and currency.
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
    fn issues_name_the_argument() {
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
        }

        #[test]
        fn sums_agree_with_128_bit_arithmetic(a in -10_i128.pow(35)..10_i128.pow(35), b in -10_i128.pow(35)..10_i128.pow(35)) {
            let written = |value: i128| {
                let (whole, decimals) = (value.abs() / 10_i128.pow(18), value.abs() % 10_i128.pow(18));
                format!("{}{whole}.{decimals:018}", if value < 0 { "-" } else { "" })
            };
            prop_assert_eq!(added(&[&written(a), &written(b)]), written(a + b));
        }

        #[test]
        fn sums_do_not_depend_on_order(a in "-?(0|[1-9][0-9]{0,16})(\\.[0-9]{1,18})?",
            b in "-?(0|[1-9][0-9]{0,16})(\\.[0-9]{1,18})?", c in "-?(0|[1-9][0-9]{0,16})(\\.[0-9]{1,18})?") {
            prop_assert_eq!(added(&[&a, &b]), added(&[&b, &a]));
            prop_assert_eq!(added(&[&added(&[&a, &b]), &c]), added(&[&a, &added(&[&b, &c])]));
            prop_assert_eq!(added(&[&a, &b, &c]), added(&[&c, &a, &b]));
        }

        #[test]
        fn a_sum_with_zero_has_the_same_digits(text in "(0|-?[1-9][0-9]{0,17})(\\.[0-9]{1,18})?") {
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
