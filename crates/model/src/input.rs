//! What a caller handed over, before anything is believed about it.

/// A value from outside, of any shape. The rules of [`super::request`] and of the options read it,
/// so they can be tested without JS. Its texts are borrowed: most of them are only looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Input<'a> {
    /// Not given: missing, `undefined` or `null`.
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as the shortest decimal text that stands for it: `100.1`, `1e+21`, `NaN`.
    Number(&'a str),
    /// Well-formed text.
    Text(&'a str),
    /// Text with half of a surrogate pair in it. It has no UTF-8 form, so it cannot travel unchanged.
    IllFormedText,
    /// An array.
    List(Vec<Input<'a>>),
    /// An object: its own enumerable keys, in order.
    Record(Vec<(&'a str, Input<'a>)>),
    /// Anything else, by the name people have for it: "a function", "a bigint".
    Other(&'a str),
}

impl<'a> Input<'a> {
    /// What this is, in words for a message.
    pub fn kind(&self) -> &'a str {
        match self {
            Self::Absent => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::IllFormedText => "a string with half of a surrogate pair in it",
            Self::List(_) => "an array",
            Self::Record(_) => "an object",
            Self::Other(kind) => kind,
        }
    }

    /// The value under a key of a record; [`Input::Absent`] for everything else.
    pub fn get(&self, key: &str) -> &Input<'a> {
        match self {
            Self::Record(entries) => {
                entries.iter().find(|(name, _)| *name == key).map_or(&Self::Absent, |(_, value)| value)
            }
            _ => &Self::Absent,
        }
    }

    /// Whether nothing was given.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// Shorthands for tests.
pub mod build {
    use super::Input;

    /// A value.
    pub fn text(value: &str) -> Input<'_> {
        Input::Text(value)
    }

    /// A value.
    pub fn number(value: &str) -> Input<'_> {
        Input::Number(value)
    }

    /// A value.
    pub fn record<'a>(entries: &[(&'a str, Input<'a>)]) -> Input<'a> {
        Input::Record(entries.to_vec())
    }
}
