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

/// Writes a text as JSON.
pub(crate) fn push_text(text: &str, into: &mut String) {
    if text.bytes().all(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\')) {
        into.push('"');
        into.push_str(text);
        into.push('"');
    } else {
        into.push_str(&serde_json::to_string(text).unwrap_or_default());
    }
}
