//! The requests of a call, as its error lists them.

use serde::Serialize;

use super::error_code::ErrorCode;

/// The purpose of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// To create the order.
    Create,
    /// To read the order's status, or a balance.
    Read,
}

/// The result of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum AttemptResult {
    /// What the response said about the order.
    Order(LookupResult),
    /// The code of the error of this request.
    Error(ErrorCode),
}

/// What a response said about the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum LookupResult {
    /// It exists.
    Order,
    /// An order with the id exists, but with another amount or currency.
    OtherOrder,
    /// PayStar did not know the order at that time.
    NoOrder,
}

/// One request of a call that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// The purpose of the request.
    pub operation: Operation,
    /// When the request began, in milliseconds after the start of the call.
    pub at_ms: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The result: `order`, `other_order` (an order with the id, but with another amount or currency), `no_order`
    /// (PayStar did not know the order at that time), or the code of the error.
    pub saw: AttemptResult,
    /// The HTTP status, if the request failed with a response.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
}
