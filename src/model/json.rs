//! JSON objects as PayStar sends them: members in order, numbers with all their digits.

use core::fmt;
use std::borrow::Cow;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::Serializer;
use serde_json::value::RawValue;

/// More members than any object of PayStar's has.
const MOST_MEMBERS: usize = 1000;
/// Deeper than any answer.
const DEEPEST: u8 = 32;

/// The members of a JSON object, as they are written. A decoder takes the ones it knows; what is left is what
/// PayStar added.
#[derive(Debug, Default)]
pub struct Members<'a> {
    members: Vec<(Cow<'a, str>, Raw<'a>)>,
}

impl<'a> Members<'a> {
    /// Reads a body that is one JSON object with each member once (a byte-order mark before it is skipped).
    pub fn from_body(body: &'a [u8]) -> Result<Self, String> {
        let members = Self::with_duplicates(body)?;
        if members.has_duplicate() { Err("it has a member twice".to_owned()) } else { Ok(members) }
    }

    /// The same, but members may stand twice.
    pub fn with_duplicates(body: &'a [u8]) -> Result<Self, String> {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let text = core::str::from_utf8(body).map_err(|_| "it is not UTF-8".to_owned())?;
        if text.trim_ascii().is_empty() {
            return Err("it is empty".to_owned());
        }
        // serde_json's own words repeat parts of the body, which may hold what must not be logged.
        serde_json::from_str(text).map_err(|error| {
            let reason = match error.classify() {
                serde_json::error::Category::Eof => "its JSON ends too early",
                serde_json::error::Category::Data => "it is not a JSON object",
                _ => "it is not JSON",
            };
            reason.to_owned()
        })
    }

    /// Whether a member stands twice, so that two readers may read two values.
    pub fn has_duplicate(&self) -> bool {
        let mut rest = self.members.as_slice();
        while let Some(((name, _), others)) = rest.split_first() {
            if others.iter().any(|(other, _)| other == name) {
                return true;
            }
            rest = others;
        }
        false
    }

    /// Takes a member out, as it is written. JSON `null` counts as missing.
    pub fn take(&mut self, name: &str) -> Option<Raw<'a>> {
        let index = self.members.iter().position(|(member, _)| member == name)?;
        Some(self.members.remove(index).1).filter(|value| value.0 != "null")
    }

    /// Takes a text out; another type is an error.
    pub fn take_text(&mut self, name: &str) -> Result<Option<String>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => value.text().map(Some).ok_or_else(|| format!("its {name} is not a string")),
        }
    }

    /// Takes a text out that must be there and not be empty.
    pub fn take_required_text(&mut self, name: &str) -> Result<String, String> {
        match self.take_text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(format!("it has no {name}")),
        }
    }

    /// What was not taken.
    pub fn into_rest(self) -> Result<Extra, String> {
        if self.members.is_empty() {
            return Ok(Extra::default());
        }
        let mut rest = String::from("{");
        for (name, value) in self.members {
            if rest.len() > 1 {
                rest.push(',');
            }
            push_text(&name, &mut rest);
            rest.push(':');
            value.push_with_numbers_as_text(&mut rest).ok_or("it is nested too deep")?;
        }
        rest.push('}');
        Ok(Extra(rest))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) = map.next_entry::<_, &RawValue>()? {
                    if members.len() == MOST_MEMBERS {
                        return Err(A::Error::custom("too many members"));
                    }
                    members.push((name, Raw(value.get())));
                }
                Ok(Members { members })
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// The name of a member, borrowed where it has no escapes: serde's own reading of a `Cow` always copies.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Name<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(Reader)
    }
}

/// One JSON value, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// The text that it is.
    pub fn text(self) -> Option<String> {
        let inner = self.0.strip_prefix('"')?.strip_suffix('"')?;
        if inner.contains('\\') { self.decode() } else { Some(inner.to_owned()) }
    }

    /// The digits of the number that it is.
    pub fn number(self) -> Option<&'a str> {
        self.0.starts_with(|first: char| first == '-' || first.is_ascii_digit()).then_some(self.0)
    }

    /// The members of the object that it is.
    pub fn object(self) -> Option<Members<'a>> {
        self.decode()
    }

    /// The value as a type of its own.
    pub fn decode<T: serde::Deserialize<'a>>(self) -> Option<T> {
        serde_json::from_str(self.0).ok()
    }

    /// Writes the value as it stands, but each number as the text of its digits. `None` where it is nested too deep.
    fn push_with_numbers_as_text(self, into: &mut String) -> Option<()> {
        let (mut depth, mut copied) = (0_u8, 0);
        let (mut in_text, mut in_number, mut is_escaped) = (false, false, false);
        for (at, byte) in self.0.bytes().enumerate() {
            if in_text {
                in_text = is_escaped || byte != b'"';
                is_escaped = !is_escaped && byte == b'\\';
                continue;
            }
            let is_number = match byte {
                b'-' | b'0'..=b'9' => true,
                b'+' | b'.' | b'e' | b'E' => in_number,
                _ => false,
            };
            if is_number != in_number {
                into.push_str(self.0.get(copied..at)?);
                into.push('"');
                (copied, in_number) = (at, is_number);
            }
            match byte {
                b'"' => in_text = true,
                b'{' | b'[' => depth = depth.checked_add(1).filter(|deeper| *deeper <= DEEPEST)?,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        into.push_str(self.0.get(copied..)?);
        if in_number {
            into.push('"');
        }
        Some(())
    }
}

/// Writes text as JSON.
fn push_text(text: &str, into: &mut String) {
    if text.bytes().all(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\')) {
        into.push('"');
        into.push_str(text);
        into.push('"');
    } else {
        into.push_str(&serde_json::to_string(text).unwrap_or_default());
    }
}

/// What PayStar sent under names that no model has: one JSON object, as PayStar wrote it. But a number is the text of
/// its digits: a JS number would round it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra(String);

impl Default for Extra {
    fn default() -> Self {
        Self("{}".to_owned())
    }
}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        json.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_members_their_order() {
        let mut members =
            Members::from_body(br#"{"b": 2600.00, "e": 1E+2, "a": "x\u002dy", "n": null}"#).unwrap();
        assert_eq!(members.take("b").unwrap().number(), Some("2600.00"));
        assert_eq!(members.take("e").unwrap().number(), Some("1E+2"));
        assert_eq!(members.take("n"), None);
        assert_eq!(members.take_text("a"), Ok(Some("x-y".to_owned())));
        assert_eq!(members.take_text("a"), Ok(None));
        assert_eq!(members.into_rest(), Ok(Extra::default()));
    }

    #[test]
    fn what_is_left_is_kept_with_its_digits() {
        let members = Members::from_body(br#"{"z":{"y":[1.50,"1",true,null,{}]},"a":-0}"#).unwrap();
        let text = serde_json::to_string(&members.into_rest().unwrap()).unwrap();
        assert_eq!(text, r#"{"z":{"y":["1.50","1",true,null,{}]},"a":"-0"}"#);
    }

    #[test]
    fn what_is_not_one_object_is_refused_without_repeating_it() {
        for (body, reason) in [
            (&b""[..], "it is empty"),
            (b" \r\n", "it is empty"),
            (b"{\"a\":", "its JSON ends too early"),
            (b"[]", "it is not a JSON object"),
            (b"null", "it is not a JSON object"),
            (b"{\"a\":1,\"a\":2}", "it has a member twice"),
            (b"{\"a\":1}x", "it is not JSON"),
            (b"{\"a\":01}", "it is not JSON"),
            (b"<html>4111111111111111</html>", "it is not JSON"),
            (b"{\"a\":\"\xFF\"}", "it is not UTF-8"),
        ] {
            assert_eq!(Members::from_body(body).unwrap_err(), reason);
        }
    }

    #[test]
    fn nesting_and_members_have_a_limit() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(Members::from_body(deep.as_bytes()).and_then(Members::into_rest).is_err());
        let open = format!("{{\"a\":{}", "[".repeat(1_000_000));
        assert!(Members::from_body(open.as_bytes()).is_err());
        let names: Vec<String> = (0..=MOST_MEMBERS).map(|index| format!("\"{index}\":1")).collect();
        assert!(Members::from_body(format!("{{{}}}", names.join(",")).as_bytes()).is_err());
    }
}
