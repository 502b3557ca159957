//! The codes of errors, and what a failure says about an order.

use serde::Serialize;

/// What a failure says about the order of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It is certain that nothing reached PayStar.
    NotSent,
    /// PayStar refused the request. This request created no order.
    Rejected,
    /// An order may exist. Read its status by `externalTransactionId` before you do anything else. A read creates no
    /// order: after a read, this value only says that the read gave no result.
    Unknown,
}

/// What went wrong, as a stable word. Compare it in `catch` blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request has issues, so it was not sent.
    ValidationFailed,
    /// The options of the client or of the call are wrong, or the client has no keys for the pipeline.
    ConfigurationInvalid,
    /// 401: PayStar does not accept the token.
    Unauthorized,
    /// 403: the endpoint is not active for the keys, or the address is not on the allow-list.
    Forbidden,
    /// PayStar has an order with this `externalTransactionId` already, and it may be yours: the response was 400
    /// `1-4007`, or a lookup found an order with another amount or currency.
    DuplicateOrder,
    /// 400 `LIMITS_ERROR`: a limit of the account was reached.
    LimitReached,
    /// 400 with another cause.
    RequestRefused,
    /// 423: PayStar asks you to try again later.
    TemporarilyUnavailable,
    /// 429: too many requests.
    TooManyRequests,
    /// The HTTP status is 499 or above.
    ServerError,
    /// The panel of your backend waits for the approval of a second person. Nothing was sent to PayStar.
    ApprovalPending,
    /// The panel of your backend refused the request. Nothing was sent to PayStar.
    Rejected,
    /// 404 to a status read: PayStar does not know an order with this id now.
    NotFound,
    /// An undocumented HTTP status, or a documented refusal whose body is not from PayStar. A proxy or a filter may have
    /// responded.
    UnexpectedAnswer,
    /// A success that cannot be used: its status is not 200, its body is not valid, or it is about another order or
    /// another currency.
    InvalidAnswer,
    /// The connection could not be made, or broke.
    ConnectionFailed,
    /// There was no whole response within `timeoutMs`.
    Timeout,
    /// The order was not final by the deadline of the wait.
    DeadlineExceeded,
    /// The caller's signal ended the call when the request may have been sent already.
    Aborted,
    /// An exception interrupted the WebAssembly core. JavaScript makes this error, or the panel of your backend reports it.
    Interrupted,
    /// A callback has no signature.
    SignatureMissing,
    /// The signature is not 64 hexadecimal digits.
    SignatureMalformed,
    /// The signature does not fit this body and any of the keys.
    SignatureMismatch,
    /// The client has no private key for signatures.
    KeyMissing,
    /// The body is longer than `maxBodyBytes`.
    BodyTooLarge,
    /// The body is not a callback or an alert.
    BodyInvalid,
    /// The body has a member twice, so two programs could read two values.
    BodyDuplicateKey,
    /// A signed value contains a semicolon, which is the separator of the signed text.
    BodyAmbiguousValue,
}

impl ErrorCode {
    /// Whether a read that failed with this code would fail again.
    pub fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::Unauthorized
                | Self::Forbidden
                | Self::ConfigurationInvalid
                | Self::ValidationFailed
                | Self::RequestRefused
                | Self::ApprovalPending
                | Self::Rejected
        )
    }

    /// Whether the next attempt may succeed. The engine decides by this. `retryable` is for callers: a caller must not
    /// repeat a call whose outcome is unknown.
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::TemporarilyUnavailable
                | Self::TooManyRequests
                | Self::ServerError
                | Self::ConnectionFailed
                | Self::Timeout
                | Self::Interrupted
        )
    }
}
