//! What payouts and deposits have in common: ids, statuses, history.

use serde::Serialize;
use serde_json::Value;

use super::amount::plain_decimal;
use super::input::Input;
use super::issue::{IssueCode, Issues};
use super::json::Members;

/// Longer than any id; PayStar documents no limit.
const LONGEST_ID: usize = 512;

/// How an order stands.
///
/// An open list: a status that PayStar adds tomorrow arrives as it is, and is not final.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
#[cfg_attr(
    feature = "client",
    tsify(type = "\"Init\" | \"Created\" | \"Processing\" | \"Success\" | \"Failed\" | (string & {})")
)]
pub enum OrderStatus {
    /// A deposit that waits for the customer's card data.
    Init,
    /// The order exists; processing has not begun.
    Created,
    /// In progress.
    Processing,
    /// Final: the money moved.
    Success,
    /// Final: the money did not move.
    Failed,
    /// A status that this version does not know.
    Other(String),
}

impl OrderStatus {
    /// PayStar's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Init => "Init",
            Self::Created => "Created",
            Self::Processing => "Processing",
            Self::Success => "Success",
            Self::Failed => "Failed",
            Self::Other(word) => word,
        }
    }

    /// Whether the status can no longer change.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Failed)
    }
}

impl From<String> for OrderStatus {
    fn from(word: String) -> Self {
        match word.as_str() {
            "Init" => Self::Init,
            "Created" => Self::Created,
            "Processing" => Self::Processing,
            "Success" => Self::Success,
            "Failed" => Self::Failed,
            _ => Self::Other(word),
        }
    }
}

impl Serialize for OrderStatus {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One step in the life of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
pub struct OrderHistoryEntry {
    /// When, exactly as PayStar wrote it: `2025-07-28T09:29:51.339832`, with or without a fraction and `Z`.
    pub time: String,
    /// What, as a history code: `4.1.3.00` (v2) or `4.1.0.0` (legacy).
    pub action: String,
}

/// Reads the member `orderHistory`; missing counts as empty.
pub(crate) fn take_history(members: &mut Members) -> Result<Vec<OrderHistoryEntry>, String> {
    const WRONG: &str = "its orderHistory is not an array of { time, action }";
    let entries = match members.take("orderHistory") {
        None => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries,
        Some(_) => return Err(WRONG.to_owned()),
    };
    entries
        .into_iter()
        .map(|entry| {
            let Value::Object(mut entry) = entry else { return Err(WRONG.to_owned()) };
            match (entry.remove("time"), entry.remove("action")) {
                (Some(Value::String(time)), Some(Value::String(action))) => {
                    Ok(OrderHistoryEntry { time, action })
                }
                _ => Err(WRONG.to_owned()),
            }
        })
        .collect()
}

/// Reads an amount that PayStar wrote as a number or as text: the digits, as they were written.
pub(crate) fn take_amount(members: &mut Members, name: &str) -> Result<Option<String>, String> {
    let written = match members.take(name) {
        None => return Ok(None),
        Some(Value::Number(number)) => plain_decimal(number.as_str()),
        Some(Value::String(text)) => plain_decimal(&text),
        Some(_) => None,
    };
    written.map(Some).ok_or_else(|| format!("its {name} is not a decimal number"))
}

/// Reads an id that will stand in a URL path: one that cannot travel there unchanged is noted.
pub fn read_id(path: &str, input: &Input, issues: &mut Issues) -> Option<String> {
    let id = issues.required_text(path, input)?;
    let wrong = if id.len() > LONGEST_ID {
        Some((IssueCode::TooLong, "is longer than any id (512 bytes)."))
    } else if id.chars().any(char::is_control) {
        Some((IssueCode::InvalidFormat, "has a control character in it."))
    } else if id.trim() != id {
        Some((IssueCode::InvalidFormat, "has white space around it."))
    } else if matches!(id, "." | "..") {
        Some((IssueCode::InvalidFormat, "must not be \".\" or \"..\": URLs take these for folders."))
    } else {
        None
    };
    match wrong {
        None => Some(id.to_owned()),
        Some((code, advice)) => {
            issues.error(path, code, format!("{path} {advice}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::build::text;
    use super::*;

    #[test]
    fn only_success_and_failed_are_final() {
        for (word, is_final) in [
            ("Init", false),
            ("Created", false),
            ("Processing", false),
            ("Success", true),
            ("Failed", true),
            ("Successful", false),
            ("success", false),
        ] {
            let status = OrderStatus::from(word.to_owned());
            assert_eq!((status.as_str(), status.is_final()), (word, is_final));
        }
    }

    #[test]
    fn ids_that_a_url_would_change_are_refused() {
        for id in ["", ".", "..", " x", "x\n", "a\u{0}b", &"x".repeat(513)] {
            let mut issues = Issues::default();
            assert_eq!(read_id("externalId", &text(id), &mut issues), None, "{id:?}");
            assert!(issues.has_errors());
        }
        let mut issues = Issues::default();
        assert!(read_id("externalId", &Input::IllFormedText, &mut issues).is_none());
        for id in ["Merch-1", "a/b?c#d", "...", "100%", "ключ 1"] {
            assert_eq!(read_id("externalId", &text(id), &mut issues).as_deref(), Some(id));
        }
    }
}
