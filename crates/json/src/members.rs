//! JSON objects and their values.

use std::borrow::Cow;

use crate::extra::Extra;
use crate::reader::{NOT_JSON, NOT_OBJECT, NamedValues, Reader};
use crate::text::{plain_length, push_text, unescape};

/// The members of a JSON object. A model takes the members that it knows. The rest are members that PayStar has added.
#[derive(Debug, Default)]
pub struct Members<'a> {
    pub(crate) members: NamedValues<'a>,
}

impl<'a> Members<'a> {
    /// Reads a body: one JSON object without duplicate members. A byte-order mark at the start is skipped. The error is the
    /// reason why the body is not valid. It never contains a part of the body.
    pub fn from_body(body: &'a [u8]) -> Result<Self, String> {
        let members = Self::with_duplicates(body)?;
        if members.has_duplicate() { Err("it has a member twice".to_owned()) } else { Ok(members) }
    }

    /// The same, but duplicate members are allowed.
    pub fn with_duplicates(body: &'a [u8]) -> Result<Self, String> {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let text = core::str::from_utf8(body).map_err(|_| "it is not UTF-8")?;
        let mut reader = Reader::new(text);
        reader.skip_space();
        let members = match reader.peek() {
            None => return Err("it is empty".to_owned()),
            Some(b'{') => reader.members()?,
            Some(b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => return Err(NOT_OBJECT.to_owned()),
            Some(_) => return Err(NOT_JSON.to_owned()),
        };
        reader.skip_space();
        if reader.peek().is_some() { Err(NOT_JSON.to_owned()) } else { Ok(Self { members }) }
    }

    /// Whether a member is there twice. Then two programs may read two different values.
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

    /// Whether there is a member with one of these names, in any letter case and with any value.
    pub fn has_any(&self, names: &[&str]) -> bool {
        self.members.iter().any(|(member, _)| names.iter().any(|name| member.eq_ignore_ascii_case(name)))
    }

    /// A member, which stays there. A member with the value `null` is missing.
    pub fn get(&self, name: &str) -> Option<Raw<'a>> {
        let (_, value) = self.members.iter().find(|(member, _)| member == name)?;
        Some(Raw(value)).filter(|value| value.0 != "null")
    }

    /// Takes a member out. A member with the value `null` is missing.
    pub fn take(&mut self, name: &str) -> Option<Raw<'a>> {
        let index = self.members.iter().position(|(member, _)| member == name)?;
        Some(Raw(self.members.remove(index).1)).filter(|value| value.0 != "null")
    }

    /// Takes a text out. Any other type is an error.
    pub fn take_text(&mut self, name: &str) -> Result<Option<String>, String> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => value.text().map(Some).ok_or_else(|| format!("its {name} is not a string")),
        }
    }

    /// Takes a text out. It must exist, and it must not be empty.
    pub fn take_required_text(&mut self, name: &str) -> Result<String, String> {
        match self.take_text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(format!("it has no {name}")),
        }
    }

    /// The members that were not taken.
    pub fn into_rest(self) -> Extra {
        if self.members.is_empty() {
            return Extra::default();
        }
        let mut rest = String::from("{");
        for (name, value) in self.members {
            if rest.len() > 1 {
                rest.push(',');
            }
            push_text(&name, &mut rest);
            rest.push(':');
            Raw(value).push_with_numbers_as_text(&mut rest);
        }
        rest.push('}');
        Extra(rest.into())
    }
}

impl<'a> IntoIterator for Members<'a> {
    type Item = (Cow<'a, str>, Raw<'a>);
    type IntoIter = core::iter::Map<
        std::vec::IntoIter<(Cow<'a, str>, &'a str)>,
        fn((Cow<'a, str>, &'a str)) -> Self::Item,
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter().map(|(name, value)| (name, Raw(value)))
    }
}

/// The text of a member with this name, and the JSON after it.
fn plain_member<'a>(json: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let text = json.strip_prefix('"')?.strip_prefix(name)?.strip_prefix("\":\"")?;
    let (value, rest) = text.split_at_checked(plain_length(text.as_bytes()))?;
    Some((value, rest.strip_prefix('"')?))
}

/// The JSON of one value, unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(pub(crate) &'a str);

impl<'a> Raw<'a> {
    /// The text. `None` if the value has another type, or if the text contains half of a surrogate pair.
    pub fn text(self) -> Option<String> {
        unescape(self.0.strip_prefix('"')?.strip_suffix('"')?).map(Cow::into_owned)
    }

    /// The text, if it has no escapes. `None` if it has some, or if the value has another type.
    pub fn plain_text(self) -> Option<&'a str> {
        let text = self.0.strip_prefix('"')?.strip_suffix('"')?;
        (plain_length(text.as_bytes()) == text.len()).then_some(text)
    }

    /// Whether the value is `null`.
    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// The number, with all its digits. `None` if the value has another type.
    pub fn number(self) -> Option<&'a str> {
        let is_number = matches!(self.0.as_bytes().first(), Some(b'-' | b'0'..=b'9'));
        is_number.then_some(self.0)
    }

    /// The members of the object. `None` if the value has another type.
    pub fn object(self) -> Option<Members<'a>> {
        let members = Reader::new(self.0).members().ok()?;
        Some(Members { members })
    }

    /// The values of the array. `None` if the value has another type.
    pub fn list(self) -> Option<Vec<Raw<'a>>> {
        let mut list = Vec::new();
        let is_array = self.each_value(&mut |value| {
            list.push(value);
            true
        });
        is_array.then_some(list)
    }

    /// Calls `take` with each value of the array, until it returns `false`. The result is `false` then, and also if the
    /// value has another type.
    pub fn each_value(self, take: &mut dyn FnMut(Raw<'a>) -> bool) -> bool {
        Reader::new(self.0).each_value(&mut |value| take(Raw(value))).unwrap_or_default()
    }

    /// The two texts of an object that has only these members, in this order, without white space and without escapes. All
    /// other values are `None`: read those with [`Self::object`].
    pub fn plain_pair(self, first: &str, second: &str) -> Option<(&'a str, &'a str)> {
        let (first, rest) = plain_member(self.0.strip_prefix('{')?, first)?;
        let (second, rest) = plain_member(rest.strip_prefix(',')?, second)?;
        (rest == "}").then_some((first, second))
    }

    /// The JSON of the value, unchanged.
    pub fn json(self) -> &'a str {
        self.0
    }

    /// Writes the value. Each number becomes a string of its digits.
    fn push_with_numbers_as_text(self, into: &mut String) {
        let part = |from: usize, to: usize| self.0.get(from..to).unwrap_or_default();
        let mut copied = 0;
        self.each_number(&mut |start, number| {
            into.push_str(part(copied, start));
            into.push('"');
            into.push_str(number);
            into.push('"');
            copied = start.wrapping_add(number.len());
        });
        into.push_str(part(copied, self.0.len()));
    }

    /// Calls `take` with each number inside the value: its position and its digits.
    pub fn each_number(self, take: &mut dyn FnMut(usize, &'a str)) {
        let mut number_start = None;
        let (mut in_text, mut is_escaped) = (false, false);
        for (at, byte) in self.0.bytes().enumerate() {
            if in_text {
                in_text = is_escaped || byte != b'"';
                is_escaped = !is_escaped && byte == b'\\';
                continue;
            }
            let is_number = match byte {
                b'-' | b'0'..=b'9' => true,
                b'+' | b'.' | b'e' | b'E' => number_start.is_some(),
                _ => false,
            };
            if is_number {
                number_start = number_start.or(Some(at));
            } else if let Some(start) = number_start.take() {
                take(start, self.0.get(start..at).unwrap_or_default());
            }
            in_text = byte == b'"';
        }
        if let Some(start) = number_start {
            take(start, self.0.get(start..).unwrap_or_default());
        }
    }
}
