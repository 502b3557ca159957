use std::collections::BTreeSet;

use super::*;
use crate::additional_fields::keys;
use crate::input::build::{number, record, text};
use crate::issue::Issue;

fn check<'a>(input: &Input<'a>, strict: bool) -> (Vec<AdditionalField<'a>>, Vec<Issue>) {
    let mut issues = Issues::default();
    let fields = read(input, strict, &mut issues);
    (fields, issues.into_vec())
}

fn found(input: &Input) -> Vec<(String, IssueCode, Severity)> {
    check(input, false).1.into_iter().map(|issue| (issue.path, issue.code, issue.severity)).collect()
}

fn single(key: &str, value: &str) -> Vec<(IssueCode, Severity)> {
    found(&record(&[(key, text(value))])).into_iter().map(|(_, code, severity)| (code, severity)).collect()
}

#[test]
fn the_example_of_each_documented_key_is_valid() {
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
    let used: BTreeSet<_> = known_keys().filter_map(rule_of).collect();
    assert_eq!(used, rules.into_iter().collect::<BTreeSet<_>>());
    assert_eq!(keys().count(), 28);
    for documented in keys() {
        let (key, rule) = (documented.key, rule_of(documented.key).unwrap());
        assert_eq!(documented.format == "text", rule == "text", "{key}");
        assert!(documented.meaning.ends_with('.'), "{key}");
        let example = documented.example.unwrap_or("x");
        let expected: &[_] = match rule {
            "cardNumber" => &[(IssueCode::LuhnFailed, Severity::Warning)],
            _ => &[],
        };
        assert_eq!(single(key, example), expected, "{key}");
        // Any text is valid only for the rule "text".
        assert_eq!(single(key, "\u{1F4B3}").is_empty(), rule == "text", "{key}");
    }
}

fn pair<'a>(key: &'a str, value: &'a str) -> Input<'a> {
    record(&[("key", text(key)), ("value", text(value))])
}

#[test]
fn a_record_and_paystars_array_give_the_same_fields() {
    let as_record = record(&[("bankName", text("SuperBank")), ("own", text("x"))]);
    let as_list = Input::List(vec![pair("bankName", "SuperBank"), pair("own", "x")]);
    assert_eq!(check(&as_record, true), check(&as_list, true));
    assert_eq!(check(&as_list, true).1, []);
    assert_eq!(check(&as_list, true).0.len(), 2);
}

#[test]
fn a_key_that_is_given_twice_is_an_error() {
    let input = Input::List(vec![pair("email", "a@b.c"), pair("email", "d@e.f")]);
    assert_eq!(
        found(&input),
        [("additionalFields.email".to_owned(), IssueCode::DuplicateKey, Severity::Error)]
    );
}

#[test]
fn a_lookalike_letter_is_an_error_with_its_code_point() {
    let (_, issues) = check(&record(&[("\u{441}ardNumber", text("1234123412341234"))]), false);
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].code, IssueCode::LookalikeLetters);
    assert!(issues[0].message.contains("U+0441") && issues[0].message.contains("type cardNumber again"));
}

#[test]
fn an_empty_value_and_a_value_of_a_wrong_type_are_errors() {
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
fn an_entry_of_the_array_has_only_a_key_and_a_value() {
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
fn the_format_of_each_documented_key_is_checked() {
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
fn a_value_that_a_list_does_not_contain_is_a_warning() {
    const UNKNOWN: &[(IssueCode, Severity)] = &[(IssueCode::UnknownValue, Severity::Warning)];
    assert_eq!(single("telecomOperator", "vadafone"), UNKNOWN);
    assert_eq!(single("telecomOperator", "vodafone-uk"), []);
    assert_eq!(single("customerCountryCode", "XKX"), UNKNOWN);
}

#[test]
fn a_wrong_check_digit_is_a_warning_and_an_error_with_strict() {
    let input = record(&[("cardNumber", text("1234123412341234"))]);
    assert_eq!(check(&input, false).1[0].severity, Severity::Warning);
    assert_eq!(check(&input, true).1[0].severity, Severity::Error);
    assert_eq!(check(&input, true).1[0].code, IssueCode::LuhnFailed);
}

#[test]
fn a_key_without_a_value_is_left_out_of_a_record_and_is_an_error_in_the_array() {
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
fn one_wrong_letter_in_a_documented_key_is_a_warning() {
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
        // The format of the value is not checked, because the key is only a guess.
        assert_eq!(kinds, WARNING, "{key}");
        assert!(issues[0].message.contains(&format!("did you mean {meant}?")), "{}", issues[0].message);
        assert_eq!(fields.len(), 1, "it is sent");
    }
    // Every documented key with two letters swapped, with an extra letter, and without a letter.
    for known in known_keys().filter(|key| key.len() > 4) {
        let letters: Vec<char> = known.chars().collect();
        for at in 1..letters.len() - 1 {
            let (mut swapped, mut doubled, mut cut) = (letters.clone(), letters.clone(), letters.clone());
            swapped.swap(at, at + 1);
            doubled.insert(at, letters[at]);
            cut.remove(at);
            for wrong in [swapped, doubled, cut] {
                let wrong: String = wrong.into_iter().collect();
                if !known_keys().any(|key| key == wrong) {
                    assert_eq!(single(&wrong, "Merch-1"), WARNING, "{wrong}");
                }
            }
        }
    }
}

#[test]
fn documented_keys_and_common_custom_keys_have_no_warning() {
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
fn a_custom_key_is_valid_and_a_misspelled_key_is_a_warning() {
    assert_eq!(single("agreedWithManager", "x"), []);
    assert_eq!(single("имя", "x"), []);
    for key in ["CardNumber", "payerIdentifier"] {
        assert_eq!(single(key, "Merch-1"), [(IssueCode::KnownByOtherSpelling, Severity::Warning)], "{key}");
    }
}

#[test]
fn fields_keys_and_values_have_limits() {
    let many = Input::List(vec![pair("key", "x"); MAX_FIELDS + 1]);
    assert_eq!(found(&many)[0].1, IssueCode::TooLong);
    assert_eq!(single("k", &"x".repeat(MAX_VALUE + 1))[0].0, IssueCode::TooLong);
    assert_eq!(single(&"k".repeat(MAX_KEY + 1), "x")[0].0, IssueCode::TooLong);
    assert_eq!(single("", "x")[0].0, IssueCode::Empty);
}

#[test]
fn a_message_never_contains_the_value() {
    for key in known_keys() {
        let (_, issues) = check(&record(&[(key, text("s3cr3t value"))]), true);
        assert!(issues.iter().all(|issue| !issue.message.contains("s3cr3t")), "{key}");
    }
}
