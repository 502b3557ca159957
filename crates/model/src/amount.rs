//! Amounts of money as the digits they are written with. No amount is ever a binary float.

use serde::ser::Serializer;

use super::issue::IssueCode;
use paystar_json::serialize_raw;
use paystar_tables::split_at_byte;

/// More digits than any amount of money has, and few enough for exact 128-bit arithmetic.
const MOST_WHOLE_DIGITS: usize = 18;
/// More decimals than any currency has.
pub const MOST_DECIMALS: usize = 18;
/// Above this, a whole JS number may stand for its neighbour.
const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;
/// Any decimal of this many digits has a double of its own; longer ones may share theirs.
const SAFE_DIGITS: usize = 15;

/// A positive amount, exactly as written: `100`, `2600.00`, `9007199254740993.01`.
///
/// It has no sign, no exponent and no superfluous leading zero, so its text is a JSON number too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    text: String,
}

/// Why text or a number is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountError {
    /// The stable word.
    pub code: IssueCode,
    /// What to do about it, to stand behind the name of the field.
    pub advice: &'static str,
}

const fn refusal(code: IssueCode, advice: &'static str) -> AmountError {
    AmountError { code, advice }
}

const NOT_DECIMAL: AmountError =
    refusal(IssueCode::InvalidFormat, "must be digits with at most one point, such as \"100.10\".");
const NEGATIVE: AmountError =
    refusal(IssueCode::Negative, "must be above zero: PayStar takes no negative amounts.");
const ZERO: AmountError = refusal(IssueCode::Zero, "must be above zero.");
const EXPONENT: AmountError =
    refusal(IssueCode::ExponentForm, "must be written without an exponent, such as \"1000\", not \"1e3\".");
pub(super) const TOO_MANY_DIGITS: AmountError =
    refusal(IssueCode::TooManyDigits, "has too many digits: at most 18 before the point and 18 behind it.");
const TOO_MANY_DECIMALS: AmountError =
    refusal(IssueCode::TooManyDecimals, "has more decimals than the currency's minor unit.");
/// `500.000` is what some languages write for five hundred thousand.
const LIKE_THOUSANDS: AmountError = refusal(
    IssueCode::TooManyDecimals,
    "has more decimals than the currency's minor unit. In some languages a point separates thousands: if it does here, \
     leave it out.",
);
const NOT_EXACT: AmountError = refusal(
    IssueCode::NotExact,
    "is a number that is not exact in the currency's minor unit: give a string, such as \"0.30\".",
);

impl Amount {
    /// Reads an amount from text.
    ///
    /// `minor_units` is how many decimals the currency has, `None` where that is not known. More decimals are an error
    /// even where they are zeros: nobody writes `500.000` for five hundred rupiah.
    pub fn from_text(text: &str, minor_units: Option<u8>) -> Result<Self, AmountError> {
        if text.starts_with('-') {
            return Err(NEGATIVE);
        }
        let (_, decimals) = split(text)?;
        if text.bytes().all(|byte| matches!(byte, b'0' | b'.')) {
            return Err(ZERO);
        }
        if minor_units.is_some_and(|allowed| decimals.len() > usize::from(allowed)) {
            return Err(if decimals.len() == 3 { LIKE_THOUSANDS } else { TOO_MANY_DECIMALS });
        }
        Ok(Self { text: text.to_owned() })
    }

    /// Reads an amount from a JS number, given as the shortest decimal that stands for it.
    ///
    /// Such a decimal is the amount that the caller meant only while every amount of its size, down to the
    /// minor unit, has a number of its own; `0.1 + 0.2` is none of these.
    pub fn from_number(shortest: &str, minor_units: Option<u8>) -> Result<Self, AmountError> {
        if matches!(shortest, "NaN" | "Infinity" | "-Infinity") {
            return Err(refusal(IssueCode::InvalidFormat, "must be a finite number, or a string of digits."));
        }
        let amount = Self::from_text(shortest, minor_units).map_err(|error| match error.code {
            IssueCode::TooManyDecimals | IssueCode::TooManyDigits => NOT_EXACT,
            _ => error,
        })?;
        let is_exact = match shortest.split_once('.') {
            None => shortest.parse::<u64>().is_ok_and(|whole| whole <= MAX_SAFE_INTEGER),
            Some((whole, decimals)) => {
                let finest = minor_units.map_or(decimals.len(), usize::from);
                whole.len().saturating_add(finest) <= SAFE_DIGITS
            }
        };
        if is_exact { Ok(amount) } else { Err(NOT_EXACT) }
    }

    /// The digits, as they were written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// As a JSON number with exactly these digits: how PayStar takes amounts.
    pub(crate) fn as_json_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_raw(&self.text, serializer)
    }
}

/// Digits with at most one point and perhaps a minus sign; what PayStar writes as an amount.
pub fn is_plain_decimal(text: &str) -> bool {
    let (whole, decimals) = split_at_byte(text, b'.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole.strip_prefix('-').unwrap_or(whole)) && is_digits(decimals)
}

/// The same amount with other counts of decimals, as far as no digit but zeros is lost: `2600`, `2600.0`, …
pub fn with_decimals(plain: &str, count: usize) -> Option<String> {
    let (whole, decimals) = plain.split_once('.').unwrap_or((plain, ""));
    let kept = decimals.trim_end_matches('0');
    if kept.len() > count {
        return None;
    }
    Some(if count == 0 { whole.to_owned() } else { format!("{whole}.{kept:0<count$}") })
}

/// The same amount without superfluous zeros at its end: `2600` for `2600.00`, `0.1` for `0.10`.
pub fn canonical(plain: &str) -> &str {
    if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.') } else { plain }
}

/// The digits before and behind the point of a decimal without a sign.
pub(super) fn split(text: &str) -> Result<(&str, &str), AmountError> {
    let (whole, decimals) = match split_at_byte(text, b'.') {
        Some((_, "")) => return Err(NOT_DECIMAL),
        Some(parts) => parts,
        None => (text, ""),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) {
        return Err(if is_exponent_form(text) { EXPONENT } else { NOT_DECIMAL });
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err(refusal(IssueCode::InvalidFormat, "must not begin with superfluous zeros."));
    }
    if whole.len() > MOST_WHOLE_DIGITS || decimals.len() > MOST_DECIMALS {
        return Err(TOO_MANY_DIGITS);
    }
    Ok((whole, decimals))
}

fn is_exponent_form(text: &str) -> bool {
    text.split_once(['e', 'E']).is_some_and(|(digits, exponent)| {
        digits.starts_with(|c: char| c.is_ascii_digit())
            && exponent.trim_start_matches(['+', '-']).bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The same number as a plain decimal, without an exponent: `1.5E+2` is `150`. Digits are kept.
///
/// `None` where the text is no JSON number or its plain form would be absurdly long.
pub fn plain_decimal(json_number: &str) -> Option<String> {
    let (sign, unsigned) = match json_number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", json_number),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa, exponent.parse::<i32>().ok().filter(|e| e.unsigned_abs() <= 40)?)
        }
        None => (unsigned, 0),
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{decimals}");
    if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if exponent == 0 {
        return Some(json_number.to_owned());
    }
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let (whole, decimals) = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => (format!("{digits:0<point$}"), String::new()),
        Ok(point) => {
            let (whole, decimals) = digits.split_at_checked(point)?;
            (whole.to_owned(), decimals.to_owned())
        }
        Err(_) => {
            let width = digits.len().checked_add(usize::try_from(point.unsigned_abs()).ok()?)?;
            (String::new(), format!("{digits:0>width$}"))
        }
    };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if decimals.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{decimals}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::*;

    fn code(result: Result<Amount, AmountError>) -> Result<String, IssueCode> {
        result.map(|amount| amount.text).map_err(|error| error.code)
    }

    #[test]
    fn text_keeps_its_digits() {
        for text in ["100", "100.1", "100.10", "2600.00", "0.01", "9007199254740993.01"] {
            assert_eq!(code(Amount::from_text(text, Some(2))), Ok(text.to_owned()));
        }
        assert_eq!(
            code(Amount::from_text("0.000000000000000001", None)),
            Ok("0.000000000000000001".to_owned())
        );
    }

    #[test]
    fn more_decimals_than_the_currency_has_are_an_error_even_as_zeros() {
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
        // Three decimals of a dinar are fils, and of an unknown currency nobody knows.
        assert!(Amount::from_text("1.000", Some(3)).is_ok() && Amount::from_text("500.000", None).is_ok());
    }

    #[test]
    fn what_is_no_amount_says_why() {
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
    fn numbers_are_taken_only_where_they_are_exact() {
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
    fn an_amount_has_several_renderings() {
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
    fn plain_decimals_have_no_exponent() {
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
        fn an_amount_travels_with_its_very_digits(whole in "0|[1-9][0-9]{0,17}", decimals in "[0-9]{1,2}") {
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
        fn every_count_of_cents_of_fifteen_digits_is_accepted_as_a_number(cents in 1_u64..1_000_000_000_000_000) {
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
}
