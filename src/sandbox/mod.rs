//! A simulated PayStar, built from what is documented. What is not documented is marked as this sandbox's own.

mod answers;
pub mod config;
mod orders;
pub mod scenario;

use crate::model::amount::{Amount, plain_decimal};
use crate::model::json::{Members, Raw};
use crate::protocol::endpoint::{PAYOUTS, STATUS, STATUS_BY_EXTERNAL_TRANSACTION_ID};

use answers::Answer;
use config::SandboxConfig;
use orders::Orders;
use scenario::Scenario;

/// A request as it reaches the sandbox.
pub struct Arrival<'a> {
    /// `GET`, `POST`.
    pub method: &'a str,
    /// The path of the URL, percent-encoded, without a query.
    pub path: &'a str,
    /// The header `Authorization`.
    pub authorization: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// The simulated PayStar. Time comes in with each request, so that tests can step it by hand.
pub struct Sandbox {
    config: SandboxConfig,
    orders: Orders,
}

impl Sandbox {
    /// An empty sandbox.
    pub fn new(config: SandboxConfig) -> Self {
        Self { orders: Orders::new(config.seed), config }
    }

    /// Chooses what becomes of the order with this id; it must not exist yet.
    pub fn set_scenario(&mut self, external_transaction_id: &str, scenario: Scenario) {
        self.config.scenarios.insert(external_transaction_id.to_owned(), scenario);
    }

    /// How many orders there are.
    pub fn order_count(&self) -> usize {
        self.orders.len()
    }

    /// Answers one request at a time in milliseconds since 1970.
    pub fn answer(&mut self, arrival: &Arrival, now: u64) -> Answer {
        let Some(operation) = Operation::of(arrival) else { return Answer::not_found() };
        if !self.is_authorized(arrival.authorization) {
            return Answer::unauthorized();
        }
        match operation {
            Operation::CreatePayout => self.create_payout(arrival.body, now),
            Operation::PayoutStatus(id) => self
                .orders
                .by_external_id(&id)
                .map_or_else(Answer::not_found, |order| Answer::status(order, now)),
            Operation::PayoutStatusByExternalTransactionId(id) => self
                .orders
                .by_external_transaction_id(&id)
                .map_or_else(Answer::not_found, |order| Answer::status(order, now)),
        }
    }

    fn is_authorized(&self, authorization: Option<&str>) -> bool {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        self.config.payouts.as_ref().is_some_and(|keys| token.is_some_and(|token| keys.accept(token)))
    }

    fn create_payout(&mut self, body: &[u8], now: u64) -> Answer {
        let mut members = Members::from_body(body).unwrap_or_default();
        let mut required = |name| members.take_text(name).ok().flatten().filter(|text| !text.is_empty());
        let Some(id) = required("externalTransactionId") else {
            return Answer::validation("External_transaction_id is required property");
        };
        let currency = required("currency");
        let Some(amount) = members.take("amount").and_then(read_amount) else {
            return Answer::validation("Amount is required property");
        };
        let Some(currency) = currency else { return Answer::validation("Currency is required property") };
        if !self.config.knows_currency(&currency) {
            return Answer::validation("currency has invalide value");
        }
        if self.orders.by_external_transaction_id(&id).is_some() {
            return Answer::duplicate();
        }
        let chosen = self.config.scenarios.get(&id).cloned();
        match chosen.or_else(|| Scenario::of_amount(&amount)).unwrap_or_default() {
            Scenario::RefuseLimit => Answer::limit(&self.orders.next_uuid()),
            Scenario::RefuseTemporarily => Answer::temporary(),
            Scenario::Order(course) => Answer::created(self.orders.add(&id, &course, &self.config, now)),
        }
    }
}

/// A JSON number above zero. What PayStar says of other amounts is not documented; here they count as missing.
fn read_amount(value: Raw) -> Option<Amount> {
    Amount::from_text(&plain_decimal(value.number()?)?, None).ok()
}

/// What a request asks for.
enum Operation {
    CreatePayout,
    PayoutStatus(String),
    PayoutStatusByExternalTransactionId(String),
}

impl Operation {
    /// The documented paths; the creation also without its final slash, as some of PayStar's samples have it.
    fn of(arrival: &Arrival) -> Option<Self> {
        let is_creation = arrival.path == PAYOUTS || PAYOUTS.strip_suffix('/') == Some(arrival.path);
        match arrival.method {
            "POST" if is_creation => Some(Self::CreatePayout),
            "GET" => {
                let rest = arrival.path.strip_prefix(PAYOUTS)?;
                let (id, tail) = rest.split_at_checked(rest.find('/')?)?;
                let id = percent_encoding::percent_decode_str(id).decode_utf8().ok()?.into_owned();
                match tail {
                    STATUS => Some(Self::PayoutStatus(id)),
                    STATUS_BY_EXTERNAL_TRANSACTION_ID => Some(Self::PayoutStatusByExternalTransactionId(id)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::input::Input;
    use crate::model::input::build::{number, record, text};
    use crate::model::order::{Order, OrderState};
    use crate::protocol::jwt;

    const T0: u64 = 1_767_225_600_000;

    fn sandbox() -> Sandbox {
        let keys = |public, private| record(&[("publicKey", text(public)), ("privateKey", text(private))]);
        let options = record(&[
            ("payouts", keys("pk_out", "sk_out")),
            ("deposits", keys("pk_in", "sk_in")),
            ("processingAfterMs", number("1000")),
            ("finalAfterMs", number("3000")),
        ]);
        Sandbox::new(SandboxConfig::read(&options).unwrap())
    }

    fn bearer(public: &str, private: &str) -> String {
        format!("Bearer {}", jwt::sign(public, private).unwrap())
    }

    fn send(sandbox: &mut Sandbox, method: &str, path: &str, body: &str, now: u64) -> Answer {
        let authorization = bearer("pk_out", "sk_out");
        let arrival = Arrival { method, path, authorization: Some(&authorization), body: body.as_bytes() };
        sandbox.answer(&arrival, now)
    }

    fn create(sandbox: &mut Sandbox, id: &str, amount: &str) -> Answer {
        let body = format!(r#"{{"amount":{amount},"currency":"USD","externalTransactionId":"{id}"}}"#);
        send(sandbox, "POST", PAYOUTS, &body, T0)
    }

    fn status(sandbox: &mut Sandbox, id: &str, now: u64) -> OrderState {
        let path = format!("{PAYOUTS}{id}/status-by-external-transaction-id");
        OrderState::from_body(send(sandbox, "GET", &path, "", now).body.as_bytes()).unwrap()
    }

    #[test]
    fn an_order_moves_from_created_to_its_final_status_as_time_goes_by() {
        let mut sandbox = sandbox();
        let order = Order::from_body(create(&mut sandbox, "A", "100").body.as_bytes(), "A").unwrap();
        assert_eq!(order.order_status.as_str(), "Created");
        for (after, word, actions) in [
            (0, "Created", &["1.1.1.00"][..]),
            (999, "Created", &["1.1.1.00"]),
            (1000, "Processing", &["1.1.1.00", "2.1.1.00"]),
            (3000, "Success", &["1.1.1.00", "2.1.1.00", "4.1.3.00"]),
            (999_999, "Success", &["1.1.1.00", "2.1.1.00", "4.1.3.00"]),
        ] {
            let status = status(&mut sandbox, "A", T0 + after);
            assert_eq!(status.order_status.as_str(), word, "after {after} ms");
            assert_eq!(
                status.order_history.iter().map(|step| step.action.as_str()).collect::<Vec<_>>(),
                actions
            );
        }
        let by_id = send(&mut sandbox, "GET", &format!("{PAYOUTS}{}/status", order.external_id), "", T0);
        assert_eq!(OrderState::from_body(by_id.body.as_bytes()).unwrap().external_id, order.external_id);
    }

    #[test]
    fn a_second_order_with_an_id_is_refused_in_paystars_very_words() {
        let mut sandbox = sandbox();
        assert_eq!(create(&mut sandbox, "A", "100").status, 200);
        let again = create(&mut sandbox, "A", "200");
        assert_eq!(again.status, 400);
        assert_eq!(
            again.body,
            r#"{"label":"VALIDATION_ERROR.","statusDescrption":"1-4007","message":"Order with this external_transaction_id already exist"}"#
        );
        assert_eq!(sandbox.order_count(), 1);
    }

    #[test]
    fn missing_properties_are_refused_in_paystars_very_words() {
        let mut sandbox = sandbox();
        for (body, message) in [
            ("", "External_transaction_id is required property"),
            ("{}", "External_transaction_id is required property"),
            (r#"{"externalTransactionId":"A"}"#, "Amount is required property"),
            (r#"{"externalTransactionId":"A","amount":"1"}"#, "Amount is required property"),
            (r#"{"externalTransactionId":"A","amount":-1,"currency":"USD"}"#, "Amount is required property"),
            (r#"{"externalTransactionId":"A","amount":1}"#, "Currency is required property"),
            (r#"{"externalTransactionId":"A","amount":1,"currency":"ZZZ"}"#, "currency has invalide value"),
        ] {
            let answer = send(&mut sandbox, "POST", PAYOUTS, body, T0);
            let expected = format!(
                r#"{{"label":"VALIDATION_ERROR.","message":"{message}","statusDescrption":"0-0000"}}"#
            );
            assert_eq!((answer.status, answer.body), (400, expected));
        }
        assert_eq!(sandbox.order_count(), 0);
    }

    #[test]
    fn only_the_pipelines_own_key_is_taken() {
        let mut sandbox = sandbox();
        let mut status_with = |authorization: Option<&str>| {
            sandbox.answer(&Arrival { method: "POST", path: PAYOUTS, authorization, body: b"{}" }, T0)
        };
        assert_eq!(status_with(Some(&bearer("pk_out", "sk_out"))).status, 400);
        for wrong in
            [bearer("pk_in", "sk_in"), bearer("pk_out", "sk_in"), bearer("pk_in", "sk_out"), "Bearer ".into()]
        {
            let answer = status_with(Some(&wrong));
            assert_eq!((answer.status, answer.body.as_str()), (401, ""));
        }
        assert_eq!(status_with(None).status, 401);
    }

    #[test]
    fn trigger_amounts_choose_the_outcome() {
        let mut sandbox = sandbox();
        for (amount, word, action) in [
            ("4063", "Failed", "4.1.4.63"),
            ("4063.00", "Failed", "4.1.4.63"),
            ("4031", "Failed", "1.2.4.31"),
            ("4012", "Failed", "2.2.4.12"),
            ("4100", "Created", "1.1.1.00"),
            ("4101", "Processing", "2.1.1.00"),
            ("4063.50", "Success", "4.1.3.00"),
        ] {
            create(&mut sandbox, amount, amount);
            let status = status(&mut sandbox, amount, T0 + 10_000);
            assert_eq!(status.order_status.as_str(), word, "{amount}");
            assert_eq!(status.order_history.last().unwrap().action, action);
        }
        let limit = create(&mut sandbox, "L", "4200");
        assert!(limit.status == 400 && limit.body.contains(r#""label":"LIMITS_ERROR""#));
        assert_eq!(create(&mut sandbox, "T", "4423").status, 423);
    }

    #[test]
    fn a_scenario_of_an_id_wins_over_its_amount() {
        let mut sandbox = sandbox();
        let scenario = Scenario::read(
            "scenario",
            &record(&[
                ("outcome", text("Failed")),
                ("action", text("4.1.4.61")),
                ("finalAfterMs", number("5")),
            ]),
        );
        sandbox.set_scenario("A", scenario.unwrap());
        create(&mut sandbox, "A", "4101");
        let status = status(&mut sandbox, "A", T0 + 5);
        assert_eq!(status.order_status.as_str(), "Failed");
        assert_eq!(status.order_history.last().unwrap().action, "4.1.4.61");
    }

    #[test]
    fn other_paths_methods_and_ids_are_not_found() {
        let mut sandbox = sandbox();
        create(&mut sandbox, "a/b", "100");
        for (method, path) in [
            ("GET", PAYOUTS.to_owned()),
            ("PUT", PAYOUTS.to_owned()),
            ("GET", format!("{PAYOUTS}x/status")),
            ("GET", format!("{PAYOUTS}a/b/status-by-external-transaction-id")),
            ("GET", format!("{PAYOUTS}%FF/status")),
            ("GET", "/".to_owned()),
        ] {
            assert_eq!(send(&mut sandbox, method, &path, "", T0).status, 404, "{method} {path}");
        }
        assert_eq!(status(&mut sandbox, "a%2Fb", T0).order_status.as_str(), "Created");
    }

    #[test]
    fn wrong_options_are_named() {
        let keys = record(&[("publicKey", text("pk")), ("privateKey", text("sk"))]);
        for (entries, path) in [
            (vec![], "payouts"),
            (vec![("payouts", keys.clone()), ("clock", text("sundial"))], "clock"),
            (vec![("payouts", keys.clone()), ("finalAfter", number("1"))], "finalAfter"),
            (
                vec![
                    ("payouts", keys.clone()),
                    ("scenarios", record(&[("A", record(&[("outcome", text("Maybe"))]))])),
                ],
                "scenarios.A.outcome",
            ),
            (vec![("payouts", keys), ("currencies", Input::List(vec![number("1")]))], "currencies[0]"),
        ] {
            assert_eq!(SandboxConfig::read(&record(&entries)).err().unwrap()[0].path, path);
        }
    }
}
