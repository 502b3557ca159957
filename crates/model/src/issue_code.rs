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
    /// All codes with their words. Tests find out if a code is missing or a word is wrong.
    const WORDS: [(&'static str, Self); 19] = [
        ("required", Self::Required),
        ("invalid_type", Self::InvalidType),
        ("invalid_format", Self::InvalidFormat),
        ("unknown_key", Self::UnknownKey),
        ("unknown_value", Self::UnknownValue),
        ("empty", Self::Empty),
        ("too_long", Self::TooLong),
        ("negative", Self::Negative),
        ("zero", Self::Zero),
        ("exponent_form", Self::ExponentForm),
        ("not_exact", Self::NotExact),
        ("too_many_decimals", Self::TooManyDecimals),
        ("too_many_digits", Self::TooManyDigits),
        ("duplicate_key", Self::DuplicateKey),
        ("lookalike_letters", Self::LookalikeLetters),
        ("known_by_other_spelling", Self::KnownByOtherSpelling),
        ("luhn_failed", Self::LuhnFailed),
        ("out_of_range", Self::OutOfRange),
        ("card_data_not_allowed", Self::CardDataNotAllowed),
    ];

    /// The code with this word. A word of another version becomes `invalid_format`.
    pub fn from_word(word: &str) -> Self {
        Self::WORDS.iter().find(|(known, _)| *known == word).map_or(Self::InvalidFormat, |(_, code)| *code)
    }
}
