//! What crosses to JS: one text. Its first character says what it is.

use serde::Serialize;

use paystar_protocol::failure::Failure;

/// A result, as JSON.
pub fn done<T: Serialize + ?Sized>(value: &T) -> String {
    tagged('+', value)
}

/// `undefined`.
pub fn nothing() -> String {
    "+".to_owned()
}

/// The failure that is thrown as an error, as JSON in the second line.
pub fn failed(failure: &Failure) -> String {
    let mut text = "-\n".to_owned();
    text.push_str(&json(failure));
    text
}

/// How every operation ends.
pub fn finish<T: Serialize>(result: Result<T, Failure>) -> String {
    match result {
        Ok(value) => done(&value),
        Err(failure) => failed(&failure),
    }
}

/// A value as JSON, with a character before it that says what it is.
pub fn tagged<T: Serialize + ?Sized>(tag: char, value: &T) -> String {
    let mut text = String::from(tag);
    text.push_str(&json(value));
    text
}

/// The models have nothing in them that JSON cannot express.
pub fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
