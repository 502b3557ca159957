//! Finds the values in a JSON text.

use std::borrow::Cow;

use crate::text::{plain_length, unescape};

/// More members than any object that PayStar sends.
pub(crate) const MAX_MEMBERS: usize = 1000;
/// More levels than any response.
pub(crate) const MAX_DEPTH: u8 = 32;

const INCOMPLETE: &str = "its JSON ends too early";
pub(crate) const NOT_JSON: &str = "it is not JSON";
pub(crate) const NOT_OBJECT: &str = "it is not a JSON object";
pub(crate) const TOO_DEEP: &str = "it is nested too deep";

/// A reader of JSON by RFC 8259. It finds values, but it does not convert them.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// The error is the reason why the text is not valid JSON. It never contains a part of the text.
type Read<T> = Result<T, &'static str>;

/// The members of an object: the name and the JSON of the value.
pub(crate) type NamedValues<'a> = Vec<(Cow<'a, str>, &'a str)>;

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The position of the next byte.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    #[inline(always)]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline(always)]
    pub(crate) fn next(&mut self) -> Read<u8> {
        let byte = self.peek().ok_or(INCOMPLETE)?;
        self.at = self.at.wrapping_add(1);
        Ok(byte)
    }

    #[inline(always)]
    pub(crate) fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at = self.at.wrapping_add(1);
        }
    }

    /// The next byte after white space.
    #[inline(always)]
    fn next_token(&mut self) -> Read<u8> {
        self.skip_space();
        self.next()
    }

    /// The text from a position to the next byte.
    #[inline(always)]
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Reads an object.
    pub(crate) fn members(&mut self) -> Read<NamedValues<'a>> {
        // Most objects of PayStar have at most eight members.
        let mut members = Vec::with_capacity(8);
        if self.next_token()? != b'{' {
            return Err(NOT_OBJECT);
        }
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at = self.at.wrapping_add(1);
            return Ok(members);
        }
        loop {
            if members.len() == MAX_MEMBERS {
                return Err("it has too many members");
            }
            let name = self.name()?;
            members.push((unescape(name).ok_or(NOT_JSON)?, self.value(1)?));
            match self.next_token()? {
                b',' => {}
                b'}' => return Ok(members),
                _ => return Err(NOT_JSON),
            }
        }
    }

    /// Reads an array. `take` gets the JSON of each value, until it returns `false`. The result is its last result.
    pub(crate) fn each_value(&mut self, take: &mut dyn FnMut(&'a str) -> bool) -> Read<bool> {
        if self.next_token()? != b'[' {
            return Err("it is not an array");
        }
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at = self.at.wrapping_add(1);
            return Ok(true);
        }
        loop {
            if !take(self.value(1)?) {
                return Ok(false);
            }
            match self.next_token()? {
                b',' => {}
                b']' => return Ok(true),
                _ => return Err(NOT_JSON),
            }
        }
    }

    /// Reads the name of a member and the colon after it. The name contains its escapes.
    fn name(&mut self) -> Read<&'a str> {
        if self.next_token()? != b'"' {
            return Err(NOT_JSON);
        }
        let start = self.at;
        self.skip_text()?;
        let name = self.since(start);
        let name = name.get(..name.len().saturating_sub(1)).unwrap_or_default();
        if self.next_token()? == b':' { Ok(name) } else { Err(NOT_JSON) }
    }

    /// Reads the JSON of a value.
    fn value(&mut self, depth: u8) -> Read<&'a str> {
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
        Ok(self.since(start))
    }

    /// Skips the rest of an object or an array.
    fn skip_nested(&mut self, end: u8, depth: u8) -> Read<()> {
        let deeper = depth.checked_add(1).filter(|deeper| *deeper <= MAX_DEPTH).ok_or(TOO_DEEP)?;
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
            match self.next_token()? {
                b',' => {}
                token if token == end => return Ok(()),
                _ => return Err(NOT_JSON),
            }
        }
    }

    /// Skips the rest of a text, with its final quote.
    pub(crate) fn skip_text(&mut self) -> Read<()> {
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at = self.at.wrapping_add(plain_length(rest));
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            if !self.next()?.is_ascii_hexdigit() {
                                return Err(NOT_JSON);
                            }
                        }
                    }
                    _ => return Err(NOT_JSON),
                },
                _ => return Err(NOT_JSON),
            }
        }
    }

    /// Skips the rest of a number, after its first digit.
    fn skip_number(&mut self, first: u8) -> Read<()> {
        match first {
            b'0' => {}
            b'1'..=b'9' => self.skip_digits(),
            _ => return Err(NOT_JSON),
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

    /// Skips at least one digit.
    fn skip_some_digits(&mut self) -> Read<()> {
        if !self.next()?.is_ascii_digit() {
            return Err(NOT_JSON);
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
                return Err(NOT_JSON);
            }
        }
        Ok(())
    }
}
