//! The formats that PayStar documents for values.

use time::{Date, Month};

/// Whether a text is an absolute `http` or `https` URL with a host, without white space and without a user name.
pub fn is_http_url(text: &str) -> bool {
    http_url_parts(text).is_some()
}

/// The host with the port of an `http` or `https` URL, and the rest after them. `None` if the URL is not valid.
pub fn http_url_parts(text: &str) -> Option<(&str, &str)> {
    let is_scheme = |scheme: &str| {
        text.as_bytes().get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    let rest = if is_scheme("https://") {
        text.get("https://".len()..)?
    } else if is_scheme("http://") {
        text.get("http://".len()..)?
    } else {
        return None;
    };
    let classes = classes_of(text.as_bytes());
    if classes & WRONG != 0 || (classes & NOT_ASCII != 0 && has_wide_space(text)) {
        return None;
    }
    let end = rest.bytes().position(|byte| class_of(byte) & AFTER_AUTHORITY != 0);
    let (authority, tail) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
    let classes = classes_of(authority.as_bytes());
    let (host, port) = if let Some(bracketed) = authority.strip_prefix('[') {
        bracketed.split_once(']')?
    } else if classes & COLON == 0 {
        (authority, "")
    } else {
        let colon = authority.bytes().position(|byte| byte == b':');
        authority.split_at_checked(colon.unwrap_or(authority.len()))?
    };
    let is_port_valid =
        port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.parse::<u16>().is_ok());
    let is_host_valid = !host.is_empty()
        && (classes & WRONG_IN_HOST == 0 || classes_of(host.as_bytes()) & WRONG_IN_HOST == 0);
    (is_host_valid && is_port_valid && classes & AT == 0).then_some((authority, tail))
}

/// A byte that no URL contains.
const WRONG: u8 = 1;
/// A part of a character that is not ASCII.
const NOT_ASCII: u8 = 2;
/// The first byte after the host and the port.
const AFTER_AUTHORITY: u8 = 4;
const WRONG_IN_HOST: u8 = 8;
const COLON: u8 = 16;
const AT: u8 = 32;

/// The classes of all bytes. A table is faster than comparisons.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut free = classes.as_mut_slice();
    let mut byte: u8 = 0;
    while let [class, rest @ ..] = free {
        *class = match byte {
            0..=b' ' | 0x7F | b'\\' | b'<' | b'>' | b'"' => WRONG,
            b'/' | b'?' | b'#' => AFTER_AUTHORITY,
            b'@' => AT | WRONG_IN_HOST,
            b'[' | b']' | b'%' | b'^' | b'|' | b'`' | b'{' | b'}' => WRONG_IN_HOST,
            b':' => COLON,
            0x80.. => NOT_ASCII,
            _ => 0,
        };
        byte = byte.wrapping_add(1);
        free = rest;
    }
    classes
};

fn class_of(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The classes of all bytes of a text together.
fn classes_of(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |classes, byte| classes | class_of(*byte))
}

/// Whether a text contains white space or a control character, of any script.
fn has_wide_space(text: &str) -> bool {
    text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Whether a text has one `@` between a name and a domain with a point. The rules are not stricter, because only a
/// sent e-mail shows that an address is valid.
pub fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let are_labels_valid = domain.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || !byte.is_ascii())
    });
    !name.is_empty()
        && text.len() <= 254
        && !name.contains('@')
        && !has_wide_space(text)
        && domain.contains('.')
        && are_labels_valid
}

/// Whether a text has no white space at its start and its end. Most texts begin and end with a character of ASCII.
pub fn is_trimmed(text: &str) -> bool {
    let ends = (text.as_bytes().first(), text.as_bytes().last());
    let are_visible = matches!(ends, (Some(b'!'..=b'~'), Some(b'!'..=b'~')));
    are_visible || text.trim().len() == text.len()
}

/// Whether a text consists of `min` to `max` ASCII digits.
pub fn is_digits(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a phone number of 5 to 15 digits with the country code (E.164). The plus sign is optional: PayStar's
/// pages contain numbers with it and without it.
pub fn is_phone(text: &str) -> bool {
    is_digits(text.strip_prefix('+').unwrap_or(text), 5, 15)
}

/// Whether a text is a month from `01` to `12`.
pub fn is_month(text: &str) -> bool {
    is_digits(text, 2, 2) && text.parse().is_ok_and(|month: u8| (1..=12).contains(&month))
}

/// Whether a text is a date that exists, as `YYYY-MM-DD`.
pub fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut digits = |count| parts.next().filter(|part| is_digits(part, count, count))?.parse::<u16>().ok();
    let date = (|| {
        let (year, month, day) = (digits(4)?, digits(2)?, digits(2)?);
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
    })();
    date.is_some() && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_format(check: fn(&str) -> bool, valid: &[&str], invalid: &[&str]) {
        for text in valid {
            assert!(check(text), "{text:?} is valid");
        }
        for text in invalid {
            assert!(!check(text), "{text:?} is not valid");
        }
    }

    #[test]
    fn urls() {
        assert_format(
            is_http_url,
            &[
                "http://merch.com/MerchantPaymentId-12345",
                "https://merch.example",
                "HTTPS://merch.example:8443/a?b=c#d",
                "http://127.0.0.1:4010",
                "http://[::1]:4010/x",
                "https://мерч.example/",
            ],
            &[
                "",
                "merch.example/callback",
                "ftp://merch.example",
                "javascript:alert(1)",
                "http://",
                "http:///path",
                "http://a b/",
                "http://user:secret@merch.example/",
                "http://merch.example:port/",
                "http://merch.example:99999/",
                "http://[::1/",
                "https://merch.example/\n",
                "https:\\\\merch.example",
            ],
        );
    }

    #[test]
    fn emails() {
        assert_format(
            is_email,
            &["Jhon.Wick@Continental-Hotel.com", "a+b@c.de", "имя@почта.рф"],
            &["", "a", "@b.c", "a@", "a@b", "a@b..c", "a b@c.de", "a@b@c.de", "a@-b.c", "a@b.c\n"],
        );
    }

    #[test]
    fn phones() {
        assert_format(
            is_phone,
            &["44644012345", "+331234567890"],
            &["", "+", "1234", "+44 644 012345", "44-644-012345", "1234567890123456", "\u{661}23456"],
        );
    }

    #[test]
    fn months() {
        assert_format(is_month, &["01", "12"], &["", "00", "13", "5", "+5", "012"]);
    }

    #[test]
    fn dates() {
        assert_format(
            is_date,
            &["2019-04-05", "2024-02-29", "2000-02-29"],
            &[
                "",
                "2023-02-29",
                "1900-02-29",
                "2019-4-5",
                "05-04-2019",
                "2019-04-05T00",
                "2019-04-05-",
                "2019-13-01",
            ],
        );
    }
}
