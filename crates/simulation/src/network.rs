//! The way between a caller and the sandbox: what arrives, what comes back, and what is put in its place.

use paystar_engine::step::NoResponse;
use paystar_protocol::http::{Departure, HttpRequest, HttpResponse};
use paystar_sandbox::Arrival;
use paystar_sandbox::faults::{Fault, Reply, Sending};

use crate::fate::Forgery;

pub(crate) const BASE_URL: &str = "http://sandbox";

/// What happens to one copy of a request, and to its answer.
#[derive(Default)]
pub(crate) struct Treatment {
    pub(crate) fault: Option<Fault>,
    pub(crate) forgery: Option<Forgery>,
    pub(crate) is_heard: bool,
}

/// A request as it reaches the sandbox.
pub(crate) fn arrival(request: &HttpRequest) -> Arrival<'_> {
    let header = |wanted: &str| {
        request.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    };
    Arrival {
        method: request.method.as_str(),
        target: request.url.strip_prefix(BASE_URL).unwrap_or_default(),
        authorization: header("authorization"),
        named_host: header("x-paystar-host"),
        origin: BASE_URL,
        body: request.body.as_deref().unwrap_or_default().as_bytes(),
        ..Arrival::default()
    }
}

/// What a customer sends who pays on the hosted page with this path.
pub(crate) fn filled_page(path: &str) -> Arrival<'_> {
    Arrival {
        method: "POST",
        target: path,
        origin: BASE_URL,
        body: b"cardNumber=4111111111111111&cardHolder=TEST+CUSTOMER&expiry=12%2F30&cvv=123",
        ..Arrival::default()
    }
}

/// What the caller gets of a reply and how much later; nothing where the connection stays open and silent.
pub(crate) fn reach(reply: &Reply) -> Option<(u64, Result<HttpResponse, NoResponse<()>>)> {
    let header = |wanted: &str| {
        reply.answer.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    };
    let late_ms = match reply.sending {
        Sending::Whole => 0,
        Sending::Late(ms) | Sending::Slow(ms) => u64::from(ms),
        Sending::Stalled | Sending::StalledInBody => return None,
        Sending::Lost | Sending::CutInHeaders | Sending::CutInBody | Sending::Short => {
            let code = "ECONNRESET".to_owned();
            return Some((
                0,
                Err(NoResponse::Connection { departure: Departure::MayHaveBeenSent, code, cause: () }),
            ));
        }
    };
    let retry_after_ms = header("retry-after").map(|wait| match wait.parse::<u64>() {
        Ok(seconds) => seconds * 1000,
        Err(_) => since(wait, header("date").unwrap_or_default()),
    });
    let body = reply.answer.body.clone().into_bytes();
    Some((late_ms, Ok(HttpResponse { status: reply.answer.status, body, retry_after_ms })))
}

pub(crate) fn forge(forgery: Forgery) -> HttpResponse {
    let (status, body) = match forgery {
        Forgery::Page { status, body } | Forgery::OtherError { status, body } => (status, body),
        Forgery::OtherSuccess { status } => {
            (status, &br#"{"externalId":"PSP-forged","orderStatus":"Created"}"#[..])
        }
        Forgery::OtherOrder => {
            let body = br#"{"externalId":"PSP-forged","orderStatus":"Success","externalTransactionId":"Order-forged"}"#;
            (200, &body[..])
        }
    };
    HttpResponse { status, body: body.to_vec(), retry_after_ms: None }
}

fn since(date: &str, earlier: &str) -> u64 {
    let parse = |text| httpdate::parse_http_date(text).ok();
    let wait = parse(date).zip(parse(earlier)).and_then(|(date, earlier)| date.duration_since(earlier).ok());
    wait.map_or(0, |wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}
