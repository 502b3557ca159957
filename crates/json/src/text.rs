//! Texts of JSON: quotes and escapes.

use std::borrow::Cow;

/// The text without escapes. `None` if it contains half of a surrogate pair.
pub(crate) fn unescape(written: &str) -> Option<Cow<'_, str>> {
    // Most texts have no escapes. The search for a byte is faster than the search for a character.
    if !written.as_bytes().contains(&b'\\') {
        return Some(Cow::Borrowed(written));
    }
    let (before, mut rest) = written.split_once('\\')?;
    let mut text = before.to_owned();
    loop {
        let mut letters = rest.chars();
        match letters.next()? {
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{C}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => {
                let (unit, after) = code_unit(letters.as_str())?;
                letters = after.chars();
                text.push(if let Some(character) = char::from_u32(unit.into()) {
                    character
                } else {
                    let (low, after) = code_unit(after.strip_prefix("\\u")?)?;
                    letters = after.chars();
                    char::decode_utf16([unit, low]).next()?.ok()?
                });
            }
            other => text.push(other),
        }
        let Some((before, after)) = letters.as_str().split_once('\\') else {
            text.push_str(letters.as_str());
            return Some(Cow::Owned(text));
        };
        text.push_str(before);
        rest = after;
    }
}

/// Four hexadecimal digits, and the rest of the text.
fn code_unit(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}

/// How many bytes are at the start that JSON texts contain unchanged: no quote, no backslash, no control character. It looks
/// at eight bytes at once.
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((word, others)) = rest.split_first_chunk() {
        let before = bytes.len().wrapping_sub(rest.len());
        if let Some(place) = first_special(u64::from_le_bytes(*word)) {
            return before.wrapping_add(place);
        }
        rest = others;
    }
    let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..b' ');
    let last = rest.iter().take_while(|byte| is_plain(byte)).count();
    bytes.len().wrapping_sub(rest.len()).wrapping_add(last)
}

/// The place of the first quote, backslash or control character in eight bytes.
#[inline(always)]
fn first_special(word: u64) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // A subtraction sets the high bit of each byte that is too small. It may also set the high bit of a byte after it, so
    // only the first high bit is exact.
    let quote = word ^ ONES.wrapping_mul(b'"'.into());
    let backslash = word ^ ONES.wrapping_mul(b'\\'.into());
    let control = word.wrapping_sub(ONES.wrapping_mul(b' '.into())) & !word;
    let found = (quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash) | control;
    let marks = found & HIGH;
    if marks == 0 { None } else { usize::try_from(marks.trailing_zeros() / 8).ok() }
}

/// Writes a text as JSON.
pub fn push_text(text: &str, into: &mut String) {
    if plain_length(text.as_bytes()) == text.len() {
        into.push('"');
        into.push_str(text);
        into.push('"');
    } else {
        into.push_str(&serde_json::to_string(text).unwrap_or_default());
    }
}
