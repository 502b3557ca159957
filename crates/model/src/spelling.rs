//! Finds the known key that is most similar to a misspelled key.

use super::lookalike;

/// No known key is longer, and nobody misspells so much of a key.
const MAX_KEY: usize = 40;
/// With more edits, it is another word.
const MAX_EDITS: usize = 2;

/// The most similar known key. Case, separators and look-alike letters are not edits. The difference is at most two
/// edits, or `max_edits` if that is less.
pub(crate) fn nearest<'a>(key: &str, known: &[&'a str], max_edits: usize) -> Option<&'a str> {
    if key.len() > MAX_KEY {
        return None;
    }
    let mut folded = lookalike::fold(key).to_ascii_lowercase();
    folded.retain(|letter| !matches!(letter, '_' | '-' | '.' | ' '));
    (0..=MAX_EDITS.min(max_edits)).find_map(|edits| {
        let is_near = |candidate: &&&str| {
            edits <= candidate.len() / 3 && is_within(folded.as_bytes(), candidate.as_bytes(), edits)
        };
        known.iter().find(is_near).copied()
    })
}

/// Whether two texts differ by at most `edits` edits. An edit is one character that is wrong, missing, extra or swapped
/// with the next character. Case does not count.
fn is_within(a: &[u8], b: &[u8], edits: usize) -> bool {
    // Most pairs of keys end here.
    if a.len().abs_diff(b.len()) > edits {
        return false;
    }
    let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) else { return true };
    if x.eq_ignore_ascii_case(y) {
        return is_within(rest_a, rest_b, edits);
    }
    let Some(edits) = edits.checked_sub(1) else { return false };
    let is_swapped = || match (rest_a, rest_b) {
        ([x2, a @ ..], [y2, b @ ..]) => {
            x.eq_ignore_ascii_case(y2) && x2.eq_ignore_ascii_case(y) && is_within(a, b, edits)
        }
        _ => false,
    };
    is_within(rest_a, b, edits)
        || is_within(a, rest_b, edits)
        || is_within(rest_a, rest_b, edits)
        || is_swapped()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["amount", "callbackUrl", "id"];

    #[test]
    fn a_misspelled_key_has_a_similar_known_key() {
        for (misspelled, known) in [
            ("callbackURL", Some("callbackUrl")),
            ("calbackUrl", Some("callbackUrl")),
            ("\u{430}mount", Some("amount")),
            ("amonut", Some("amount")),
            ("call_back_url", Some("callbackUrl")),
            ("ib", None),
            (&"amount".repeat(100_000), None),
            ("somethingElse", None),
        ] {
            assert_eq!(nearest(misspelled, KNOWN, 2), known);
        }
    }

    #[test]
    fn an_edit_is_a_letter_that_is_wrong_missing_extra_or_swapped() {
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
}
