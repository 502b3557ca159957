//! What a request asks for, by its method, path and host.

use paystar_model::id::OrderId;
use paystar_protocol::endpoint::{
    BALANCE, DEPOSITS, Host, PAYOUTS, STATUS, STATUS_BY_EXTERNAL_TRANSACTION_ID,
};
use paystar_protocol::pipeline::Pipeline;

use super::Arrival;
use super::request::Door;

/// Where the hosted pages are: the sandbox's own.
pub(super) const PAGES: &str = "/pay/";

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    Create(Door),
    Status(Pipeline, OrderId),
    /// In a currency, where one is given.
    Balance(Option<String>),
    ShowPage(String),
    SubmitPage(String),
}

impl Route {
    /// The documented paths. PayStar's samples also have two slashes at the start, and no final slash after a creation.
    pub(super) fn of(arrival: &Arrival) -> Option<Self> {
        let (path, query) = arrival.target.split_once('?').unwrap_or((arrival.target, ""));
        let extra_slashes = path.bytes().take_while(|byte| *byte == b'/').count().saturating_sub(1);
        let path = path.get(extra_slashes..)?;
        let is_collection =
            |collection: &str| path == collection || collection.strip_suffix('/') == Some(path);
        match arrival.method {
            "POST" if is_collection(PAYOUTS) => Some(Self::Create(Door::Payouts)),
            "POST" if is_collection(DEPOSITS) => Some(Self::Create(Door::Deposits(host(arrival)))),
            "POST" => Some(Self::SubmitPage(decode(path.strip_prefix(PAGES)?)?)),
            "GET" if path == BALANCE => Some(Self::Balance(currency(query))),
            "GET" => status(path, PAYOUTS, Pipeline::Payouts)
                .or_else(|| status(path, DEPOSITS, Pipeline::Deposits))
                .or_else(|| Some(Self::ShowPage(decode(path.strip_prefix(PAGES)?)?))),
            _ => None,
        }
    }

    /// Whether it is PayStar's API; hosted pages are not.
    pub(super) fn is_api(&self) -> bool {
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

/// The client's own header tells the host behind a base of one's own; otherwise it is the host's first label.
fn host(arrival: &Arrival) -> Option<Host> {
    [arrival.named_host, arrival.host].into_iter().flatten().find_map(|host| match host.split_once('.')?.0 {
        "secure" => Some(Host::Secure),
        "token" => Some(Host::Token),
        // One of PayStar's pages has this name instead.
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

    fn arrival<'a>(method: &'a str, target: &'a str) -> Arrival<'a> {
        Arrival { method, target, ..Arrival::default() }
    }

    #[test]
    fn the_kinds_of_deposits_are_told_apart_by_their_host() {
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
                let arrival = Arrival { host, named_host, ..arrival("POST", target) };
                assert_eq!(Route::of(&arrival), Some(Route::Create(Door::Deposits(expected))), "{host:?}");
            }
        }
    }

    #[test]
    fn the_paths_of_paystars_samples_are_known() {
        for target in [
            "/api/v1/integration/withdrawal-order/",
            "/api/v1/integration/withdrawal-order",
            "//api/v1/integration/withdrawal-order",
            "//api/v1/integration/withdrawal-order/",
        ] {
            assert_eq!(Route::of(&arrival("POST", target)), Some(Route::Create(Door::Payouts)), "{target}");
        }
        let by_id = Route::of(&arrival("GET", "//api/v1/integration/deposit-order/PSP-1/status"));
        let id = OrderId::External("PSP-1".into());
        assert_eq!(by_id, Some(Route::Status(Pipeline::Deposits, id)));
        for target in ["", "/", "//", "/api//v1/integration/withdrawal-order/", "/api/v1"] {
            assert_eq!(Route::of(&arrival("POST", target)), None, "{target}");
        }
    }

    #[test]
    fn a_balance_is_asked_for_in_a_currency() {
        for (target, currency) in [
            ("/api/v1/balance/merchant?currency=USD", Some("USD")),
            ("/api/v1/balance/merchant?a=b&currency=US%44", Some("USD")),
            ("/api/v1/balance/merchant?currency=", None),
            ("/api/v1/balance/merchant", None),
        ] {
            assert_eq!(Route::of(&arrival("GET", target)), Some(Route::Balance(currency.map(str::to_owned))));
        }
        assert_eq!(Route::of(&arrival("GET", "/api/v1/balance/merchant/")), None);
    }
}
