//! What is wrong with a value from outside, and how all of it is gathered at once.

use serde::Serialize;

use super::card;
use super::input::Input;
use super::lookalike;

/// One thing that is wrong, or looks wrong, in what was given.
///
/// Messages never repeat a value, so an issue is safe to log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
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
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The request is not sent.
    Error,
    /// The request is sent: the value may be right, but often is not.
    Warning,
}

/// What is wrong, as a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
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

/// Paths and messages contain keys that the caller chose.
const LONGEST_PATH: usize = 300;
const LONGEST_MESSAGE: usize = 1000;
/// No name is longer.
const LONGEST_NAME: usize = 40;
/// A name has fewer digits than a card number or a key.
const MOST_DIGITS: usize = 3;
/// Enough to see that it is another object.
const MOST_UNKNOWN_KEYS: usize = 20;

/// Gathers the issues of one value, so that a caller sees all of them at once.
#[derive(Debug, Default)]
pub struct Issues {
    found: Vec<Issue>,
}

impl Issues {
    /// Notes something that stops the request.
    pub fn error(&mut self, path: impl AsRef<str>, code: IssueCode, message: impl AsRef<str>) {
        self.note(path.as_ref(), code, message.as_ref(), Severity::Error);
    }

    /// Notes something that does not stop the request.
    pub fn warning(&mut self, path: impl AsRef<str>, code: IssueCode, message: impl AsRef<str>) {
        self.note(path.as_ref(), code, message.as_ref(), Severity::Warning);
    }

    /// Notes an issue. Its path and message may contain a key that the caller chose, even a card number.
    pub fn note(&mut self, path: &str, code: IssueCode, message: &str, severity: Severity) {
        let clean = |text, most| cut(card::mask_in_text(text), most);
        let (path, message) = (clean(path, LONGEST_PATH), clean(message, LONGEST_MESSAGE));
        self.found.push(Issue { path, code, message, severity });
    }

    /// Notes that a value has another type than the expected one.
    pub fn wrong_type(&mut self, path: &str, expected: &str, got: &Input) {
        let (code, message) = if got.is_absent() {
            (IssueCode::Required, [path, " is required: give ", expected, "."].concat())
        } else {
            (IssueCode::InvalidType, [path, " must be ", expected, ", not ", &got.name(), "."].concat())
        };
        self.error(path, code, message);
    }

    /// Notes each key of a record that is not among the known ones, with the nearest known one.
    pub fn unknown_keys(&mut self, prefix: &str, record: &Input, known: &[&str]) {
        self.note_unknown(prefix, record, known, is_word);
    }

    /// The same of an object with keys and tokens in it. Somebody may take one of these for a name, so only a name near
    /// a known one is repeated.
    pub fn unknown_options(&mut self, prefix: &str, record: &Input, known: &[&str]) {
        self.note_unknown(prefix, record, known, |_| false);
    }

    fn note_unknown(&mut self, prefix: &str, record: &Input, known: &[&str], is_shown: fn(&str) -> bool) {
        let Input::Record(entries) = record else { return };
        for (key, _) in entries.iter().filter(|(key, _)| !known.contains(key)).take(MOST_UNKNOWN_KEYS) {
            let path = [prefix, key].concat();
            let near = nearest(key, known, usize::MAX);
            let (path, what) = if near.is_some() || is_shown(key) {
                (path.as_str(), " is not a key of this object. ")
            } else {
                let hidden = " has an unknown key, which is not repeated here: it may be a secret. ";
                (prefix.trim_end_matches('.'), hidden)
            };
            let subject = if path.is_empty() { "This object" } else { path };
            let hint = near.map_or_else(
                || ["Known keys: ", &known.join(", "), "."].concat(),
                |near| ["Did you mean ", near, "?"].concat(),
            );
            self.error(path, IssueCode::UnknownKey, [subject, what, &hint].concat());
        }
    }

    /// Text that is given and not empty; anything else is noted.
    pub fn required_text<'a>(&mut self, path: &str, input: &Input<'a>) -> Option<&'a str> {
        match input {
            Input::Text("") => {
                self.error(path, IssueCode::Empty, [path, " is empty."].concat());
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

/// A text, cut to so many bytes where it is too long to be read.
pub fn cut(mut text: String, most: usize) -> String {
    text.truncate(text.floor_char_boundary(most));
    text
}

/// Whether a key may be repeated: it is as short as a name, and has fewer digits than a secret.
fn is_word(key: &str) -> bool {
    key.len() <= LONGEST_NAME && key.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
}

/// A key with more edits is another word.
const MOST_EDITS: usize = 2;

/// The known key that a misspelt one most likely means. Case, separators and look-alike characters do not count as edits.
/// There are at most two edits, or fewer if the caller allows fewer.
pub(crate) fn nearest<'a>(key: &str, known: &[&'a str], most_edits: usize) -> Option<&'a str> {
    // No known key is as long, and nobody misspells all of it.
    if key.len() > LONGEST_NAME {
        return None;
    }
    let mut folded = lookalike::fold(key).to_ascii_lowercase();
    folded.retain(|letter| !matches!(letter, '_' | '-' | '.' | ' '));
    (0..=MOST_EDITS.min(most_edits)).find_map(|most| {
        let is_near = |candidate: &&&str| {
            most <= candidate.len() / 3 && is_within(folded.as_bytes(), candidate.as_bytes(), most)
        };
        known.iter().find(is_near).copied()
    })
}

/// Whether two texts differ by at most `most` edits. An edit is one character that is wrong, missing, extra or swapped
/// with the next one. Case does not count.
fn is_within(a: &[u8], b: &[u8], most: usize) -> bool {
    // Most pairs of keys end here.
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) else { return true };
    if x.eq_ignore_ascii_case(y) {
        return is_within(rest_a, rest_b, most);
    }
    let Some(most) = most.checked_sub(1) else { return false };
    let is_swapped = || match (rest_a, rest_b) {
        ([x2, a @ ..], [y2, b @ ..]) => {
            x.eq_ignore_ascii_case(y2) && x2.eq_ignore_ascii_case(y) && is_within(a, b, most)
        }
        _ => false,
    };
    is_within(rest_a, b, most)
        || is_within(a, rest_b, most)
        || is_within(rest_a, rest_b, most)
        || is_swapped()
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
            ("call_back_url", Some("callbackUrl")),
            ("ib", None),
            (&"amount".repeat(100_000), None),
            ("somethingElse", None),
        ] {
            assert_eq!(nearest(misspelt, KNOWN, 2), meant);
        }
    }

    #[test]
    fn edits_are_letters_wrong_missing_too_many_or_swapped() {
        for (a, b, expected) in [
            ("kitten", "sittin", 2),
            ("emial", "eMail", 1),
            ("mail", "email", 1),
            ("emaill", "email", 1),
            ("ab", "", 2),
            ("", "ab", 2),
            ("same", "same", 0),
            ("meial", "email", 2),
        ] {
            for most in 0..=3 {
                assert_eq!(is_within(a.as_bytes(), b.as_bytes(), most), most >= expected, "{a} {b}");
            }
        }
        assert!(!is_within(b"abc", b"xyz", 2));
    }

    fn unknown(record: &Input, note: fn(&mut Issues, &str, &Input, &[&str])) -> (String, String) {
        let mut issues = Issues::default();
        note(&mut issues, "payouts.", record, KNOWN);
        let issue = issues.into_vec().swap_remove(0);
        (issue.path, issue.message)
    }

    #[test]
    fn a_name_that_may_be_a_secret_is_not_repeated() {
        for name in [
            "sk_live_77ab",
            "s3cr3t-4f9c81aa",
            "secretwithoutdigits",
            "eyJhbGciOiJIUzI1NiJ9.eyJwdWJsaWNLZXkiOiJwayJ9.c2ln",
            "4111 1111 1111 1111",
            &"k".repeat(1_000_000),
            "",
        ] {
            let (path, message) = unknown(&record(&[(name, number("1"))]), Issues::unknown_options);
            assert_eq!(path, "payouts");
            assert!(
                message.starts_with("payouts") && message.ends_with("Known keys: amount, callbackUrl, id.")
            );
            assert!(name.is_empty() || !message.contains(name));
            assert!(message.len() < 300);
        }
        let (path, _) = unknown(&record(&[("callback_url", number("1"))]), Issues::unknown_options);
        assert_eq!(path, "payouts.callback_url");
    }

    #[test]
    fn of_a_request_plain_names_are_repeated() {
        for (name, is_shown) in [
            ("description", true),
            ("retry_count2", true),
            ("4111111111111111", false),
            ("411111111111 1111", false),
            ("sk_live_77ab31", false),
            (&"k".repeat(41), false),
        ] {
            let (path, message) = unknown(&record(&[(name, number("1"))]), Issues::unknown_keys);
            assert_eq!(path == format!("payouts.{name}") && message.contains(name), is_shown, "{name}");
        }
    }

    #[test]
    fn paths_and_messages_have_a_limit_behind_which_no_half_card_number_stands() {
        for before in 280..300 {
            let mut issues = Issues::default();
            let path = format!("{} 4111111111111111", "\u{e9}".repeat(before));
            issues.error(path.as_str(), IssueCode::UnknownKey, path.repeat(4));
            let issue = issues.into_vec().swap_remove(0);
            assert!(
                issue.path.chars().count() <= LONGEST_PATH
                    && issue.message.chars().count() <= LONGEST_MESSAGE
            );
            assert!(!issue.path.contains("4111111") && !issue.message.contains("4111111"), "{before}");
        }
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
