//! What a call tried, as its error tells it.

use serde::Serialize;

use super::error_code::ErrorCode;

/// What one request of a call was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// To create the order.
    Create,
    /// To read the order's status, or a balance.
    Read,
}

/// What one request of a call brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum AttemptResult {
    /// The order, or that there is none.
    Order(LookupResult),
    /// The code of the error that the request alone would have thrown.
    Error(ErrorCode),
}

/// What was seen of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum LookupResult {
    /// It exists.
    Order,
    /// An order with the id exists, but with another amount or currency.
    OtherOrder,
    /// PayStar did not know it at that time.
    NoOrder,
}

/// One request of a call that failed: what was tried, when, and what it brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// What it was for.
    pub operation: Operation,
    /// When it began, in milliseconds after the call did.
    pub at_ms: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// `order`, `other_order` (one with the id, but with another amount or currency), `no_order` (PayStar did not know it
    /// then), or the code of what went wrong.
    pub saw: AttemptResult,
    /// The HTTP status of PayStar's answer, where the request failed with one.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
}
