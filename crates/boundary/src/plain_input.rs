//! Values of JavaScript in their usual form as [`Input`]: all texts are one text, and words say what they are.

use paystar_model::input::Input;

// Codes that Rust and JavaScript share: the kind of a plain value.
const ABSENT: u32 = 0;
const TRUE: u32 = 1;
const FALSE: u32 = 2;
const NUMBER: u32 = 3;
const STRING: u32 = 4;
const OBJECT: u32 = 5;
const KINDS: u32 = 8;

/// A request and its `additionalFields`.
const MAX_LEVELS: u32 = 2;

/// Reads the words and the text that plain_request.js wrote.
///
/// A value is a word: its kind, plus the length of its text or the number of its members times 8. Each member begins
/// with the word of its key: the number of a known key, or the number of known keys plus the length of another key.
pub struct PlainInput<'a> {
    keys: &'a [&'static str],
    words: core::slice::Iter<'a, u32>,
    text: &'a str,
}

impl<'a> PlainInput<'a> {
    /// A reader.
    pub fn new(keys: &'a [&'static str], words: &'a [u32], text: &'a str) -> Self {
        Self { keys, words: words.iter(), text }
    }

    /// The value. `None` if the words and the text do not fit.
    pub fn read(mut self) -> Option<Input<'a>> {
        let value = self.value(0)?;
        (self.words.len() == 0 && self.text.is_empty()).then_some(value)
    }

    fn value(&mut self, depth: u32) -> Option<Input<'a>> {
        let word = *self.words.next()?;
        let length = (word / KINDS) as usize;
        Some(match word % KINDS {
            ABSENT => Input::Absent,
            TRUE => Input::Bool(true),
            FALSE => Input::Bool(false),
            NUMBER => Input::Number(self.text(length)?),
            STRING => Input::Text(self.text(length)?),
            OBJECT if depth < MAX_LEVELS && length <= self.words.len() => {
                let mut record = Vec::with_capacity(length);
                for _ in 0..length {
                    record.push((self.key()?, self.value(depth.saturating_add(1))?));
                }
                Input::Record(record)
            }
            _ => return None,
        })
    }

    fn key(&mut self) -> Option<&'a str> {
        let word = *self.words.next()? as usize;
        match self.keys.get(word) {
            Some(key) => Some(key),
            None => self.text(word.checked_sub(self.keys.len())?),
        }
    }

    fn text(&mut self, length: usize) -> Option<&'a str> {
        let (text, rest) = self.text.split_at_checked(length)?;
        self.text = rest;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use paystar_model::input::build::{number, record, text};

    use super::*;

    const KEYS: &[&str] = &["amount", "currency"];

    fn read<'a>(words: &'a [u32], text: &'a str) -> Option<Input<'a>> {
        PlainInput::new(KEYS, words, text).read()
    }

    #[test]
    fn a_request_is_read() {
        let words = [4 * 8 + 5, 0, 4 + 8, 1, 3 + 16, 2 + 3, 8 + 5, 2, 1, 2 + 1, 0];
        let expected = record(&[
            ("amount", text("1")),
            ("currency", number("22")),
            ("key", record(&[("", Input::Bool(true))])),
            ("x", Input::Absent),
        ]);
        assert_eq!(read(&words, "122keyx"), Some(expected));
    }

    #[test]
    fn words_and_a_text_that_do_not_fit_are_refused() {
        for (words, text) in [
            (&[][..], ""),
            (&[4 + 8], ""),
            (&[4 + 8], "ab"),
            (&[4 + 8], "\u{e9}"),
            (&[4 + 8, 0], "a"),
            (&[6], ""),
            (&[5 + 8 * 1_000_000], ""),
            (&[5 + 8, 0], ""),
            (&[5 + 8, 0, 5 + 8, 0, 5 + 8, 0, 0], ""),
            (&[5 + 8, u32::MAX, 0], ""),
        ] {
            assert_eq!(read(words, text), None, "{words:?} {text}");
        }
    }

    #[test]
    fn no_words_panic() {
        let mut state: u32 = 1;
        let mut random = |limit: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % limit
        };
        let mut read_count = 0;
        for _ in 0..200_000 {
            let words: Vec<_> = (0..random(12)).map(|_| random(30)).collect();
            let text = "abababab".get(..random(8) as usize).unwrap();
            read_count += usize::from(read(&words, text).is_some());
        }
        assert!(read_count > 100);
    }
}
