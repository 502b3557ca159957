//! Responses with faults.

use super::api;
use super::dates::http_date;
use super::faults::{ApiCall, Commit, Fault, FaultKind, Operation, RetryAfter};
use super::http::{ReceivedRequest, Response, Transmission};
use super::orders::Orders;
use super::route::Route;
use super::state::{CreationDelay, State};
use paystar_json::Members;
use paystar_model::id::OrderId;

const HTML: &str = "<!doctype html><html><body><h1>Something went wrong</h1></body></html>";

/// A response, and how it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The response. With some faults, it is not sent, or only a part of it.
    pub response: Response,
    /// How much of it is sent, and when.
    pub transmission: Transmission,
    /// The jump of the sandbox's clock. The owner of the sandbox adds it to all later times.
    pub clock_jump_ms: i64,
}

/// Replies to a request with this fault. Hosted pages have no faults.
pub(crate) fn reply(
    state: &mut State,
    route: Option<&Route>,
    request: &ReceivedRequest,
    fault: Option<Fault>,
    now: u64,
) -> Reply {
    let fault = fault.filter(|_| route.is_some_and(Route::is_api));
    let kind = fault.map_or(FaultKind::None, |fault| fault.kind);
    let clock_jump_ms = if let FaultKind::ClockJump { ms } = kind { ms } else { 0 };
    let now = now.saturating_add_signed(clock_jump_ms);
    state.advance_to(now);
    let is_creation = matches!(route, Some(Route::Create(_)));
    let commit = match fault {
        Some(_) if is_creation && kind.is_refusal() => Commit::Undone,
        Some(fault) if is_creation => fault.commit,
        _ => Commit::Done,
    };
    let mut response = match commit {
        Commit::Undone => Response::gateway_timeout(),
        Commit::Later { after_ms, is_reserved } => {
            let delay = CreationDelay { after_ms, reserves_id: is_reserved };
            api::respond(state, route, request, Some(delay), now)
        }
        Commit::Done => api::respond(state, route, request, None, now),
    };
    if let FaultKind::SentTwice { hears_first } = kind {
        let second = api::respond(state, route, request, None, now);
        if !hears_first {
            response = second;
        }
    }
    let mut response = distort(kind, response, now);
    response.headers.push(("date", http_date(now)));
    Reply { response, transmission: kind.transmission(), clock_jump_ms }
}

/// The response that the fault sends instead of the right one.
fn distort(kind: FaultKind, mut response: Response, now: u64) -> Response {
    match kind {
        FaultKind::Status { http_status, retry_after } => {
            let mut response = Response::of_status(http_status);
            response.headers.extend(retry_after.map(|wait| ("retry-after", retry_after_text(wait, now))));
            response
        }
        FaultKind::TruncatedJson => {
            let half = response.body.len() / 2;
            response.body.truncate(response.body.floor_char_boundary(half));
            response
        }
        FaultKind::Html => Response::with_html(200, HTML.to_owned()),
        _ => response,
    }
}

fn retry_after_text(wait: RetryAfter, now: u64) -> String {
    match wait {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::Date(seconds) => http_date(now.saturating_add(u64::from(seconds).saturating_mul(1000))),
    }
}

/// The operation and the order of a request. `None` for a hosted page.
pub(crate) fn api_call(route: &Route, body: &[u8], orders: &Orders) -> Option<ApiCall> {
    let (operation, external_transaction_id) = match route {
        Route::Create(_) => {
            let mut members = Members::from_body(body).unwrap_or_default();
            let id = members.take_text("externalTransactionId").ok().flatten();
            (Operation::Create, id.map(Into::into))
        }
        Route::Status(_, OrderId::Merchant(id)) => (Operation::Status, Some(id.clone())),
        Route::Status(pipeline, id) => {
            let order = orders.find(*pipeline, id).and_then(|index| orders.get(index));
            (Operation::Status, order.map(|order| order.external_transaction_id.clone()))
        }
        Route::Balance(_) => (Operation::Balance, None),
        Route::ShowPage(_) | Route::SubmitPage(_) => return None,
    };
    Some(ApiCall { operation, external_transaction_id })
}
