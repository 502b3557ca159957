//! Keeps keys, tokens and card numbers out of text that somebody else wrote.

use crate::model::card;

const REDACTED: &str = "[redacted]";
/// Long enough for any message; a page of HTML is none.
const LONGEST: usize = 1000;
/// Shorter secrets (a CVV) are words of their own, not parts of others.
const SHORT: usize = 6;

/// The text without the secrets, with card numbers masked, cut to a readable length.
pub fn scrub(text: &str, secrets: &[&str]) -> String {
    let mut clean: String = text.chars().filter(|c| !c.is_control() || *c == '\n').take(LONGEST).collect();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        clean = replace(&clean, secret);
    }
    card::mask_in_text(&clean)
}

/// The text with a secret taken out.
fn replace(text: &str, secret: &str) -> String {
    let may_be_part = secret.len() >= SHORT;
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some((head, tail)) = split_at_word(rest, secret) {
        clean.push_str(head);
        let left = head.chars().next_back().or(before);
        let is_word = !left.is_some_and(char::is_alphanumeric) && !tail.starts_with(char::is_alphanumeric);
        clean.push_str(if may_be_part || is_word { REDACTED } else { secret });
        before = secret.chars().next_back();
        rest = tail;
    }
    clean.push_str(rest);
    clean
}

/// What is before and behind the first occurrence. The texts are short; the search of the standard library, made for
/// long ones, would be 2 KiB of the package.
fn split_at_word<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let at = text.as_bytes().windows(word.len().max(1)).position(|part| part == word.as_bytes())?;
    Some((text.get(..at)?, text.get(at.checked_add(word.len())?..)?))
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
    fn ids_and_plain_words_stay() {
        let message = "Limit id: 5eaf47eb-344c-4aeb-8651-494d649499b5 was reached";
        assert_eq!(scrub(message, &["sk_live_77", ""]), message);
        assert_eq!(scrub("order 1234567890123456", &[]), "order 1234567890123456");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(scrub(&"x".repeat(5000), &[]).len(), LONGEST);
    }

    proptest! {
        #[test]
        fn no_long_secret_survives(before in ".{0,20}", secret in "[a-zA-Z0-9_.-]{8,40}", after in ".{0,20}") {
            let clean = scrub(&format!("{before}{secret}{after}"), &[&secret]);
            prop_assert!(!clean.contains(&secret));
        }
    }
}
