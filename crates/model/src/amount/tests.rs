use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;

fn code(result: Result<Amount, AmountError>) -> Result<String, IssueCode> {
    result.map(|amount| amount.text).map_err(|error| error.code)
}

#[test]
fn an_amount_from_text_keeps_its_digits() {
    for text in ["100", "100.1", "100.10", "2600.00", "0.01", "9007199254740993.01"] {
        assert_eq!(code(Amount::from_text(text, Some(2))), Ok(text.to_owned()));
    }
    assert_eq!(code(Amount::from_text("0.000000000000000001", None)), Ok("0.000000000000000001".to_owned()));
}

#[test]
fn more_decimals_than_the_currency_has_are_an_error_even_if_they_are_zeros() {
    for (text, minor_units, may_be_thousands) in [
        ("500.000", 2, true),
        ("1.000", 2, true),
        ("5.000", 0, true),
        ("100.000", 2, true),
        ("100.0", 0, false),
        ("100.00", 0, false),
        ("1.0000", 3, false),
        ("0.0100", 2, false),
        ("1.000000", 2, false),
    ] {
        let error = Amount::from_text(text, Some(minor_units)).unwrap_err();
        assert_eq!(error.code, IssueCode::TooManyDecimals, "{text}");
        assert_eq!(error.advice.contains("thousands"), may_be_thousands, "{text}");
        assert!(!error.advice.contains(text));
    }
    // A dinar has three decimals. The decimals of an unknown currency are not known.
    assert!(Amount::from_text("1.000", Some(3)).is_ok() && Amount::from_text("500.000", None).is_ok());
}

#[test]
fn an_invalid_amount_has_a_code() {
    for (text, expected) in [
        ("", IssueCode::InvalidFormat),
        ("abc", IssueCode::InvalidFormat),
        ("1,000.00", IssueCode::InvalidFormat),
        (" 100", IssueCode::InvalidFormat),
        ("+100", IssueCode::InvalidFormat),
        ("1.2.3", IssueCode::InvalidFormat),
        (".5", IssueCode::InvalidFormat),
        ("5.", IssueCode::InvalidFormat),
        ("0100", IssueCode::InvalidFormat),
        ("0x10", IssueCode::InvalidFormat),
        ("\u{661}00", IssueCode::InvalidFormat),
        ("NaN", IssueCode::InvalidFormat),
        ("-1", IssueCode::Negative),
        ("0", IssueCode::Zero),
        ("0.00", IssueCode::Zero),
        ("1e3", IssueCode::ExponentForm),
        ("1E+3", IssueCode::ExponentForm),
        ("1000000000000000000", IssueCode::TooManyDigits),
        ("0.1234567890123456789", IssueCode::TooManyDigits),
        ("0.001", IssueCode::TooManyDecimals),
        ("100.101", IssueCode::TooManyDecimals),
    ] {
        assert_eq!(code(Amount::from_text(text, Some(2))), Err(expected), "{text:?}");
    }
}

#[test]
fn a_number_is_an_amount_only_if_it_is_exact() {
    for (shortest, minor_units, expected) in [
        ("100", Some(2), Ok("100")),
        ("100.1", Some(2), Ok("100.1")),
        ("9007199254740.99", Some(2), Ok("9007199254740.99")),
        ("82936798717010.31", Some(2), Err(IssueCode::NotExact)),
        ("82936798717010.5", Some(2), Err(IssueCode::NotExact)),
        ("9007199254740992", Some(0), Err(IssueCode::NotExact)),
        ("9007199254740991", Some(0), Ok("9007199254740991")),
        ("0.30000000000000004", Some(2), Err(IssueCode::NotExact)),
        ("0.30000000000000004", None, Err(IssueCode::NotExact)),
        ("100.5", Some(0), Err(IssueCode::NotExact)),
        ("123456789012345", None, Ok("123456789012345")),
        ("0.123456789012345", None, Err(IssueCode::NotExact)),
        ("0.12345678901234", None, Ok("0.12345678901234")),
        ("NaN", Some(2), Err(IssueCode::InvalidFormat)),
        ("Infinity", Some(2), Err(IssueCode::InvalidFormat)),
        ("-Infinity", Some(2), Err(IssueCode::InvalidFormat)),
        ("-5", Some(2), Err(IssueCode::Negative)),
        ("0", Some(2), Err(IssueCode::Zero)),
        ("1e+21", Some(2), Err(IssueCode::ExponentForm)),
        ("1e-7", Some(2), Err(IssueCode::ExponentForm)),
    ] {
        let expected = expected.map(str::to_owned);
        assert_eq!(code(Amount::from_number(shortest, minor_units)), expected, "{shortest}");
    }
}

#[test]
fn the_same_amount_can_have_more_or_fewer_decimals() {
    assert_eq!(
        (canonical("2600.00"), canonical("0.10"), canonical("2600"), canonical("100.01")),
        ("2600", "0.1", "2600", "100.01")
    );
    assert_eq!(with_decimals("2600", 2).as_deref(), Some("2600.00"));
    assert_eq!(with_decimals("2600.00", 0).as_deref(), Some("2600"));
    assert_eq!(with_decimals("0.10", 1).as_deref(), Some("0.1"));
    assert_eq!(with_decimals("0.15", 1), None);
    assert!(is_plain_decimal("-0.5") && is_plain_decimal("007"));
    assert!(
        !is_plain_decimal("1e5")
            && !is_plain_decimal("")
            && !is_plain_decimal("1.")
            && !is_plain_decimal("+1")
    );
}

#[test]
fn a_plain_decimal_has_no_exponent() {
    for (given, plain) in [
        ("2600.00", Some("2600.00")),
        ("-1.5e2", Some("-150")),
        ("1.50E+2", Some("150")),
        ("1.505e2", Some("150.5")),
        ("15e-1", Some("1.5")),
        ("15e-2", Some("0.15")),
        ("15e-4", Some("0.0015")),
        ("0e5", Some("0")),
        ("1e41", None),
        ("", None),
        ("x", None),
    ] {
        assert_eq!(plain_decimal(given).as_deref(), plain, "{given}");
    }
}

#[derive(serde::Serialize)]
struct Body<'a>(#[serde(serialize_with = "Amount::as_json_number")] &'a Amount);

proptest! {
    #[test]
    fn an_amount_is_sent_with_the_digits_that_were_given(whole in "0|[1-9][0-9]{0,17}", decimals in "[0-9]{1,2}") {
        let text = format!("{whole}.{decimals}");
        prop_assume!(text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)));
        let amount = Amount::from_text(&text, Some(2)).unwrap();
        prop_assert_eq!(serde_json::to_string(&Body(&amount)).unwrap(), text);
    }

    #[test]
    fn every_accepted_amount_is_a_json_number(text in "[-+]?[0-9.eE]{0,24}") {
        if let Ok(amount) = Amount::from_text(&text, None) {
            let number: Box<RawValue> = serde_json::from_str(amount.as_str()).unwrap();
            prop_assert_eq!(number.get(), text);
        }
    }

    #[test]
    fn every_number_of_cents_with_up_to_fifteen_digits_is_accepted(cents in 1_u64..1_000_000_000_000_000) {
        #[allow(clippy::cast_precision_loss)]
        let shortest = format!("{}", cents as f64 / 100.0);
        let amount = Amount::from_number(&shortest, Some(2)).unwrap();
        let (whole, decimals) = shortest.split_once('.').unwrap_or((&shortest, ""));
        prop_assert_eq!(format!("{whole}{decimals:0<2}").parse::<u64>().unwrap(), cents);
        prop_assert_eq!(amount.as_str(), &shortest);
    }

    #[test]
    fn reading_never_panics(text in ".*") {
        let _ = Amount::from_text(&text, Some(2));
        let _ = Amount::from_number(&text, None);
        let _ = plain_decimal(&text);
    }
}
