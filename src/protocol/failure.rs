//! What went wrong with a request, and what that says about the order.
//!
//! PayStar documentation: error-discriptions, status-discriptions.

use serde::Serialize;

use crate::model::issue::{Issue, Severity};
use crate::model::json::Members;
use crate::model::order::OrderState;

use super::attempt::Attempt;
use super::http::HttpAnswer;
use super::redact::scrub;

/// What a failure says about the order of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Surely nothing reached PayStar.
    NotSent,
    /// PayStar refused. This request made no order.
    Rejected,
    /// An order may exist. Read its status by `externalTransactionId` before doing anything else.
    Unknown,
}

/// What went wrong, as a stable word: what `catch` blocks compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request has issues; it was not sent.
    ValidationFailed,
    /// The options of the client or of the call are wrong, or the pipeline has no key.
    ConfigurationInvalid,
    /// 401: PayStar does not take the token.
    Unauthorized,
    /// 403: the endpoint is not active for the key, or the address is not on the allow-list.
    Forbidden,
    /// 400 `1-4007`: an order with this `externalTransactionId` exists already.
    DuplicateOrder,
    /// 400 `LIMITS_ERROR`: a limit of the account was reached.
    LimitReached,
    /// 400 with another cause.
    RequestRefused,
    /// 423: PayStar asks to try again later.
    TemporarilyUnavailable,
    /// 429: too many requests.
    TooManyRequests,
    /// 499 and above.
    ServerError,
    /// Another status than the documented ones.
    UnexpectedAnswer,
    /// A success whose body is not what it should be.
    InvalidAnswer,
    /// The connection could not be made, or broke.
    ConnectionFailed,
    /// No whole answer within `timeoutMs`.
    Timeout,
    /// The order was not final by the deadline of the wait.
    DeadlineExceeded,
    /// The caller's signal ended the call while the request may have been on its way.
    Aborted,
    /// An exception went through the WebAssembly core. JS makes this error.
    Interrupted,
    /// A callback without a signature.
    SignatureMissing,
    /// A signature that is not 64 hexadecimal digits.
    SignatureMalformed,
    /// The signature is not the one of this body and any of the keys.
    SignatureMismatch,
    /// There is no private key to verify with.
    KeyMissing,
    /// A body over the limit.
    BodyTooLarge,
    /// A body that is not what is signed.
    BodyInvalid,
    /// A body with a member twice, so that two readers may read two values.
    BodyDuplicateKey,
    /// A body with a semicolon in a signed value: the text that is signed could be split in two ways.
    BodyAmbiguousValue,
}

impl ErrorCode {
    /// Whether the answer to a read says that asking again will not help.
    pub fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::Unauthorized
                | Self::Forbidden
                | Self::ConfigurationInvalid
                | Self::ValidationFailed
                | Self::RequestRefused
        )
    }
}

/// Everything that an error tells, without a secret in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The stable word.
    pub code: ErrorCode,
    /// For people; of PayStar's own errors it is PayStar's message.
    pub message: String,
    /// Missing where no request is involved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The caller's own id of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_transaction_id: Option<String>,
    /// Whether the same request, with the same id, can succeed later.
    pub retryable: bool,
    /// What to do about it.
    pub advice: &'static str,
    /// The HTTP status of PayStar's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// PayStar's label, such as `VALIDATION_ERROR.`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// PayStar's `statusDescrption`, such as `1-4007`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_description: Option<String>,
    /// What is wrong with the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issues: Option<Vec<Issue>>,
    /// How long PayStar asks to wait (header `Retry-After`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// What the call tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<Vec<Attempt>>,
    /// The order that PayStar has with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Box<OrderState>>,
}

impl Failure {
    fn new(code: ErrorCode, outcome: Outcome, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            outcome: Some(outcome),
            external_transaction_id: None,
            retryable: is_retryable(code),
            advice: advice(code),
            http_status: None,
            label: None,
            status_description: None,
            issues: None,
            retry_after_ms: None,
            attempts: None,
            order: None,
        }
    }

    /// The request has issues, so it was not sent.
    pub fn validation(issues: Vec<Issue>, external_transaction_id: Option<String>) -> Self {
        let message = summary("The request was not sent", &issues);
        Self {
            external_transaction_id,
            issues: Some(issues),
            ..Self::new(ErrorCode::ValidationFailed, Outcome::NotSent, message)
        }
    }

    /// The options of a client or call are wrong.
    pub fn options(issues: Vec<Issue>) -> Self {
        let message = summary("The options are wrong", &issues);
        Self { issues: Some(issues), ..Self::new(ErrorCode::ConfigurationInvalid, Outcome::NotSent, message) }
    }

    /// The client has no key for the operation's pipeline.
    pub fn missing_key(pipeline: &str) -> Self {
        let message = format!("The client has no keys for {pipeline}: give them as the option {pipeline}.");
        Self::new(ErrorCode::ConfigurationInvalid, Outcome::NotSent, message)
    }

    /// The connection failed. `nothing_sent` only where that is sure.
    pub fn connection(nothing_sent: bool, reason: &str) -> Self {
        let (outcome, what) = if nothing_sent {
            (Outcome::NotSent, "The connection to PayStar could not be made")
        } else {
            (Outcome::Unknown, "The connection to PayStar failed")
        };
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        Self::new(ErrorCode::ConnectionFailed, outcome, format!("{what}{reason}."))
    }

    /// No whole answer in time. `nothing_sent` only where that is sure.
    pub fn timeout(timeout_ms: u32, nothing_sent: bool) -> Self {
        let (outcome, what) = if nothing_sent {
            (Outcome::NotSent, "There was no connection to PayStar")
        } else {
            (Outcome::Unknown, "PayStar gave no whole answer")
        };
        Self::new(ErrorCode::Timeout, outcome, format!("{what} within {timeout_ms} ms."))
    }

    /// The caller's signal ended the call in mid-flight.
    pub fn aborted() -> Self {
        let message = "The call was aborted while the request may have been on its way to PayStar.";
        Self::new(ErrorCode::Aborted, Outcome::Unknown, message)
    }

    /// The order was not final in time.
    pub fn deadline(deadline_ms: u32, last_status: Option<&str>) -> Self {
        let last =
            last_status.map_or_else(|| "No read succeeded".to_owned(), |status| format!("It was {status}"));
        let message = format!("The order was not final within {deadline_ms} ms. {last}.");
        Self::new(ErrorCode::DeadlineExceeded, Outcome::Unknown, message)
    }

    /// A callback or an alert that is not to be believed.
    pub fn signature(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { outcome: None, ..Self::new(code, Outcome::Unknown, message) }
    }

    /// A success whose body cannot be read as what was asked for.
    pub fn invalid_answer(http_status: u16, reason: &str) -> Self {
        let message = format!("PayStar answered {http_status}, but the answer cannot be used: {reason}.");
        Self {
            http_status: Some(http_status),
            ..Self::new(ErrorCode::InvalidAnswer, Outcome::Unknown, message)
        }
    }

    /// What an answer that is no success means. Texts of PayStar's are kept, but for secrets in them.
    pub fn from_answer(answer: &HttpAnswer, secrets: &[&str]) -> Self {
        let cause = Cause::read(&answer.body);
        let (code, outcome) = classify(answer.status, &cause);
        let clean = |text: Option<String>| text.map(|text| scrub(&text, secrets));
        let message = clean(cause.message).unwrap_or_else(|| fallback_message(answer));
        Self {
            http_status: Some(answer.status),
            label: clean(cause.label),
            status_description: clean(cause.status_description),
            retry_after_ms: answer.retry_after_ms,
            ..Self::new(code, outcome, message)
        }
    }

    /// The same failure of a certain order, where its id is known.
    #[must_use]
    pub fn of_order(mut self, external_transaction_id: Option<&str>) -> Self {
        if let Some(id) = external_transaction_id {
            self.external_transaction_id = Some(id.to_owned());
        }
        self
    }
}

/// The members of PayStar's error bodies that say what happened.
#[derive(Default)]
struct Cause {
    label: Option<String>,
    message: Option<String>,
    status_description: Option<String>,
}

impl Cause {
    fn read(body: &[u8]) -> Self {
        let Ok(mut members) = Members::from_body(body) else { return Self::default() };
        let mut text = |name| members.take_text(name).ok().flatten().filter(|text| !text.trim().is_empty());
        Self {
            label: text("label"),
            message: text("message"),
            status_description: text("statusDescrption").or_else(|| text("statusDescription")),
        }
    }

    fn is_named(&self) -> bool {
        self.label.is_some() || self.message.is_some() || self.status_description.is_some()
    }

    fn is_limit(&self) -> bool {
        self.status_description.as_deref() == Some("0001-0")
            || self.label.as_deref().is_some_and(|label| label.trim_end_matches('.') == "LIMITS_ERROR")
    }
}

/// PayStar's rule: after 499 and above, and any error that is not documented, the order may exist.
fn classify(status: u16, cause: &Cause) -> (ErrorCode, Outcome) {
    match status {
        400 if cause.status_description.as_deref() == Some("1-4007") => {
            (ErrorCode::DuplicateOrder, Outcome::Rejected)
        }
        400 if cause.is_limit() => (ErrorCode::LimitReached, Outcome::Rejected),
        400 if cause.is_named() => (ErrorCode::RequestRefused, Outcome::Rejected),
        401 => (ErrorCode::Unauthorized, Outcome::Rejected),
        403 => (ErrorCode::Forbidden, Outcome::Rejected),
        423 => (ErrorCode::TemporarilyUnavailable, Outcome::Rejected),
        429 => (ErrorCode::TooManyRequests, Outcome::Unknown),
        499.. => (ErrorCode::ServerError, Outcome::Unknown),
        _ => (ErrorCode::UnexpectedAnswer, Outcome::Unknown),
    }
}

fn fallback_message(answer: &HttpAnswer) -> String {
    let body = if answer.body.is_empty() { "without a body" } else { "without naming a cause" };
    match answer.status {
        0 | 300..=399 => "PayStar answered with a redirect, which is never followed.".to_owned(),
        status => format!("PayStar answered {status} {body}."),
    }
}

fn is_retryable(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::TemporarilyUnavailable
            | ErrorCode::TooManyRequests
            | ErrorCode::ServerError
            | ErrorCode::ConnectionFailed
            | ErrorCode::Timeout
            | ErrorCode::DeadlineExceeded
    )
}

fn advice(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::ValidationFailed => "Mend the fields that issues names, and send the request again.",
        ErrorCode::ConfigurationInvalid => "Mend the options that the message names.",
        ErrorCode::Unauthorized => {
            "Check that the keys are those of this pipeline (payouts and deposits have keys of their own), \
             complete and active, and that this server's address is on the allow-list; then ask the account manager."
        }
        ErrorCode::Forbidden => {
            "Ask the account manager to activate the keys, and to put this server's address on the allow-list."
        }
        ErrorCode::DuplicateOrder => {
            "Read the status of this externalTransactionId: that order is this one, or another use of the id. \
             Use a new id only for a new order."
        }
        ErrorCode::LimitReached => "Ask the account manager to raise the limit.",
        ErrorCode::RequestRefused => "Mend what the message names, and send the request again.",
        ErrorCode::TemporarilyUnavailable | ErrorCode::TooManyRequests => {
            "Try again later, with the same externalTransactionId."
        }
        ErrorCode::DeadlineExceeded => {
            "The order goes on without you: read its status later, or wait for the callback."
        }
        ErrorCode::SignatureMissing | ErrorCode::SignatureMalformed => {
            "Pass the header Signature as it came. A request without it is not from PayStar."
        }
        ErrorCode::SignatureMismatch => {
            "Do not believe this request. If it is from PayStar, callbacks.diagnose says why it does not verify."
        }
        ErrorCode::KeyMissing => "Give the private key of the order's pipeline as an option of the client.",
        ErrorCode::BodyTooLarge => {
            "Refuse the request: no callback is that long. maxBodyBytes sets the limit."
        }
        ErrorCode::BodyInvalid | ErrorCode::BodyDuplicateKey | ErrorCode::BodyAmbiguousValue => {
            "Pass the raw body, not a parsed one; do not believe this request."
        }
        ErrorCode::ServerError
        | ErrorCode::UnexpectedAnswer
        | ErrorCode::InvalidAnswer
        | ErrorCode::Timeout
        | ErrorCode::Aborted
        | ErrorCode::Interrupted
        | ErrorCode::ConnectionFailed => {
            "Where outcome is \"unknown\", the order may exist: read its status by externalTransactionId before \
             doing anything else, and never send it again under another id."
        }
    }
}

/// A sentence that names the fields, for those who see only the message.
fn summary(what: &str, issues: &[Issue]) -> String {
    let errors: Vec<&str> = issues
        .iter()
        .filter(|issue| issue.severity == Severity::Error)
        .map(|issue| issue.message.as_str())
        .collect();
    match errors.split_at_checked(3) {
        Some((shown, more)) if !more.is_empty() => {
            format!("{what}: {} And {} more.", shown.join(" "), more.len())
        }
        _ => format!("{what}: {}", errors.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(status: u16, body: &str) -> Failure {
        let answer = HttpAnswer { status, body: body.as_bytes().to_vec(), ..HttpAnswer::default() };
        Failure::from_answer(&answer, &["sk_live_77"])
    }

    fn meaning(status: u16, body: &str) -> (ErrorCode, Option<Outcome>) {
        let failure = failure(status, body);
        (failure.code, failure.outcome)
    }

    #[test]
    fn documented_errors_mean_what_the_documentation_says() {
        const DUPLICATE: &str = r#"{"label": "VALIDATION_ERROR.", "statusDescrption": "1-4007", "message": "Order with this external_transaction_id already exist"}"#;
        const LIMIT: &str = r#"{"label": "LIMITS_ERROR", "message": "Limit id: 5eaf47eb-344c-4aeb-8651-494d649499b5 was reached", "statusDescrption": "0001-0", "externalTransactionId": null}"#;
        const MISSING: &str = r#"{"label": "VALIDATION_ERROR.", "message": "Amount is required property", "statusDescrption": "0-0000"}"#;
        for (status, body, code) in [
            (400, DUPLICATE, ErrorCode::DuplicateOrder),
            (400, LIMIT, ErrorCode::LimitReached),
            (400, MISSING, ErrorCode::RequestRefused),
            (401, "", ErrorCode::Unauthorized),
            (403, "", ErrorCode::Forbidden),
            (423, r#"{"message":"There is currently "}"#, ErrorCode::TemporarilyUnavailable),
        ] {
            assert_eq!(meaning(status, body), (code, Some(Outcome::Rejected)), "{status} {body}");
        }
        let failure = failure(400, DUPLICATE);
        assert_eq!(failure.message, "Order with this external_transaction_id already exist");
        assert_eq!(failure.label.as_deref(), Some("VALIDATION_ERROR."));
        assert_eq!(failure.status_description.as_deref(), Some("1-4007"));
    }

    #[test]
    fn after_anything_else_the_order_may_exist() {
        for (status, body, code) in [
            (0, "", ErrorCode::UnexpectedAnswer),
            (307, "", ErrorCode::UnexpectedAnswer),
            (400, "", ErrorCode::UnexpectedAnswer),
            (400, "<html>Bad Request</html>", ErrorCode::UnexpectedAnswer),
            (400, r#"{"label":5}"#, ErrorCode::UnexpectedAnswer),
            (404, "", ErrorCode::UnexpectedAnswer),
            (409, r#"{"statusDescrption":"1-4007"}"#, ErrorCode::UnexpectedAnswer),
            (429, "", ErrorCode::TooManyRequests),
            (499, "", ErrorCode::ServerError),
            (500, r#"{"label":"X"}"#, ErrorCode::ServerError),
            (504, "", ErrorCode::ServerError),
            (999, "", ErrorCode::ServerError),
        ] {
            assert_eq!(meaning(status, body), (code, Some(Outcome::Unknown)), "{status} {body}");
        }
    }

    #[test]
    fn paystars_texts_lose_their_secrets() {
        let failure =
            failure(400, r#"{"label":"sk_live_77","message":"card 4111111111111111, key sk_live_77"}"#);
        assert_eq!(failure.message, "card 411111******1111, key [redacted]");
        assert_eq!(failure.label.as_deref(), Some("[redacted]"));
    }

    #[test]
    fn every_failure_says_what_to_do() {
        for status in [0, 400, 401, 403, 404, 423, 429, 500] {
            assert!(failure(status, "").advice.ends_with('.'));
        }
    }

    #[test]
    fn a_summary_names_three_fields_and_counts_the_rest() {
        let issue = |message: &str| Issue {
            path: String::new(),
            code: crate::model::issue::IssueCode::Required,
            message: message.to_owned(),
            severity: Severity::Error,
        };
        let failure = Failure::validation(vec![issue("a."), issue("b."), issue("c."), issue("d.")], None);
        assert_eq!(failure.message, "The request was not sent: a. b. c. And 1 more.");
    }
}
