//! Changes the texts in a JSON text.

use crate::reader::Reader;
use crate::text::{push_text, unescape};

/// The same JSON with changed texts. `change` gets the name of the member that contains the text, then the text. For the
/// name of a member, the first argument is empty.
pub fn map_texts(json: &str, change: &dyn Fn(&str, String) -> String) -> String {
    let mut mapped = String::with_capacity(json.len());
    let mut reader = Reader::new(json);
    let (mut name, mut copied) = (String::new(), 0);
    while let Ok(byte) = reader.next() {
        if byte != b'"' {
            continue;
        }
        let start = reader.position();
        mapped.push_str(json.get(copied..start.saturating_sub(1)).unwrap_or_default());
        if reader.skip_text().is_err() {
            break;
        }
        let written = json.get(start..reader.position().saturating_sub(1)).unwrap_or_default();
        let text = unescape(written).unwrap_or_default().into_owned();
        copied = reader.position();
        reader.skip_space();
        let is_name = reader.peek() == Some(b':');
        let member = if is_name {
            name.clone_from(&text);
            ""
        } else {
            &name
        };
        push_text(&change(member, text), &mut mapped);
    }
    mapped.push_str(json.get(copied..).unwrap_or_default());
    mapped
}
