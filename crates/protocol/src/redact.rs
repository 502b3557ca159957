//! Removes keys, tokens and card numbers from text that this package did not write.

use paystar_json::map_texts;
use paystar_model::issue::cut;
use paystar_model::{card, format};

const REDACTED: &str = "[redacted]";
/// Long enough for any message, but not for a page of HTML.
const LONGEST: usize = 1000;
/// A shorter secret (a CVV) is only removed if it is a whole word.
const SHORT: usize = 6;
/// Two groups of digits of the order's card number may have this many characters between them, such as `</b><b>`.
const LONGEST_SEPARATOR: u8 = 8;

/// The text without the secrets, with card numbers masked, cut to a readable length. Cutting comes last, because a secret
/// that was cut would not be found.
pub fn scrub(text: &str, secrets: &[&str]) -> String {
    cut(redact(text, secrets), LONGEST)
}

/// The text without the secrets and without control characters, with card numbers masked.
pub fn redact(text: &str, secrets: &[&str]) -> String {
    let clean = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    card::mask_in_text(&hide(clean, secrets))
}

/// The same JSON with each text redacted, including the names of members. Every error is redacted in this way, because
/// several of its fields can contain texts of PayStar.
///
/// Ids are not masked: they may look like a card number, but users need them. The caller's own id stays unchanged: it may
/// contain a security code by chance.
pub fn redact_json(json: &str, own_id: Option<&str>, secrets: &[&str]) -> String {
    map_texts(json, &|name, text| match name {
        "externalId" | "externalTransactionId" if own_id == Some(&text) => text,
        "externalId" | "externalTransactionId" => hide(text, secrets),
        _ => redact(&text, secrets),
    })
}

fn hide(text: String, secrets: &[&str]) -> String {
    secrets.iter().filter(|secret| !secret.is_empty()).fold(text, |text, secret| replace(&text, secret))
}

/// The text without a secret.
fn replace(text: &str, secret: &str) -> String {
    let may_be_part = secret.len() >= SHORT;
    let may_be_grouped = format::is_digits(secret, 12, 19);
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some((head, found, tail)) = split_at_secret(rest, secret, may_be_grouped) {
        clean.push_str(head);
        let left = head.chars().next_back().or(before);
        let is_inner = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
        let is_word = !is_inner(left) && !is_inner(tail.chars().next());
        clean.push_str(if may_be_part || is_word { REDACTED } else { found });
        before = found.chars().next_back();
        rest = tail;
    }
    clean.push_str(rest);
    clean
}

/// What is before the first occurrence, the occurrence, and what is behind it. The texts are short; the search of the
/// standard library, made for long ones, would be 2 KiB of the package.
fn split_at_secret<'a>(
    text: &'a str,
    secret: &str,
    may_be_grouped: bool,
) -> Option<(&'a str, &'a str, &'a str)> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find_map(|start| {
        let length = length_of(bytes.get(start..)?, secret.as_bytes(), may_be_grouped)?;
        let (head, rest) = text.split_at_checked(start)?;
        let (found, tail) = rest.split_at_checked(length)?;
        Some((head, found, tail))
    })
}

/// How long the secret is with which a text begins.
fn length_of(text: &[u8], secret: &[u8], may_be_grouped: bool) -> Option<usize> {
    let mut missing = secret.iter();
    let mut expected = missing.next()?;
    let mut gap = LONGEST_SEPARATOR;
    for (at, byte) in text.iter().enumerate() {
        if byte == expected {
            let Some(next) = missing.next() else { return at.checked_add(1) };
            (expected, gap) = (next, 0);
        } else if !may_be_grouped || byte.is_ascii_digit() || gap == LONGEST_SEPARATOR {
            return None;
        } else {
            gap = gap.wrapping_add(1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_and_card_numbers_are_taken_out() {
        assert_eq!(scrub("key sk_live_77 is wrong", &["sk_live_77"]), "key [redacted] is wrong");
        assert_eq!(scrub("card 4111111111111111 declined", &[]), "card 411111******1111 declined");
        assert_eq!(scrub("card 4111 1111 1111 1111 declined", &[]), "card 411111******1111 declined");
        assert_eq!(scrub("card 1234123412341234!", &["1234123412341234"]), "card [redacted]!");
        assert_eq!(scrub("cvv 123, id 4123, 123", &["123"]), "cvv [redacted], id 4123, [redacted]");
    }

    #[test]
    fn the_orders_own_card_number_is_found_however_it_is_grouped() {
        for separator in [" ", "-", ".", "\n", ", ", "x", "</b><b>", "\u{200b}", " \u{b7} "] {
            for sizes in [&[4, 4, 4, 4][..], &[1; 16], &[7, 9], &[2, 3, 5, 6]] {
                let (mut groups, mut rest) = (Vec::new(), "1234123412341234");
                for size in sizes {
                    let (group, others) = rest.split_at(*size);
                    groups.push(group);
                    rest = others;
                }
                let text = ["id 7 card ", &groups.join(separator), "!"].concat();
                assert_eq!(scrub(&text, &["1234123412341234"]), "id 7 card [redacted]!", "{text}");
            }
        }
        assert_eq!(scrub("1234x5123412341234", &["1234123412341234"]), "1234x5123412341234");
    }

    #[test]
    fn a_text_is_redacted_before_it_is_cut() {
        for before in LONGEST - 25..=LONGEST {
            let text =
                ["x".repeat(before).as_str(), " sk_live_77 4111111111111111 4111.1111.1111.1111"].concat();
            let clean = scrub(&text, &["sk_live_77"]);
            assert!(clean.len() <= LONGEST);
            assert!(
                !clean.contains("sk_") && !clean.contains("4111111") && !clean.contains("4111."),
                "{clean}"
            );
        }
        // A long secret shrinks, which must not bring the end of the text into view.
        let long = "s".repeat(4096);
        let clean = scrub(&[long.as_str(), &long, &"s".repeat(4000)].concat(), &[&long]);
        assert!(clean.starts_with("[redacted][redacted]s"));
    }

    #[test]
    fn each_text_of_json_is_redacted_and_it_stays_json() {
        let json = r#"{"message":"key sk_live_77","order":{"externalId":"4111111111111111","orderStatus":"sk_live_77","n":1,
            "orderHistory":[{"time":"4111.1111.1111.1111","action":"sk_\u006cive_77"}],"externalTransactionId":"sk_live_77",
            "extra":{"4111111111111111" : [" \u0034111 1111 1111 1111\"",true,null,"\ud800"],"a\"b":{}}}}"#;
        let clean: serde_json::Value =
            serde_json::from_str(&redact_json(json, None, &["sk_live_77", "a\"b"])).unwrap();
        assert_eq!(
            clean,
            serde_json::json!({"message":"key [redacted]","order":{"externalId":"4111111111111111","orderStatus":"[redacted]","n":1,
                "orderHistory":[{"time":"411111******1111","action":"[redacted]"}],"externalTransactionId":"[redacted]",
                "extra":{"411111******1111":[" 411111******1111\"",true,null,""],"[redacted]":{}}}})
        );
    }

    #[test]
    fn ids_and_plain_words_stay() {
        let message = "Limit id: 5eaf47eb-344c-4aeb-8651-494d649499b5 was reached";
        assert_eq!(scrub(message, &["sk_live_77", ""]), message);
        assert_eq!(scrub("order 1234567890123456", &[]), "order 1234567890123456");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(scrub(&"x".repeat(5000), &[]).len(), LONGEST);
    }

    #[test]
    fn the_callers_own_id_stays_whatever_the_secrets_are() {
        let json = r#"{"externalTransactionId":"Order-123","message":"Order-123","order":{"externalTransactionId":"Order-123"}}"#;
        let clean = redact_json(json, Some("Order-123"), &["123"]);
        assert_eq!(clean, json.replacen("message\":\"Order-123", "message\":\"Order-[redacted]", 1));
        assert!(!redact_json(json, Some("Order-7"), &["123"]).contains("Order-123"));
    }

    proptest! {
        #[test]
        fn any_json_stays_json(text in ".*", secret in "[a-z0-9\"]{1,8}") {
            let json = serde_json::json!({ "a": [text, { "b": text }], text.clone(): 1, "true": true }).to_string();
            prop_assert!(serde_json::from_str::<serde_json::Value>(&redact_json(&json, None, &[&secret, "true"])).is_ok());
            redact_json(&text, None, &[&secret]);
        }

        #[test]
        fn no_long_secret_survives(before in ".{0,20}", secret in "[a-zA-Z0-9_.-]{8,40}", after in ".{0,20}") {
            let clean = scrub(&format!("{before}{secret}{after}"), &[&secret]);
            prop_assert!(!clean.contains(&secret));
        }
    }
}
