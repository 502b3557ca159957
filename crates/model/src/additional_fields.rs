//! The open list of `additionalFields`: known keys have rules, any other key passes through.

use serde::Serialize;

use super::card::{self, CardNumber};
use super::input::Input;
use super::issue::{IssueCode, Issues, Severity, nearest};
use super::{country, format, lookalike, telecom_operator};
use paystar_tables::{Index, row_count, table_rows};

/// One entry of `additionalFields`, as PayStar takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct AdditionalField<'a> {
    /// The documented key, such as `cardNumber`, or one agreed with the account manager.
    pub key: &'a str,
    /// The value, always text.
    pub value: &'a str,
}

/// More entries than any flow asks for.
const MOST_FIELDS: usize = 200;
/// As the message says.
const LONGEST_KEY: usize = 200;
/// As the message says.
const LONGEST_VALUE: usize = 4096;

const TABLE: &str = include_str!("data/additional_field_keys.tsv");
static ROWS: Index<{ row_count(TABLE) }> = Index::of(TABLE);

/// A documented key of `additionalFields`.
///
/// PayStar documentation: additionalfields, create-payout-h2h, telecom-operator, limits-en.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct AdditionalFieldKey {
    /// The key, in PayStar's spelling.
    pub key: &'static str,
    /// The table of the documentation that it stands in.
    #[cfg_attr(
        feature = "typescript",
        tsify(
            type = "\"payment method & card\" | \"customer identity\" | \"contact & address\" | \"seen elsewhere\""
        )
    )]
    pub group: &'static str,
    /// What its value is.
    pub meaning: &'static str,
    /// The form of its value: `YYYY-MM-DD`; `text` where any text is right.
    pub format: &'static str,
    /// A value as the documentation shows it.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<&'static str>,
}

/// The documented keys, each optional. Which of them a flow needs is agreed with your account manager.
///
/// PayStar documentation: additionalfields, create-payout-h2h, telecom-operator, limits-en.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct KnownAdditionalFields {
    /// Your own code of the product or service. Example: `Merch-12345`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub product_code: Option<String>,
    /// The whole card number. Format: 12 to 19 digits. Example: `1234123412341234`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_number: Option<String>,
    /// The month in which the card expires. Format: MM. Example: `05`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_expire_month: Option<String>,
    /// The year in which the card expires. Format: YY. Example: `26`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_expire_year: Option<String>,
    /// The security code of the card (CVV or CVC). Format: 3 or 4 digits. Example: `583`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_cvv: Option<String>,
    /// The name on the card. Example: `JOHN WEAK`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_holder: Option<String>,
    /// The token of a card that was saved before. Example: `a1b2c3d4e5f6g7h8`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_token: Option<String>,
    /// The customer's first name.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub first_name: Option<String>,
    /// The customer's middle name.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub middle_name: Option<String>,
    /// The customer's last name.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub last_name: Option<String>,
    /// The number of an official document; its type may stand before it. Example: `Passport 123456789`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_document_id: Option<String>,
    /// The customer's date of birth. Format: YYYY-MM-DD. Example: `2019-04-05`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_birthday_date: Option<String>,
    /// The customer's nationality. Format: ISO 3166-1 alpha-3. Example: `UKR`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_nationality: Option<String>,
    /// The customer's e-mail address. Format: e-mail address. Example: `Jhon.Wick@Continental-Hotel.com`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub email: Option<String>,
    /// The customer's phone number. Format: 5 to 15 digits with the country code. Example: `44644012345`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub phone_number: Option<String>,
    /// The customer's mobile network. Format: a value of the dictionary. Example: `vodafone-uk`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub telecom_operator: Option<String>,
    /// The international dialing code. Format: digits. Example: `31`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub dialing_code: Option<String>,
    /// The street address. Example: `123 Main Street, Apt 5B`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_address: Option<String>,
    /// The city. Example: `Amsterdam`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_city: Option<String>,
    /// The state or region. Example: `CA`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_state: Option<String>,
    /// The postal code in its local form. Example: `1012 AB`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_zip_code: Option<String>,
    /// The code of the country. Format: ISO 3166-1 alpha-3. Example: `NLD`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_country_code: Option<String>,
    /// The full name of the country. Example: `Netherlands`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_country: Option<String>,
    /// The issuing bank, used for routing. Example: `SuperBank`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub bank_name: Option<String>,
    /// The payer's id at your side. The double e is PayStar's spelling. Example: `Merch-12345`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub payeer_identifier: Option<String>,
    /// The kind of payment method. Example: `card`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub r#type: Option<String>,
    /// The customer's phone number, as one sample names it. Format: 5 to 15 digits with the country code. Example: `+331234567890`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub phone: Option<String>,
    /// The customer's IP address.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub ip: Option<String>,
}

fn known_keys() -> impl Iterator<Item = &'static str> {
    ROWS.keys()
}

/// The tables of the documentation that keys stand in.
const GROUPS: [&str; 4] =
    ["payment method & card", "customer identity", "contact & address", "seen elsewhere"];

/// The documented keys, by the tables of the documentation.
pub fn keys() -> impl Iterator<Item = AdditionalFieldKey> {
    GROUPS.into_iter().flat_map(|group| all_keys().filter(move |key| key.group == group))
}

fn all_keys() -> impl Iterator<Item = AdditionalFieldKey> {
    table_rows(TABLE).filter_map(|mut columns| {
        let (key, _rule) = (columns.next()?, columns.next()?);
        let (group, format, example) = (columns.next()?, columns.next()?, columns.next()?);
        let example = (!example.is_empty()).then_some(example);
        Some(AdditionalFieldKey { key, group, meaning: columns.next()?, format, example })
    })
}

/// Keys whose values must not show up anywhere: what an error or a log may not hold.
pub const SECRET_KEYS: &[&str] = &["cardNumber", "cardCvv", "cardToken"];

/// Keys that describe a card.
pub const CARD_KEYS: &[&str] =
    &["cardNumber", "cardExpireMonth", "cardExpireYear", "cardCvv", "cardHolder", "cardToken"];

const PATH: &str = "additionalFields";

/// Reads `additionalFields`, given as a record or as PayStar's array, and checks each known key.
pub fn read<'a>(input: &Input<'a>, strict: bool, issues: &mut Issues) -> Vec<AdditionalField<'a>> {
    let entries: Vec<_> = match input {
        Input::Absent => return Vec::new(),
        // Every key is optional, so one without a value is left out.
        Input::Record(entries) => {
            entries.iter().filter(|(_, value)| !value.is_absent()).map(|(key, value)| (*key, value)).collect()
        }
        Input::List(list) => list
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| read_pair(&format!("{PATH}[{index}]"), entry, issues))
            .collect(),
        other => {
            issues.wrong_type(PATH, "an object of strings, or an array of { key, value }", other);
            return Vec::new();
        }
    };
    if entries.len() > MOST_FIELDS {
        issues.error(PATH, IssueCode::TooLong, format!("{PATH} has more than {MOST_FIELDS} entries."));
        return Vec::new();
    }
    let mut fields = Vec::with_capacity(entries.len());
    for (index, &(key, value)) in entries.iter().enumerate() {
        let rule = ROWS.row(key).and_then(|mut columns| columns.next());
        if rule.is_none() {
            check_open_key(key, issues);
        }
        if entries.iter().take(index).any(|(earlier, _)| *earlier == key) {
            let what = "is given twice: PayStar keeps one value a key.";
            note(key, IssueCode::DuplicateKey, Severity::Error, what, issues);
        }
        let Some(value) = read_value(key, value, issues) else { continue };
        if let Some(rule) = rule {
            check_value(rule, key, value, strict, issues);
        }
        fields.push(AdditionalField { key, value });
    }
    fields
}

/// Made only for an issue: most fields have none.
fn path_of(key: &str) -> String {
    [PATH, ".", key].concat()
}

/// Notes what is wrong with a field. All fields go this one way, which keeps the package small.
fn note(key: &str, code: IssueCode, severity: Severity, what: &str, issues: &mut Issues) {
    let path = path_of(key);
    issues.note(&path, code, &[&path, " ", what].concat(), severity);
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
    let (code, what) = match value {
        Input::Text(text) if !text.is_empty() => {
            // Trimmed text that is not empty has something in it.
            if !format::is_trimmed(text) && text.trim().is_empty() {
                (IssueCode::Empty, "is only white space.")
            } else if text.len() > LONGEST_VALUE {
                (IssueCode::TooLong, "is longer than 4096 bytes.")
            } else {
                return Some(text);
            }
        }
        other => return issues.required_text(&path_of(key), other),
    };
    note(key, code, Severity::Error, what, issues);
    None
}

/// A key that is not documented: it may be agreed with the account manager, or be meant to be another one.
fn check_open_key(key: &str, issues: &mut Issues) {
    let (code, what) = if key.is_empty() || key.len() > LONGEST_KEY {
        let code = if key.is_empty() { IssueCode::Empty } else { IssueCode::TooLong };
        (code, "must have a key of 1 to 200 bytes.".to_owned())
    } else if let Some(character) = lookalike::disguise(key) {
        let meant = lookalike::fold(key);
        let sign = u32::from(character);
        let what =
            format!("has U+{sign:04X} in its key, which only looks like another letter: type {meant} anew.");
        (IssueCode::LookalikeLetters, what)
    } else if !format::is_trimmed(key) {
        (IssueCode::InvalidFormat, "has white space around its key.".to_owned())
    } else if is_numbered(key) {
        return;
    } else {
        let Some(near) = nearest(key, &known_keys().collect::<Vec<_>>(), MOST_EDITS) else { return };
        let what = ["is not a documented key: did you mean ", near, "? It is sent unchanged."].concat();
        (IssueCode::KnownByOtherSpelling, what)
    };
    let is_warning = code == IssueCode::KnownByOtherSpelling;
    note(key, code, if is_warning { Severity::Warning } else { Severity::Error }, &what, issues);
}

/// A custom key may be similar to a documented one: `customerStatus` is two edits away from `customerState`.
const MOST_EDITS: usize = 1;

/// A second value of a documented key has a number behind it: `phoneNumber2`.
fn is_numbered(key: &str) -> bool {
    ROWS.row(key.trim_end_matches(|letter: char| letter.is_ascii_digit())).is_some()
}

fn check_value(rule: &str, key: &str, value: &str, strict: bool, issues: &mut Issues) {
    let (is_right, form) = match rule {
        "cardNumber" => return check_card_number(key, value, strict, issues),
        "country" => return check_country(key, value, issues),
        "telecomOperator" => {
            if !telecom_operator::is_listed(value) {
                let what = "is not in PayStar's dictionary of telecom operators.";
                note(key, IssueCode::UnknownValue, Severity::Warning, what, issues);
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
        // "text": any text is right.
        _ => return,
    };
    if !is_right {
        let what = ["must be ", form, "."].concat();
        note(key, IssueCode::InvalidFormat, Severity::Error, &what, issues);
    }
}

fn check_card_number(key: &str, value: &str, strict: bool, issues: &mut Issues) {
    let (code, what) = match card::check(value) {
        CardNumber::Plausible => return,
        CardNumber::Malformed => {
            (IssueCode::InvalidFormat, "must be 12 to 19 digits, without spaces or dashes.")
        }
        CardNumber::LuhnFailed => {
            (IssueCode::LuhnFailed, "has a wrong check digit (Luhn): look for a typing error.")
        }
    };
    let is_warning = code == IssueCode::LuhnFailed && !strict;
    note(key, code, if is_warning { Severity::Warning } else { Severity::Error }, what, issues);
}

fn check_country(key: &str, value: &str, issues: &mut Issues) {
    let has_form = value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_uppercase());
    if has_form && country::is_listed(value) {
        return;
    }
    let (code, severity, what) = if has_form {
        (IssueCode::UnknownValue, Severity::Warning, "is not a code of ISO 3166-1 alpha-3.")
    } else {
        let what = "must be three capital letters (ISO 3166-1 alpha-3), such as NLD.";
        (IssueCode::InvalidFormat, Severity::Error, what)
    };
    note(key, code, severity, what, issues);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::input::build::{number, record, text};
    use super::super::issue::Issue;
    use super::*;

    fn check<'a>(input: &Input<'a>, strict: bool) -> (Vec<AdditionalField<'a>>, Vec<Issue>) {
        let mut issues = Issues::default();
        let fields = read(input, strict, &mut issues);
        (fields, issues.into_vec())
    }

    fn found(input: &Input) -> Vec<(String, IssueCode, Severity)> {
        check(input, false).1.into_iter().map(|issue| (issue.path, issue.code, issue.severity)).collect()
    }

    fn single(key: &str, value: &str) -> Vec<(IssueCode, Severity)> {
        found(&record(&[(key, text(value))]))
            .into_iter()
            .map(|(_, code, severity)| (code, severity))
            .collect()
    }

    #[test]
    fn every_row_of_the_table_has_a_rule_that_its_example_obeys() {
        let rules = [
            "text",
            "cardNumber",
            "month",
            "year",
            "cvv",
            "email",
            "phone",
            "dialingCode",
            "date",
            "country",
            "telecomOperator",
        ];
        let rule_of = |key| ROWS.row(key).unwrap().next().unwrap();
        let used: BTreeSet<_> = known_keys().map(rule_of).collect();
        assert_eq!(used, rules.into_iter().collect::<BTreeSet<_>>());
        assert_eq!(keys().count(), 28);
        for documented in keys() {
            let (key, rule) = (documented.key, rule_of(documented.key));
            assert_eq!(documented.format == "text", rule == "text", "{key}");
            assert!(documented.meaning.ends_with('.'), "{key}");
            let example = documented.example.unwrap_or("x");
            let expected: &[_] = match rule {
                "cardNumber" => &[(IssueCode::LuhnFailed, Severity::Warning)],
                _ => &[],
            };
            assert_eq!(single(key, example), expected, "{key}");
            // Only text has no wrong form.
            assert_eq!(single(key, "\u{1F4B3}").is_empty(), rule == "text", "{key}");
        }
    }

    #[test]
    fn the_type_for_editors_has_the_keys_of_the_table() {
        let serde_json::Value::Object(members) =
            serde_json::to_value(KnownAdditionalFields::default()).unwrap()
        else {
            panic!("a struct is an object")
        };
        assert_eq!(ROWS.first_unsorted(), None);
        assert_eq!(keys().count(), known_keys().count());
        let ours: BTreeSet<_> = members.keys().map(String::as_str).collect();
        assert_eq!(ours, known_keys().collect::<BTreeSet<_>>());
    }

    fn pair<'a>(key: &'a str, value: &'a str) -> Input<'a> {
        record(&[("key", text(key)), ("value", text(value))])
    }

    #[test]
    fn a_record_and_paystars_array_mean_the_same() {
        let as_record = record(&[("bankName", text("SuperBank")), ("own", text("x"))]);
        let as_list = Input::List(vec![pair("bankName", "SuperBank"), pair("own", "x")]);
        assert_eq!(check(&as_record, true), check(&as_list, true));
        assert_eq!(check(&as_list, true).1, []);
        assert_eq!(check(&as_list, true).0.len(), 2);
    }

    #[test]
    fn a_key_given_twice_is_refused_by_name() {
        let input = Input::List(vec![pair("email", "a@b.c"), pair("email", "d@e.f")]);
        assert_eq!(
            found(&input),
            [("additionalFields.email".to_owned(), IssueCode::DuplicateKey, Severity::Error)]
        );
    }

    #[test]
    fn a_lookalike_letter_is_refused_by_name() {
        let (_, issues) = check(&record(&[("\u{441}ardNumber", text("1234123412341234"))]), false);
        assert_eq!(issues.len(), 1);
        assert_eq!(issues[0].code, IssueCode::LookalikeLetters);
        assert!(issues[0].message.contains("U+0441") && issues[0].message.contains("type cardNumber anew"));
    }

    #[test]
    fn empty_and_mistyped_values_are_refused_by_name() {
        let input =
            record(&[("a", text("")), ("b", text("  ")), ("c", number("1")), ("e", Input::IllFormedText)]);
        let codes: Vec<_> = found(&input).into_iter().map(|(path, code, _)| (path, code)).collect();
        assert_eq!(
            codes,
            [
                ("additionalFields.a".to_owned(), IssueCode::Empty),
                ("additionalFields.b".to_owned(), IssueCode::Empty),
                ("additionalFields.c".to_owned(), IssueCode::InvalidType),
                ("additionalFields.e".to_owned(), IssueCode::InvalidType),
            ]
        );
    }

    #[test]
    fn entries_of_the_array_have_a_key_and_a_value_and_nothing_else() {
        let input = Input::List(vec![
            text("x"),
            record(&[("value", text("x"))]),
            record(&[("key", text("own"))]),
            record(&[("key", text("k")), ("value", text("v")), ("values", text("v"))]),
        ]);
        let paths: Vec<_> = found(&input).into_iter().map(|(path, ..)| path).collect();
        assert_eq!(
            paths,
            [
                "additionalFields[0]",
                "additionalFields[1].key",
                "additionalFields[3].values",
                "additionalFields.own"
            ]
        );
    }

    #[test]
    fn each_known_key_is_checked() {
        const INVALID: &[(IssueCode, Severity)] = &[(IssueCode::InvalidFormat, Severity::Error)];
        for (key, right, wrong) in [
            ("cardNumber", "4111111111111111", "4111 1111 1111 1111"),
            ("cardExpireMonth", "05", "5"),
            ("cardExpireYear", "26", "2026"),
            ("cardCvv", "583", "58"),
            ("email", "Jhon.Wick@Continental-Hotel.com", "Jhon.Wick"),
            ("phoneNumber", "+44644012345", "44 644"),
            ("phone", "+331234567890", "none"),
            ("dialingCode", "31", "+31"),
            ("customerBirthdayDate", "2019-04-05", "05.04.2019"),
            ("customerNationality", "UKR", "UA"),
            ("customerCountryCode", "NLD", "nld"),
        ] {
            assert_eq!(single(key, right), [], "{key}");
            assert_eq!(single(key, wrong), INVALID, "{key}");
        }
    }

    #[test]
    fn values_outside_of_a_list_are_warnings() {
        const UNKNOWN: &[(IssueCode, Severity)] = &[(IssueCode::UnknownValue, Severity::Warning)];
        assert_eq!(single("telecomOperator", "vadafone"), UNKNOWN);
        assert_eq!(single("telecomOperator", "vodafone-uk"), []);
        assert_eq!(single("customerCountryCode", "XKX"), UNKNOWN);
    }

    #[test]
    fn a_failing_check_digit_is_a_warning_unless_strict() {
        let input = record(&[("cardNumber", text("1234123412341234"))]);
        assert_eq!(check(&input, false).1[0].severity, Severity::Warning);
        assert_eq!(check(&input, true).1[0].severity, Severity::Error);
        assert_eq!(check(&input, true).1[0].code, IssueCode::LuhnFailed);
    }

    #[test]
    fn a_key_without_a_value_is_left_out_of_a_record_and_stands_for_nothing_in_the_array() {
        let input = record(&[
            ("cardNumber", text("4111111111111111")),
            ("bankName", Input::Absent),
            ("cardCvv", Input::Absent),
            ("emial", Input::Absent),
            ("", Input::Absent),
        ]);
        let (fields, issues) = check(&input, true);
        assert_eq!(issues, []);
        assert_eq!(fields, [AdditionalField { key: "cardNumber", value: "4111111111111111" }]);
        let pair = Input::List(vec![record(&[("key", text("bankName")), ("value", Input::Absent)])]);
        assert_eq!(found(&pair)[0].1, IssueCode::Required);
    }

    #[test]
    fn one_wrong_letter_in_a_documented_key_is_warned_of() {
        const WARNING: &[(IssueCode, Severity)] = &[(IssueCode::KnownByOtherSpelling, Severity::Warning)];
        for (key, meant) in [
            ("emial", "email"),
            ("mail", "email"),
            ("e-mail", "email"),
            ("EMAIL", "email"),
            ("phonenumber", "phoneNumber"),
            ("phone_number", "phoneNumber"),
            ("card_expire_month", "cardExpireMonth"),
            ("customer-zip-code", "customerZipCode"),
            ("cardCVV2", "cardCvv"),
            ("cardCvc", "cardCvv"),
            ("bnakName", "bankName"),
            ("bankNmae", "bankName"),
            ("payeerIdentifer", "payeerIdentifier"),
            ("customerAdress", "customerAddress"),
            ("IP", "ip"),
            ("tpye", "type"),
        ] {
            let (fields, issues) = check(&record(&[(key, text("Merch-1"))]), true);
            let kinds: Vec<_> = issues.iter().map(|issue| (issue.code, issue.severity)).collect();
            // Where the value was to be an address, say, nobody knows.
            assert_eq!(kinds, WARNING, "{key}");
            assert!(issues[0].message.contains(&format!("did you mean {meant}?")), "{}", issues[0].message);
            assert_eq!(fields.len(), 1, "it is sent");
        }
        // Every documented key with two characters swapped, with an extra one, and without one.
        for known in known_keys().filter(|key| key.len() > 4) {
            let letters: Vec<char> = known.chars().collect();
            for at in 1..letters.len() - 1 {
                let (mut swapped, mut doubled, mut cut) = (letters.clone(), letters.clone(), letters.clone());
                swapped.swap(at, at + 1);
                doubled.insert(at, letters[at]);
                cut.remove(at);
                for wrong in [swapped, doubled, cut] {
                    let wrong: String = wrong.into_iter().collect();
                    if !ROWS.keys().any(|key| key == wrong) {
                        assert_eq!(single(&wrong, "Merch-1"), WARNING, "{wrong}");
                    }
                }
            }
        }
    }

    #[test]
    fn documented_keys_and_common_keys_of_the_callers_own_are_not_warned_of() {
        for key in known_keys() {
            let issues = found(&record(&[(key, text("x"))]));
            assert!(issues.iter().all(|issue| issue.1 != IssueCode::KnownByOtherSpelling), "{key}");
        }
        let own = "accountHolder accountId accountNumber accountType address age agentId amount bankAccount bankAccountName \
            bankAccountNumber bankBik bankBranch bankCode bankCountry bankId bankIban bankNumber bankSwift bic bik birthday \
            birthDate branchCode brand callbackId campaign cardBank cardBin cardBrand cardCountry cardHash cardId cardMask \
            cardName cardType caseNumber channel city clientId clientIp comment companyId companyName country cpf currency \
            customerBank customerCard customerCode customerDate customerDocument customerEmail customerGender customerId \
            customerIp customerLevel customerLogin customerName customerPhone customerPinCode customerRate customerSince \
            customerSite customerStatus customerType customerUrl dateOfBirth description device deviceId dob documentDate \
            documentId documentNumber documentType domain email2 expiry faxNumber fee fields fingerprint firstDate firstTime \
            fullName gender group holder iban iban2 id inn invoice invoiceNumber ipAddress ipv4 issuer kind kyc label language \
            lastDate lastLogin lastTime lei level locale login memo merchantId method mode msisdn name network nickName note \
            number operator operatorId orderId orderNumber partnerId passport payerId payerName paymentMethod personalId phone2 \
            phoneCode phoneNumber2 phoneType pix pixKey platform player playerId postcode productId productName productType \
            promo purpose recipient reference region requestId route salutation sbp scenario segment sessionId shopId site \
            sortCode source ssn state status street subId swift tag taxId taxNumber terminal terminalId tier timezone tin title \
            token upi url userAgent userId userName utm value vat vip wallet walletId website zip zipCode";
        let own: Vec<&str> = own.split_whitespace().collect();
        assert!(own.len() > 150);
        for key in own {
            assert_eq!(single(key, "Merch-1"), [], "{key}");
        }
    }

    #[test]
    fn unknown_keys_pass_and_near_misses_are_warned_of() {
        assert_eq!(single("agreedWithManager", "x"), []);
        assert_eq!(single("имя", "x"), []);
        for key in ["CardNumber", "payerIdentifier"] {
            assert_eq!(
                single(key, "Merch-1"),
                [(IssueCode::KnownByOtherSpelling, Severity::Warning)],
                "{key}"
            );
        }
    }

    #[test]
    fn there_are_limits() {
        let many = Input::List(vec![pair("key", "x"); MOST_FIELDS + 1]);
        assert_eq!(found(&many)[0].1, IssueCode::TooLong);
        assert_eq!(single("k", &"x".repeat(LONGEST_VALUE + 1))[0].0, IssueCode::TooLong);
        assert_eq!(single(&"k".repeat(LONGEST_KEY + 1), "x")[0].0, IssueCode::TooLong);
        assert_eq!(single("", "x")[0].0, IssueCode::Empty);
    }

    #[test]
    fn messages_never_repeat_a_value() {
        for key in known_keys() {
            let (_, issues) = check(&record(&[(key, text("s3cr3t value"))]), true);
            assert!(issues.iter().all(|issue| !issue.message.contains("s3cr3t")), "{key}");
        }
    }
}
