//! Deposits of all kinds, and the options of the sandbox.

use paystar_model::input::Input;
use paystar_model::input::build::{number, record, text};
use paystar_model::order::OrderState;
use paystar_protocol::endpoint::{DEPOSITS, PAYOUTS};

use super::support::{
    CARD, T0, bearer, card_fields, deposit, deposit_body, member, options_with, order, sandbox_with, send,
    send_to_host,
};
use crate::config::SandboxConfig;
use crate::{ReceivedRequest, Response, Sandbox};

fn state(sandbox: &mut Sandbox, id: &str, now: u64) -> OrderState {
    OrderState::from_body(deposit_body(sandbox, id, now).as_bytes()).unwrap()
}

fn last_action(state: &OrderState) -> &str {
    state.order_history.entries().last().unwrap().action
}

fn token_field(token: &str) -> String {
    format!(r#","additionalFields":[{{"key":"cardToken","value":"{token}"}}]"#)
}

#[test]
fn a_card_deposit_succeeds_and_stores_its_card() {
    let mut sandbox = sandbox_with(&[]);
    let created = deposit(&mut sandbox, "A", "2600", &card_fields(CARD), T0);
    let id = member(&created.body, "externalId");
    assert_eq!(
        created.body,
        format!(r#"{{"externalId":"{id}","orderStatus":"Created","redirectUrl":"http://sandbox/pay/{id}"}}"#)
    );
    assert_eq!(
        deposit_body(&mut sandbox, "A", T0),
        format!(
            r#"{{"externalId":"{id}","orderStatus":"Created","amount":2600.00,"externalParams":{{"cardToken":null,"cardStorageToken":null,"cardHolder":"JOHN WEAK","cardNumber":"411111******1111"}},"orderHistory":[{{"time":"2026-01-01T00:00:00.000000Z","action":"1.1.1.00"}}]}}"#
        )
    );
    let done = state(&mut sandbox, "A", T0 + 3000);
    let params = done.external_params.clone().unwrap();
    assert_eq!((done.order_status.as_str(), last_action(&done)), ("Success", "4.1.3.00"));
    assert!(params.card_token.unwrap().starts_with("BankToken-"));
    assert_eq!(params.card_storage_token.unwrap().len(), 36);
    let by_id = send(&mut sandbox, "GET", &format!("{DEPOSITS}{id}/status"), "", T0 + 3000);
    assert_eq!(OrderState::from_body(by_id.body.as_bytes()).unwrap(), done);
}

#[test]
fn a_deposit_from_person_to_person_has_payment_details_and_no_card() {
    let mut sandbox = sandbox_with(&[]);
    let created = deposit(&mut sandbox, "A", "0.125", "", T0);
    let id = member(&created.body, "externalId");
    assert_eq!(
        created.body,
        format!(
            r#"{{"externalId":"{id}","orderStatus":"Created","paymentDetails":{{"bankName":"SuperBank","cardNumber":"4111111111111111","cardHolder":"SANDBOX PAYEE","amount":0.125,"currency":"USD"}},"formUrl":"http://sandbox/pay/{id}"}}"#
        )
    );
    let done = state(&mut sandbox, "A", T0 + 3000);
    assert_eq!(done.order_status.as_str(), "Success");
    assert_eq!(done.external_params.unwrap().card_token, None);
}

#[test]
fn both_tokens_of_a_stored_card_pay_and_any_other_token_fails() {
    let mut sandbox = sandbox_with(&[]);
    deposit(&mut sandbox, "A", "10", &card_fields(CARD), T0);
    let params = state(&mut sandbox, "A", T0 + 3000).external_params.unwrap();
    let (bank, storage) = (params.card_token.clone().unwrap(), params.card_storage_token.clone().unwrap());
    for (id, token, host) in [
        ("B", bank.as_str(), Some("token.paystar.uk")),
        ("C", storage.as_str(), None),
        ("D", "made-up", None),
        ("E", "", Some("token.paystar.uk")),
    ] {
        let body = order(id, "10", &token_field(token));
        let created = send_to_host(&mut sandbox, "POST", DEPOSITS, host, &body, T0 + 4000);
        assert_eq!(member(&created.body, "orderStatus"), "Created");
        let before = state(&mut sandbox, id, T0 + 4000).external_params.unwrap();
        assert_eq!((before.card_token, before.card_storage_token), (None, None));
        let after = state(&mut sandbox, id, T0 + 7000);
        if token == bank || token == storage {
            assert_eq!(after.order_status.as_str(), "Success");
            assert_eq!(after.external_params.unwrap(), params);
        } else {
            assert_eq!((after.order_status.as_str(), last_action(&after)), ("Failed", "2.2.4.22"));
        }
    }
}

#[test]
fn an_id_can_be_used_once_in_each_pipeline() {
    let mut sandbox = sandbox_with(&[]);
    let payout = send(&mut sandbox, "POST", PAYOUTS, &order("A", "1", ""), T0);
    let first = deposit(&mut sandbox, "A", "1", "", T0);
    assert_ne!(member(&payout.body, "externalId"), member(&first.body, "externalId"));
    let second = deposit(&mut sandbox, "A", "1", "", T0);
    assert!(second.status == 400 && second.body.contains(r#""statusDescrption":"1-4007""#));
    let other_pipeline = format!("{DEPOSITS}{}/status", member(&payout.body, "externalId"));
    assert_eq!(send(&mut sandbox, "GET", &other_pipeline, "", T0).status, 404);
}

#[test]
fn the_key_of_payouts_is_refused() {
    let mut sandbox = sandbox_with(&[]);
    let authorization = bearer("pk_out", "sk_out");
    for (method, target) in [("POST", DEPOSITS.to_owned()), ("GET", format!("{DEPOSITS}A/status"))] {
        let request = ReceivedRequest {
            method,
            target: &target,
            authorization: Some(&authorization),
            ..ReceivedRequest::default()
        };
        assert_eq!(sandbox.respond(&request, T0).status, 401);
    }
}

#[test]
fn trigger_amounts_and_test_cards_choose_the_outcome() {
    let mut sandbox = sandbox_with(&[]);
    for (amount, number, word, action) in [
        ("4063", CARD, "Failed", "4.1.4.63"),
        ("4012", CARD, "Failed", "2.2.4.12"),
        ("4031", CARD, "Failed", "1.2.4.31"),
        ("4034", CARD, "Failed", "1.2.4.34"),
        ("4061", CARD, "Failed", "4.1.4.61"),
        ("4062", CARD, "Failed", "4.1.4.62"),
        ("4100", CARD, "Created", "1.1.1.00"),
        ("4101", CARD, "Processing", "2.1.1.00"),
        ("1", "4000000000000002", "Failed", "4.1.4.63"),
        ("2", "4000000000000069", "Failed", "4.1.4.62"),
        ("3", "4000000000000119", "Failed", "2.2.4.12"),
        ("4", "4000000000003220", "Failed", "4.1.4.56"),
        ("5", "4000000000009979", "Failed", "4.1.4.61"),
        ("6", "1234123412341234", "Success", "4.1.3.00"),
    ] {
        deposit(&mut sandbox, amount, amount, &card_fields(number), T0);
        let state = state(&mut sandbox, amount, T0 + 10_000);
        assert_eq!((state.order_status.as_str(), last_action(&state)), (word, action), "{amount} {number}");
    }
    let limit = deposit(&mut sandbox, "L", "4200", "", T0);
    assert!(limit.status == 400 && limit.body.contains(r#""label":"LIMITS_ERROR""#));
    assert_eq!(deposit(&mut sandbox, "T", "4423", "", T0).status, 423);
}

#[test]
fn the_refusal_names_a_missing_or_invalid_member() {
    let mut sandbox = sandbox_with(&[]);
    let long_id = "x".repeat(513);
    for (body, message) in [
        ("{}".to_owned(), "External_transaction_id is required property"),
        (r#"{"externalTransactionId":"A","currency":"USD"}"#.to_owned(), "Amount is required property"),
        (r#"{"externalTransactionId":"A","amount":1}"#.to_owned(), "Currency is required property"),
        (order("A", "1", "").replace("USD", "ZZZ"), "currency has invalide value"),
        (order(&long_id, "1", ""), "external_transaction_id has invalide value"),
        (order("A", "1", r#","callbackUrl":"ftp://a.example""#), "callbackUrl has invalide value"),
        (
            order("A", "1", r#","successRedirectUrl":"javascript:alert(1)""#),
            "successRedirectUrl has invalide value",
        ),
    ] {
        let response = send(&mut sandbox, "POST", DEPOSITS, &body, T0);
        let expected =
            format!(r#"{{"label":"VALIDATION_ERROR.","message":"{message}","statusDescrption":"0-0000"}}"#);
        assert_eq!((response.status, response.body), (400, expected));
    }
}

#[test]
fn text_that_is_not_a_card_number_is_not_stored() {
    let mut sandbox = sandbox_with(&[]);
    deposit(&mut sandbox, "A", "1", &card_fields("12345678"), T0);
    assert!(!deposit_body(&mut sandbox, "A", T0 + 3000).contains("12345678"));
}

#[test]
fn the_history_can_be_written_in_legacy_codes() {
    let mut sandbox = sandbox_with(&[("historyCodes", text("legacy"))]);
    deposit(&mut sandbox, "A", "1", "", T0);
    let actions: Vec<String> = state(&mut sandbox, "A", T0 + 3000)
        .order_history
        .entries()
        .map(|step| step.action.to_owned())
        .collect();
    assert_eq!(actions, ["1.1.0.0", "2.1.0.0", "4.1.0.0"]);
}

#[test]
fn limits_apply_to_one_pipeline() {
    let limit = record(&[("maxAmount", text("100.50")), ("maxOrders", number("1"))]);
    let mut sandbox = sandbox_with(&[("limits", record(&[("deposits", limit)]))]);
    let refused = |response: &Response| response.status == 400 && response.body.contains("LIMITS_ERROR");
    assert!(refused(&deposit(&mut sandbox, "A", "100.500000001", "", T0)));
    assert_eq!(deposit(&mut sandbox, "A", "100.500", "", T0).status, 200);
    assert!(refused(&deposit(&mut sandbox, "B", "1", "", T0)));
    assert_eq!(send(&mut sandbox, "POST", PAYOUTS, &order("A", "9000", ""), T0).status, 200);
}

#[test]
fn an_inactive_pipeline_and_an_unknown_address_get_403_without_a_body() {
    let mut sandbox = sandbox_with(&[
        ("inactive", Input::List(vec![text("deposits")])),
        ("allowedAddresses", Input::List(vec![text("10.0.0.1")])),
    ]);
    assert_eq!(deposit(&mut sandbox, "A", "1", "", T0), Response::without_body(403));
    assert_eq!(send(&mut sandbox, "POST", PAYOUTS, &order("A", "1", ""), T0).status, 200);
    let authorization = bearer("pk_out", "sk_out");
    for (address, status) in
        [(Some("10.0.0.1"), 404), (Some("::ffff:10.0.0.1"), 404), (Some("10.0.0.2"), 403), (None, 404)]
    {
        let target = format!("{PAYOUTS}x/status");
        let request = ReceivedRequest {
            method: "GET",
            target: &target,
            authorization: Some(&authorization),
            address,
            ..ReceivedRequest::default()
        };
        assert_eq!(sandbox.respond(&request, T0).status, status, "{address:?}");
    }
}

#[test]
fn issues_name_the_invalid_option() {
    let one = |key: &'static str, value: Input<'static>| record(&[(key, value)]);
    for (key, value, path) in [
        ("historyCodes", text("v3"), "historyCodes"),
        ("balances", one("USD", number("1")), "balances.USD"),
        ("balances", one("USD", text("-1")), "balances.USD"),
        ("overdraft", text("much"), "overdraft"),
        ("limits", one("maxAmount", text("1")), "limits.maxAmount"),
        ("limits", one("payouts", one("maxOrders", number("-1"))), "limits.payouts.maxOrders"),
        ("limits", one("payouts", text("1")), "limits.payouts"),
        ("inactive", Input::List(vec![text("payout")]), "inactive[0]"),
        ("allowedAddresses", text("127.0.0.1"), "allowedAddresses"),
        ("callbackUrl", text("merch.example"), "callbackUrl"),
        ("callbackUrl", one("payout", text("http://a.example")), "callbackUrl.payout"),
        ("callbacks", text("no"), "callbacks"),
        ("callbacks", one("retries", number("3")), "callbacks.retries"),
        ("callbacks", one("edition", text("older")), "callbacks.edition"),
        ("callbacks", one("retryAfterMs", Input::List(vec![number("-1")])), "callbacks.retryAfterMs[0]"),
        ("callbacks", one("retryAfterMs", Input::List(vec![number("1"); 21])), "callbacks.retryAfterMs"),
    ] {
        let issues = SandboxConfig::read(&options_with(&[(key, value)])).err().unwrap();
        assert_eq!(issues.iter().map(|issue| issue.path.as_str()).collect::<Vec<_>>(), [path]);
    }
}
