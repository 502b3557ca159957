//! The payout operations: requests out, answers in.

use crate::model::payout::{PayoutOrder, PayoutRequest, PayoutStatus};

use super::config::{Access, ClientConfig};
use super::endpoint::Endpoint;
use super::failure::Failure;
use super::http::{HttpAnswer, HttpRequest, Method};

const ACCEPT: (&str, &str) = ("accept", "application/json, text/plain");

/// A payout that is ready to leave, and what is needed to read its answer.
pub struct Creation {
    /// The request on the wire.
    pub http: HttpRequest,
    /// The merchant's id of the order.
    pub external_transaction_id: String,
    card_data: Vec<String>,
}

impl Creation {
    /// The request that creates a payout.
    pub fn new(config: &ClientConfig, request: &PayoutRequest) -> Result<Self, Failure> {
        let id = &request.external_transaction_id;
        let body = request.to_json().map_err(|_| Failure::validation(Vec::new(), Some(id.clone())))?;
        let mut http = http_request(config, Method::Post, Endpoint::CreatePayout)
            .map_err(|failure| failure.of_order(id))?;
        http.headers.push(("content-type", "application/json".to_owned()));
        http.body = Some(body);
        Ok(Self {
            http,
            external_transaction_id: id.clone(),
            card_data: request.secrets().map(str::to_owned).collect(),
        })
    }

    /// Everything that must not show up in an error of this request.
    pub fn secrets<'a>(&'a self, config: &'a ClientConfig) -> Vec<&'a str> {
        config.secrets().chain(self.card_data.iter().map(String::as_str)).collect()
    }

    /// The order, or what the answer says instead.
    pub fn read(&self, config: &ClientConfig, answer: &HttpAnswer) -> Result<PayoutOrder, Failure> {
        let order = if is_success(answer) {
            PayoutOrder::from_body(&answer.body, &self.external_transaction_id)
                .map_err(|reason| Failure::invalid_answer(answer.status, &reason))
        } else {
            Err(Failure::from_answer(answer, &self.secrets(config)))
        };
        order.map_err(|failure| failure.of_order(&self.external_transaction_id))
    }
}

/// The request that reads a payout's status.
pub fn status_request(config: &ClientConfig, endpoint: Endpoint) -> Result<HttpRequest, Failure> {
    http_request(config, Method::Get, endpoint)
}

/// The status, or what the answer says instead.
pub fn read_status(config: &ClientConfig, answer: &HttpAnswer) -> Result<PayoutStatus, Failure> {
    if is_success(answer) {
        PayoutStatus::from_body(&answer.body)
            .map_err(|reason| Failure::invalid_answer(answer.status, &reason))
    } else {
        Err(Failure::from_answer(answer, &config.secrets().collect::<Vec<_>>()))
    }
}

fn http_request(config: &ClientConfig, method: Method, endpoint: Endpoint) -> Result<HttpRequest, Failure> {
    let mut headers = vec![(ACCEPT.0, ACCEPT.1.to_owned())];
    match config.payouts_access() {
        Access::Token(credentials) => headers.push(("authorization", credentials.authorization())),
        Access::Open => {}
        Access::Missing => return Err(Failure::missing_key("payouts")),
    }
    Ok(HttpRequest { method, url: endpoint.url(config.base_url.as_deref()), headers, body: None })
}

fn is_success(answer: &HttpAnswer) -> bool {
    (200..300).contains(&answer.status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::input::Input;
    use crate::model::input::build::{record, text};
    use crate::protocol::failure::{ErrorCode, Outcome};

    fn config(entries: &[(&str, Input)]) -> ClientConfig {
        ClientConfig::read(&record(entries), false).ok().unwrap()
    }

    fn keys() -> Input {
        record(&[("publicKey", text("pk_unit")), ("privateKey", text("sk_unit"))])
    }

    fn request() -> PayoutRequest {
        let input = record(&[
            ("amount", text("100.10")),
            ("currency", text("USD")),
            ("externalTransactionId", text("Order-7")),
            ("additionalFields", record(&[("cardNumber", text("4111111111111111"))])),
        ]);
        PayoutRequest::check(&input, true).0.unwrap()
    }

    fn answer(status: u16, body: &str) -> HttpAnswer {
        HttpAnswer { status, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_creation_is_a_post_with_token_and_json() {
        let creation = Creation::new(&config(&[("payouts", keys())]), &request()).ok().unwrap();
        assert_eq!(creation.http.method, Method::Post);
        let names: Vec<_> = creation.http.headers.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["accept", "authorization", "content-type"]);
        assert!(creation.http.body.unwrap().starts_with(r#"{"amount":100.10,"#));
    }

    #[test]
    fn without_keys_no_authorization_leaves() {
        let http = status_request(&config(&[("baseUrl", text("http://a"))]), Endpoint::PayoutStatus("x"))
            .ok()
            .unwrap();
        assert!(http.headers.iter().all(|(name, _)| *name != "authorization") && http.body.is_none());
    }

    #[test]
    fn a_client_for_deposits_refuses_payouts_before_anything_is_sent() {
        let failure = Creation::new(&config(&[("deposits", keys())]), &request()).err().unwrap();
        assert_eq!(failure.code, ErrorCode::ConfigurationInvalid);
        assert_eq!(failure.outcome, Some(Outcome::NotSent));
        assert_eq!(failure.external_transaction_id.as_deref(), Some("Order-7"));
    }

    #[test]
    fn failures_of_a_creation_name_the_order_and_hide_the_card() {
        let config = config(&[("payouts", keys())]);
        let creation = Creation::new(&config, &request()).ok().unwrap();
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
