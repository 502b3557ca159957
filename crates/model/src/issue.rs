//! Problems of a value from a caller. All of them are collected, so that the caller sees all of them at once.

use serde::Serialize;

use super::card;
use super::input::Input;
pub use super::issue_code::{IssueCode, Severity};
use super::spelling::nearest;

/// A problem, or a possible problem, of a value that you gave.
///
/// The message never contains the value, so an issue is safe to log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Issue {
    /// The place: `amount`, `additionalFields.cardNumber`, `additionalFields[2].key`. Empty for the whole value.
    pub path: String,
    /// The problem, as a stable word for programs.
    pub code: IssueCode,
    /// The problem and its solution, for people.
    pub message: String,
    /// An `error` stops the request. A `warning` does not.
    pub severity: Severity,
}

/// In bytes. Paths and messages contain keys that the caller chose.
const MAX_PATH: usize = 300;
const MAX_MESSAGE: usize = 1000;
/// A key that is longer, or has more digits, may be a secret or a card number.
const MAX_NAME: usize = 40;
const MAX_NAME_DIGITS: usize = 3;
/// Enough to see that the caller gave another kind of object.
const MAX_UNKNOWN_KEYS: usize = 20;

/// The place of a value.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    /// A place that this package names.
    Fixed(FixedPlace),
    /// A place whose name contains a text of the caller.
    Custom(&'a str),
}

/// A path in two parts, both compiled in: `additionalFields.` and `cardNumber`.
#[derive(Debug, Clone, Copy)]
pub struct FixedPlace {
    prefix: &'static str,
    name: &'static str,
}

impl Place<'static> {
    /// A place that this package names.
    pub const fn fixed(prefix: &'static str, name: &'static str) -> Self {
        Self::Fixed(FixedPlace { prefix, name })
    }
}

impl Place<'_> {
    fn to_path(self) -> String {
        match self {
            Self::Fixed(FixedPlace { prefix, name }) => [prefix, name].concat(),
            Self::Custom(path) => path.to_owned(),
        }
    }
}

impl<'a> From<&'a str> for Place<'a> {
    fn from(path: &'a str) -> Self {
        Self::Custom(path)
    }
}

impl<'a> From<&'a String> for Place<'a> {
    fn from(path: &'a String) -> Self {
        Self::Custom(path)
    }
}

/// An issue whose texts are compiled in. So its texts are written only once, and JavaScript keeps them.
#[derive(Debug, Clone, Copy)]
pub struct FixedIssue {
    place: FixedPlace,
    code: IssueCode,
    severity: Severity,
    problem: Sentence,
}

/// A sentence in parts.
pub type Sentence = [&'static str; 3];

impl FixedIssue {
    /// The issue with its texts.
    pub fn write(&self) -> Issue {
        write(Place::Fixed(self.place), self.code, self.severity, &self.problem.concat())
    }

    /// A number that is the same for each copy of this issue, and is rarely the same for two issues.
    pub fn hash(&self) -> usize {
        let [start, argument, _] = self.problem;
        [self.place.prefix, self.place.name, start, argument]
            .iter()
            .fold(self.severity as usize, |hash, text| {
                hash.wrapping_mul(31).wrapping_add(text.as_ptr().addr())
            })
    }

    /// Whether both have the same texts in memory. `false` says nothing about the texts.
    pub fn is(&self, other: &Self) -> bool {
        let texts = |issue: &Self| {
            let [start, argument, end] = issue.problem;
            [issue.place.prefix, issue.place.name, start, argument, end]
        };
        self.code == other.code
            && self.severity == other.severity
            && texts(self).iter().zip(texts(other)).all(|(a, b)| core::ptr::eq(*a, b))
    }
}

/// An issue whose message is the path, then the problem.
fn write(place: Place, code: IssueCode, severity: Severity, problem: &str) -> Issue {
    let path = place.to_path();
    let message = [&path, " ", problem].concat();
    clean(&path, code, severity, &message)
}

/// The path and the message may contain a key that the caller chose, even a card number.
fn clean(path: &str, code: IssueCode, severity: Severity, message: &str) -> Issue {
    let clean = |text, max_bytes| cut(card::mask_in_text(text), max_bytes);
    Issue { path: clean(path, MAX_PATH), code, message: clean(message, MAX_MESSAGE), severity }
}

/// An issue that was found.
#[derive(Debug)]
pub enum Found {
    /// Its texts are compiled in.
    Fixed(FixedIssue),
    /// Its texts depend on the value.
    Written(Issue),
}

/// The issues of one value, in the order in which they were found.
#[derive(Debug, Default)]
pub struct Issues {
    found: Vec<Found>,
}

impl Issues {
    /// Adds an issue that stops the request.
    pub fn error(&mut self, path: impl AsRef<str>, code: IssueCode, message: impl AsRef<str>) {
        self.add(path.as_ref(), code, Severity::Error, message.as_ref());
    }

    /// Adds an issue that does not stop the request.
    pub fn warning(&mut self, path: impl AsRef<str>, code: IssueCode, message: impl AsRef<str>) {
        self.add(path.as_ref(), code, Severity::Warning, message.as_ref());
    }

    /// Adds an issue that stops the request. Its message is the path, then the problem: `amount`, `is empty.`
    pub fn invalid<'p>(&mut self, place: impl Into<Place<'p>>, code: IssueCode, problem: &str) {
        self.add_problem(place.into(), code, Severity::Error, problem);
    }

    /// Adds an issue whose message is the path, then the problem.
    pub(crate) fn add_problem(&mut self, place: Place, code: IssueCode, severity: Severity, problem: &str) {
        self.found.push(Found::Written(write(place, code, severity, problem)));
    }

    /// The same for a problem whose sentence is compiled in.
    #[inline(never)]
    pub(crate) fn add_fixed(&mut self, place: Place, code: IssueCode, severity: Severity, problem: Sentence) {
        match place {
            Place::Fixed(place) => {
                self.found.push(Found::Fixed(FixedIssue { place, code, severity, problem }));
            }
            Place::Custom(_) => self.add_problem(place, code, severity, &problem.concat()),
        }
    }

    fn add(&mut self, path: &str, code: IssueCode, severity: Severity, message: &str) {
        self.found.push(Found::Written(clean(path, code, severity, message)));
    }

    /// Adds an issue for a value with a type that is not the expected type.
    pub fn wrong_type<'p>(&mut self, place: impl Into<Place<'p>>, expected: &'static str, got: &Input) {
        self.add_wrong_type(place.into(), expected, got);
    }

    fn add_wrong_type(&mut self, place: Place, expected: &'static str, got: &Input) {
        if got.is_absent() {
            let problem = ["is required: give ", expected, "."];
            return self.add_fixed(place, IssueCode::Required, Severity::Error, problem);
        }
        let problem = ["must be ", expected, ", not ", &got.name(), "."].concat();
        self.add_problem(place, IssueCode::InvalidType, Severity::Error, &problem);
    }

    /// Adds an issue for each key of a record that is not known. Its message contains the most similar known key.
    pub fn unknown_keys(&mut self, prefix: &str, record: &Input, known: &[&str]) {
        self.add_unknown(prefix, record, known, is_name);
    }

    /// The same for an object that contains keys and tokens. The caller may have given a secret as a name, so an issue
    /// contains a name only if the name is similar to a known key.
    pub fn unknown_options(&mut self, prefix: &str, record: &Input, known: &[&str]) {
        self.add_unknown(prefix, record, known, |_| false);
    }

    fn add_unknown(&mut self, prefix: &str, record: &Input, known: &[&str], is_shown: fn(&str) -> bool) {
        let Input::Record(entries) = record else { return };
        for (key, _) in entries.iter().filter(|(key, _)| !known.contains(key)).take(MAX_UNKNOWN_KEYS) {
            let path = [prefix, key].concat();
            let similar = nearest(key, known, usize::MAX);
            let (path, problem) = if similar.is_some() || is_shown(key) {
                (path.as_str(), " is not a key of this object. ")
            } else {
                let hidden = " has an unknown key. It may be a secret, so it is not shown here. ";
                (prefix.trim_end_matches('.'), hidden)
            };
            let subject = if path.is_empty() { "This object" } else { path };
            let hint = similar.map_or_else(
                || ["Known keys: ", &known.join(", "), "."].concat(),
                |similar| ["Did you mean ", similar, "?"].concat(),
            );
            self.error(path, IssueCode::UnknownKey, [subject, problem, &hint].concat());
        }
    }

    /// Reads text that is required and must not be empty.
    pub fn required_text<'p, 'a>(
        &mut self,
        place: impl Into<Place<'p>>,
        input: &Input<'a>,
    ) -> Option<&'a str> {
        self.read_text(place.into(), input)
    }

    fn read_text<'a>(&mut self, place: Place, input: &Input<'a>) -> Option<&'a str> {
        match input {
            Input::Text("") => {
                self.add_fixed(place, IssueCode::Empty, Severity::Error, ["is empty.", "", ""]);
                None
            }
            Input::Text(text) => Some(text),
            other => {
                self.add_wrong_type(place, "a string", other);
                None
            }
        }
    }

    /// Reads text that is optional and must not be empty.
    pub fn optional_text<'p, 'a>(
        &mut self,
        place: impl Into<Place<'p>>,
        input: &Input<'a>,
    ) -> Option<&'a str> {
        if input.is_absent() { None } else { self.read_text(place.into(), input) }
    }

    /// Reads an optional boolean.
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

    /// Reads an optional whole number from `min` to `max`.
    pub fn optional_whole(&mut self, path: &str, input: &Input, min: u32, max: u32) -> Option<u32> {
        match input {
            Input::Absent => None,
            Input::Number(text) => {
                let value = text.parse().ok().filter(|value| (min..=max).contains(value));
                if value.is_none() {
                    let problem = format!("must be a whole number from {min} to {max}.");
                    self.invalid(path, IssueCode::OutOfRange, &problem);
                }
                value
            }
            other => {
                self.wrong_type(path, "a number", other);
                None
            }
        }
    }

    /// Whether an issue stops the request.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|found| {
            let (Found::Fixed(FixedIssue { severity, .. }) | Found::Written(Issue { severity, .. })) = found;
            *severity == Severity::Error
        })
    }

    /// What was found. The texts of fixed issues are not written yet.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// All issues, in the order in which they were found.
    pub fn into_vec(self) -> Vec<Issue> {
        let written = |found| match found {
            Found::Fixed(issue) => issue.write(),
            Found::Written(issue) => issue,
        };
        self.found.into_iter().map(written).collect()
    }
}

/// The start of a text: at most so many bytes, without a part of a character.
pub fn cut(mut text: String, max_bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(max_bytes));
    text
}

/// Whether a message may contain a key that is not known: a secret is longer, or has more digits.
fn is_name(key: &str) -> bool {
    key.len() <= MAX_NAME && key.bytes().filter(u8::is_ascii_digit).count() <= MAX_NAME_DIGITS
}

#[cfg(test)]
mod tests {
    /// The next code in the list of the type. A new code does not compile without a place here.
    fn following(code: super::IssueCode) -> Option<super::IssueCode> {
        use super::IssueCode as Code;
        Some(match code {
            Code::Required => Code::InvalidType,
            Code::InvalidType => Code::InvalidFormat,
            Code::InvalidFormat => Code::UnknownKey,
            Code::UnknownKey => Code::UnknownValue,
            Code::UnknownValue => Code::Empty,
            Code::Empty => Code::TooLong,
            Code::TooLong => Code::Negative,
            Code::Negative => Code::Zero,
            Code::Zero => Code::ExponentForm,
            Code::ExponentForm => Code::NotExact,
            Code::NotExact => Code::TooManyDecimals,
            Code::TooManyDecimals => Code::TooManyDigits,
            Code::TooManyDigits => Code::DuplicateKey,
            Code::DuplicateKey => Code::LookalikeLetters,
            Code::LookalikeLetters => Code::KnownByOtherSpelling,
            Code::KnownByOtherSpelling => Code::LuhnFailed,
            Code::LuhnFailed => Code::OutOfRange,
            Code::OutOfRange => Code::CardDataNotAllowed,
            Code::CardDataNotAllowed => return None,
        })
    }

    #[test]
    fn every_code_is_found_by_its_word() {
        let mut code = super::IssueCode::Required;
        loop {
            let word = serde_json::to_string(&code).unwrap();
            assert_eq!(super::IssueCode::from_word(word.trim_matches('"')), code);
            match following(code) {
                Some(next) => code = next,
                None => break,
            }
        }
        assert_eq!(super::IssueCode::from_word("of_tomorrow"), super::IssueCode::InvalidFormat);
    }

    use super::super::input::build::{number, record, text};
    use super::*;

    const KNOWN: &[&str] = &["amount", "callbackUrl", "id"];

    fn unknown(record: &Input, note: fn(&mut Issues, &str, &Input, &[&str])) -> (String, String) {
        let mut issues = Issues::default();
        note(&mut issues, "payouts.", record, KNOWN);
        let issue = issues.into_vec().swap_remove(0);
        (issue.path, issue.message)
    }

    #[test]
    fn an_unknown_option_that_may_be_a_secret_is_not_shown() {
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
    fn an_unknown_key_of_a_request_is_shown_if_it_looks_like_a_name() {
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
    fn a_cut_path_or_message_does_not_end_with_a_part_of_a_card_number() {
        for before in 280..300 {
            let mut issues = Issues::default();
            let path = format!("{} 4111111111111111", "\u{e9}".repeat(before));
            issues.error(path.as_str(), IssueCode::UnknownKey, path.repeat(4));
            let issue = issues.into_vec().swap_remove(0);
            assert!(issue.path.chars().count() <= MAX_PATH && issue.message.chars().count() <= MAX_MESSAGE);
            assert!(!issue.path.contains("4111111") && !issue.message.contains("4111111"), "{before}");
        }
    }

    #[test]
    fn each_unknown_key_is_an_issue() {
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
