//! The network between a caller and the sandbox: it carries requests and responses, and can replace a response.

use paystar_engine::step::NoResponse;
use paystar_protocol::endpoint::HOST_HEADER;
use paystar_protocol::http::{Departure, HttpRequest, HttpResponse};
use paystar_sandbox::faults::Fault;
use paystar_sandbox::{ReceivedRequest, Reply, Transmission};

use crate::delivery::ProxyResponse;

pub(crate) const BASE_URL: &str = "http://sandbox";

/// How the sandbox and the network handle one copy of a request.
#[derive(Default)]
pub(crate) struct Handling {
    pub(crate) fault: Option<Fault>,
    /// The caller gets this response instead of the sandbox's response.
    pub(crate) proxy_response: Option<ProxyResponse>,
    pub(crate) is_response_delivered: bool,
}

/// The form of a request that the sandbox reads.
pub(crate) fn received<'a>(request: &'a HttpRequest, token: Option<&'a str>) -> ReceivedRequest<'a> {
    let header = |wanted: &str| {
        request.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    };
    ReceivedRequest {
        method: request.method.as_str(),
        target: request.url.strip_prefix(BASE_URL).unwrap_or_default(),
        authorization: header("authorization").or(token),
        named_host: header(HOST_HEADER),
        origin: BASE_URL,
        body: request.body.as_deref().unwrap_or_default().as_bytes(),
        ..ReceivedRequest::default()
    }
}

/// The form that a customer sends from the hosted page with this path.
pub(crate) fn filled_page(path: &str) -> ReceivedRequest<'_> {
    ReceivedRequest {
        method: "POST",
        target: path,
        origin: BASE_URL,
        body: b"cardNumber=4111111111111111&cardHolder=TEST+CUSTOMER&expiry=12%2F30&cvv=123",
        ..ReceivedRequest::default()
    }
}

/// What the caller gets, and how many milliseconds later. `None`: the connection stays open, but nothing more comes.
pub(crate) fn receive(reply: &Reply) -> Option<(u64, Result<HttpResponse, NoResponse<()>>)> {
    let header = |wanted: &str| {
        reply.response.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    };
    let delay_ms = match reply.transmission {
        Transmission::Whole => 0,
        Transmission::Late(ms) | Transmission::Slow(ms) => u64::from(ms),
        Transmission::Stalled | Transmission::StalledInBody => return None,
        Transmission::Lost | Transmission::CutInHeaders | Transmission::CutInBody | Transmission::Short => {
            let code = "ECONNRESET".to_owned();
            return Some((
                0,
                Err(NoResponse::Connection { departure: Departure::MayHaveBeenSent, code, cause: () }),
            ));
        }
    };
    let retry_after_ms = header("retry-after").map(|wait| match wait.parse::<u64>() {
        Ok(seconds) => seconds * 1000,
        Err(_) => ms_between(header("date").unwrap_or_default(), wait),
    });
    let body = reply.response.body.clone().into_bytes();
    Some((delay_ms, Ok(HttpResponse { status: reply.response.status, body, retry_after_ms })))
}

pub(crate) fn respond_as_proxy(response: ProxyResponse) -> HttpResponse {
    let (status, body) = match response {
        ProxyResponse::Page { status, body } | ProxyResponse::OtherError { status, body } => (status, body),
        ProxyResponse::OtherSuccess { status } => {
            (status, &br#"{"externalId":"PSP-other","orderStatus":"Created"}"#[..])
        }
        ProxyResponse::OtherOrder => {
            let body = br#"{"externalId":"PSP-other","orderStatus":"Success","externalTransactionId":"Order-other"}"#;
            (200, &body[..])
        }
    };
    HttpResponse { status, body: body.to_vec(), retry_after_ms: None }
}

/// The milliseconds between two HTTP dates. 0 if a date is not valid.
fn ms_between(earlier: &str, later: &str) -> u64 {
    let parse = |text| httpdate::parse_http_date(text).ok();
    let wait =
        parse(later).zip(parse(earlier)).and_then(|(later, earlier)| later.duration_since(earlier).ok());
    wait.map_or(0, |wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}
