//! The two ids of an order.

use core::fmt;

use serde::Serialize;

use super::format;
use super::input::Input;
use super::issue::{IssueCode, Issues, Place, Severity};

/// In bytes. PayStar does not document a limit.
const MAX_ID: usize = 512;

/// PayStar's id of an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ExternalId(String);

/// The merchant's id of an order. It is the idempotency key: PayStar creates only one order with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ExternalTransactionId(String);

/// One of the ids of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderId {
    /// PayStar's id.
    External(ExternalId),
    /// The merchant's id.
    Merchant(ExternalTransactionId),
}

impl OrderId {
    /// The merchant's id, or `None` if this is PayStar's id.
    pub fn external_transaction_id(&self) -> Option<&ExternalTransactionId> {
        match self {
            Self::External(_) => None,
            Self::Merchant(id) => Some(id),
        }
    }
}

macro_rules! is_text {
    ($id:ident) => {
        impl $id {
            /// The id, unchanged.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $id {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $id {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

is_text!(ExternalId);
is_text!(ExternalTransactionId);

/// Reads an id. The path of a URL contains it, so an id that a URL would change is not valid.
pub fn read<'a>(path: &'static str, input: &Input<'a>, issues: &mut Issues) -> Option<&'a str> {
    let place = Place::fixed("", path);
    let id = issues.required_text(place, input)?;
    let (code, problem) = if id.len() > MAX_ID {
        (IssueCode::TooLong, "is longer than 512 bytes.")
    } else if has_control(id) {
        (IssueCode::InvalidFormat, "contains a control character.")
    } else if !format::is_trimmed(id) {
        (IssueCode::InvalidFormat, "has white space at its start or its end.")
    } else if matches!(id, "." | "..") {
        (IssueCode::InvalidFormat, "must not be \".\" or \"..\": in a URL, they are folders.")
    } else {
        return Some(id);
    };
    issues.add_fixed(place, code, Severity::Error, [problem, "", ""]);
    None
}

fn has_control(text: &str) -> bool {
    // Most ids are ASCII, and the search for ASCII characters is much faster.
    if text.is_ascii() {
        text.bytes().any(|byte| byte.is_ascii_control())
    } else {
        text.chars().any(char::is_control)
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::build::text;
    use super::*;

    #[test]
    fn an_id_that_a_url_would_change_is_refused() {
        for id in ["", ".", "..", " x", "x\n", "a\u{0}b", &"x".repeat(513)] {
            let mut issues = Issues::default();
            assert_eq!(read("externalId", &text(id), &mut issues), None, "{id:?}");
            assert!(issues.has_errors());
        }
        let mut issues = Issues::default();
        assert!(read("externalId", &Input::IllFormedText, &mut issues).is_none());
        for id in ["Merch-1", "a/b?c#d", "...", "100%", "ключ 1"] {
            assert_eq!(read("externalId", &text(id), &mut issues), Some(id));
        }
    }
}
