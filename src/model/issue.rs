//! What is wrong with a value from outside, and how all of it is gathered at once.

use serde::Serialize;

use super::card;
use super::input::Input;
use super::lookalike;

/// One thing that is wrong, or looks wrong, in what was given.
///
/// Messages never repeat a value, so an issue is safe to log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
pub struct Issue {
    /// Where: `amount`, `additionalFields.cardNumber`, `additionalFields[2].key`. Empty for the whole value.
    pub path: String,
    /// What, as a stable word for programs.
    pub code: IssueCode,
    /// What, and what to do about it, for people.
    pub message: String,
    /// An `error` stops the request; a `warning` does not.
    pub severity: Severity,
}

/// Whether an issue stops the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The request is not sent.
    Error,
    /// The request is sent: the value may be right, but often is not.
    Warning,
}

/// What is wrong, as a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum IssueCode {
    /// A required value is missing.
    Required,
    /// A value of another type than the one documented.
    InvalidType,
    /// Text that does not have the documented form.
    InvalidFormat,
    /// A key that the request does not have; often a misspelling.
    UnknownKey,
    /// A value outside of the documented list.
    UnknownValue,
    /// Empty text.
    Empty,
    /// Text or a list above the limit.
    TooLong,
    /// An amount below zero.
    Negative,
    /// An amount of zero.
    Zero,
    /// An amount written as `1e3`.
    ExponentForm,
    /// A JS number that does not stand for an exact amount of the currency.
    NotExact,
    /// An amount finer than the currency's minor unit.
    TooManyDecimals,
    /// An amount with more digits than any amount of money has.
    TooManyDigits,
    /// The same key twice.
    DuplicateKey,
    /// Letters that only look like the expected ones, such as a Cyrillic `с` in `cardNumber`.
    LookalikeLetters,
    /// A key that is known in another spelling.
    KnownByOtherSpelling,
    /// A card number whose check digit is wrong.
    LuhnFailed,
    /// A number outside of its limits.
    OutOfRange,
    /// Card data in a deposit whose card is entered on PayStar's page.
    CardDataNotAllowed,
}

/// Enough to see that it is another object.
const MOST_UNKNOWN_KEYS: usize = 20;

/// Gathers the issues of one value, so that a caller sees all of them at once.
#[derive(Debug, Default)]
pub struct Issues {
    found: Vec<Issue>,
}

impl Issues {
    /// Notes something that stops the request.
    pub fn error(&mut self, path: impl Into<String>, code: IssueCode, message: impl Into<String>) {
        self.note(&path.into(), code, &message.into(), Severity::Error);
    }

    /// Notes something that does not stop the request.
    pub fn warning(&mut self, path: impl Into<String>, code: IssueCode, message: impl Into<String>) {
        self.note(&path.into(), code, &message.into(), Severity::Warning);
    }

    /// Keys of the caller's stand in paths and messages, and somebody may take a card number for a key.
    fn note(&mut self, path: &str, code: IssueCode, message: &str, severity: Severity) {
        let (path, message) = (card::mask_in_text(path), card::mask_in_text(message));
        self.found.push(Issue { path, code, message, severity });
    }

    /// Notes that a value has another type than the expected one.
    pub fn wrong_type(&mut self, path: &str, expected: &str, got: &Input) {
        let (code, message) = if got.is_absent() {
            (IssueCode::Required, format!("{path} is required: give {expected}."))
        } else {
            (IssueCode::InvalidType, format!("{path} must be {expected}, not {}.", got.kind()))
        };
        self.error(path, code, message);
    }

    /// Notes each key of a record that is not among the known ones, with the nearest known one.
    pub fn unknown_keys(&mut self, prefix: &str, record: &Input, known: &[&str]) {
        let Input::Record(entries) = record else { return };
        for (key, _) in entries.iter().filter(|(key, _)| !known.contains(key)).take(MOST_UNKNOWN_KEYS) {
            let hint = nearest(key, known).map_or_else(
                || format!("Known keys: {}.", known.join(", ")),
                |near| format!("Did you mean {near}?"),
            );
            self.error(
                format!("{prefix}{key}"),
                IssueCode::UnknownKey,
                format!("{prefix}{key} is not a key of this object. {hint}"),
            );
        }
    }

    /// Text that is given and not empty; anything else is noted.
    pub fn required_text<'a>(&mut self, path: &str, input: &Input<'a>) -> Option<&'a str> {
        match input {
            Input::Text("") => {
                self.error(path, IssueCode::Empty, format!("{path} is empty."));
                None
            }
            Input::Text(text) => Some(text),
            other => {
                self.wrong_type(path, "a string", other);
                None
            }
        }
    }

    /// Text that may be missing; anything else is noted.
    pub fn optional_text<'a>(&mut self, path: &str, input: &Input<'a>) -> Option<&'a str> {
        if input.is_absent() { None } else { self.required_text(path, input) }
    }

    /// A boolean that may be missing; anything else is noted.
    pub fn optional_bool(&mut self, path: &str, input: &Input) -> Option<bool> {
        match input {
            Input::Absent => None,
            Input::Bool(value) => Some(*value),
            other => {
                self.wrong_type(path, "true or false", other);
                None
            }
        }
    }

    /// A whole number within limits that may be missing; anything else is noted.
    pub fn optional_whole(&mut self, path: &str, input: &Input, least: u32, most: u32) -> Option<u32> {
        match input {
            Input::Absent => None,
            Input::Number(text) => {
                let value = text.parse().ok().filter(|value| (least..=most).contains(value));
                if value.is_none() {
                    let message = format!("{path} must be a whole number from {least} to {most}.");
                    self.error(path, IssueCode::OutOfRange, message);
                }
                value
            }
            other => {
                self.wrong_type(path, "a number", other);
                None
            }
        }
    }

    /// Whether something was noted that stops the request.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// All that was noted, in the order it was found.
    pub fn into_vec(self) -> Vec<Issue> {
        self.found
    }
}

/// A key with more edits is another word.
const MOST_EDITS: usize = 2;
/// Each edit takes a letter away, brings one, or both.
const MOST_CHANGED_LETTERS: u32 = 4;

/// The known key that a misspelt one most likely means: the same but for case or look-alike letters,
/// or one or two letters away.
pub(crate) fn nearest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    let folded = lookalike::fold(key).to_ascii_lowercase();
    let letters = letters_of(&folded);
    known
        .iter()
        .filter(|candidate| {
            // So most keys are told from each other without counting edits.
            folded.len().abs_diff(candidate.len()) <= MOST_EDITS
                && (letters ^ letters_of(candidate)).count_ones() <= MOST_CHANGED_LETTERS
        })
        .map(|candidate| (edits(&folded, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= MOST_EDITS.min(candidate.len() / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A bit for each letter that a text has, whatever its case. Some signs share one.
fn letters_of(text: &str) -> u64 {
    text.bytes().fold(0, |letters, byte| letters | 1_u64.wrapping_shl(byte.to_ascii_lowercase().into()))
}

/// Levenshtein distance from a text in small letters, whatever the case of the other.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut before = i.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, right) in row.iter_mut().skip(1).zip(b.bytes()) {
            let replaced = diagonal.saturating_add(usize::from(left != right.to_ascii_lowercase()));
            diagonal = *cell;
            before = replaced.min(before.saturating_add(1)).min(cell.saturating_add(1));
            *cell = before;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::input::build::{number, record, text};
    use super::*;

    const KNOWN: &[&str] = &["amount", "callbackUrl", "id"];

    #[test]
    fn a_misspelt_key_names_the_one_it_means() {
        for (misspelt, meant) in [
            ("callbackURL", Some("callbackUrl")),
            ("calbackUrl", Some("callbackUrl")),
            ("\u{430}mount", Some("amount")),
            ("amonut", Some("amount")),
            ("ib", None),
            ("somethingElse", None),
        ] {
            assert_eq!(nearest(misspelt, KNOWN), meant, "{misspelt}");
        }
    }

    #[test]
    fn edit_distance_counts_single_letters() {
        assert_eq!(edits("kitten", "sittin"), 2);
        assert_eq!(edits("", "ab"), 2);
        assert_eq!(edits("same", "same"), 0);
        assert_eq!(edits("ab", ""), 2);
    }

    #[test]
    fn all_unknown_keys_are_noted() {
        let mut issues = Issues::default();
        issues.unknown_keys(
            "",
            &record(&[("amuont", text("1")), ("amount", text("1")), ("zzz", text("1"))]),
            KNOWN,
        );
        let found = issues.into_vec();
        assert_eq!(found.iter().map(|issue| issue.path.as_str()).collect::<Vec<_>>(), ["amuont", "zzz"]);
        assert!(found[0].message.contains("Did you mean amount?"));
        assert!(found[1].message.contains("Known keys: amount"));
    }

    #[test]
    fn whole_numbers_have_limits() {
        for (given, expected) in [("5", Some(5)), ("0", None), ("11", None), ("1.5", None), ("NaN", None)] {
            let mut issues = Issues::default();
            assert_eq!(issues.optional_whole("n", &number(given), 1, 10), expected, "{given}");
            assert_eq!(issues.has_errors(), expected.is_none());
        }
    }
}
