//! Why a call failed, and what that says about the order.

use serde::{Serialize, Serializer};

use paystar_model::id::ExternalTransactionId;
use paystar_model::issue::{Issue, Severity};
use paystar_model::order::OrderState;

use super::attempt::Attempt;
use super::error_code::{ErrorCode, Outcome};
use super::error_response::{ErrorResponse, RequestKind};
use super::explain::advice_of;
use super::http::{Departure, HttpResponse};

/// Why a call failed, without a secret in it. As JSON it has the fields of the error that JavaScript throws.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// What went wrong, for people. PayStar's own message if there is one.
    pub message: String,
    /// The merchant's id of the order.
    pub external_transaction_id: Option<ExternalTransactionId>,
    /// The requests of the call, if it sent any.
    pub attempts: Option<Vec<Attempt>>,
    /// Whether a panel reported it. The panel's own client has sent the request as often as it may.
    pub is_of_panel: bool,
}

/// The kinds of failures, each with what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub enum FailureKind {
    /// The request, or an argument of a helper, is not valid.
    Validation(Vec<Issue>),
    /// The options of the client or of the call are not valid.
    Options(Vec<Issue>),
    /// The client has no keys for the pipeline.
    NoKeys,
    /// The client has no private key for signatures. This says nothing about the sender.
    NoPrivateKey,
    /// A response that is not the expected success.
    Response(ErrorResponse),
    /// The connection could not be made, or broke.
    Connection(Departure),
    /// There was no whole response in time.
    Timeout(Departure),
    /// The order was not final in time.
    DeadlineExceeded,
    /// The caller's signal ended the call when a request may have been sent already.
    Aborted,
    /// An exception interrupted the client of a panel.
    Interrupted(Departure),
    /// A callback or an alert that must not be trusted. The code says why.
    NotTrusted(ErrorCode),
}

impl FailureKind {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Validation(_) => ErrorCode::ValidationFailed,
            Self::Options(_) | Self::NoKeys => ErrorCode::ConfigurationInvalid,
            Self::NoPrivateKey => ErrorCode::KeyMissing,
            Self::Response(response) => response.code,
            Self::Connection(_) => ErrorCode::ConnectionFailed,
            Self::Timeout(_) => ErrorCode::Timeout,
            Self::DeadlineExceeded => ErrorCode::DeadlineExceeded,
            Self::Aborted => ErrorCode::Aborted,
            Self::Interrupted(_) => ErrorCode::Interrupted,
            Self::NotTrusted(code) => *code,
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        let outcome = match self {
            Self::Validation(_) | Self::Options(_) | Self::NoKeys | Self::NoPrivateKey => Outcome::NotSent,
            Self::Response(response) => response.outcome(),
            Self::Connection(departure) | Self::Timeout(departure) | Self::Interrupted(departure) => {
                outcome_of(*departure)
            }
            Self::DeadlineExceeded | Self::Aborted => Outcome::Unknown,
            Self::NotTrusted(_) => return None,
        };
        Some(outcome)
    }
}

fn outcome_of(departure: Departure) -> Outcome {
    match departure {
        Departure::NothingSent => Outcome::NotSent,
        Departure::MayHaveBeenSent => Outcome::Unknown,
    }
}

impl Failure {
    /// A failure of a kind.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            external_transaction_id: None,
            attempts: None,
            is_of_panel: false,
        }
    }

    /// The request is not valid, so it was not sent.
    pub fn validation(issues: Vec<Issue>, external_transaction_id: Option<ExternalTransactionId>) -> Self {
        let message = summary("The request was not sent", &issues);
        Self { external_transaction_id, ..Self::new(FailureKind::Validation(issues), message) }
    }

    /// The options of a client or of a call are not valid.
    pub fn options(issues: Vec<Issue>) -> Self {
        let message = summary("The options are wrong", &issues);
        Self::new(FailureKind::Options(issues), message)
    }

    /// The client has no keys for the pipeline of the operation.
    pub fn missing_key(pipeline: &str) -> Self {
        let message = format!("The client has no keys for {pipeline}. Pass them in the option {pipeline}.");
        Self::new(FailureKind::NoKeys, message)
    }

    /// The connection failed.
    pub fn connection(departure: Departure, reason: &str) -> Self {
        let what = match departure {
            Departure::NothingSent => "The connection to PayStar could not be made",
            Departure::MayHaveBeenSent => "The connection to PayStar failed",
        };
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        Self::new(FailureKind::Connection(departure), format!("{what}{reason}."))
    }

    /// There was no whole response in time.
    pub fn timeout(timeout_ms: u32, departure: Departure) -> Self {
        let what = match departure {
            Departure::NothingSent => "There was no connection to PayStar",
            Departure::MayHaveBeenSent => "There was no whole response from PayStar",
        };
        Self::new(FailureKind::Timeout(departure), format!("{what} within {timeout_ms} ms."))
    }

    /// The caller's signal ended the call when a request may have been sent already.
    pub fn aborted() -> Self {
        let message = "The call was aborted when the request may have been sent to PayStar already.";
        Self::new(FailureKind::Aborted, message)
    }

    /// The order was not final in time.
    pub fn deadline(deadline_ms: u32, last_status: Option<&str>) -> Self {
        let last = last_status
            .map_or_else(|| "No read succeeded".to_owned(), |status| format!("Its last status was {status}"));
        let message = format!("The order was not final within {deadline_ms} ms. {last}.");
        Self::new(FailureKind::DeadlineExceeded, message)
    }

    /// The client has no private key for signatures.
    pub fn private_key_missing(message: impl Into<String>) -> Self {
        Self::new(FailureKind::NoPrivateKey, message)
    }

    /// A callback or an alert must not be trusted.
    pub fn signature(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::new(FailureKind::NotTrusted(code), message)
    }

    /// A response that is not a success.
    pub fn from_response(response: &HttpResponse, secrets: &[&str], request: RequestKind) -> Self {
        let (response, message) = ErrorResponse::read(response, secrets, request);
        Self::new(FailureKind::Response(response), message)
    }

    /// A success whose body is not valid.
    pub fn invalid_answer(http_status: u16, reason: &str) -> Self {
        let message = format!("The response was {http_status}, but it cannot be used: {reason}.");
        Self::new(FailureKind::Response(ErrorResponse::new(ErrorCode::InvalidAnswer, http_status)), message)
    }

    /// A lookup found an order with the id of the request, but with another amount or currency. `refusal` is PayStar's
    /// response that the id is taken, if there was one.
    ///
    /// The outcome is not `rejected`, although PayStar accepts each id once: an amount can change after the creation, so
    /// the order may be the order of this request.
    pub fn other_order(refusal: Option<Self>, order: Box<OrderState>) -> Self {
        const MESSAGE: &str =
            "PayStar has an order with this externalTransactionId, but with another amount or currency.";
        let of_lookup = || {
            let response = ErrorResponse::new(ErrorCode::DuplicateOrder, 200);
            Self::new(FailureKind::Response(response), String::new())
        };
        Self { message: MESSAGE.to_owned(), ..refusal.unwrap_or_else(of_lookup).with_order(order) }
    }

    /// The same failure, about the order with this id if it is known.
    #[must_use]
    pub fn of_order(mut self, external_transaction_id: Option<&ExternalTransactionId>) -> Self {
        if let Some(id) = external_transaction_id {
            self.external_transaction_id = Some(id.clone());
        }
        self
    }

    /// The same failure, with the order that PayStar has with this id.
    #[must_use]
    pub fn with_order(mut self, order: Box<OrderState>) -> Self {
        if let FailureKind::Response(response) = &mut self.kind {
            response.order = Some(order);
        }
        self
    }

    /// The stable word for what went wrong.
    pub fn code(&self) -> ErrorCode {
        self.kind.code()
    }

    /// What this says about the order of the call. `None` if no request is involved.
    pub fn outcome(&self) -> Option<Outcome> {
        self.kind.outcome()
    }

    /// Whether the same request, with the same id, can succeed later. Never if the outcome is unknown.
    pub fn is_retryable(&self) -> bool {
        self.code().may_pass() && self.outcome().is_some_and(|outcome| outcome != Outcome::Unknown)
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        advice_of(self.code(), self.outcome())
    }

    /// The response that is the reason.
    pub fn response(&self) -> Option<&ErrorResponse> {
        match &self.kind {
            FailureKind::Response(response) => Some(response),
            _ => None,
        }
    }

    /// How long PayStar asks to wait (header `Retry-After`).
    pub fn retry_after_ms(&self) -> Option<u64> {
        self.response()?.retry_after_ms
    }

    /// The order that PayStar has with this id.
    pub fn order(&self) -> Option<&OrderState> {
        self.response()?.order.as_deref()
    }
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let response = self.response();
        let issues = match &self.kind {
            FailureKind::Validation(issues) | FailureKind::Options(issues) => Some(issues),
            _ => None,
        };
        Fields {
            code: self.code(),
            message: &self.message,
            outcome: self.outcome(),
            external_transaction_id: self.external_transaction_id.as_ref(),
            retryable: self.is_retryable(),
            advice: self.advice(),
            http_status: response.map(|response| response.http_status),
            label: response.and_then(|response| response.label.as_ref()),
            status_description: response.and_then(|response| response.status_description.as_ref()),
            issues,
            retry_after_ms: self.retry_after_ms(),
            attempts: self.attempts.as_ref(),
            order: self.order(),
        }
        .serialize(serializer)
    }
}

/// The fields of the error in JavaScript.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    code: ErrorCode,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_transaction_id: Option<&'a ExternalTransactionId>,
    retryable: bool,
    advice: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_description: Option<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issues: Option<&'a Vec<Issue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<&'a Vec<Attempt>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'a OrderState>,
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
pub(crate) mod tests {
    use super::*;

    fn failure(status: u16, body: &str) -> Failure {
        let answer = HttpResponse { status, body: body.as_bytes().to_vec(), ..HttpResponse::default() };
        Failure::from_response(&answer, &["sk_live_77"], RequestKind::Creation(&"Order-7".into()))
    }

    fn meaning(status: u16, body: &str) -> (ErrorCode, Option<Outcome>) {
        let failure = failure(status, body);
        (failure.code(), failure.outcome())
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
        assert_eq!((failure.code(), failure.outcome()), (ErrorCode::DuplicateOrder, Some(Outcome::Unknown)));
        assert_eq!(failure.message, "Order with this external_transaction_id already exist");
        assert_eq!(failure.response().unwrap().label.as_deref(), Some("VALIDATION_ERROR."));
        assert_eq!(failure.response().unwrap().status_description.as_deref(), Some("1-4007"));
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
            Failure::from_response(&of_bytes(status, body), &[], RequestKind::Status(own_id))
        };
        let id = &ExternalTransactionId::from("Order-7");
        let id = Some(id);
        for body in FOREIGN {
            let failure = of_status(404, body, id);
            assert_eq!(failure.code(), ErrorCode::UnexpectedAnswer, "{}", String::from_utf8_lossy(body));
            assert!(!failure.message.contains("does not know an order"), "{}", failure.message);
        }
        for body in OWN.iter().chain(&[&b""[..], b" \r\n\t"]) {
            let failure = of_status(404, body, id);
            assert_eq!(failure.code(), ErrorCode::NotFound, "{}", String::from_utf8_lossy(body));
            assert_eq!(failure.outcome(), Some(Outcome::Unknown));
            assert!(!failure.is_retryable() && !failure.advice().contains("ead the status"));
        }
        for status in [200, 204, 400, 403, 405, 410, 500] {
            assert_ne!(of_status(status, b"", id).code(), ErrorCode::NotFound, "{status}");
        }
        // PayStar cannot tell the merchant's id of an order that it does not know by its own id.
        let named = of_status(404, br#"{"externalTransactionId":"Order-7"}"#, None);
        assert_ne!(named.code(), ErrorCode::NotFound);
    }

    #[test]
    fn a_404_to_a_creation_or_a_balance_read_is_no_order_that_is_missing() {
        for body in OWN.iter().chain(FOREIGN) {
            let failure =
                Failure::from_response(&of_bytes(404, body), &[], RequestKind::Creation(&"Order-7".into()));
            assert_eq!(failure.code(), ErrorCode::UnexpectedAnswer);
            assert_eq!(failure.outcome(), Some(Outcome::Unknown));
        }
    }

    #[test]
    fn a_refusal_in_a_body_that_is_not_paystars_is_not_believed() {
        for status in [400, 401, 403, 423] {
            for body in FOREIGN {
                let failure = Failure::from_response(
                    &of_bytes(status, body),
                    &[],
                    RequestKind::Creation(&"Order-7".into()),
                );
                let shown = String::from_utf8_lossy(body);
                assert_eq!(failure.code(), ErrorCode::UnexpectedAnswer, "{status} {shown}");
                assert_eq!(failure.outcome(), Some(Outcome::Unknown), "{status} {shown}");
            }
            for body in OWN.iter().filter(|body| body.windows(9).any(|part| part == b"\"message\"")) {
                let failure = Failure::from_response(
                    &of_bytes(status, body),
                    &[],
                    RequestKind::Creation(&"Order-7".into()),
                );
                assert_eq!(failure.outcome(), Some(Outcome::Rejected), "{status}");
            }
        }
        for (status, empty) in [(400, false), (401, true), (403, true), (423, false)] {
            for body in [&b""[..], b" \n"] {
                let failure = Failure::from_response(&of_bytes(status, body), &[], RequestKind::Balance);
                assert_eq!(failure.outcome() == Some(Outcome::Rejected), empty, "{status}");
            }
        }
        let other = br#"{"statusDescrption":"1-4007","externalTransactionId":"Order-8"}"#;
        let failure =
            Failure::from_response(&of_bytes(400, other), &[], RequestKind::Creation(&"Order-7".into()));
        assert_eq!(failure.code(), ErrorCode::UnexpectedAnswer);
        let with_order = br#"{"statusDescrption":"1-4007","externalId":"PSP-1"}"#;
        let failure =
            Failure::from_response(&of_bytes(400, with_order), &[], RequestKind::Creation(&"Order-7".into()));
        assert_eq!(failure.code(), ErrorCode::DuplicateOrder);
    }

    #[test]
    fn nothing_that_is_unknown_is_retryable() {
        for status in [0, 201, 307, 400, 401, 403, 404, 409, 423, 429, 499, 500, 503] {
            for body in [&b""[..], b"{}", b"<html>", br#"{"message":"m","statusDescrption":"1-4007"}"#] {
                let failure = Failure::from_response(&of_bytes(status, body), &[], RequestKind::Balance);
                assert!(
                    failure.outcome() != Some(Outcome::Unknown) || !failure.is_retryable(),
                    "{failure:?}"
                );
            }
        }
        for failure in [
            Failure::connection(Departure::MayHaveBeenSent, ""),
            Failure::timeout(5, Departure::MayHaveBeenSent),
            Failure::aborted(),
            Failure::deadline(5, None),
            Failure::invalid_answer(200, ""),
        ] {
            assert!(!failure.is_retryable(), "{failure:?}");
        }
        for failure in [
            Failure::connection(Departure::NothingSent, ""),
            Failure::timeout(5, Departure::NothingSent),
            failure(423, "{}"),
        ] {
            assert!(failure.is_retryable(), "{failure:?}");
        }
    }

    #[test]
    fn paystars_texts_lose_their_secrets() {
        let failure =
            failure(400, r#"{"label":"sk_live_77","message":"card 4111111111111111, key sk_live_77"}"#);
        assert_eq!(failure.message, "card 411111******1111, key [redacted]");
        assert_eq!(failure.response().unwrap().label.as_deref(), Some("[redacted]"));
    }

    #[test]
    fn every_failure_says_what_to_do() {
        for status in [0, 400, 401, 403, 404, 423, 429, 500] {
            assert!(failure(status, "").advice().ends_with('.'));
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

    /// A failure for each code that Rust makes, and for each outcome that it can have.
    pub(crate) fn one_of_each() -> Vec<Failure> {
        let response = |code| Failure::new(FailureKind::Response(ErrorResponse::new(code, 400)), "m.");
        let mut all = vec![
            Failure::validation(Vec::new(), None),
            Failure::options(Vec::new()),
            Failure::missing_key("payouts"),
            Failure::private_key_missing("m."),
            Failure::connection(Departure::NothingSent, ""),
            Failure::connection(Departure::MayHaveBeenSent, ""),
            Failure::timeout(5, Departure::NothingSent),
            Failure::timeout(5, Departure::MayHaveBeenSent),
            Failure::aborted(),
            Failure::deadline(5, None),
            Failure::new(FailureKind::Interrupted(Departure::NothingSent), "m."),
            Failure::new(FailureKind::Interrupted(Departure::MayHaveBeenSent), "m."),
        ];
        all.extend(
            [
                ErrorCode::Unauthorized,
                ErrorCode::Forbidden,
                ErrorCode::DuplicateOrder,
                ErrorCode::LimitReached,
                ErrorCode::RequestRefused,
                ErrorCode::TemporarilyUnavailable,
                ErrorCode::TooManyRequests,
                ErrorCode::ServerError,
                ErrorCode::ApprovalPending,
                ErrorCode::Rejected,
                ErrorCode::NotFound,
                ErrorCode::UnexpectedAnswer,
                ErrorCode::InvalidAnswer,
            ]
            .map(response),
        );
        all.extend(
            [
                ErrorCode::SignatureMissing,
                ErrorCode::SignatureMalformed,
                ErrorCode::SignatureMismatch,
                ErrorCode::BodyTooLarge,
                ErrorCode::BodyInvalid,
                ErrorCode::BodyDuplicateKey,
                ErrorCode::BodyAmbiguousValue,
            ]
            .map(|code| Failure::signature(code, "m.")),
        );
        all
    }

    #[test]
    fn the_table_of_errors_says_what_failures_say() {
        let mut rows: Vec<Vec<&str>> =
            include_str!("errors.tsv").lines().skip(1).map(|line| line.split('\t').collect()).collect();
        for failure in one_of_each() {
            let json = serde_json::to_value(&failure).unwrap();
            let word = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
            let (code, outcome) = (word("code"), word("outcome"));
            let row = rows.iter().position(|row| (row[0], row[1]) == (&code, &outcome));
            let row = row.map(|row| rows.remove(row));
            // Two kinds of failures have this code.
            let Some(row) = row.or_else(|| (code == "configuration_invalid").then(Vec::new)) else {
                panic!("errors.tsv has no row for {code} with outcome {outcome}")
            };
            if let [_, _, _, _, retry, advice, ..] = row[..] {
                assert_eq!(json["advice"], advice, "{code}");
                let may_repeat = retry == "sameRequestLater" && outcome != "unknown";
                assert_eq!(json["retryable"], may_repeat, "{code} {outcome}");
            }
        }
        assert_eq!(rows, Vec::<Vec<&str>>::new(), "no failure has these codes");
    }
}
