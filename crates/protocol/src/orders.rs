//! Requests and responses of the operations on orders, for payouts and deposits.

use paystar_model::amount::canonical;
use paystar_model::balance::Balance;
use paystar_model::order::{Order, OrderState};
use paystar_model::request::OrderRequest;

use super::config::{Access, ClientConfig};
use super::endpoint::{Endpoint, HOST_HEADER, Host, PIPELINE_HEADER};
use super::error_code::ErrorCode;
use super::error_response::RequestKind;
use super::failure::Failure;
use super::http::{HttpRequest, HttpResponse, Method};
use super::panel;
use super::pipeline::Pipeline;
use paystar_model::id::{ExternalTransactionId, OrderId};

const ACCEPT: (&str, &str) = ("accept", "application/json, text/plain");

/// A creation that is ready to be sent, with its lookup, and with all that is needed to read the responses.
pub struct Creation {
    /// The request that creates the order.
    pub http: HttpRequest,
    /// The merchant's id of the order.
    pub external_transaction_id: ExternalTransactionId,
    amount: String,
    currency: String,
    pipeline: Pipeline,
    card_data: Vec<String>,
}

impl Creation {
    /// The request that creates an order.
    pub fn new(config: &ClientConfig, endpoint: Endpoint, request: &OrderRequest) -> Result<Self, Failure> {
        let id = ExternalTransactionId::from(request.external_transaction_id);
        let mut http =
            http_request(config, Method::Post, endpoint).map_err(|failure| failure.of_order(Some(&id)))?;
        http.headers.push(("content-type", "application/json".to_owned()));
        http.body = Some(request.to_json());
        Ok(Self {
            http,
            pipeline: endpoint.pipeline(),
            external_transaction_id: id,
            amount: request.amount.as_str().to_owned(),
            currency: request.currency.to_owned(),
            card_data: request.secrets().map(str::to_owned).collect(),
        })
    }

    /// The read of the order's status by the merchant's id, with the token of the creation.
    pub fn lookup(&self, config: &ClientConfig) -> HttpRequest {
        let own_id = OrderId::Merchant(self.external_transaction_id.clone());
        let is_for_all = |name| ["accept", "authorization"].contains(&name);
        let headers = self.http.headers.iter().filter(|(name, _)| is_for_all(*name));
        HttpRequest {
            method: Method::Get,
            url: Endpoint::Status(self.pipeline, &own_id).url(config.base_url.as_deref()),
            headers: headers.cloned().collect(),
            body: None,
        }
    }

    /// Everything that must not appear in an error of this request.
    pub fn secrets<'a>(&'a self, config: &'a ClientConfig) -> Vec<&'a str> {
        config.secrets().chain(self.card_data.iter().map(String::as_str)).collect()
    }

    /// Reads the response to the creation.
    pub fn read(&self, config: &ClientConfig, response: &HttpResponse) -> Result<Order, Failure> {
        let id = &self.external_transaction_id;
        let failure = || failure_of(config, response, &self.secrets(config), RequestKind::Creation(id));
        read_response(response, failure, |body| Order::from_body(body, id))
            .map_err(|failure| failure.of_order(Some(id)))
    }
}

/// The result of a lookup by the merchant's id.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    /// The order exists. Nothing in the response contradicts the request.
    Order(Box<OrderState>),
    /// There is an order with the id, but with another amount or currency.
    OtherOrder(Box<OrderState>),
    /// PayStar does not know the order. Only for a response that cannot mean "it exists".
    NoOrder {
        /// How long PayStar asks to wait.
        retry_after_ms: Option<u64>,
    },
}

impl Creation {
    /// Reads the response to the lookup.
    pub fn read_lookup(&self, config: &ClientConfig, response: &HttpResponse) -> Result<Lookup, Failure> {
        let id = &self.external_transaction_id;
        let failure = || failure_of(config, response, &self.secrets(config), RequestKind::Status(Some(id)));
        match read_response(response, failure, |body| OrderState::with_transaction_id(body, id)) {
            Ok(state) if self.differs(&state) => Ok(Lookup::OtherOrder(Box::new(state))),
            Ok(state) => Ok(Lookup::Order(Box::new(state))),
            Err(failure) if failure.code() == ErrorCode::NotFound => {
                Ok(Lookup::NoOrder { retry_after_ms: failure.retry_after_ms() })
            }
            Err(failure) => Err(failure),
        }
    }

    /// Whether a status has another amount or currency than the request. Most statuses have no currency, and statuses of
    /// payouts have no amount.
    fn differs(&self, state: &OrderState) -> bool {
        let is_other = |amount: &String| digits(amount) != digits(&self.amount);
        let is_foreign = |currency: &String| !currency.eq_ignore_ascii_case(&self.currency);
        state.amount.as_ref().is_some_and(is_other) || state.currency.as_ref().is_some_and(is_foreign)
    }
}

/// The same text for all forms of an amount: `100.10`, `100.1` and `0100.10`.
fn digits(amount: &str) -> &str {
    canonical(amount).trim_start_matches('0')
}

/// Makes the request that reads a status or a balance.
pub fn read_request(config: &ClientConfig, endpoint: Endpoint) -> Result<HttpRequest, Failure> {
    http_request(config, Method::Get, endpoint)
}

/// Reads the response to a status read of the order with this id.
pub fn read_state(
    config: &ClientConfig,
    response: &HttpResponse,
    id: &OrderId,
) -> Result<OrderState, Failure> {
    let asked = RequestKind::Status(id.external_transaction_id());
    let failure = || failure_of(config, response, &config.secrets().collect::<Vec<_>>(), asked);
    read_response(response, failure, |body| match id {
        OrderId::External(id) => OrderState::with_external_id(body, id),
        OrderId::Merchant(id) => OrderState::with_transaction_id(body, id),
    })
}

/// Reads the response to a read of the balances in this currency.
pub fn read_balance(
    config: &ClientConfig,
    response: &HttpResponse,
    currency: &str,
) -> Result<Balance, Failure> {
    let failure =
        || failure_of(config, response, &config.secrets().collect::<Vec<_>>(), RequestKind::Balance);
    read_response(response, failure, |body| Balance::from_body(body, currency))
}

/// The failure that a response reports. A client with keys does not believe errors of a panel: PayStar does not send them.
fn failure_of(
    config: &ClientConfig,
    response: &HttpResponse,
    secrets: &[&str],
    request: RequestKind,
) -> Failure {
    let of_panel = if config.is_behind_panel() { panel::read(response, secrets, request) } else { None };
    of_panel.unwrap_or_else(|| Failure::from_response(response, secrets, request))
}

/// PayStar documents only 200 as a success, so the client does not trust another status.
fn read_response<T>(
    response: &HttpResponse,
    failure: impl FnOnce() -> Failure,
    decode: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Result<T, Failure> {
    let read = match response.status {
        200 => decode(&response.body),
        201..300 => Err("PayStar documents only 200".to_owned()),
        _ => return Err(failure()),
    };
    read.map_err(|reason| Failure::invalid_answer(response.status, &reason))
}

fn http_request(config: &ClientConfig, method: Method, endpoint: Endpoint) -> Result<HttpRequest, Failure> {
    let mut headers = vec![(ACCEPT.0, ACCEPT.1.to_owned())];
    match config.access(endpoint.pipeline()) {
        Access::Token(credentials) => headers.push(("authorization", credentials.authorization())),
        // The backend chooses the keys, and the path of a balance does not name the pipeline.
        Access::Open => {
            if let Endpoint::Balance(pipeline, _) = endpoint {
                headers.push((PIPELINE_HEADER, pipeline.as_str().to_owned()));
            }
        }
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
    use crate::config::Platform;
    use crate::error_code::Outcome;
    use paystar_model::input::Input;
    use paystar_model::input::build::{record, text};
    use paystar_model::request::RequestKind;

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

    fn answer(status: u16, body: &str) -> HttpResponse {
        HttpResponse { status, body: body.as_bytes().to_vec(), ..HttpResponse::default() }
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
        let own_id = OrderId::Merchant("Order-7".into());
        let read = read_request(&config, Endpoint::Status(Pipeline::Payouts, &own_id)).ok().unwrap();
        let creation = Creation::new(&config, Endpoint::CreatePayout, &request()).ok().unwrap();
        assert!(creation.lookup(&config) == read);
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
    fn only_a_client_without_keys_names_the_pipeline_of_a_balance() {
        let endpoint = || Endpoint::Balance(Pipeline::Deposits, "USD");
        let header = |options: &[(&str, Input)]| {
            let http = read_request(&config(options), endpoint()).ok().unwrap();
            http.headers.into_iter().find(|(name, _)| *name == "x-paystar-pipeline")
        };
        let base_url = ("baseUrl", text("http://a"));
        assert_eq!(
            header(std::slice::from_ref(&base_url)),
            Some(("x-paystar-pipeline", "deposits".to_owned()))
        );
        assert_eq!(header(&[base_url, ("deposits", keys())]), None);
    }

    #[test]
    fn only_a_client_without_keys_believes_a_panel() {
        let body = r#"{"paystarPanel":{"operation":"payouts.create","externalTransactionId":"Order-7","code":"approval_pending","outcome":"rejected","message":"m."}}"#;
        let code = |options: &[(&str, Input)]| {
            let config = config(options);
            let creation = Creation::new(&config, Endpoint::CreatePayout, &request()).ok().unwrap();
            creation.read(&config, &answer(403, body)).err().unwrap().code()
        };
        let base_url = ("baseUrl", text("http://a"));
        assert_eq!(code(std::slice::from_ref(&base_url)), ErrorCode::ApprovalPending);
        assert_eq!(code(&[base_url, ("payouts", keys())]), ErrorCode::UnexpectedAnswer);
        assert_eq!(code(&[("payouts", keys())]), ErrorCode::UnexpectedAnswer);
    }

    #[test]
    fn an_order_that_the_panel_found_says_so() {
        let (config, creation) = creation();
        let body = r#"{"externalId":"e","orderStatus":"Created","amount":"100.10","paystarPanel":"lookup"}"#;
        let order = creation.read(&config, &answer(200, body)).ok().unwrap();
        assert_eq!(order.resolved_by, paystar_model::order::ResolvedBy::Lookup);
        assert_eq!(order.amount.as_deref(), Some("100.10"));
        assert_eq!(order.extra, paystar_json::Extra::default());
    }

    #[test]
    fn a_client_for_deposits_refuses_payouts_before_anything_is_sent() {
        let failure = Creation::new(&config(&[("deposits", keys())]), Endpoint::CreatePayout, &request())
            .err()
            .unwrap();
        assert_eq!(failure.code(), ErrorCode::ConfigurationInvalid);
        assert_eq!(failure.outcome(), Some(Outcome::NotSent));
        assert_eq!(failure.external_transaction_id, Some("Order-7".into()));
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
        assert_eq!(failure.external_transaction_id, Some("Order-7".into()));
        let failure = creation.read(&config, &answer(200, "<html>")).err().unwrap();
        assert_eq!((failure.code(), failure.outcome()), (ErrorCode::InvalidAnswer, Some(Outcome::Unknown)));
        let order = creation
            .read(&config, &answer(200, r#"{"externalId":"e","orderStatus":"Created"}"#))
            .ok()
            .unwrap();
        assert_eq!(order.external_transaction_id, "Order-7".into());
    }

    const ORDER: &str = r#"{"externalId":"PSP-1","orderStatus":"Created"}"#;

    fn creation() -> (ClientConfig, Creation) {
        let config = config(&[("payouts", keys())]);
        let creation = Creation::new(&config, Endpoint::CreatePayout, &request()).ok().unwrap();
        (config, creation)
    }

    #[test]
    fn only_200_is_a_success() {
        let (config, creation) = creation();
        let id = OrderId::External("PSP-1".into());
        for status in [201, 202, 203, 204, 206, 207, 226, 299] {
            let answer = answer(status, ORDER);
            let failures = [
                creation.read(&config, &answer).err(),
                creation.read_lookup(&config, &answer).err(),
                read_state(&config, &answer, &id).err(),
                read_balance(&config, &answer, "USD").err(),
            ];
            for failure in failures.map(Option::unwrap) {
                assert_eq!(
                    (failure.code(), failure.outcome()),
                    (ErrorCode::InvalidAnswer, Some(Outcome::Unknown))
                );
                assert_eq!(failure.response().unwrap().http_status, status);
            }
        }
    }

    #[test]
    fn a_lookup_tells_an_order_of_another_amount_or_currency_from_the_own_one() {
        let (config, creation) = creation();
        let lookup = |member: &str| {
            let body = format!(r#"{{"externalId":"PSP-1","orderStatus":"Success"{member}}}"#);
            creation.read_lookup(&config, &answer(200, &body)).ok().unwrap()
        };
        for same in [
            "",
            r#","amount":100.10"#,
            r#","amount":100.1"#,
            r#","amount":"100.100""#,
            r#","amount":1.001e2"#,
            r#","amount":"0100.10""#,
            r#","amount":null"#,
            r#","currency":"USD""#,
            r#","currency":"usd","amount":100.1"#,
            ",\"currency\":\"\"",
            r#","externalTransactionId":"Order-7""#,
        ] {
            assert!(matches!(lookup(same), Lookup::Order(_)), "{same}");
        }
        for other in [
            r#","amount":5.00"#,
            r#","amount":100.100000000000000001"#,
            r#","amount":100.11"#,
            r#","amount":1001"#,
            r#","amount":10010"#,
            r#","amount":-100.10"#,
            r#","amount":0"#,
            r#","currency":"EUR""#,
            r#","currency":"EUR","amount":100.10"#,
        ] {
            assert!(matches!(lookup(other), Lookup::OtherOrder(_)), "{other}");
        }
    }

    #[test]
    fn a_lookup_that_names_another_order_shows_nothing() {
        let (config, creation) = creation();
        for other in ["Order-8", "order-7", "Order-7 ", ""] {
            let body = ORDER.replace('}', &format!(r#","externalTransactionId":"{other}"}}"#));
            let failure = creation.read_lookup(&config, &answer(200, &body)).err().unwrap();
            assert_eq!(failure.code(), ErrorCode::InvalidAnswer, "{other}");
            assert_eq!(
                creation.read(&config, &answer(200, &body)).err().unwrap().code(),
                ErrorCode::InvalidAnswer
            );
        }
    }

    #[test]
    fn a_read_refuses_the_answer_about_another_order_or_currency() {
        let (config, _) = creation();
        let by_own = OrderId::Merchant("Order-7".into());
        let by_external = OrderId::External("PSP-1".into());
        let state = |id: &OrderId, own: &str| {
            let body = ORDER.replace('}', &format!(r#","externalTransactionId":{own}}}"#));
            read_state(&config, &answer(200, &body), id).map_err(|failure| failure.code())
        };
        assert!(state(&by_own, "\"Order-7\"").is_ok() && state(&by_own, "null").is_ok());
        for other in ["\"Order-8\"", "\"order-7\"", "\"\"", "7", "[]"] {
            assert_eq!(state(&by_own, other).err(), Some(ErrorCode::InvalidAnswer), "{other}");
        }
        assert!(state(&by_external, "\"Order-8\"").is_ok());
        for other in ["PSP-2", "psp-1", "PSP-1 ", "PSP-10"] {
            let id = OrderId::External(other.into());
            assert_eq!(state(&id, "null").err(), Some(ErrorCode::InvalidAnswer), "{other}");
        }
        let balance = |currency: &str| {
            let body = r#"{"currency":"USD","merchantBalance":1,"merchantOverdraft":0,"pipelineBalance":1,
                "pipelineProcessingOrdersDeposit":0,"pipelineProcessingOrdersWithdrawals":0}"#;
            read_balance(&config, &answer(200, body), currency).map_err(|failure| failure.code())
        };
        assert!(balance("USD").is_ok());
        for other in ["EUR", "USDT", "US"] {
            assert_eq!(balance(other).err(), Some(ErrorCode::InvalidAnswer), "{other}");
        }
    }

    #[test]
    fn a_status_read_of_an_unknown_id_is_not_found_and_a_gateways_page_is_not() {
        let (config, _) = creation();
        let id = OrderId::Merchant("Order-7".into());
        for (body, code) in [
            ("", ErrorCode::NotFound),
            (r#"{"message":"Order not found"}"#, ErrorCode::NotFound),
            ("<html>", ErrorCode::UnexpectedAnswer),
            ("404 page not found", ErrorCode::UnexpectedAnswer),
        ] {
            let failure = read_state(&config, &answer(404, body), &id).err().unwrap();
            assert_eq!((failure.code(), failure.outcome()), (code, Some(Outcome::Unknown)), "{body}");
            assert_eq!(
                read_balance(&config, &answer(404, body), "USD").err().unwrap().code(),
                ErrorCode::UnexpectedAnswer
            );
        }
    }
}
