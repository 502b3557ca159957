//! The order operations, of payouts and deposits alike: requests out, answers in.

use crate::model::balance::Balance;
use crate::model::order::{Order, OrderState};
use crate::model::request::OrderRequest;

use super::config::{Access, ClientConfig};
use super::endpoint::{Endpoint, HOST_HEADER, Host, OrderId};
use super::failure::Failure;
use super::http::{HttpAnswer, HttpRequest, Method};

const ACCEPT: (&str, &str) = ("accept", "application/json, text/plain");

/// An order that is ready to leave, how to look it up, and what is needed to read the answers.
pub struct Creation {
    /// The request on the wire.
    pub http: HttpRequest,
    /// The merchant's id of the order.
    pub external_transaction_id: String,
    lookup_url: String,
    card_data: Vec<String>,
}

impl Creation {
    /// The request that creates an order.
    pub fn new(config: &ClientConfig, endpoint: Endpoint, request: &OrderRequest) -> Result<Self, Failure> {
        let id = request.external_transaction_id;
        let body = request.to_json().map_err(|_| Failure::validation(Vec::new(), Some(id.to_owned())))?;
        let mut http =
            http_request(config, Method::Post, endpoint).map_err(|failure| failure.of_order(Some(id)))?;
        http.headers.push(("content-type", "application/json".to_owned()));
        http.body = Some(body);
        let own_id = OrderId::ExternalTransactionId(id.to_owned());
        let lookup = Endpoint::Status(endpoint.pipeline(), &own_id);
        Ok(Self {
            http,
            lookup_url: lookup.url(config.base_url.as_deref()),
            external_transaction_id: id.to_owned(),
            card_data: request.secrets().map(str::to_owned).collect(),
        })
    }

    /// The read of the order's status by the merchant's id: authorised as the creation is.
    pub fn lookup(&self) -> HttpRequest {
        let is_for_all = |name| ["accept", "authorization"].contains(&name);
        let headers = self.http.headers.iter().filter(|(name, _)| is_for_all(*name));
        HttpRequest {
            method: Method::Get,
            url: self.lookup_url.clone(),
            headers: headers.cloned().collect(),
            body: None,
        }
    }

    /// Everything that must not show up in an error of this request.
    pub fn secrets<'a>(&'a self, config: &'a ClientConfig) -> Vec<&'a str> {
        config.secrets().chain(self.card_data.iter().map(String::as_str)).collect()
    }

    /// The order, or what the answer says instead.
    pub fn read(&self, config: &ClientConfig, answer: &HttpAnswer) -> Result<Order, Failure> {
        let id = &self.external_transaction_id;
        read_answer(answer, || self.secrets(config), |body| Order::from_body(body, id))
            .map_err(|failure| failure.of_order(Some(id)))
    }
}

/// What looking an order up by the merchant's id has shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    /// It exists.
    Order(Box<OrderState>),
    /// PayStar does not know it: only for an answer that cannot mean "it exists".
    NoOrder {
        /// How long PayStar asks to wait.
        retry_after_ms: Option<u64>,
    },
}

impl Creation {
    /// What the answer to the lookup shows, or what it says instead.
    pub fn read_lookup(&self, config: &ClientConfig, answer: &HttpAnswer) -> Result<Lookup, Failure> {
        if is_no_order(answer) {
            return Ok(Lookup::NoOrder { retry_after_ms: answer.retry_after_ms });
        }
        let id = &self.external_transaction_id;
        let state = read_answer(answer, || self.secrets(config), |body| OrderState::of_order(body, id))?;
        Ok(Lookup::Order(Box::new(state)))
    }
}

/// 404, unless with a page: that is from a machine in between and tells nothing of PayStar's orders. What PayStar
/// answers for an id that it does not know is not documented, so nothing else counts.
fn is_no_order(answer: &HttpAnswer) -> bool {
    answer.status == 404 && !answer.body.trim_ascii_start().starts_with(b"<")
}

/// The request that reads a status or a balance.
pub fn read_request(config: &ClientConfig, endpoint: Endpoint) -> Result<HttpRequest, Failure> {
    http_request(config, Method::Get, endpoint)
}

/// The status, or what the answer says instead.
pub fn read_state(config: &ClientConfig, answer: &HttpAnswer) -> Result<OrderState, Failure> {
    read_answer(answer, || config.secrets().collect(), OrderState::from_body)
}

/// The balances, or what the answer says instead.
pub fn read_balance(config: &ClientConfig, answer: &HttpAnswer) -> Result<Balance, Failure> {
    read_answer(answer, || config.secrets().collect(), Balance::from_body)
}

/// The secrets are gathered only for an error: most answers are none.
fn read_answer<'a, T>(
    answer: &HttpAnswer,
    secrets: impl FnOnce() -> Vec<&'a str>,
    decode: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Result<T, Failure> {
    if (200..300).contains(&answer.status) {
        decode(&answer.body).map_err(|reason| Failure::invalid_answer(answer.status, &reason))
    } else {
        Err(Failure::from_answer(answer, &secrets()))
    }
}

fn http_request(config: &ClientConfig, method: Method, endpoint: Endpoint) -> Result<HttpRequest, Failure> {
    let mut headers = vec![(ACCEPT.0, ACCEPT.1.to_owned())];
    match config.access(endpoint.pipeline()) {
        Access::Token(credentials) => headers.push(("authorization", credentials.authorization())),
        Access::Open => {}
        Access::Missing => return Err(Failure::missing_key(endpoint.pipeline().as_str())),
    }
    if config.base_url.is_some() && endpoint.host() != Host::Secure {
        headers.push((HOST_HEADER, endpoint.host().as_str().to_owned()));
    }
    Ok(HttpRequest { method, url: endpoint.url(config.base_url.as_deref()), headers, body: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::input::Input;
    use crate::model::input::build::{record, text};
    use crate::model::request::RequestKind;
    use crate::protocol::config::Platform;
    use crate::protocol::endpoint::Pipeline;
    use crate::protocol::failure::{ErrorCode, Outcome};

    fn config(entries: &[(&str, Input)]) -> ClientConfig {
        ClientConfig::read(&record(entries), Platform::default()).ok().unwrap()
    }

    fn keys() -> Input<'static> {
        record(&[("publicKey", text("pk_unit")), ("privateKey", text("sk_unit"))])
    }

    fn request() -> OrderRequest<'static> {
        let input = record(&[
            ("amount", text("100.10")),
            ("currency", text("USD")),
            ("externalTransactionId", text("Order-7")),
            ("additionalFields", record(&[("cardNumber", text("4111111111111111"))])),
        ]);
        OrderRequest::check(&input, RequestKind::Payout, true).0.unwrap()
    }

    fn answer(status: u16, body: &str) -> HttpAnswer {
        HttpAnswer { status, body: body.as_bytes().to_vec(), ..HttpAnswer::default() }
    }

    #[test]
    fn a_creation_is_a_post_with_token_and_json() {
        let creation =
            Creation::new(&config(&[("payouts", keys())]), Endpoint::CreatePayout, &request()).ok().unwrap();
        assert_eq!(creation.http.method, Method::Post);
        let names: Vec<_> = creation.http.headers.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["accept", "authorization", "content-type"]);
        assert!(creation.http.body.unwrap().starts_with(r#"{"amount":100.10,"#));
    }

    #[test]
    fn the_lookup_is_the_read_of_the_status_by_the_merchants_id() {
        let config = config(&[("payouts", keys()), ("baseUrl", text("http://a"))]);
        let own_id = OrderId::ExternalTransactionId("Order-7".to_owned());
        let read = read_request(&config, Endpoint::Status(Pipeline::Payouts, &own_id)).ok().unwrap();
        let creation = Creation::new(&config, Endpoint::CreatePayout, &request()).ok().unwrap();
        assert!(creation.lookup() == read);
    }

    #[test]
    fn without_keys_no_authorization_leaves() {
        let http = read_request(
            &config(&[("baseUrl", text("http://a"))]),
            Endpoint::Balance(Pipeline::Payouts, "USD"),
        )
        .ok()
        .unwrap();
        assert!(http.headers.iter().all(|(name, _)| *name != "authorization") && http.body.is_none());
    }

    #[test]
    fn a_client_for_deposits_refuses_payouts_before_anything_is_sent() {
        let failure = Creation::new(&config(&[("deposits", keys())]), Endpoint::CreatePayout, &request())
            .err()
            .unwrap();
        assert_eq!(failure.code, ErrorCode::ConfigurationInvalid);
        assert_eq!(failure.outcome, Some(Outcome::NotSent));
        assert_eq!(failure.external_transaction_id.as_deref(), Some("Order-7"));
    }

    #[test]
    fn failures_of_a_creation_name_the_order_and_hide_the_card() {
        let config = config(&[("payouts", keys())]);
        let creation = Creation::new(&config, Endpoint::CreatePayout, &request()).ok().unwrap();
        let failure = creation
            .read(&config, &answer(400, r#"{"message":"bad 4111111111111111 sk_unit"}"#))
            .err()
            .unwrap();
        assert_eq!(failure.message, "bad [redacted] [redacted]");
        assert_eq!(failure.external_transaction_id.as_deref(), Some("Order-7"));
        let failure = creation.read(&config, &answer(200, "<html>")).err().unwrap();
        assert_eq!((failure.code, failure.outcome), (ErrorCode::InvalidAnswer, Some(Outcome::Unknown)));
        let order = creation
            .read(&config, &answer(201, r#"{"externalId":"e","orderStatus":"Created"}"#))
            .ok()
            .unwrap();
        assert_eq!(order.external_transaction_id, "Order-7");
    }
}
