//! A panel between a caller without keys and the sandbox. It adds the token, makes one attempt for each request, and
//! reports what a client with keys says about PayStar's response.

use paystar_engine::step::NoResponse;
use paystar_protocol::error_response::RequestKind;
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{HttpRequest, HttpResponse, Method};

use crate::plan::Plan;

/// An error that the panel reports without a request to PayStar: its HTTP status, code and outcome.
pub(crate) type Report = (u16, &'static str, &'static str);

/// The panel refuses these requests, or its client cannot connect to PayStar.
pub(crate) const REPORTS: [Report; 4] = [
    (403, "rejected", "rejected"),
    (403, "approval_pending", "rejected"),
    (423, "temporarily_unavailable", "rejected"),
    (400, "connection_failed", "notSent"),
];

/// The panel's response after this response of PayStar, if the world has a panel. A success passes unchanged.
pub(crate) fn relay(
    result: Result<HttpResponse, NoResponse<()>>,
    request: &HttpRequest,
    plan: &Plan,
    order: usize,
) -> Result<HttpResponse, NoResponse<()>> {
    if !plan.is_behind_panel() {
        return result;
    }
    let id = plan.merchant_id(order);
    let failure = match result {
        Ok(response) if response.status == 200 => return Ok(response),
        Ok(response) if response.status < 300 => Failure::invalid_answer(response.status, ""),
        Ok(response) => {
            let is_by_merchant_id = request.url.ends_with("-transaction-id");
            let kind = match request.method {
                Method::Post => RequestKind::Creation(&id),
                Method::Get => RequestKind::Status(is_by_merchant_id.then_some(&id)),
            };
            Failure::from_response(&response, &[], kind)
        }
        Err(NoResponse::Connection { departure, code, .. }) => Failure::connection(departure, &code),
        Err(NoResponse::Timeout { departure }) => Failure::timeout(1, departure),
        Err(_) => Failure::aborted(),
    };
    let word = |json: serde_json::Result<String>| json.unwrap_or_default().replace('"', "");
    let code = word(serde_json::to_string(&failure.code()));
    let outcome = word(serde_json::to_string(&failure.outcome()));
    let status = failure.response().map_or(500, |response| response.http_status.max(400));
    let response = report((status, &code, &outcome), request, plan, order);
    Ok(HttpResponse { retry_after_ms: failure.retry_after_ms(), ..response })
}

/// An error of the panel about this request.
pub(crate) fn report(
    (status, code, outcome): (u16, &str, &str),
    request: &HttpRequest,
    plan: &Plan,
    order: usize,
) -> HttpResponse {
    let operation = match request.method {
        Method::Post => "payouts.create",
        Method::Get => "payouts.getByExternalTransactionId",
    };
    let id = plan.merchant_id(order);
    let id = id.as_str();
    let body = format!(
        r#"{{"paystarPanel":{{"operation":"{operation}","externalTransactionId":"{id}","code":"{code}","outcome":"{outcome}"}}}}"#
    );
    HttpResponse { status, body: body.into_bytes(), retry_after_ms: None }
}
