//! Values that a caller gave, before they are checked.

/// A value from a caller, of any shape. Requests and options are read from it, so their rules can be tested without
/// JavaScript. Its texts are borrowed, because most of them are only compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Input<'a> {
    /// Missing, `undefined` or `null`.
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as its shortest decimal text: `100.1`, `1e+21`, `NaN`.
    Number(&'a str),
    /// Well-formed text.
    Text(&'a str),
    /// Text that contains half of a surrogate pair. It has no UTF-8 form, so it cannot be sent unchanged.
    IllFormedText,
    /// An array.
    List(Vec<Input<'a>>),
    /// An object: its own enumerable keys, in order.
    Record(Vec<(&'a str, Input<'a>)>),
    /// An object that is not read because of its class.
    Instance(Instance<'a>),
    /// Any other value.
    Other(Kind),
}

/// A value that is not data, or is too large to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A function or a class.
    Function,
    /// A `bigint`.
    BigInt,
    /// A symbol.
    Symbol,
    /// The signal of a call. Its members are not read.
    AbortSignal,
    /// An agent of `node:http` or `node:https`. Its members are not read.
    Agent,
    /// A dispatcher of undici. Its members are not read.
    Dispatcher,
    /// An object whose members were not read.
    Object,
    /// An object at the deepest level that is read.
    NestedTooDeep,
    /// An object with more keys than are read.
    TooManyKeys,
    /// An object with members that are not enumerable.
    HiddenMembers,
    /// An object with a longer chain of prototypes than is followed.
    TooManyPrototypes,
    /// An array with more entries than are read.
    TooManyEntries,
    /// An array that lacks entries, or has other members than its entries.
    ArrayWithHoles,
    /// A value that is too large as a whole.
    TooLarge,
    /// A value with a getter or a Proxy that throws.
    Throws,
    /// A value whose form in memory is not valid.
    Unreadable,
}

impl Kind {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Function => "a function",
            Self::BigInt => "a bigint",
            Self::Symbol => "a symbol",
            Self::AbortSignal => "an AbortSignal",
            Self::Agent => "an agent",
            Self::Dispatcher => "a dispatcher",
            Self::Object => "an object",
            Self::NestedTooDeep => "an object nested too deep",
            Self::TooManyKeys => "an object with too many keys",
            Self::HiddenMembers => "an object with hidden members: give a plain object",
            Self::TooManyPrototypes => "an object with too many prototypes",
            Self::TooManyEntries => "an array with too many entries",
            Self::ArrayWithHoles => "an array with holes, or with members beside its entries",
            Self::TooLarge => "a value that is too large to be read",
            Self::Throws => "an object that throws while it is read",
            Self::Unreadable => "an object that cannot be read",
        }
    }
}

/// An object that is not read because of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instance<'a> {
    /// Where the class comes from.
    pub origin: Origin,
    /// The name of the class. Empty if it has no name.
    pub class: &'a str,
    /// What the caller can give instead.
    pub hint: Hint,
}

/// Where the class of an object comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The platform: `Map`, `Date`.
    BuiltIn,
    /// The platform: the class of an object around a primitive value, such as `new String("x")`.
    Wrapper,
    /// The caller's program.
    Custom,
}

/// What a caller can give instead of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// No hint.
    None,
    /// A plain object.
    PlainObject,
    /// The value of the promise.
    Await,
    /// The text of the object.
    ToString,
}

impl Instance<'_> {
    /// The name in messages: `a Map`, `a Promise: await it first`, `an instance of Order: give a plain object`.
    fn name(&self) -> String {
        let (before, after) = match self.origin {
            Origin::Custom if self.class.is_empty() => ("an object with a prototype", ""),
            Origin::Custom => ("an instance of ", ""),
            origin => {
                let is_vowel = matches!(self.class.as_bytes().first(), Some(b'A' | b'E' | b'I' | b'O'));
                let after = if origin == Origin::Wrapper { " object" } else { "" };
                (if is_vowel { "an " } else { "a " }, after)
            }
        };
        let hint = match self.hint {
            Hint::None => "",
            Hint::PlainObject => ": give a plain object",
            Hint::Await => ": await it first",
            Hint::ToString => ": use its toString()",
        };
        [before, self.class, after, hint].concat()
    }
}

impl<'a> Input<'a> {
    /// The name of what this is, for messages.
    pub fn name(&self) -> String {
        let name = match self {
            Self::Absent => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::IllFormedText => "a string that contains half of a surrogate pair",
            Self::List(_) => "an array",
            Self::Record(_) => Kind::Object.name(),
            Self::Other(kind) => kind.name(),
            Self::Instance(instance) => return instance.name(),
        };
        name.to_owned()
    }

    /// The value of a key of a record. [`Input::Absent`] for everything else.
    pub fn get(&self, key: &str) -> &Input<'a> {
        match self {
            Self::Record(entries) => {
                entries.iter().find(|(name, _)| *name == key).map_or(&Self::Absent, |(_, value)| value)
            }
            _ => &Self::Absent,
        }
    }

    /// Whether the value is missing.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// Short forms for tests.
pub mod build {
    use super::Input;

    /// A text.
    pub fn text(value: &str) -> Input<'_> {
        Input::Text(value)
    }

    /// A number, as its shortest decimal text.
    pub fn number(value: &str) -> Input<'_> {
        Input::Number(value)
    }

    /// An object.
    pub fn record<'a>(entries: &[(&'a str, Input<'a>)]) -> Input<'a> {
        Input::Record(entries.to_vec())
    }
}
