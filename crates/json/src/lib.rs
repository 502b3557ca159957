//! JSON objects as PayStar sends them: members in order, numbers with all their digits.
//!
//! A reader of its own: a general one makes numbers of digits, and words of its own for errors, which repeat the body.
//! These were a tenth of the package. The tests compare it with serde_json.

// A test may overflow: it fails then, as it should.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

/// More members than any object of PayStar's has.
const MOST_MEMBERS: usize = 1000;
/// Deeper than any answer.
const DEEPEST: u8 = 32;

const CUT: &str = "its JSON ends too early";
const NO_JSON: &str = "it is not JSON";
const NO_OBJECT: &str = "it is not a JSON object";
const TOO_DEEP: &str = "it is nested too deep";

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
        let text = core::str::from_utf8(body).map_err(|_| "it is not UTF-8")?;
        let mut reader = Reader { text, at: 0 };
        reader.skip_space();
        let members = match reader.peek() {
            None => return Err("it is empty".to_owned()),
            Some(b'{') => reader.members()?,
            Some(b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => return Err(NO_OBJECT.to_owned()),
            Some(_) => return Err(NO_JSON.to_owned()),
        };
        reader.skip_space();
        if reader.peek().is_some() { Err(NO_JSON.to_owned()) } else { Ok(Self { members }) }
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

    /// Whether there is a member with one of these names, in whatever letter case and with whatever value.
    pub fn has_any(&self, names: &[&str]) -> bool {
        self.members.iter().any(|(member, _)| names.iter().any(|name| member.eq_ignore_ascii_case(name)))
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
            value.push_with_numbers_as_text(&mut rest);
        }
        rest.push('}');
        Extra(rest.into())
    }
}

/// One JSON value, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// The text that it is. Half of a surrogate pair is none.
    pub fn text(self) -> Option<String> {
        unescape(self.0.strip_prefix('"')?.strip_suffix('"')?).map(Cow::into_owned)
    }

    /// The digits of the number that it is.
    pub fn number(self) -> Option<&'a str> {
        let is_number = matches!(self.0.as_bytes().first(), Some(b'-' | b'0'..=b'9'));
        is_number.then_some(self.0)
    }

    /// The members of the object that it is.
    pub fn object(self) -> Option<Members<'a>> {
        let members = Reader { text: self.0, at: 0 }.members().ok()?;
        Some(Members { members })
    }

    /// The values of the array that it is.
    pub fn list(self) -> Option<Vec<Raw<'a>>> {
        Reader { text: self.0, at: 0 }.list().ok()
    }

    /// Writes the value as it stands, but each number as the text of its digits.
    fn push_with_numbers_as_text(self, into: &mut String) {
        let mut copied = 0;
        let (mut in_text, mut in_digits, mut is_escaped) = (false, false, false);
        let written = |from: usize, to: usize| self.0.get(from..to).unwrap_or_default();
        for (at, byte) in self.0.bytes().enumerate() {
            if in_text {
                in_text = is_escaped || byte != b'"';
                is_escaped = !is_escaped && byte == b'\\';
                continue;
            }
            let is_number = match byte {
                b'-' | b'0'..=b'9' => true,
                b'+' | b'.' | b'e' | b'E' => in_digits,
                _ => false,
            };
            if is_number != in_digits {
                into.push_str(written(copied, at));
                into.push('"');
                (copied, in_digits) = (at, is_number);
            }
            in_text = byte == b'"';
        }
        into.push_str(written(copied, self.0.len()));
        if in_digits {
            into.push('"');
        }
    }
}

/// Reads JSON by RFC 8259, and no more than that.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

type Read<T> = Result<T, &'static str>;

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Read<u8> {
        let byte = self.peek().ok_or(CUT)?;
        self.at = self.at.wrapping_add(1);
        Ok(byte)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at = self.at.wrapping_add(1);
        }
    }

    /// The next byte that is no space.
    fn next_sign(&mut self) -> Read<u8> {
        self.skip_space();
        self.next()
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// An object with its members.
    fn members(&mut self) -> Read<Vec<(Cow<'a, str>, Raw<'a>)>> {
        let mut members = Vec::new();
        if self.next_sign()? != b'{' {
            return Err(NO_OBJECT);
        }
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at = self.at.wrapping_add(1);
            return Ok(members);
        }
        loop {
            if members.len() == MOST_MEMBERS {
                return Err("it has too many members");
            }
            let name = self.name()?;
            members.push((unescape(name).ok_or(NO_JSON)?, self.value(1)?));
            match self.next_sign()? {
                b',' => {}
                b'}' => return Ok(members),
                _ => return Err(NO_JSON),
            }
        }
    }

    /// An array with its values.
    fn list(&mut self) -> Read<Vec<Raw<'a>>> {
        let mut list = Vec::new();
        if self.next_sign()? != b'[' {
            return Err("it is not an array");
        }
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at = self.at.wrapping_add(1);
            return Ok(list);
        }
        loop {
            list.push(self.value(1)?);
            match self.next_sign()? {
                b',' => {}
                b']' => return Ok(list),
                _ => return Err(NO_JSON),
            }
        }
    }

    /// The name of a member, with its escapes, and the colon behind it.
    fn name(&mut self) -> Read<&'a str> {
        if self.next_sign()? != b'"' {
            return Err(NO_JSON);
        }
        let start = self.at;
        self.skip_text()?;
        let name = self.since(start);
        let name = name.get(..name.len().saturating_sub(1)).unwrap_or_default();
        if self.next_sign()? == b':' { Ok(name) } else { Err(NO_JSON) }
    }

    fn value(&mut self, depth: u8) -> Read<Raw<'a>> {
        self.skip_space();
        let start = self.at;
        match self.next()? {
            b'"' => self.skip_text()?,
            b'{' => self.skip_nested(b'}', depth)?,
            b'[' => self.skip_nested(b']', depth)?,
            b'-' => {
                let digit = self.next()?;
                self.skip_number(digit)?;
            }
            b't' => self.skip_word(b"rue")?,
            b'f' => self.skip_word(b"alse")?,
            b'n' => self.skip_word(b"ull")?,
            digit => self.skip_number(digit)?,
        }
        Ok(Raw(self.since(start)))
    }

    /// The rest of an object or an array.
    fn skip_nested(&mut self, end: u8, depth: u8) -> Read<()> {
        let deeper = depth.checked_add(1).filter(|deeper| *deeper <= DEEPEST).ok_or(TOO_DEEP)?;
        self.skip_space();
        if self.peek() == Some(end) {
            self.at = self.at.wrapping_add(1);
            return Ok(());
        }
        loop {
            if end == b'}' {
                self.name()?;
            }
            self.value(deeper)?;
            match self.next_sign()? {
                b',' => {}
                sign if sign == end => return Ok(()),
                _ => return Err(NO_JSON),
            }
        }
    }

    /// The rest of a text, to the quote that ends it.
    fn skip_text(&mut self) -> Read<()> {
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..b' ');
            let plain = rest.iter().take_while(|byte| is_plain(byte)).count();
            self.at = self.at.wrapping_add(plain);
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            if !self.next()?.is_ascii_hexdigit() {
                                return Err(NO_JSON);
                            }
                        }
                    }
                    _ => return Err(NO_JSON),
                },
                _ => return Err(NO_JSON),
            }
        }
    }

    /// The rest of a number whose first digit was read.
    fn skip_number(&mut self, first: u8) -> Read<()> {
        match first {
            b'0' => {}
            b'1'..=b'9' => self.skip_digits(),
            _ => return Err(NO_JSON),
        }
        if self.peek() == Some(b'.') {
            self.at = self.at.wrapping_add(1);
            self.skip_some_digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at = self.at.wrapping_add(1);
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at = self.at.wrapping_add(1);
            }
            self.skip_some_digits()?;
        }
        Ok(())
    }

    fn skip_some_digits(&mut self) -> Read<()> {
        if !self.next()?.is_ascii_digit() {
            return Err(NO_JSON);
        }
        self.skip_digits();
        Ok(())
    }

    fn skip_digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at = self.at.wrapping_add(1);
        }
    }

    fn skip_word(&mut self, rest: &[u8]) -> Read<()> {
        for letter in rest {
            if self.next()? != *letter {
                return Err(NO_JSON);
            }
        }
        Ok(())
    }
}

/// What text that was written with escapes says; `None` where half of a surrogate pair is in it.
fn unescape(written: &str) -> Option<Cow<'_, str>> {
    // Most text has none, and to ask for a byte is faster than to search for a letter.
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

fn code_unit(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}

/// The same JSON with changed texts. `change` takes the name of the member that contains the text, and the text. For the
/// name of a member, the first argument is empty.
pub fn map_texts(json: &str, change: &dyn Fn(&str, String) -> String) -> String {
    let mut mapped = String::with_capacity(json.len());
    let mut reader = Reader { text: json, at: 0 };
    let (mut name, mut copied) = (String::new(), 0);
    while let Ok(byte) = reader.next() {
        if byte != b'"' {
            continue;
        }
        let start = reader.at;
        mapped.push_str(json.get(copied..start.saturating_sub(1)).unwrap_or_default());
        if reader.skip_text().is_err() {
            break;
        }
        let written = json.get(start..reader.at.saturating_sub(1)).unwrap_or_default();
        let text = unescape(written).unwrap_or_default().into_owned();
        copied = reader.at;
        reader.skip_space();
        let is_name = reader.peek() == Some(b':');
        let stands_in = if is_name {
            name.clone_from(&text);
            ""
        } else {
            &name
        };
        push_text(&change(stands_in, text), &mut mapped);
    }
    mapped.push_str(json.get(copied..).unwrap_or_default());
    mapped
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

/// Writes text that is JSON already, as it stands, into what serde_json writes.
///
/// Its own `RawValue` would read the text once more, and take a reader of everything into the package. This is the name
/// under which its writer knows that type; a test holds it.
pub fn serialize_raw<S: Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    const RAW_VALUE: &str = "$serde_json::private::RawValue";
    let mut raw = serializer.serialize_struct(RAW_VALUE, 1)?;
    raw.serialize_field(RAW_VALUE, json)?;
    raw.end()
}

/// What PayStar sent under names that no model has: one JSON object, as PayStar wrote it. But a number is the text of
/// its digits: a JS number would round it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra(Cow<'static, str>);

impl Default for Extra {
    fn default() -> Self {
        Self(Cow::Borrowed("{}"))
    }
}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_raw(&self.0, serializer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

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
        assert_eq!(members.into_rest(), Extra::default());
    }

    #[test]
    fn what_is_left_is_kept_with_its_digits() {
        let body = br#"{"z":{"y":[1.50,"1",true,null,{}]},"a":-0,"q\"":"1e5 \\\" 2"}"#;
        let members = Members::from_body(body).unwrap();
        let text = serde_json::to_string(&members.into_rest()).unwrap();
        assert_eq!(text, r#"{"z":{"y":["1.50","1",true,null,{}]},"a":"-0","q\"":"1e5 \\\" 2"}"#);
    }

    #[test]
    fn json_is_written_as_it_stands() {
        for json in ["{}", r#"{"a":[1.50]}"#, "9007199254740993.01"] {
            assert_eq!(serde_json::to_string(&Extra(json.into())).unwrap(), json);
        }
    }

    #[test]
    fn what_is_not_one_object_is_refused_without_repeating_it() {
        for (body, reason) in [
            (&b""[..], "it is empty"),
            (b" \r\n", "it is empty"),
            (b"{\"a\":", "its JSON ends too early"),
            (b"{\"a\":\"", "its JSON ends too early"),
            (b"[]", "it is not a JSON object"),
            (b"null", "it is not a JSON object"),
            (b"{\"a\":1,\"a\":2}", "it has a member twice"),
            (b"{\"a\":1,\"\\u0061\":2}", "it has a member twice"),
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
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        let read = |body: &str| Members::from_body(body.as_bytes()).map(|_| ());
        assert_eq!(read(&nested(usize::from(DEEPEST) - 1)), Ok(()));
        assert_eq!(read(&nested(usize::from(DEEPEST))), Err(TOO_DEEP.to_owned()));
        assert_eq!(read(&nested(100_000)), Err(TOO_DEEP.to_owned()));
        assert!(read(&format!("{{\"a\":{}", "[".repeat(1_000_000))).is_err());
        let names: Vec<String> = (0..=MOST_MEMBERS).map(|index| format!("\"{index}\":1")).collect();
        assert!(read(&format!("{{{}}}", names.join(","))).is_err());
    }

    /// The value, read with this module alone.
    fn value(raw: Raw) -> Option<Value> {
        Some(match raw.0.as_bytes()[0] {
            b'"' => Value::String(raw.text()?),
            b'{' => {
                let members = raw.object()?.members;
                let entries = members.into_iter().map(|(name, raw)| Some((name.into_owned(), value(raw)?)));
                Value::Object(entries.collect::<Option<_>>()?)
            }
            b'[' => Value::Array(raw.list()?.into_iter().map(value).collect::<Option<_>>()?),
            b't' => Value::Bool(true),
            b'f' => Value::Bool(false),
            b'n' => Value::Null,
            _ => Value::Number(raw.number()?.parse().ok()?),
        })
    }

    /// What both readers take means the same, and they take the same. A text with half of a surrogate pair is taken as
    /// long as nobody asks for it; serde_json refuses all of its body.
    fn agrees_with_serde_json(body: &str) -> Result<(), TestCaseError> {
        // Only here they differ: a byte-order mark before the body is skipped.
        let without_mark = body.strip_prefix('\u{FEFF}').unwrap_or(body);
        let theirs = serde_json::from_str::<serde_json::Map<String, Value>>(without_mark);
        let ours = Members::with_duplicates(body.as_bytes());
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                for (name, raw) in ours.members {
                    // Of members with one name, serde_json keeps the last one.
                    let value = value(raw);
                    prop_assert!(value.is_some(), "{}", body);
                    prop_assert!(theirs.contains_key(&*name), "{}", body);
                }
            }
            (Err(_), Err(_)) => {}
            (Ok(ours), Err(error)) => {
                let has_number_beyond_floats = error.to_string().contains("out of range");
                let has_half =
                    body.contains("\\u") && ours.members.iter().any(|(_, raw)| value(*raw).is_none());
                prop_assert!(has_number_beyond_floats || has_half, "ours alone takes {}: {}", body, error);
            }
            (Err(reason), Ok(_)) => prop_assert_eq!(reason, TOO_DEEP, "serde_json alone takes {}", body),
        }
        Ok(())
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(".{0,4}", inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_object_of_serde_json_is_read_as_it_reads_it(members in prop::collection::btree_map(".{0,6}", json(), 0..6)) {
            let object = Value::Object(members.into_iter().collect());
            for body in [object.to_string(), serde_json::to_string_pretty(&object).unwrap()] {
                let read = value(Raw(&body));
                // The texts of floats come back as the same floats only through their own text.
                prop_assert_eq!(read.unwrap(), serde_json::from_str::<Value>(&body).unwrap());
                agrees_with_serde_json(&body)?;
            }
        }

        #[test]
        fn a_body_with_a_fault_is_refused_where_serde_json_refuses_it(
            members in prop::collection::btree_map(".{0,6}", json(), 0..4),
            at in any::<prop::sample::Index>(),
            fault in prop_oneof![
                Just(""), Just("\""), Just("\\"), Just("{"), Just("}"), Just("["), Just("]"), Just(","), Just(":"), Just("0"),
                Just("1"), Just("-"), Just("+"), Just("."), Just("e"), Just("\\u"), Just("\\u0041"), Just("\\uD800"),
                Just("\\uDC00"), Just("\u{0}"), Just("\u{1F}"), Just("\u{7F}"), Just("\u{A0}"), Just(" "), Just("\t"),
                Just("true"), Just("nul"), Just("//"), Just("\u{FEFF}")
            ],
            cut in 0_usize..3,
        ) {
            let letters: Vec<char> = Value::Object(members.into_iter().collect()).to_string().chars().collect();
            let at = at.index(letters.len());
            let before: String = letters[..at].iter().collect();
            let after: String = letters[(at + cut).min(letters.len())..].iter().collect();
            agrees_with_serde_json(&format!("{before}{fault}{after}"))?;
        }

        #[test]
        fn json_like_text_is_read_as_serde_json_reads_it(body in r#"\{("a":)?[\[\]{}",:0-9eE.+\-\\utrfalsn "]{0,24}\}"#) {
            agrees_with_serde_json(&body)?;
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Members::from_body(&body);
        }
    }
}
