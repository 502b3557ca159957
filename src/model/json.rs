//! JSON objects as PayStar sends them: members in order, numbers with all their digits.

use core::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The members of a JSON object. A decoder takes the ones it knows; what is left is what PayStar added.
#[derive(Debug, Default)]
pub struct Members {
    members: Vec<(String, Value)>,
}

impl Members {
    /// Reads a body that is one JSON object with each member once (a byte-order mark before it is skipped).
    pub fn from_body(body: &[u8]) -> Result<Self, String> {
        let members = Self::with_duplicates(body)?;
        if members.has_duplicate() { Err("it has a member twice".to_owned()) } else { Ok(members) }
    }

    /// The same, but members may stand twice.
    pub fn with_duplicates(body: &[u8]) -> Result<Self, String> {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err("it is empty".to_owned());
        }
        // serde_json's own words repeat parts of the body, which may hold what must not be logged.
        serde_json::from_slice(body).map_err(|error| match error.classify() {
            serde_json::error::Category::Eof => "its JSON ends too early".to_owned(),
            serde_json::error::Category::Data => "it is not a JSON object".to_owned(),
            _ => format!("it is not JSON (line {}, column {})", error.line(), error.column()),
        })
    }

    /// Whether a member stands twice, so that two readers may read two values.
    pub fn has_duplicate(&self) -> bool {
        let mut names: Vec<&str> = self.members.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair.first() == pair.last())
    }

    /// Takes a member out. JSON `null` counts as missing.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let index = self.members.iter().position(|(member, _)| member == name)?;
        Some(self.members.remove(index).1).filter(|value| !value.is_null())
    }

    /// Takes a text out; another type is an error.
    pub fn take_text(&mut self, name: &str) -> Result<Option<String>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("its {name} is not a string")),
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
    pub fn into_rest(self) -> Vec<(String, Value)> {
        self.members
    }
}

impl From<serde_json::Map<String, Value>> for Members {
    fn from(map: serde_json::Map<String, Value>) -> Self {
        Self { members: map.into_iter().collect() }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members: Vec<(String, Value)> = Vec::new();
                while let Some((name, value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members { members })
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_members_their_order() {
        let mut members = Members::from_body(br#"{"b": 2600.00, "a": "x", "n": null}"#).unwrap();
        assert_eq!(members.take("b").unwrap().as_number().unwrap().as_str(), "2600.00");
        assert_eq!(members.take("n"), None);
        assert_eq!(members.take_text("a"), Ok(Some("x".to_owned())));
        assert_eq!(members.take_text("a"), Ok(None));
        assert!(members.into_rest().is_empty());
    }

    #[test]
    fn what_is_not_one_object_is_refused_without_repeating_it() {
        for (body, reason) in [
            (&b""[..], "it is empty"),
            (b" \r\n", "it is empty"),
            (b"{\"a\":", "its JSON ends too early"),
            (b"[]", "it is not a JSON object"),
            (b"{\"a\":1,\"a\":2}", "it has a member twice"),
            (b"<html>4111111111111111</html>", "it is not JSON (line 1, column 1)"),
            (b"{\"a\":\"\xFF\"}", "it is not JSON (line 1, column 7)"),
        ] {
            assert_eq!(Members::from_body(body).unwrap_err(), reason);
        }
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let body = format!("{{\"a\":{}", "[".repeat(1_000_000));
        assert!(Members::from_body(body.as_bytes()).is_err());
    }
}
