//! Errors of a panel. A panel is a backend of the merchant that sends the requests of a page to PayStar.
//! `createPanelHandler` writes these bodies (`src/server/panel_response.js`).
//!
//! Only a client without keys reads them: it cannot reach PayStar itself. The body must name the operation and the order
//! of this request, so a page of a proxy or a response to another request proves nothing. A pair of code and outcome
//! that the client itself cannot have proves nothing either. What proves nothing has the outcome `unknown`.

use paystar_json::{Members, Raw};
use paystar_model::issue::{Issue, IssueCode, Severity};

use super::error_code::{ErrorCode, Outcome};
use super::error_response::{ErrorResponse, PANEL, RequestKind};
use super::failure::{Failure, FailureKind};
use super::http::{Departure, HttpResponse};
use super::redact::scrub;

/// A request has few members, so no backend finds more problems.
const MOST_ISSUES: usize = 300;

/// Reads the error of a panel. `None` if the body is not from a panel.
pub fn read(response: &HttpResponse, secrets: &[&str], request: RequestKind) -> Option<Failure> {
    let mut members = Members::from_body(&response.body).ok()?;
    if !members.has_any(&[PANEL]) {
        return None;
    }
    let failure = members
        .take(PANEL)
        .and_then(Raw::object)
        .filter(|told| !told.has_duplicate() && is_about(told, request))
        .and_then(|told| failure(told, response, secrets));
    Some(failure.unwrap_or_else(|| {
        let kind = FailureKind::Response(ErrorResponse::new(ErrorCode::UnexpectedAnswer, response.status));
        Failure::new(kind, format!("The response was {} with an error of another request.", response.status))
    }))
}

/// Whether the error is about this request.
fn is_about(told: &Members, request: RequestKind) -> bool {
    let text = |name| told.get(name).and_then(Raw::text).unwrap_or_default();
    let operation = text("operation");
    let of_orders = operation.strip_prefix("payouts.").or_else(|| operation.strip_prefix("deposits."));
    let is_same_kind = match request {
        RequestKind::Creation(_) => of_orders.is_some_and(|method| method.starts_with("create")),
        RequestKind::Status(_) => of_orders.is_some_and(|method| method.starts_with("get")),
        RequestKind::Balance => operation == BALANCES,
    };
    let id = request.external_transaction_id();
    is_same_kind && id.is_none_or(|id| text("externalTransactionId") == id.as_str())
}

const BALANCES: &str = "balances.get";

fn failure(mut told: Members, response: &HttpResponse, secrets: &[&str]) -> Option<Failure> {
    let mut text = |name| told.take(name).and_then(Raw::text);
    let outcome = match text("outcome")?.as_str() {
        "notSent" => Outcome::NotSent,
        "rejected" => Outcome::Rejected,
        "unknown" => Outcome::Unknown,
        _ => return None,
    };
    let word = text("code")?;
    let code = CODES.iter().find(|(known, _)| *known == word)?.1;
    let departure =
        if outcome == Outcome::NotSent { Departure::NothingSent } else { Departure::MayHaveBeenSent };
    let mut clean = |name| text(name).map(|text| scrub(&text, secrets));
    let message = clean("message").unwrap_or_default();
    let (label, status_description) = (clean("label"), clean("statusDescription"));
    let http_status = told.take("httpStatus").and_then(Raw::number).and_then(|digits| digits.parse().ok());
    let issues = told.take("issues").map(|list| issues(list, secrets));
    let kind = match code {
        ErrorCode::ValidationFailed => FailureKind::Validation(issues.unwrap_or_default()),
        ErrorCode::ConfigurationInvalid => issues.map_or(FailureKind::NoKeys, FailureKind::Options),
        ErrorCode::ConnectionFailed => FailureKind::Connection(departure),
        ErrorCode::Timeout => FailureKind::Timeout(departure),
        ErrorCode::Interrupted => FailureKind::Interrupted(departure),
        ErrorCode::Aborted => FailureKind::Aborted,
        code => FailureKind::Response(ErrorResponse {
            label,
            status_description,
            retry_after_ms: response.retry_after_ms,
            ..ErrorResponse::new(code, http_status.unwrap_or(response.status))
        }),
    };
    let failure = Failure { is_of_panel: true, ..Failure::new(kind, message) };
    (failure.outcome() == Some(outcome)).then_some(failure)
}

/// The codes that a backend can have for a request of a page.
const CODES: [(&str, ErrorCode); 19] = [
    ("validation_failed", ErrorCode::ValidationFailed),
    ("configuration_invalid", ErrorCode::ConfigurationInvalid),
    ("connection_failed", ErrorCode::ConnectionFailed),
    ("timeout", ErrorCode::Timeout),
    ("interrupted", ErrorCode::Interrupted),
    ("aborted", ErrorCode::Aborted),
    ("unauthorized", ErrorCode::Unauthorized),
    ("forbidden", ErrorCode::Forbidden),
    ("duplicate_order", ErrorCode::DuplicateOrder),
    ("limit_reached", ErrorCode::LimitReached),
    ("request_refused", ErrorCode::RequestRefused),
    ("temporarily_unavailable", ErrorCode::TemporarilyUnavailable),
    ("too_many_requests", ErrorCode::TooManyRequests),
    ("server_error", ErrorCode::ServerError),
    ("not_found", ErrorCode::NotFound),
    ("unexpected_answer", ErrorCode::UnexpectedAnswer),
    ("invalid_answer", ErrorCode::InvalidAnswer),
    ("approval_pending", ErrorCode::ApprovalPending),
    ("rejected", ErrorCode::Rejected),
];

fn issues(list: Raw, secrets: &[&str]) -> Vec<Issue> {
    let mut issues = Vec::new();
    list.each_value(&mut |value| {
        if let Some(mut told) = value.object() {
            let mut text = |name| told.take(name).and_then(Raw::text).unwrap_or_default();
            issues.push(Issue {
                path: scrub(&text("path"), secrets),
                code: IssueCode::from_word(&text("code")),
                message: scrub(&text("message"), secrets),
                severity: if text("severity") == "warning" { Severity::Warning } else { Severity::Error },
            });
        }
        issues.len() < MOST_ISSUES
    });
    issues
}

#[cfg(test)]
mod tests {
    use super::super::failure::tests::one_of_each;
    use super::*;

    fn answer(body: &str) -> HttpResponse {
        HttpResponse { status: 500, body: body.as_bytes().to_vec(), retry_after_ms: Some(2000) }
    }

    fn of_creation(body: &str) -> Option<Failure> {
        read(&answer(body), &["sk_live_77"], RequestKind::Creation(&"Order-7".into()))
    }

    fn body(members: &str) -> String {
        format!(
            r#"{{"paystarPanel":{{"operation":"payouts.create","externalTransactionId":"Order-7",{members}}}}}"#
        )
    }

    fn meaning(failure: &Failure) -> (ErrorCode, Option<Outcome>) {
        (failure.code(), failure.outcome())
    }

    const NOT_BELIEVED: (ErrorCode, Option<Outcome>) = (ErrorCode::UnexpectedAnswer, Some(Outcome::Unknown));

    #[test]
    fn code_and_outcome_of_the_backends_error_stay_the_same() {
        let mut count = 0;
        for sent in one_of_each() {
            let json = serde_json::to_value(&sent).unwrap();
            let word = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
            let (code, outcome) = (word("code"), word("outcome"));
            let read =
                of_creation(&body(&format!(r#""code":"{code}","outcome":"{outcome}","message":"m.""#)));
            let read = read.unwrap();
            // The backend waits for no status and verifies no callback for a page.
            if outcome.is_empty() || ["deadline_exceeded", "key_missing"].contains(&code.as_str()) {
                assert_eq!(meaning(&read), NOT_BELIEVED, "{code}");
                continue;
            }
            assert_eq!(meaning(&read), meaning(&sent), "{code} {outcome}");
            assert_eq!((read.message.as_str(), read.is_of_panel), ("m.", true));
            count += 1;
        }
        assert_eq!(count, 23);
    }

    #[test]
    fn paystars_texts_and_the_issues_reach_the_page_without_secrets() {
        let failure = of_creation(&body(
            r#""code":"limit_reached","outcome":"rejected","message":"no sk_live_77","label":"LIMITS_ERROR","statusDescription":"0001-0","httpStatus":400"#,
        ))
        .unwrap();
        let response = failure.response().unwrap();
        assert_eq!(failure.message, "no [redacted]");
        assert_eq!((response.http_status, response.retry_after_ms), (400, Some(2000)));
        assert_eq!(response.label.as_deref(), Some("LIMITS_ERROR"));
        assert_eq!(response.status_description.as_deref(), Some("0001-0"));
        let failure = of_creation(&body(
            r#""code":"validation_failed","outcome":"notSent","issues":[{"path":"amount","code":"negative","message":"m.","severity":"error"},{"code":"of_tomorrow","severity":"warning"},7]"#,
        ));
        let FailureKind::Validation(issues) = failure.unwrap().kind else { panic!() };
        assert_eq!((issues[0].path.as_str(), issues[0].code), ("amount", IssueCode::Negative));
        assert_eq!((issues[1].severity, issues.len()), (Severity::Warning, 2));
    }

    #[test]
    fn a_pair_of_code_and_outcome_that_no_client_has_is_not_believed() {
        for pair in [
            r#""code":"server_error","outcome":"notSent""#,
            r#""code":"server_error","outcome":"rejected""#,
            r#""code":"duplicate_order","outcome":"rejected""#,
            r#""code":"timeout","outcome":"rejected""#,
            r#""code":"aborted","outcome":"notSent""#,
            r#""code":"rejected","outcome":"notSent""#,
            r#""code":"of_tomorrow","outcome":"rejected""#,
            r#""code":"rejected""#,
            r#""outcome":"notSent""#,
            r#""code":"rejected","outcome":"rejected","outcome":"notSent""#,
        ] {
            assert_eq!(meaning(&of_creation(&body(pair)).unwrap()), NOT_BELIEVED, "{pair}");
        }
    }

    #[test]
    fn an_error_of_another_request_or_of_another_page_is_not_believed() {
        let told = body(r#""code":"rejected","outcome":"rejected""#);
        for other in [
            told.replace("Order-7", "Order-8"),
            told.replace("Order-7", "order-7"),
            told.replace(r#""Order-7""#, "null"),
            told.replace("payouts.create", "payouts.getByExternalTransactionId"),
            told.replace("payouts.create", "balances.get"),
            told.replace(r#""operation":"payouts.create","#, ""),
            told.replace("paystarPanel", "PaystarPanel"),
            r#"{"paystarPanel":true}"#.to_owned(),
            r#"{"paystarPanel":null}"#.to_owned(),
            r#"{"paystarPanel":[]}"#.to_owned(),
        ] {
            assert_eq!(meaning(&of_creation(&other).unwrap()), NOT_BELIEVED, "{other}");
        }
        for page in ["", "<html>", "{}", "[]", r#"{"message":"m"}"#, r#"{"a":{"paystarPanel":{}}}"#] {
            assert_eq!(of_creation(page), None, "{page}");
        }
    }

    #[test]
    fn an_error_of_a_read_is_not_one_of_a_creation() {
        let told = |operation| {
            answer(&body(r#""code":"not_found","outcome":"unknown""#).replace("payouts.create", operation))
        };
        let own = &"Order-7".into();
        for (operation, is_status, is_balance) in [
            ("payouts.create", false, false),
            ("deposits.createHosted", false, false),
            ("payouts.get", true, false),
            ("deposits.getByExternalTransactionId", true, false),
            ("balances.get", false, true),
        ] {
            let code = |request| read(&told(operation), &[], request).unwrap().code();
            assert_eq!(code(RequestKind::Status(Some(own))) == ErrorCode::NotFound, is_status);
            assert_eq!(code(RequestKind::Status(None)) == ErrorCode::NotFound, is_status);
            assert_eq!(code(RequestKind::Balance) == ErrorCode::NotFound, is_balance);
        }
    }

    #[test]
    fn a_client_of_paystar_takes_the_error_of_a_panel_for_a_foreign_page() {
        for status in [400, 401, 403, 404, 423] {
            let told = body(r#""code":"rejected","outcome":"rejected","message":"m""#);
            let response = HttpResponse { status, ..answer(&told) };
            for request in [RequestKind::Creation(&"Order-7".into()), RequestKind::Status(None)] {
                assert_eq!(meaning(&Failure::from_response(&response, &[], request)), NOT_BELIEVED);
            }
        }
    }
}
