//! What went wrong with a request, and what that says about the order.
//!
//! PayStar documentation: error-discriptions, status-discriptions.

use serde::Serialize;

use paystar_json::Members;
use paystar_model::id::ExternalTransactionId;
use paystar_model::issue::{Issue, Severity};
use paystar_model::order::OrderState;

use super::attempt::Attempt;
use super::explain::advice_of;
use super::http::{Departure, HttpResponse};
use super::redact::scrub;

/// What a failure says about the order of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Surely nothing reached PayStar.
    NotSent,
    /// PayStar refused. This request made no order.
    Rejected,
    /// An order may exist. Read its status by `externalTransactionId` before doing anything else. A read makes no
    /// order: after it, this says only that the read has told nothing.
    Unknown,
}

/// What went wrong, as a stable word: what `catch` blocks compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
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
    /// An order with this `externalTransactionId` exists already, and it may be yours: PayStar answered 400 `1-4007`, or
    /// a lookup found an order with another amount or currency.
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
    /// 404 to a status read: PayStar does not know an order with this id now.
    NotFound,
    /// A status that is not documented, or a documented refusal with a body that is not PayStar's: a proxy or a filter
    /// may have answered.
    UnexpectedAnswer,
    /// A success that cannot be used: its status is not 200, its body is not what it should be, or it is about another
    /// order or another currency.
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
    /// The client has no private key to verify or sign with.
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

    /// Whether what went wrong may be over the next time. The engine decides by this, not by `retryable`: that one is
    /// for callers, and a caller must not repeat a call whose outcome is unknown.
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::TemporarilyUnavailable
                | Self::TooManyRequests
                | Self::ServerError
                | Self::ConnectionFailed
                | Self::Timeout
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
    pub external_transaction_id: Option<ExternalTransactionId>,
    /// Whether the same request, with the same id, can succeed later. Never where the outcome is unknown.
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
            retryable: outcome != Outcome::Unknown && code.may_pass(),
            advice: advice_of(code, outcome),
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
    pub fn validation(issues: Vec<Issue>, external_transaction_id: Option<ExternalTransactionId>) -> Self {
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

    /// The connection failed.
    pub fn connection(departure: Departure, reason: &str) -> Self {
        let (outcome, what) = match departure {
            Departure::NothingSent => (Outcome::NotSent, "The connection to PayStar could not be made"),
            Departure::MayHaveBeenSent => (Outcome::Unknown, "The connection to PayStar failed"),
        };
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        Self::new(ErrorCode::ConnectionFailed, outcome, format!("{what}{reason}."))
    }

    /// There was no whole response in time.
    pub fn timeout(timeout_ms: u32, departure: Departure) -> Self {
        let (outcome, what) = match departure {
            Departure::NothingSent => (Outcome::NotSent, "There was no connection to PayStar"),
            Departure::MayHaveBeenSent => (Outcome::Unknown, "PayStar gave no whole answer"),
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

    /// There is no private key to verify or sign with. That is the merchant's own configuration: it says nothing about
    /// the sender.
    pub fn private_key_missing(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::KeyMissing, Outcome::NotSent, message)
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

    /// A lookup found an order with the id of the request and with another amount or currency. `refusal` is PayStar's
    /// answer that the id is taken, where there was one.
    ///
    /// The outcome is not `rejected`, although PayStar takes an id once: an amount can change after the creation, so the
    /// order may be the one of this request.
    pub fn other_order(refusal: Option<Self>, order: Box<OrderState>) -> Self {
        const MESSAGE: &str =
            "PayStar has an order with this externalTransactionId, but with another amount or currency.";
        let of_lookup = || Self {
            http_status: Some(200),
            ..Self::new(ErrorCode::DuplicateOrder, Outcome::Unknown, String::new())
        };
        let failure = refusal.unwrap_or_else(of_lookup);
        Self { message: MESSAGE.to_owned(), order: Some(order), ..failure }
    }

    /// What an answer that is not a success means. PayStar's texts are kept, except for secrets in them.
    pub fn from_response(answer: &HttpResponse, secrets: &[&str], asked: Asked) -> Self {
        let cause = Cause::read(&answer.body, asked);
        let (code, outcome) = classify(answer.status, &cause, asked);
        let clean = |text: Option<String>| text.map(|text| scrub(&text, secrets));
        let message =
            clean(cause.message).unwrap_or_else(|| fallback_message(answer.status, code, &cause.form));
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
    pub fn of_order(mut self, external_transaction_id: Option<&ExternalTransactionId>) -> Self {
        if let Some(id) = external_transaction_id {
            self.external_transaction_id = Some(id.clone());
        }
        self
    }
}

/// What a request asked for. The same answer can mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'a> {
    /// The creation of the order with this id of the merchant.
    Creation(&'a ExternalTransactionId),
    /// The status of an order, with the merchant's id if the request had it.
    Status(Option<&'a ExternalTransactionId>),
    /// The balances.
    Balance,
}

impl<'a> Asked<'a> {
    fn own_id(self) -> Option<&'a ExternalTransactionId> {
        match self {
            Self::Creation(id) => Some(id),
            Self::Status(id) => id,
            Self::Balance => None,
        }
    }
}

/// What the body of an answer is, as far as that tells who wrote it.
#[derive(Default, PartialEq)]
enum Form {
    /// Nothing, or white space.
    Empty,
    /// One JSON object, with each member once.
    Object,
    /// Anything else: PayStar sends no such body.
    #[default]
    Foreign,
}

/// The members of PayStar's error bodies that say what happened.
#[derive(Default)]
struct Cause {
    form: Form,
    label: Option<String>,
    message: Option<String>,
    status_description: Option<String>,
    /// Whether the merchant's id in it is another one than that of the request.
    has_other_id: bool,
    /// Whether it has PayStar's id of an order.
    has_order: bool,
}

impl Cause {
    fn read(body: &[u8], asked: Asked) -> Self {
        if body.trim_ascii().is_empty() {
            return Self { form: Form::Empty, ..Self::default() };
        }
        let Ok(mut members) = Members::from_body(body) else { return Self::default() };
        let has_order = members.has_any(&["externalId", "externald"]);
        let own_id = asked.own_id().map(ExternalTransactionId::as_str);
        let id = members.take("externalTransactionId");
        let mut text = |name| members.take_text(name).ok().flatten().filter(|text| !text.trim().is_empty());
        Self {
            form: Form::Object,
            label: text("label"),
            message: text("message"),
            status_description: text("statusDescrption").or_else(|| text("statusDescription")),
            has_other_id: id.is_some_and(|id| own_id.is_none() || id.text().as_deref() != own_id),
            has_order,
        }
    }

    /// Whether it may be PayStar's error about the order of the request. An error that names an order, or another one,
    /// is about something else.
    fn is_about_request(&self) -> bool {
        self.form == Form::Object && !self.has_order && !self.has_other_id
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
///
/// A documented status with a body that is not PayStar's is not documented either: a filter that blocks the answer
/// looks so, and then PayStar has made the order. For 401 and 403 PayStar documents no body. For 423 it documents one,
/// so a 423 without a body is not believed: it costs one lookup, and a wrong refusal could cost a second payment.
fn classify(status: u16, cause: &Cause, asked: Asked) -> (ErrorCode, Outcome) {
    let is_ours = cause.is_about_request();
    let is_ours_or_empty = is_ours || cause.form == Form::Empty;
    match status {
        // The order may be the one of this very request: networks and runtimes send a request twice at times.
        400 if !cause.has_other_id && cause.status_description.as_deref() == Some("1-4007") => {
            (ErrorCode::DuplicateOrder, Outcome::Unknown)
        }
        400 if is_ours && cause.is_limit() => (ErrorCode::LimitReached, Outcome::Rejected),
        400 if is_ours && cause.is_named() => (ErrorCode::RequestRefused, Outcome::Rejected),
        401 if is_ours_or_empty => (ErrorCode::Unauthorized, Outcome::Rejected),
        403 if is_ours_or_empty => (ErrorCode::Forbidden, Outcome::Rejected),
        // PayStar does not document its answer for an id that it does not know, so only what it may say counts. This does
        // not prove that there is no order: the one of a lost creation may still appear.
        404 if is_ours_or_empty && matches!(asked, Asked::Status(_)) => {
            (ErrorCode::NotFound, Outcome::Unknown)
        }
        423 if is_ours => (ErrorCode::TemporarilyUnavailable, Outcome::Rejected),
        429 => (ErrorCode::TooManyRequests, Outcome::Unknown),
        499.. => (ErrorCode::ServerError, Outcome::Unknown),
        _ => (ErrorCode::UnexpectedAnswer, Outcome::Unknown),
    }
}

fn fallback_message(status: u16, code: ErrorCode, form: &Form) -> String {
    let body = match form {
        Form::Empty => "without a body",
        Form::Object => "without naming a cause",
        Form::Foreign => "with a body that is not PayStar's",
    };
    match status {
        0 | 300..=399 => "PayStar answered with a redirect, which is never followed.".to_owned(),
        _ if code == ErrorCode::NotFound => "PayStar knows no order with this id: not found.".to_owned(),
        status => format!("The answer was {status} {body}."),
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
        let answer = HttpResponse { status, body: body.as_bytes().to_vec(), ..HttpResponse::default() };
        Failure::from_response(&answer, &["sk_live_77"], Asked::Creation(&"Order-7".into()))
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
            (400, LIMIT, ErrorCode::LimitReached),
            (400, MISSING, ErrorCode::RequestRefused),
            (401, "", ErrorCode::Unauthorized),
            (403, "", ErrorCode::Forbidden),
            (423, r#"{"message":"There is currently "}"#, ErrorCode::TemporarilyUnavailable),
        ] {
            assert_eq!(meaning(status, body), (code, Some(Outcome::Rejected)), "{status} {body}");
        }
        let failure = failure(400, DUPLICATE);
        // The order that PayStar has may be the one of this request.
        assert_eq!((failure.code, failure.outcome), (ErrorCode::DuplicateOrder, Some(Outcome::Unknown)));
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

    /// Bodies that PayStar does not send, as bytes.
    const FOREIGN: &[&[u8]] = &[
        b"<html>",
        b"\xEF\xBB\xBF<html>",
        "\u{a0}<html>".as_bytes(),
        "\u{feff}".as_bytes(),
        b"\xFF\xFE<\0h\0t\0m\0l\0>\0",
        b"{\0}\0",
        b"\x1F\x8B\x08\0",
        b"404 page not found",
        b"default backend - 404",
        b"null",
        b"[]",
        b"\"no such order\"",
        b"404",
        b"{",
        b"{} {}",
        br#"{"message":"a","message":"b"}"#,
        br#"{"externalId":"PSP-1"}"#,
        br#"{"externalId":null}"#,
        br#"{"ExternalId":"PSP-1"}"#,
        br#"{"external\u0049d":"PSP-1"}"#,
        br#"{"externald":"PSP-1"}"#,
        br#"{"message":"m","externalTransactionId":"Order-8"}"#,
        br#"{"message":"m","externalTransactionId":"order-7"}"#,
        br#"{"message":"m","externalTransactionId":7}"#,
    ];
    const OWN: &[&[u8]] = &[
        b"{}",
        b" {\"a\":1}\n",
        b"\xEF\xBB\xBF{}",
        br#"{"message":"Order not found"}"#,
        br#"{"message":"m","externalTransactionId":"Order-7"}"#,
        br#"{"message":"m","externalTransactionId":null}"#,
        br#"{"title":"Not Found","status":404,"order":{"externalId":null}}"#,
    ];

    fn of_bytes(status: u16, body: &[u8]) -> HttpResponse {
        HttpResponse { status, body: body.to_vec(), ..HttpResponse::default() }
    }

    #[test]
    fn only_what_paystar_may_say_means_that_there_is_no_such_order() {
        let of_status = |status, body: &[u8], own_id| {
            Failure::from_response(&of_bytes(status, body), &[], Asked::Status(own_id))
        };
        let id = &ExternalTransactionId::from("Order-7");
        let id = Some(id);
        for body in FOREIGN {
            let failure = of_status(404, body, id);
            assert_eq!(failure.code, ErrorCode::UnexpectedAnswer, "{}", String::from_utf8_lossy(body));
            assert!(!failure.message.contains("not found: "), "{}", failure.message);
        }
        for body in OWN.iter().chain(&[&b""[..], b" \r\n\t"]) {
            let failure = of_status(404, body, id);
            assert_eq!(failure.code, ErrorCode::NotFound, "{}", String::from_utf8_lossy(body));
            assert_eq!(failure.outcome, Some(Outcome::Unknown));
            assert!(!failure.retryable && !failure.advice.contains("ead the status"));
        }
        for status in [200, 204, 400, 403, 405, 410, 500] {
            assert_ne!(of_status(status, b"", id).code, ErrorCode::NotFound, "{status}");
        }
        // PayStar cannot tell the merchant's id of an order that it does not know by its own id.
        let named = of_status(404, br#"{"externalTransactionId":"Order-7"}"#, None);
        assert_ne!(named.code, ErrorCode::NotFound);
    }

    #[test]
    fn a_404_to_a_creation_or_a_balance_read_is_no_order_that_is_missing() {
        for body in OWN.iter().chain(FOREIGN) {
            let failure =
                Failure::from_response(&of_bytes(404, body), &[], Asked::Creation(&"Order-7".into()));
            assert_eq!(failure.code, ErrorCode::UnexpectedAnswer);
            assert_eq!(failure.outcome, Some(Outcome::Unknown));
        }
    }

    #[test]
    fn a_refusal_in_a_body_that_is_not_paystars_is_not_believed() {
        for status in [400, 401, 403, 423] {
            for body in FOREIGN {
                let failure =
                    Failure::from_response(&of_bytes(status, body), &[], Asked::Creation(&"Order-7".into()));
                let shown = String::from_utf8_lossy(body);
                assert_eq!(failure.code, ErrorCode::UnexpectedAnswer, "{status} {shown}");
                assert_eq!(failure.outcome, Some(Outcome::Unknown), "{status} {shown}");
            }
            for body in OWN.iter().filter(|body| body.windows(9).any(|part| part == b"\"message\"")) {
                let failure =
                    Failure::from_response(&of_bytes(status, body), &[], Asked::Creation(&"Order-7".into()));
                assert_eq!(failure.outcome, Some(Outcome::Rejected), "{status}");
            }
        }
        for (status, empty) in [(400, false), (401, true), (403, true), (423, false)] {
            for body in [&b""[..], b" \n"] {
                let failure = Failure::from_response(&of_bytes(status, body), &[], Asked::Balance);
                assert_eq!(failure.outcome == Some(Outcome::Rejected), empty, "{status}");
            }
        }
        let other = br#"{"statusDescrption":"1-4007","externalTransactionId":"Order-8"}"#;
        let failure = Failure::from_response(&of_bytes(400, other), &[], Asked::Creation(&"Order-7".into()));
        assert_eq!(failure.code, ErrorCode::UnexpectedAnswer);
        let with_order = br#"{"statusDescrption":"1-4007","externalId":"PSP-1"}"#;
        let failure =
            Failure::from_response(&of_bytes(400, with_order), &[], Asked::Creation(&"Order-7".into()));
        assert_eq!(failure.code, ErrorCode::DuplicateOrder);
    }

    #[test]
    fn nothing_that_is_unknown_is_retryable() {
        for status in [0, 201, 307, 400, 401, 403, 404, 409, 423, 429, 499, 500, 503] {
            for body in [&b""[..], b"{}", b"<html>", br#"{"message":"m","statusDescrption":"1-4007"}"#] {
                let failure = Failure::from_response(&of_bytes(status, body), &[], Asked::Balance);
                assert!(failure.outcome != Some(Outcome::Unknown) || !failure.retryable, "{failure:?}");
            }
        }
        for failure in [
            Failure::connection(Departure::MayHaveBeenSent, ""),
            Failure::timeout(5, Departure::MayHaveBeenSent),
            Failure::aborted(),
            Failure::deadline(5, None),
            Failure::invalid_answer(200, ""),
        ] {
            assert!(!failure.retryable, "{failure:?}");
        }
        for failure in [
            Failure::connection(Departure::NothingSent, ""),
            Failure::timeout(5, Departure::NothingSent),
            failure(423, "{}"),
        ] {
            assert!(failure.retryable, "{failure:?}");
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
            code: paystar_model::issue::IssueCode::Required,
            message: message.to_owned(),
            severity: Severity::Error,
        };
        let failure = Failure::validation(vec![issue("a."), issue("b."), issue("c."), issue("d.")], None);
        assert_eq!(failure.message, "The request was not sent: a. b. c. And 1 more.");
    }
}
