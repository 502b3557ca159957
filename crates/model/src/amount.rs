//! Amounts of money as decimal text. An amount is never a binary float.

use serde::ser::Serializer;

use super::currency;
use super::input::Input;
use super::issue::{IssueCode, Issues, Place, Severity};
use paystar_json::{Members, serialize_raw};
use paystar_tables::split_at_byte;

/// More digits than any amount of money has, and few enough for exact 128-bit arithmetic.
const MAX_WHOLE_DIGITS: usize = 18;
/// More decimals than any currency has.
pub const MAX_DECIMALS: usize = 18;
/// Above this number, two whole numbers may be the same JavaScript number.
const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;
/// Two decimals with at most this many digits are never the same double. Longer decimals may be.
const SAFE_DIGITS: usize = 15;

/// A positive amount, with the digits that were given: `100`, `2600.00`, `9007199254740993.01`.
///
/// It has no sign, no exponent and no unnecessary zeros at its start, so its text is also a JSON number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    text: String,
}

/// Why a text or a number is not a valid amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountError {
    /// The problem, as a stable word.
    pub code: IssueCode,
    /// The problem and its solution. The name of the field goes before this text.
    pub advice: &'static str,
}

const fn refusal(code: IssueCode, advice: &'static str) -> AmountError {
    AmountError { code, advice }
}

const NOT_DECIMAL: AmountError =
    refusal(IssueCode::InvalidFormat, "must be digits with at most one point, such as \"100.10\".");
const NEGATIVE: AmountError =
    refusal(IssueCode::Negative, "must be above zero: PayStar does not accept negative amounts.");
const ZERO: AmountError = refusal(IssueCode::Zero, "must be above zero.");
const EXPONENT: AmountError =
    refusal(IssueCode::ExponentForm, "must be written without an exponent, such as \"1000\", not \"1e3\".");
pub(super) const TOO_MANY_DIGITS: AmountError =
    refusal(IssueCode::TooManyDigits, "has too many digits: at most 18 before the point and 18 after it.");
const TOO_MANY_DECIMALS: AmountError =
    refusal(IssueCode::TooManyDecimals, "has more decimals than the currency's minor unit.");
/// In some languages, `500.000` is five hundred thousand.
const LIKE_THOUSANDS: AmountError = refusal(
    IssueCode::TooManyDecimals,
    "has more decimals than the currency's minor unit. If the point separates thousands, remove it.",
);
const NOT_EXACT: AmountError = refusal(
    IssueCode::NotExact,
    "is a number that is not exact in the currency's minor unit: give a string, such as \"0.30\".",
);

impl Amount {
    /// Reads the member `amount` of a request in a currency.
    pub(crate) fn read(input: &Input, currency: Option<&str>, issues: &mut Issues) -> Option<Self> {
        const PLACE: Place = Place::fixed("", "amount");
        let minor_units = currency.and_then(currency::minor_units);
        let amount = match input {
            Input::Text(text) => Self::from_text(text, minor_units),
            Input::Number(shortest) => Self::from_number(shortest, minor_units),
            other => {
                issues.wrong_type(PLACE, "a decimal string or a number", other);
                return None;
            }
        };
        amount
            .map_err(|error| match (error.code, currency, minor_units) {
                (IssueCode::TooManyDecimals | IssueCode::NotExact, Some(currency), Some(units)) => {
                    let problem = format!("{} {currency} has {units}.", error.advice);
                    issues.invalid(PLACE, error.code, &problem);
                }
                _ => issues.add_fixed(PLACE, error.code, Severity::Error, [error.advice, "", ""]),
            })
            .ok()
    }

    /// Reads an amount from text.
    ///
    /// `minor_units` is how many decimals the currency has, or `None` if that is not known. More decimals are an error,
    /// even if they are zeros: `500.000` rupiah probably means five hundred thousand.
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

    /// Reads an amount from the shortest decimal text of a JavaScript number.
    ///
    /// The number is refused if two amounts of this size can be the same number, or if the number is not an amount in
    /// minor units, such as `0.1 + 0.2`. Then nobody knows which amount the caller meant.
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
                let max_decimals = minor_units.map_or(decimals.len(), usize::from);
                whole.len().saturating_add(max_decimals) <= SAFE_DIGITS
            }
        };
        if is_exact { Ok(amount) } else { Err(NOT_EXACT) }
    }

    /// The digits that were given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Writes a JSON number with exactly these digits. PayStar expects amounts in this form.
    pub(crate) fn as_json_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_raw(&self.text, serializer)
    }
}

/// Takes an amount out of a response of PayStar. It is a number or text there. The result has the same digits.
pub(crate) fn take_decimal(members: &mut Members, name: &str) -> Result<Option<String>, String> {
    let Some(value) = members.take(name) else { return Ok(None) };
    let decimal = match value.number() {
        Some(digits) => plain_decimal(digits),
        None => value.text().and_then(|text| plain_decimal(&text)),
    };
    decimal.map(Some).ok_or_else(|| format!("its {name} is not a decimal number"))
}

/// Whether a text is digits with at most one point, and perhaps a minus sign. PayStar writes amounts in this form.
pub fn is_plain_decimal(text: &str) -> bool {
    let (whole, decimals) = split_at_byte(text, b'.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole.strip_prefix('-').unwrap_or(whole)) && is_digits(decimals)
}

/// The same amount with `count` decimals: `2600`, `2600.0`, … `None` if a digit other than zero would be lost.
pub fn with_decimals(plain: &str, count: usize) -> Option<String> {
    let (whole, decimals) = plain.split_once('.').unwrap_or((plain, ""));
    let kept = decimals.trim_end_matches('0');
    if kept.len() > count {
        return None;
    }
    Some(if count == 0 { whole.to_owned() } else { format!("{whole}.{kept:0<count$}") })
}

/// The same amount without unnecessary zeros at its end: `2600` for `2600.00`, `0.1` for `0.10`.
pub fn canonical(plain: &str) -> &str {
    if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.') } else { plain }
}

/// The digits before and after the point of a decimal without a minus sign.
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
        return Err(refusal(IssueCode::InvalidFormat, "must not begin with unnecessary zeros."));
    }
    if whole.len() > MAX_WHOLE_DIGITS || decimals.len() > MAX_DECIMALS {
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

/// A JSON number without its exponent: `150` for `1.5E+2`. No digit is lost.
///
/// `None` if the text is not a JSON number, or if its exponent is above 40 or below -40.
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
mod tests;
