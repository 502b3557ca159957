//! Where PayStar's operations live.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The host of payouts and of every status read.
const SECURE: &str = "https://secure.paystar.uk";
/// The path of payouts, with the final slash that PayStar's documentation heads it with.
pub(crate) const PAYOUTS: &str = "/api/v1/integration/withdrawal-order/";
pub(crate) const STATUS: &str = "/status";
pub(crate) const STATUS_BY_EXTERNAL_TRANSACTION_ID: &str = "/status-by-external-transaction-id";

/// All that RFC 3986 does not leave unreserved, so that no id can change the path.
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One operation of the API, with the ids that stand in its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// Create a payout. Headed with a final slash in PayStar's documentation.
    CreatePayout,
    /// A payout by PayStar's id.
    PayoutStatus(&'a str),
    /// A payout by the merchant's id.
    PayoutStatusByExternalTransactionId(&'a str),
}

impl Endpoint<'_> {
    /// The URL, on PayStar's own host or behind another base.
    pub fn url(&self, base_url: Option<&str>) -> String {
        let mut url = base_url.unwrap_or(SECURE).to_owned();
        url.push_str(PAYOUTS);
        let (id, tail) = match *self {
            Self::CreatePayout => return url,
            Self::PayoutStatus(id) => (id, STATUS),
            Self::PayoutStatusByExternalTransactionId(id) => (id, STATUS_BY_EXTERNAL_TRANSACTION_ID),
        };
        url.extend(utf8_percent_encode(id, PATH_SEGMENT));
        url.push_str(tail);
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_the_documented_ones() {
        for (endpoint, url) in [
            (Endpoint::CreatePayout, "https://secure.paystar.uk/api/v1/integration/withdrawal-order/"),
            (
                Endpoint::PayoutStatus("PSP-1"),
                "https://secure.paystar.uk/api/v1/integration/withdrawal-order/PSP-1/status",
            ),
            (
                Endpoint::PayoutStatusByExternalTransactionId("Merch_1.~"),
                "https://secure.paystar.uk/api/v1/integration/withdrawal-order/Merch_1.~/status-by-external-transaction-id",
            ),
        ] {
            assert_eq!(endpoint.url(None), url);
        }
    }

    #[test]
    fn an_id_stays_one_path_segment() {
        let url = Endpoint::PayoutStatus("../a/b?c=d#e %2F ключ").url(Some("http://127.0.0.1:4010"));
        assert_eq!(
            url,
            "http://127.0.0.1:4010/api/v1/integration/withdrawal-order/..%2Fa%2Fb%3Fc%3Dd%23e%20%252F%20%D0%BA%D0%BB%D1%8E%D1%87/status"
        );
    }
}
