//! The callbacks of orders.

use paystar_json::Members;
use paystar_model::input::Input;
use paystar_model::input::build::{number, record, text};
use paystar_protocol::endpoint::{DEPOSITS, PAYOUTS};
use paystar_protocol::pipeline::Pipeline;
use paystar_protocol::signature::Signature;

use super::support::{
    CARD, T0, card_fields, deposit, deposit_body, member, order, sandbox_with, send, send_to_host,
};
use crate::config::SandboxConfig;
use crate::{CallbackState, Delivery, ReceivedRequest, Sandbox};

const URL: &str = r#","callbackUrl":"http://merch.example/callback""#;

fn sandbox_of(callbacks: &[(&str, Input)]) -> Sandbox {
    sandbox_with(&[("callbacks", record(callbacks))])
}

/// Responds to all due callbacks with a status. The result has these callbacks.
fn deliver(sandbox: &mut Sandbox, http_status: Option<u16>, now: u64) -> Vec<Delivery> {
    let mut all = Vec::new();
    loop {
        let due = sandbox.due_callbacks(now);
        if due.is_empty() {
            return all;
        }
        for delivery in due {
            sandbox.callback_answered(delivery.id, http_status, now);
            all.push(delivery);
        }
    }
}

fn statuses(deliveries: &[Delivery]) -> Vec<String> {
    deliveries.iter().map(|delivery| member(&delivery.body, "status")).collect()
}

/// Whether the signature of a callback matches its body.
fn is_signed(delivery: &Delivery, private_key: &str) -> bool {
    let mut body = Members::from_body(delivery.body.as_bytes()).unwrap();
    let amount = body.take("amount").unwrap();
    let amount = amount.number().map_or_else(|| amount.text().unwrap(), str::to_owned);
    let mut text = |name: &str| body.take_text(name).unwrap();
    let id = text("externalId").or_else(|| text("externald")).unwrap();
    let values = [id, text("status").unwrap(), amount, text("orderType").unwrap()];
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    Signature::from_hex(&delivery.signature).unwrap().is(Signature::of(&values, private_key))
}

#[test]
fn each_status_of_an_order_has_one_callback_in_order() {
    let mut sandbox = sandbox_of(&[]);
    deposit(&mut sandbox, "A", "100.10", &format!("{URL}{}", card_fields(CARD)), T0);
    assert_eq!(sandbox.next_callback_at(), Some(T0));
    let first = deliver(&mut sandbox, Some(204), T0);
    let id = member(&first[0].body, "externalId");
    assert_eq!(first[0].url, "http://merch.example/callback");
    assert_eq!(
        first[0].body,
        format!(
            r#"{{"externalId":"{id}","status":"Created","amount":"100.10","orderType":"Deposit","currency":"USD","externalParams":{{"cardToken":null,"cardStorageToken":null,"cardHolder":"JOHN WEAK","cardNumber":"411111******1111"}}}}"#
        )
    );
    assert_eq!(sandbox.next_callback_at(), Some(T0 + 1000));
    assert_eq!(statuses(&deliver(&mut sandbox, Some(200), T0 + 999)), [""; 0]);
    let rest = deliver(&mut sandbox, Some(200), T0 + 60_000);
    assert_eq!(statuses(&rest), ["Processing", "Success"]);
    assert!(rest[1].body.contains("BankToken-"));
    assert!(first.iter().chain(&rest).all(|delivery| is_signed(delivery, "sk_in")));
    assert_eq!(sandbox.next_callback_at(), None);
    assert!(sandbox.sent_callbacks().iter().all(|sent| sent.state == CallbackState::Delivered));
}

#[test]
fn callbacks_of_payouts_are_signed_with_the_key_of_payouts() {
    let mut sandbox = sandbox_of(&[("signatureCase", text("upper"))]);
    send(&mut sandbox, "POST", PAYOUTS, &order("A", "4063", URL), T0);
    let all = deliver(&mut sandbox, Some(200), T0 + 3000);
    assert_eq!(statuses(&all), ["Created", "Processing", "Failed"]);
    assert!(all.iter().all(|delivery| is_signed(delivery, "sk_out") && !is_signed(delivery, "sk_in")));
    assert!(all.iter().all(|delivery| delivery.signature == delivery.signature.to_uppercase()));
    assert!(all[0].body.contains(r#""orderType":"Withdrawal""#));
}

#[test]
fn the_sister_edition_has_a_number_and_another_spelling() {
    for (options, expected) in [
        (vec![("edition", text("sister"))], r#""status":"Created","amount":100.10,"orderType":"Deposit"}"#),
        (
            vec![("edition", text("sister")), ("amountAs", text("string"))],
            r#""status":"Created","amount":"100.10","orderType":"Deposit"}"#,
        ),
        (vec![("amountAs", text("number"))], r#""amount":100.10,"orderType":"Deposit","currency":"USD","#),
    ] {
        let mut sandbox = sandbox_of(&options);
        deposit(&mut sandbox, "A", "100.10", URL, T0);
        let all = deliver(&mut sandbox, Some(200), T0);
        assert!(all[0].body.contains(expected), "{}", all[0].body);
        assert_eq!(all[0].body.contains(r#"{"externald":"#), options[0].0 == "edition");
        assert!(is_signed(&all[0], "sk_in"));
    }
}

#[test]
fn a_failed_attempt_is_repeated_after_each_wait() {
    let retries = Input::List(vec![number("10"), number("500")]);
    let mut sandbox = sandbox_of(&[("retryAfterMs", retries)]);
    deposit(&mut sandbox, "A", "4100", URL, T0);
    for (after, http_status, attempts) in [(0, Some(500), 1), (10, None, 2), (510, Some(302), 3)] {
        assert_eq!(sandbox.next_callback_at(), Some(T0 + after));
        assert_eq!(deliver(&mut sandbox, http_status, T0 + after).len(), 1);
        let sent = sandbox.sent_callbacks()[0].clone();
        assert_eq!((sent.attempts, sent.http_status), (attempts, http_status));
    }
    assert_eq!(sandbox.sent_callbacks()[0].state, CallbackState::GivenUp);
    assert_eq!(deliver(&mut sandbox, Some(200), T0 + 99_999), []);
}

#[test]
fn an_order_has_one_callback_in_progress_and_all_orders_have_few() {
    let mut sandbox = sandbox_of(&[]);
    for id in 0..20 {
        deposit(&mut sandbox, &id.to_string(), "1", URL, T0);
    }
    let now = T0 + 3000;
    let first = sandbox.due_callbacks(now);
    assert_eq!(first.len(), 16);
    assert!(statuses(&first).iter().all(|status| status == "Created"));
    assert_eq!(sandbox.due_callbacks(now), []);
    assert_eq!(sandbox.next_callback_at(), None);
    sandbox.callback_answered(first[0].id, Some(200), now);
    let next = sandbox.due_callbacks(now);
    assert_eq!(next.len(), 1);
    // A second response to the first callback changes nothing.
    for delivery in first.iter().chain(&next) {
        sandbox.callback_answered(delivery.id, Some(200), now);
    }
    deliver(&mut sandbox, Some(200), now);
    assert_eq!(sandbox.sent_callbacks().len(), 60);
}

#[test]
fn duplicates_are_equal_and_the_seed_chooses_the_order() {
    let run = |seed: &str| {
        let callbacks = record(&[("duplicates", Input::Bool(true)), ("shuffled", Input::Bool(true))]);
        let mut sandbox = sandbox_with(&[("callbacks", callbacks), ("seed", number(seed))]);
        deposit(&mut sandbox, "A", "1", URL, T0);
        statuses(&deliver(&mut sandbox, Some(200), T0 + 7000))
    };
    let orders: Vec<Vec<String>> = ["1", "2", "3", "4"].map(run).to_vec();
    assert_eq!(orders[0], run("1"));
    assert!(orders.iter().any(|order| order != &orders[0]));
    for order in orders {
        for status in ["Created", "Processing", "Success"] {
            assert_eq!(order.iter().filter(|seen| *seen == status).count(), 2);
        }
    }
}

#[test]
fn a_changed_amount_has_a_callback_with_the_status_of_the_order() {
    let mut sandbox = sandbox_of(&[]);
    deposit(&mut sandbox, "A", "100", URL, T0);
    sandbox.change_amount("A", &text("90.5"), Pipeline::Deposits, T0 + 1000).unwrap();
    let all = deliver(&mut sandbox, Some(200), T0 + 3000);
    assert_eq!(statuses(&all), ["Created", "Processing", "Processing", "Success"]);
    assert_eq!(
        all.iter().map(|one| member(&one.body, "amount")).collect::<Vec<_>>(),
        ["100", "100", "90.5", "90.5"]
    );
    assert!(all.iter().all(|delivery| is_signed(delivery, "sk_in")));
    let body = deposit_body(&mut sandbox, "A", T0 + 3000);
    assert!(body.contains(r#""amount":90.50,"#) && body.contains("1.0.2.35"));

    deposit(&mut sandbox, "F", "4063", "", T0);
    for (id, amount, pipeline, path) in [
        ("B", text("1"), Pipeline::Deposits, "externalTransactionId"),
        ("A", text("1"), Pipeline::Payouts, "externalTransactionId"),
        ("A", text("-1"), Pipeline::Deposits, "amount"),
        ("A", number("1"), Pipeline::Deposits, "amount"),
        ("F", text("1"), Pipeline::Deposits, "amount"),
    ] {
        let issues = sandbox.change_amount(id, &amount, pipeline, T0 + 9000).unwrap_err();
        assert_eq!(issues[0].path, path);
    }
}

#[test]
fn the_url_of_the_pipeline_is_for_orders_without_a_url() {
    let urls = record(&[("deposits", text("http://merch.example/all"))]);
    let mut sandbox = sandbox_with(&[("callbackUrl", urls)]);
    deposit(&mut sandbox, "A", "1", "", T0);
    deposit(&mut sandbox, "B", "1", URL, T0);
    send(&mut sandbox, "POST", PAYOUTS, &order("A", "1", ""), T0);
    let urls: Vec<String> = deliver(&mut sandbox, Some(200), T0).into_iter().map(|one| one.url).collect();
    assert_eq!(urls, ["http://merch.example/all", "http://merch.example/callback"]);
}

#[test]
fn nothing_is_sent_without_a_private_key_or_if_callbacks_are_off() {
    let options = record(&[("deposits", record(&[("token", text("a.b.c"))]))]);
    let mut without_key = Sandbox::new(SandboxConfig::read(&options).unwrap());
    let body = order("A", "1", URL);
    let request = ReceivedRequest {
        method: "POST",
        target: DEPOSITS,
        authorization: Some("Bearer a.b.c"),
        body: body.as_bytes(),
        ..ReceivedRequest::default()
    };
    assert_eq!(without_key.respond(&request, T0).status, 200);
    let mut off = sandbox_with(&[("callbacks", Input::Bool(false))]);
    deposit(&mut off, "A", "1", URL, T0);
    for sandbox in [&mut without_key, &mut off] {
        assert_eq!(sandbox.next_callback_at(), None);
        assert_eq!(sandbox.due_callbacks(T0 + 9000), []);
    }
}

#[test]
fn a_hosted_deposit_has_callbacks_after_the_customer_has_acted() {
    let mut sandbox = sandbox_of(&[]);
    let body = order("A", "1", URL);
    let created = send_to_host(&mut sandbox, "POST", DEPOSITS, Some("init.paystar.uk"), &body, T0);
    assert_eq!(sandbox.due_callbacks(T0 + 9000), []);
    let target = format!("/pay/{}", member(&created.body, "externalId"));
    let request = ReceivedRequest {
        method: "POST",
        target: &target,
        body: b"action=cancel",
        ..ReceivedRequest::default()
    };
    sandbox.respond(&request, T0 + 9000);
    assert_eq!(statuses(&deliver(&mut sandbox, Some(200), T0 + 9000)), ["Failed"]);
}
