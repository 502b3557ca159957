//! What a response that is not a success means.
//!
//! PayStar documentation: error-discriptions, status-discriptions.

use paystar_json::Members;
use paystar_model::id::ExternalTransactionId;
use paystar_model::order::OrderState;

use super::error_code::{ErrorCode, Outcome};
use super::http::HttpResponse;
use super::redact::scrub;

/// The member of the error bodies of a panel. `panel.rs` reads them.
pub(crate) const PANEL: &str = "paystarPanel";

/// A response that is not the expected success.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorResponse {
    /// What it means.
    pub code: ErrorCode,
    /// The HTTP status. 0 for a redirect that the platform hides.
    pub http_status: u16,
    /// PayStar's label, such as `VALIDATION_ERROR.`.
    pub label: Option<String>,
    /// PayStar's `statusDescrption`, such as `1-4007`.
    pub status_description: Option<String>,
    /// How long PayStar asks to wait (header `Retry-After`).
    pub retry_after_ms: Option<u64>,
    /// The order that PayStar has with the id, if a lookup found it.
    pub order: Option<Box<OrderState>>,
}

impl ErrorResponse {
    /// A response of which only the HTTP status is known.
    pub fn new(code: ErrorCode, http_status: u16) -> Self {
        Self { code, http_status, label: None, status_description: None, retry_after_ms: None, order: None }
    }

    /// Reads a response, and the message for its error. PayStar's texts are kept, except for secrets in them.
    pub fn read(response: &HttpResponse, secrets: &[&str], request: RequestKind) -> (Self, String) {
        let body = ErrorBody::read(&response.body, request);
        let code = classify(response.status, &body, request);
        let clean = |text: Option<String>| text.map(|text| scrub(&text, secrets));
        let message =
            clean(body.message).unwrap_or_else(|| default_message(response.status, code, &body.form));
        let read = Self {
            label: clean(body.label),
            status_description: clean(body.status_description),
            retry_after_ms: response.retry_after_ms,
            ..Self::new(code, response.status)
        };
        (read, message)
    }

    /// What the response says about the order of the request.
    pub fn outcome(&self) -> Outcome {
        match self.code {
            ErrorCode::Unauthorized
            | ErrorCode::Forbidden
            | ErrorCode::LimitReached
            | ErrorCode::RequestRefused
            | ErrorCode::TemporarilyUnavailable
            | ErrorCode::ApprovalPending
            | ErrorCode::Rejected => Outcome::Rejected,
            // After 499 and above, and after any undocumented error, the order may exist: PayStar's own rule. The order
            // of a 404 may still appear, and the order of a duplicate may be the order of this request.
            _ => Outcome::Unknown,
        }
    }
}

/// What a request was for. The same response can mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind<'a> {
    /// It creates the order with this id of the merchant.
    Creation(&'a ExternalTransactionId),
    /// It reads the status of an order, with the merchant's id if the request had it.
    Status(Option<&'a ExternalTransactionId>),
    /// It reads the balances.
    Balance,
}

impl<'a> RequestKind<'a> {
    /// The merchant's id of the order, if the request had it.
    pub fn external_transaction_id(self) -> Option<&'a ExternalTransactionId> {
        match self {
            Self::Creation(id) => Some(id),
            Self::Status(id) => id,
            Self::Balance => None,
        }
    }
}

/// What a body is. This shows who may have sent it.
#[derive(Default, PartialEq)]
enum Form {
    /// Nothing, or white space.
    Empty,
    /// One JSON object, with each member once.
    Object,
    /// Anything else. PayStar does not send such a body.
    #[default]
    Foreign,
}

/// The members of PayStar's error bodies that say what happened.
#[derive(Default)]
struct ErrorBody {
    form: Form,
    label: Option<String>,
    message: Option<String>,
    status_description: Option<String>,
    /// Whether it has a merchant's id that is not the id of the request.
    has_other_id: bool,
    /// Whether it has PayStar's id of an order.
    has_order: bool,
}

impl ErrorBody {
    fn read(body: &[u8], request: RequestKind) -> Self {
        if body.trim_ascii().is_empty() {
            return Self { form: Form::Empty, ..Self::default() };
        }
        let Ok(mut members) = Members::from_body(body) else { return Self::default() };
        // PayStar does not send errors of a panel.
        if members.has_any(&[PANEL]) {
            return Self::default();
        }
        let has_order = members.has_any(&["externalId", "externald"]);
        let own_id = request.external_transaction_id().map(ExternalTransactionId::as_str);
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

    /// Whether it may be PayStar's error about the request. A body that has an order, or another id, is about something
    /// else.
    fn is_about_request(&self) -> bool {
        self.form == Form::Object && !self.has_order && !self.has_other_id
    }

    fn has_cause(&self) -> bool {
        self.label.is_some() || self.message.is_some() || self.status_description.is_some()
    }

    fn is_limit(&self) -> bool {
        self.status_description.as_deref() == Some("0001-0")
            || self.label.as_deref().is_some_and(|label| label.trim_end_matches('.') == "LIMITS_ERROR")
    }
}

/// A documented status with a body that is not from PayStar is not a documented response: a filter may have blocked the
/// response after PayStar created the order. PayStar documents no body for 401 and 403. It documents a body for 423, so
/// a 423 without a body is not trusted. This costs one lookup. A wrong refusal could cost a second payment.
fn classify(status: u16, body: &ErrorBody, request: RequestKind) -> ErrorCode {
    let is_ours = body.is_about_request();
    let is_ours_or_empty = is_ours || body.form == Form::Empty;
    match status {
        // The order may be the order of this request: networks and runtimes sometimes send a request twice.
        400 if !body.has_other_id && body.status_description.as_deref() == Some("1-4007") => {
            ErrorCode::DuplicateOrder
        }
        400 if is_ours && body.is_limit() => ErrorCode::LimitReached,
        400 if is_ours && body.has_cause() => ErrorCode::RequestRefused,
        401 if is_ours_or_empty => ErrorCode::Unauthorized,
        403 if is_ours_or_empty => ErrorCode::Forbidden,
        // PayStar does not document its response for an unknown id, so only a response that PayStar can send counts.
        404 if is_ours_or_empty && matches!(request, RequestKind::Status(_)) => ErrorCode::NotFound,
        423 if is_ours => ErrorCode::TemporarilyUnavailable,
        429 => ErrorCode::TooManyRequests,
        499.. => ErrorCode::ServerError,
        _ => ErrorCode::UnexpectedAnswer,
    }
}

fn default_message(status: u16, code: ErrorCode, form: &Form) -> String {
    let body = match form {
        Form::Empty => "without a body",
        Form::Object => "without a cause",
        Form::Foreign => "with a body that is not from PayStar",
    };
    match status {
        0 | 300..=399 => "The response was a redirect. The client never follows redirects.".to_owned(),
        _ if code == ErrorCode::NotFound => "PayStar does not know an order with this id.".to_owned(),
        status => format!("The response was {status} {body}."),
    }
}
