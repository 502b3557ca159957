//! JSON that is written unchanged.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

/// Writes a JSON text unchanged, with the serializer of serde_json.
///
/// The `RawValue` of serde_json would parse the text again, and the parser would make the package larger. The serializer
/// knows this type by its name, so this function uses the name. A test finds out if the name changes.
pub fn serialize_raw<S: Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    const RAW_VALUE: &str = "$serde_json::private::RawValue";
    let mut raw = serializer.serialize_struct(RAW_VALUE, 1)?;
    raw.serialize_field(RAW_VALUE, json)?;
    raw.end()
}

/// The members that no model knows, as one JSON object. A number is a string of its digits, because a JavaScript number
/// could round it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra(pub(crate) Cow<'static, str>);

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
