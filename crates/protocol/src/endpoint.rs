//! Where PayStar's operations live.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

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

/// Behind a base of one's own the host is gone, and three kinds of deposits have the same path: this header names
/// the host that a request would have gone to, where it is not the usual one.
pub const HOST_HEADER: &str = "x-paystar-host";

/// All that RFC 3986 does not leave unreserved, so that no id can change the URL.
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One flow of money, with keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipeline {
    /// Money to a customer.
    Payouts,
    /// Money from a customer.
    Deposits,
}

impl Pipeline {
    /// The name of the client's option that has its keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payouts => "payouts",
            Self::Deposits => "deposits",
        }
    }

    /// The pipeline of a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Payouts, Self::Deposits].into_iter().find(|pipeline| pipeline.as_str() == name)
    }

    fn path(self) -> &'static str {
        match self {
            Self::Payouts => PAYOUTS,
            Self::Deposits => DEPOSITS,
        }
    }
}

/// PayStar's hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// Payouts, deposits with card data, every status read.
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

/// Which order a status read asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderId {
    /// By PayStar's id.
    ExternalId(String),
    /// By the merchant's id.
    ExternalTransactionId(String),
}

impl OrderId {
    /// The merchant's id, where it is one.
    pub fn external_transaction_id(&self) -> Option<&str> {
        match self {
            Self::ExternalId(_) => None,
            Self::ExternalTransactionId(id) => Some(id),
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
    /// Read how an order stands.
    Status(Pipeline, &'a OrderId),
    /// Read the balances in a currency.
    Balance(Pipeline, &'a str),
}

impl Endpoint<'_> {
    /// Whose keys authorise it.
    pub fn pipeline(&self) -> Pipeline {
        match self {
            Self::CreatePayout => Pipeline::Payouts,
            Self::CreateDeposit | Self::CreateTokenDeposit | Self::CreateHostedDeposit => Pipeline::Deposits,
            Self::Status(pipeline, _) | Self::Balance(pipeline, _) => *pipeline,
        }
    }

    /// Where PayStar serves it.
    pub fn host(&self) -> Host {
        match self {
            Self::CreatePayout | Self::CreateDeposit | Self::Status(..) => Host::Secure,
            Self::CreateTokenDeposit => Host::Token,
            Self::CreateHostedDeposit => Host::Init,
            Self::Balance(..) => Host::Api,
        }
    }

    /// The URL, on PayStar's own host or behind another base.
    pub fn url(&self, base_url: Option<&str>) -> String {
        let mut url = match base_url {
            Some(base) => base.to_owned(),
            None => format!("https://{}", self.host().as_str()),
        };
        match *self {
            Self::Status(pipeline, id) => {
                let (id, tail) = match id {
                    OrderId::ExternalId(id) => (id, STATUS),
                    OrderId::ExternalTransactionId(id) => (id, STATUS_BY_EXTERNAL_TRANSACTION_ID),
                };
                url.push_str(pipeline.path());
                url.extend(utf8_percent_encode(id, PATH_SEGMENT));
                url.push_str(tail);
            }
            Self::Balance(_, currency) => {
                url.push_str(BALANCE);
                url.push_str("?currency=");
                url.extend(utf8_percent_encode(currency, PATH_SEGMENT));
            }
            _ => url.push_str(self.pipeline().path()),
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_the_documented_ones() {
        let own = OrderId::ExternalTransactionId("Merch_1.~".to_owned());
        let external = OrderId::ExternalId("PSP-1".to_owned());
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
        let id = OrderId::ExternalId("../a/b?c=d#e %2F ключ".to_owned());
        assert_eq!(
            Endpoint::Status(Pipeline::Payouts, &id).url(Some("http://127.0.0.1:4010")),
            "http://127.0.0.1:4010/api/v1/integration/withdrawal-order/..%2Fa%2Fb%3Fc%3Dd%23e%20%252F%20%D0%BA%D0%BB%D1%8E%D1%87/status"
        );
    }
}
