//! The operation of a request. It depends on the method, the path and the host.

use paystar_model::id::{ExternalId, OrderId};
use paystar_protocol::endpoint::{
    BALANCE, DEPOSITS, Host, PAYOUTS, STATUS, STATUS_BY_EXTERNAL_TRANSACTION_ID,
};
use paystar_protocol::pipeline::Pipeline;

use super::http::ReceivedRequest;

/// The path of the hosted pages. PayStar does not document a path, so this is the sandbox's own.
pub(crate) const PAGES: &str = "/pay/";

/// The endpoint of a creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CreationEndpoint {
    Payouts,
    /// The host says which kind of deposit it is. `None` for an unknown host.
    Deposits(Option<Host>),
}

impl CreationEndpoint {
    pub(crate) fn pipeline(self) -> Pipeline {
        match self {
            Self::Payouts => Pipeline::Payouts,
            Self::Deposits(_) => Pipeline::Deposits,
        }
    }
}

/// The operation of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Create(CreationEndpoint),
    Status(Pipeline, OrderId),
    /// The currency can be missing.
    Balance(Option<String>),
    ShowPage(ExternalId),
    SubmitPage(ExternalId),
}

impl Route {
    /// `None` for an unknown method or path. In PayStar's samples, a path can also begin with two slashes, and the path
    /// of a creation can have no final slash.
    pub(crate) fn of(request: &ReceivedRequest) -> Option<Self> {
        let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
        let extra_slashes = path.bytes().take_while(|byte| *byte == b'/').count().saturating_sub(1);
        let path = path.get(extra_slashes..)?;
        let is_collection =
            |collection: &str| path == collection || collection.strip_suffix('/') == Some(path);
        match request.method {
            "POST" if is_collection(PAYOUTS) => Some(Self::Create(CreationEndpoint::Payouts)),
            "POST" if is_collection(DEPOSITS) => {
                Some(Self::Create(CreationEndpoint::Deposits(host(request))))
            }
            "POST" => Some(Self::SubmitPage(page(path)?)),
            "GET" if path == BALANCE => Some(Self::Balance(currency(query))),
            "GET" => status(path, PAYOUTS, Pipeline::Payouts)
                .or_else(|| status(path, DEPOSITS, Pipeline::Deposits))
                .or_else(|| page(path).map(Self::ShowPage)),
            _ => None,
        }
    }

    /// Whether it is an operation of PayStar's API. Hosted pages are not.
    pub(crate) fn is_api(&self) -> bool {
        !matches!(self, Self::ShowPage(_) | Self::SubmitPage(_))
    }
}

fn status(path: &str, collection: &str, pipeline: Pipeline) -> Option<Route> {
    let rest = path.strip_prefix(collection)?;
    let (id, tail) = rest.split_at_checked(rest.find('/')?)?;
    let id = decode(id)?;
    match tail {
        STATUS => Some(Route::Status(pipeline, OrderId::External(id.into()))),
        STATUS_BY_EXTERNAL_TRANSACTION_ID => Some(Route::Status(pipeline, OrderId::Merchant(id.into()))),
        _ => None,
    }
}

fn page(path: &str) -> Option<ExternalId> {
    Some(decode(path.strip_prefix(PAGES)?)?.into())
}

/// PayStar's host. With a custom base URL, the client names it in a header. Otherwise the first part of the host is
/// enough.
fn host(request: &ReceivedRequest) -> Option<Host> {
    [request.named_host, request.host].into_iter().flatten().find_map(|host| match host.split_once('.')?.0 {
        "secure" => Some(Host::Secure),
        "token" => Some(Host::Token),
        // One page of PayStar's documentation uses the name payform.
        "init" | "payform" => Some(Host::Init),
        _ => None,
    })
}

fn currency(query: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("currency="))?;
    decode(value).filter(|currency| !currency.is_empty())
}

fn decode(part: &str) -> Option<String> {
    Some(percent_encoding::percent_decode_str(part).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request<'a>(method: &'a str, target: &'a str) -> ReceivedRequest<'a> {
        ReceivedRequest { method, target, ..ReceivedRequest::default() }
    }

    #[test]
    fn the_host_says_the_kind_of_a_deposit() {
        for (named_host, host, expected) in [
            (None, None, None),
            (Some("token.paystar.uk"), None, Some(Host::Token)),
            (Some("init.paystar.uk"), Some("secure.paystar.uk"), Some(Host::Init)),
            (None, Some("payform.paystar.uk"), Some(Host::Init)),
            (None, Some("token.localhost:4010"), Some(Host::Token)),
            (Some("elsewhere.example"), Some("secure.paystar.uk"), Some(Host::Secure)),
            (None, Some("127.0.0.1:4010"), None),
            (None, Some("localhost"), None),
        ] {
            for target in [DEPOSITS, DEPOSITS.strip_suffix('/').unwrap()] {
                let request = ReceivedRequest { host, named_host, ..request("POST", target) };
                assert_eq!(
                    Route::of(&request),
                    Some(Route::Create(CreationEndpoint::Deposits(expected))),
                    "{host:?}"
                );
            }
        }
    }

    #[test]
    fn the_paths_of_paystars_samples_are_accepted() {
        for target in [
            "/api/v1/integration/withdrawal-order/",
            "/api/v1/integration/withdrawal-order",
            "//api/v1/integration/withdrawal-order",
            "//api/v1/integration/withdrawal-order/",
        ] {
            assert_eq!(
                Route::of(&request("POST", target)),
                Some(Route::Create(CreationEndpoint::Payouts)),
                "{target}"
            );
        }
        let by_id = Route::of(&request("GET", "//api/v1/integration/deposit-order/PSP-1/status"));
        let id = OrderId::External("PSP-1".into());
        assert_eq!(by_id, Some(Route::Status(Pipeline::Deposits, id)));
        for target in ["", "/", "//", "/api//v1/integration/withdrawal-order/", "/api/v1"] {
            assert_eq!(Route::of(&request("POST", target)), None, "{target}");
        }
    }

    #[test]
    fn the_query_of_a_balance_has_the_currency() {
        for (target, currency) in [
            ("/api/v1/balance/merchant?currency=USD", Some("USD")),
            ("/api/v1/balance/merchant?a=b&currency=US%44", Some("USD")),
            ("/api/v1/balance/merchant?currency=", None),
            ("/api/v1/balance/merchant", None),
        ] {
            assert_eq!(Route::of(&request("GET", target)), Some(Route::Balance(currency.map(str::to_owned))));
        }
        assert_eq!(Route::of(&request("GET", "/api/v1/balance/merchant/")), None);
    }
}
