//! Payouts, and the checks of requests and options.

use paystar_model::input::Input;
use paystar_model::input::build::{number, record, text};
use paystar_model::order::{Order, OrderState};
use paystar_protocol::endpoint::PAYOUTS;

use super::support::{T0, bearer, sandbox_with, send};
use crate::config::SandboxConfig;
use crate::scenario::Scenario;
use crate::{ReceivedRequest, Response, Sandbox};

fn create(sandbox: &mut Sandbox, id: &str, amount: &str) -> Response {
    let body = format!(r#"{{"amount":{amount},"currency":"USD","externalTransactionId":"{id}"}}"#);
    send(sandbox, "POST", PAYOUTS, &body, T0)
}

fn status(sandbox: &mut Sandbox, id: &str, now: u64) -> OrderState {
    let path = format!("{PAYOUTS}{id}/status-by-external-transaction-id");
    OrderState::from_body(send(sandbox, "GET", &path, "", now).body.as_bytes()).unwrap()
}

fn sandbox() -> Sandbox {
    sandbox_with(&[("balances", record(&[("USD", text("100000"))]))])
}

#[test]
fn an_order_moves_from_created_to_its_final_status_over_time() {
    let mut sandbox = sandbox();
    let order = Order::from_body(create(&mut sandbox, "A", "100").body.as_bytes(), &"A".into()).unwrap();
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
        assert_eq!(status.order_history.entries().map(|step| step.action).collect::<Vec<_>>(), actions);
    }
    let by_id = send(&mut sandbox, "GET", &format!("{PAYOUTS}{}/status", order.external_id), "", T0);
    assert_eq!(OrderState::from_body(by_id.body.as_bytes()).unwrap().external_id, order.external_id);
}

#[test]
fn a_second_order_with_an_id_gets_paystars_exact_error() {
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
fn missing_properties_get_paystars_exact_error() {
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
        let response = send(&mut sandbox, "POST", PAYOUTS, body, T0);
        let expected =
            format!(r#"{{"label":"VALIDATION_ERROR.","message":"{message}","statusDescrption":"0-0000"}}"#);
        assert_eq!((response.status, response.body), (400, expected));
    }
    assert_eq!(sandbox.order_count(), 0);
}

#[test]
fn only_the_key_of_the_pipeline_is_accepted() {
    let mut sandbox = sandbox();
    let mut status_with = |authorization: Option<&str>| {
        let request = ReceivedRequest {
            method: "POST",
            target: PAYOUTS,
            authorization,
            body: b"{}",
            ..ReceivedRequest::default()
        };
        sandbox.respond(&request, T0)
    };
    assert_eq!(status_with(Some(&bearer("pk_out", "sk_out"))).status, 400);
    for wrong in
        [bearer("pk_in", "sk_in"), bearer("pk_out", "sk_in"), bearer("pk_in", "sk_out"), "Bearer ".into()]
    {
        let response = status_with(Some(&wrong));
        assert_eq!((response.status, response.body.as_str()), (401, ""));
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
        assert_eq!(status.order_history.entries().last().unwrap().action, action);
    }
    let limit = create(&mut sandbox, "L", "4200");
    assert!(limit.status == 400 && limit.body.contains(r#""label":"LIMITS_ERROR""#));
    assert_eq!(create(&mut sandbox, "T", "4423").status, 423);
}

#[test]
fn a_scenario_for_an_id_has_priority_over_the_amount() {
    let mut sandbox = sandbox();
    let scenario = Scenario::read(
        "scenario",
        &record(&[("outcome", text("Failed")), ("action", text("4.1.4.61")), ("finalAfterMs", number("5"))]),
    );
    sandbox.set_scenario("A", scenario.unwrap());
    create(&mut sandbox, "A", "4101");
    let status = status(&mut sandbox, "A", T0 + 5);
    assert_eq!(status.order_status.as_str(), "Failed");
    assert_eq!(status.order_history.entries().last().unwrap().action, "4.1.4.61");
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
fn issues_name_the_invalid_option() {
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
