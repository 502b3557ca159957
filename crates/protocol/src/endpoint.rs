//! The hosts and paths of PayStar's operations.

use paystar_model::id::OrderId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::pipeline::Pipeline;

/// The path of payouts, with a final slash as in the titles of PayStar's documentation.
pub const PAYOUTS: &str = "/api/v1/integration/withdrawal-order/";
/// The path of deposits.
pub const DEPOSITS: &str = "/api/v1/integration/deposit-order/";
/// What follows the path of payouts or deposits in a status read by PayStar's own id.
pub const STATUS: &str = "/status";
/// What follows it in a status read by the merchant's id.
pub const STATUS_BY_EXTERNAL_TRANSACTION_ID: &str = "/status-by-external-transaction-id";
/// The path of balances.
pub const BALANCE: &str = "/api/v1/balance/merchant";

/// A custom base URL hides the host, and three kinds of deposits have the same path. So this header names PayStar's host
/// for the request, unless it is the usual host.
pub const HOST_HEADER: &str = "x-paystar-host";

/// A client without keys names the pipeline of a balance in this header, so that its backend can choose the keys.
pub const PIPELINE_HEADER: &str = "x-paystar-pipeline";

/// Every character except the unreserved characters of RFC 3986, so that an id cannot change the URL.
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of a pipeline's orders.
fn path_of(pipeline: Pipeline) -> &'static str {
    match pipeline {
        Pipeline::Payouts => PAYOUTS,
        Pipeline::Deposits => DEPOSITS,
    }
}

/// PayStar's hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// Payouts, deposits with card data, all status reads.
    Secure,
    /// Deposits with a stored card.
    Token,
    /// Deposits on PayStar's page. One list of steps on PayStar's page says `payform.` instead.
    Init,
    /// Balances.
    Api,
}

impl Host {
    /// The host's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secure => "secure.paystar.uk",
            Self::Token => "token.paystar.uk",
            Self::Init => "init.paystar.uk",
            Self::Api => "api.paystar.uk",
        }
    }
}

/// One operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// Create a payout.
    CreatePayout,
    /// Create a deposit with card data, or from person to person.
    CreateDeposit,
    /// Create a deposit with a stored card.
    CreateTokenDeposit,
    /// Create a deposit on PayStar's page.
    CreateHostedDeposit,
    /// Read the status of an order.
    Status(Pipeline, &'a OrderId),
    /// Read the balances in a currency.
    Balance(Pipeline, &'a str),
}

impl Endpoint<'_> {
    /// The pipeline whose keys authorise the operation.
    pub fn pipeline(&self) -> Pipeline {
        match self {
            Self::CreatePayout => Pipeline::Payouts,
            Self::CreateDeposit | Self::CreateTokenDeposit | Self::CreateHostedDeposit => Pipeline::Deposits,
            Self::Status(pipeline, _) | Self::Balance(pipeline, _) => *pipeline,
        }
    }

    /// The host of the operation.
    pub fn host(&self) -> Host {
        match self {
            Self::CreatePayout | Self::CreateDeposit | Self::Status(..) => Host::Secure,
            Self::CreateTokenDeposit => Host::Token,
            Self::CreateHostedDeposit => Host::Init,
            Self::Balance(..) => Host::Api,
        }
    }

    /// The URL, on PayStar's own host or below a custom base URL.
    pub fn url(&self, base_url: Option<&str>) -> String {
        let mut url = match base_url {
            Some(base) => base.to_owned(),
            None => format!("https://{}", self.host().as_str()),
        };
        match *self {
            Self::Status(pipeline, id) => {
                let (id, tail) = match id {
                    OrderId::External(id) => (id.as_str(), STATUS),
                    OrderId::Merchant(id) => (id.as_str(), STATUS_BY_EXTERNAL_TRANSACTION_ID),
                };
                url.push_str(path_of(pipeline));
                url.extend(utf8_percent_encode(id, PATH_SEGMENT));
                url.push_str(tail);
            }
            Self::Balance(_, currency) => {
                url.push_str(BALANCE);
                url.push_str("?currency=");
                url.extend(utf8_percent_encode(currency, PATH_SEGMENT));
            }
            _ => url.push_str(path_of(self.pipeline())),
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_the_documented_ones() {
        let own = OrderId::Merchant("Merch_1.~".into());
        let external = OrderId::External("PSP-1".into());
        for (endpoint, url) in [
            (Endpoint::CreatePayout, "https://secure.paystar.uk/api/v1/integration/withdrawal-order/"),
            (Endpoint::CreateDeposit, "https://secure.paystar.uk/api/v1/integration/deposit-order/"),
            (Endpoint::CreateTokenDeposit, "https://token.paystar.uk/api/v1/integration/deposit-order/"),
            (Endpoint::CreateHostedDeposit, "https://init.paystar.uk/api/v1/integration/deposit-order/"),
            (
                Endpoint::Status(Pipeline::Payouts, &external),
                "https://secure.paystar.uk/api/v1/integration/withdrawal-order/PSP-1/status",
            ),
            (
                Endpoint::Status(Pipeline::Payouts, &own),
                "https://secure.paystar.uk/api/v1/integration/withdrawal-order/Merch_1.~/status-by-external-transaction-id",
            ),
            (
                Endpoint::Status(Pipeline::Deposits, &external),
                "https://secure.paystar.uk/api/v1/integration/deposit-order/PSP-1/status",
            ),
            (
                Endpoint::Status(Pipeline::Deposits, &own),
                "https://secure.paystar.uk/api/v1/integration/deposit-order/Merch_1.~/status-by-external-transaction-id",
            ),
            (
                Endpoint::Balance(Pipeline::Payouts, "USD"),
                "https://api.paystar.uk/api/v1/balance/merchant?currency=USD",
            ),
        ] {
            assert_eq!(endpoint.url(None), url);
        }
    }

    #[test]
    fn an_id_stays_one_path_segment() {
        let id = OrderId::External("../a/b?c=d#e %2F ключ".into());
        assert_eq!(
            Endpoint::Status(Pipeline::Payouts, &id).url(Some("http://127.0.0.1:4010")),
            "http://127.0.0.1:4010/api/v1/integration/withdrawal-order/..%2Fa%2Fb%3Fc%3Dd%23e%20%252F%20%D0%BA%D0%BB%D1%8E%D1%87/status"
        );
    }
}
