//! The rules of `additionalFields`: documented keys have rules for their values, other keys are sent unchanged.

use super::additional_fields::{AdditionalField, documented_key, known_keys, rule_of};
use super::card::{self, CardNumber};
use super::input::Input;
use super::issue::{IssueCode, Issues, Place, Sentence, Severity};
use super::spelling::nearest;
use super::{country, format, lookalike, telecom_operator};

const PATH: &str = "additionalFields";
const PLACE: Place = Place::fixed("", PATH);

/// More entries than any request needs. The messages contain the limits, too.
const MAX_FIELDS: usize = 200;
/// In bytes.
const MAX_KEY: usize = 200;
const MAX_VALUE: usize = 4096;

/// Reads `additionalFields` from a record or from PayStar's array, and checks the values of documented keys.
pub(crate) fn read<'a>(input: &Input<'a>, strict: bool, issues: &mut Issues) -> Vec<AdditionalField<'a>> {
    match input {
        Input::Absent => Vec::new(),
        // Every key is optional, so a key without a value is the same as a missing key.
        Input::Record(entries) => {
            let given = entries.iter().filter(|(_, value)| !value.is_absent());
            check_entries(&given.map(|(key, value)| (*key, value)), entries.len(), strict, issues)
        }
        Input::List(list) => {
            let entries: Vec<_> = list
                .iter()
                .enumerate()
                .filter_map(|(index, entry)| read_pair(&format!("{PATH}[{index}]"), entry, issues))
                .collect();
            check_entries(&entries.iter().copied(), entries.len(), strict, issues)
        }
        other => {
            let expected = "an object of strings, or an array of { key, value }";
            issues.wrong_type(PLACE, expected, other);
            Vec::new()
        }
    }
}

/// Checks at most `most` entries.
fn check_entries<'a: 'i, 'i>(
    entries: &(impl Iterator<Item = (&'a str, &'i Input<'a>)> + Clone),
    most: usize,
    strict: bool,
    issues: &mut Issues,
) -> Vec<AdditionalField<'a>> {
    if most > MAX_FIELDS && entries.clone().count() > MAX_FIELDS {
        let problem = ["has more than 200 entries.", "", ""];
        issues.add_fixed(PLACE, IssueCode::TooLong, Severity::Error, problem);
        return Vec::new();
    }
    let mut fields = Vec::with_capacity(most);
    for (index, (key, value)) in entries.clone().enumerate() {
        let rule = rule_of(key);
        if rule.is_none() {
            check_custom_key(key, issues);
        }
        if entries.clone().take(index).any(|(earlier, _)| earlier == key) {
            let problem = ["is given twice: PayStar keeps only one value of a key.", "", ""];
            add_issue(key, IssueCode::DuplicateKey, Severity::Error, problem, issues);
        }
        let Some(value) = read_value(key, value, issues) else { continue };
        if let Some(rule) = rule {
            check_value(rule, key, value, strict, issues);
        }
        fields.push(AdditionalField { key, value });
    }
    fields
}

/// Calls a function with the place of a field. The place is made only for an issue, because most fields have no issue.
fn at_field<T>(key: &str, add: impl FnOnce(Place) -> T) -> T {
    match documented_key(key) {
        Some(key) => add(Place::fixed("additionalFields.", key)),
        None => add(Place::Custom(&[PATH, ".", key].concat())),
    }
}

/// Adds an issue of a field.
pub(crate) fn add_issue(
    key: &str,
    code: IssueCode,
    severity: Severity,
    problem: Sentence,
    issues: &mut Issues,
) {
    at_field(key, |place| issues.add_fixed(place, code, severity, problem));
}

fn read_pair<'i, 'a>(
    path: &str,
    entry: &'i Input<'a>,
    issues: &mut Issues,
) -> Option<(&'a str, &'i Input<'a>)> {
    if !matches!(entry, Input::Record(_)) {
        issues.wrong_type(path, "an object with key and value", entry);
        return None;
    }
    issues.unknown_keys(&format!("{path}."), entry, &["key", "value"]);
    let key = issues.required_text(&format!("{path}.key"), entry.get("key"))?;
    Some((key, entry.get("value")))
}

fn read_value<'a>(key: &str, value: &Input<'a>, issues: &mut Issues) -> Option<&'a str> {
    let (code, problem) = match value {
        Input::Text(text) if !text.is_empty() => {
            // Trimmed text that is not empty is not white space.
            if !format::is_trimmed(text) && text.trim().is_empty() {
                (IssueCode::Empty, "is only white space.")
            } else if text.len() > MAX_VALUE {
                (IssueCode::TooLong, "is longer than 4096 bytes.")
            } else {
                return Some(text);
            }
        }
        other => return at_field(key, |place| issues.required_text(place, other)),
    };
    add_issue(key, code, Severity::Error, [problem, "", ""], issues);
    None
}

/// Checks a key that is not documented. It may be a custom key, or a misspelled documented key.
fn check_custom_key(key: &str, issues: &mut Issues) {
    let (code, severity, problem) = if key.is_empty() || key.len() > MAX_KEY {
        let code = if key.is_empty() { IssueCode::Empty } else { IssueCode::TooLong };
        (code, Severity::Error, "must have a key of 1 to 200 bytes.".to_owned())
    } else if let Some(character) = lookalike::first_lookalike(key) {
        let latin = lookalike::fold(key);
        let code_point = u32::from(character);
        let problem = format!(
            "has U+{code_point:04X} in its key, which only looks like another letter: type {latin} again."
        );
        (IssueCode::LookalikeLetters, Severity::Error, problem)
    } else if !format::is_trimmed(key) {
        let problem = "has white space at the start or the end of its key.".to_owned();
        (IssueCode::InvalidFormat, Severity::Error, problem)
    } else if is_numbered(key) {
        return;
    } else {
        let Some(near) = nearest(key, &known_keys().collect::<Vec<_>>(), MAX_EDITS) else { return };
        let problem = ["is not a documented key: did you mean ", near, "? It is sent unchanged."].concat();
        (IssueCode::KnownByOtherSpelling, Severity::Warning, problem)
    };
    at_field(key, |place| issues.add_problem(place, code, severity, &problem));
}

/// A custom key may be similar to a documented key: `customerStatus` is two edits away from `customerState`.
const MAX_EDITS: usize = 1;

/// Whether a key is a documented key with a number after it: `phoneNumber2`. It is not a misspelled key.
fn is_numbered(key: &str) -> bool {
    rule_of(key.trim_end_matches(|letter: char| letter.is_ascii_digit())).is_some()
}

/// Checks the value of a documented key.
fn check_value(rule: &str, key: &str, value: &str, strict: bool, issues: &mut Issues) {
    let (is_valid, format) = match rule {
        "cardNumber" => return check_card_number(key, value, strict, issues),
        "country" => return check_country(key, value, issues),
        "telecomOperator" => {
            if !telecom_operator::is_listed(value) {
                let problem = ["is not a telecom operator that PayStar documents.", "", ""];
                add_issue(key, IssueCode::UnknownValue, Severity::Warning, problem, issues);
            }
            return;
        }
        "month" => (format::is_month(value), "two digits from 01 to 12"),
        "year" => (format::is_digits(value, 2, 2), "the last two digits of the year, such as 26"),
        "cvv" => (format::is_digits(value, 3, 4), "three or four digits"),
        "email" => (format::is_email(value), "an e-mail address"),
        "phone" => (format::is_phone(value), "5 to 15 digits with the country code, without spaces"),
        "dialingCode" => (format::is_digits(value, 1, 4), "digits without a plus sign, such as 31"),
        "date" => (format::is_date(value), "a date as YYYY-MM-DD"),
        // "text": any text is valid.
        _ => return,
    };
    if !is_valid {
        add_issue(key, IssueCode::InvalidFormat, Severity::Error, ["must be ", format, "."], issues);
    }
}

fn check_card_number(key: &str, value: &str, strict: bool, issues: &mut Issues) {
    let (code, severity, problem) = match card::check(value) {
        CardNumber::Plausible => return,
        CardNumber::Malformed => {
            let problem = "must be 12 to 19 digits, without spaces or dashes.";
            (IssueCode::InvalidFormat, Severity::Error, problem)
        }
        CardNumber::LuhnFailed => {
            let severity = if strict { Severity::Error } else { Severity::Warning };
            (IssueCode::LuhnFailed, severity, "has a wrong check digit (Luhn): look for a typing error.")
        }
    };
    add_issue(key, code, severity, [problem, "", ""], issues);
}

fn check_country(key: &str, value: &str, issues: &mut Issues) {
    let has_format = value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_uppercase());
    if has_format && country::is_listed(value) {
        return;
    }
    let (code, severity, problem) = if has_format {
        (IssueCode::UnknownValue, Severity::Warning, "is not a code of ISO 3166-1 alpha-3.")
    } else {
        let problem = "must be three capital letters (ISO 3166-1 alpha-3), such as NLD.";
        (IssueCode::InvalidFormat, Severity::Error, problem)
    };
    add_issue(key, code, severity, [problem, "", ""], issues);
}

#[cfg(test)]
mod tests;
