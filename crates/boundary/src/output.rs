//! Writes results for JavaScript. Each result is one text, and its first character says what it is. `results.js` reads it.

use serde::Serialize;

use paystar_protocol::failure::Failure;

// Codes that Rust and JavaScript share: the first character of a result.
/// A value, as JSON.
pub const VALUE: &str = "+";
/// A failure, as JSON in the second line. JavaScript throws it as an error.
pub const FAILURE: &str = "-";

/// A value.
pub fn value_text<T: Serialize + ?Sized>(value: &T) -> String {
    tagged_json(VALUE, value)
}

/// The value `undefined`.
pub fn undefined_text() -> String {
    VALUE.to_owned()
}

/// A failure.
pub fn failure_text(failure: &Failure) -> String {
    [FAILURE, "\n", &json(failure)].concat()
}

/// The value or the failure of an operation.
pub fn result_text<T: Serialize>(result: Result<T, Failure>) -> String {
    match result {
        Ok(value) => value_text(&value),
        Err(failure) => failure_text(&failure),
    }
}

/// A value as JSON, after a character that says what it is.
pub fn tagged_json<T: Serialize + ?Sized>(tag: &str, value: &T) -> String {
    [tag, &json(value)].concat()
}

/// A value as JSON. JSON can express all values of the models.
pub fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
