//! What kind of problem an issue is.

use serde::Serialize;

/// Whether an issue stops the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The request is not sent.
    Error,
    /// The request is sent. The value may be right, but it is often a mistake.
    Warning,
}

/// The problem, as a stable word for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum IssueCode {
    /// A required value is missing.
    Required,
    /// The value has a type that is not documented for it.
    InvalidType,
    /// The text does not have the documented format.
    InvalidFormat,
    /// The object has a key that is not known, often a misspelled key.
    UnknownKey,
    /// The value is not in the documented list.
    UnknownValue,
    /// The text is empty.
    Empty,
    /// The text or the list is longer than its limit.
    TooLong,
    /// The amount is below zero.
    Negative,
    /// The amount is zero.
    Zero,
    /// The amount has an exponent, such as `1e3`.
    ExponentForm,
    /// The JavaScript number is not an exact amount of the currency.
    NotExact,
    /// The amount has more decimals than the minor unit of the currency.
    TooManyDecimals,
    /// The amount has more than 18 digits before or after the point.
    TooManyDigits,
    /// The same key is given twice.
    DuplicateKey,
    /// The key contains a character that only looks like the expected letter, such as a Cyrillic `с` in `cardNumber`.
    LookalikeLetters,
    /// The key is almost equal to a documented key.
    KnownByOtherSpelling,
    /// The check digit of the card number is wrong (Luhn).
    LuhnFailed,
    /// The number is outside its limits.
    OutOfRange,
    /// The request contains card data, but the customer enters the card on PayStar's page.
    CardDataNotAllowed,
}

impl IssueCode {
    /// All codes. A test finds out if one is missing.
    const ALL: [Self; 19] = [
        Self::Required,
        Self::InvalidType,
        Self::InvalidFormat,
        Self::UnknownKey,
        Self::UnknownValue,
        Self::Empty,
        Self::TooLong,
        Self::Negative,
        Self::Zero,
        Self::ExponentForm,
        Self::NotExact,
        Self::TooManyDecimals,
        Self::TooManyDigits,
        Self::DuplicateKey,
        Self::LookalikeLetters,
        Self::KnownByOtherSpelling,
        Self::LuhnFailed,
        Self::OutOfRange,
        Self::CardDataNotAllowed,
    ];

    /// The code with this word. A word of another version becomes `invalid_format`.
    pub fn from_word(word: &str) -> Self {
        let is_word =
            |code: &Self| serde_json::to_string(code).is_ok_and(|json| json.trim_matches('"') == word);
        Self::ALL.into_iter().find(is_word).unwrap_or(Self::InvalidFormat)
    }
}
