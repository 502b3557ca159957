//! Orders that appear later than their creation.

use paystar_json::Members;
use paystar_model::input::build::{number, record, text};
use paystar_protocol::endpoint::DEPOSITS;

use super::support::{create, create_with, later, look_up, reserved};
use crate::ReceivedRequest;
use crate::faults::{Fault, FaultKind};
use crate::tests::support::{
    CARD, T0, bearer, card_fields, deposit, deposit_body, member, order, sandbox_with,
};

#[test]
fn a_delayed_order_appears_at_its_time_and_then_moves_on() {
    let mut sandbox = sandbox_with(&[("callbackUrl", text("http://127.0.0.1/callback"))]);
    create_with(&mut sandbox, "A", FaultKind::Lost, later(500), T0);
    assert_eq!((sandbox.delayed_order_count(), sandbox.next_callback_at()), (1, Some(T0 + 500)));
    assert_eq!(look_up(&mut sandbox, "A", T0 + 499).response.status, 404);
    for (after, status) in [(500, "Created"), (1499, "Created"), (1500, "Processing"), (3500, "Success")] {
        let reply = look_up(&mut sandbox, "A", T0 + after);
        assert_eq!(member(&reply.response.body, "orderStatus"), status, "after {after} ms");
    }
    assert_eq!(sandbox.delayed_order_count(), 0);
    assert_eq!(sandbox.due_callbacks(T0 + 3500).len(), 1, "an order has one callback in progress");
    let steps = look_up(&mut sandbox, "A", T0 + 9999).response.body;
    assert!(steps.contains("2026-01-01T00:00:00.500000Z"), "{steps}");
}

#[test]
fn delayed_orders_and_transitions_happen_in_the_order_of_their_times() {
    // The first payout fails if the money of the deposit arrives later.
    for (commit_after, status) in [(2999, "Failed"), (3001, "Success")] {
        let mut sandbox = sandbox_with(&[("balances", record(&[("USD", text("0"))]))]);
        deposit(&mut sandbox, "D", "100", &card_fields(CARD), T0);
        create_with(&mut sandbox, "A", FaultKind::Lost, later(commit_after), T0);
        create_with(&mut sandbox, "B", FaultKind::Lost, later(0), T0);
        let created: Vec<_> = {
            sandbox.advance_to(T0 + 60_000);
            sandbox.orders().map(|order| order.external_transaction_id).collect()
        };
        assert_eq!(created, ["D", "B", "A"]);
        let reply = look_up(&mut sandbox, "A", T0 + 60_000);
        assert_eq!(member(&reply.response.body, "orderStatus"), status, "after {commit_after} ms");
    }
}

#[test]
fn without_a_reserved_id_the_first_order_that_appears_gets_the_id() {
    let mut sandbox = sandbox_with(&[]);
    create_with(&mut sandbox, "A", FaultKind::Lost, later(500), T0);
    create_with(&mut sandbox, "A", FaultKind::Lost, later(300), T0);
    let second = create(&mut sandbox, "A", T0 + 100);
    assert_eq!(second.response.status, 200);
    sandbox.advance_to(T0 + 1000);
    let created: Vec<_> = sandbox.orders().map(|order| order.external_id.to_owned()).collect();
    assert_eq!(created, [member(&second.response.body, "externalId")]);
}

#[test]
fn a_reserved_id_is_refused_although_a_status_read_does_not_find_it() {
    let mut sandbox = sandbox_with(&[]);
    create_with(&mut sandbox, "A", FaultKind::Lost, later(100), T0);
    create_with(&mut sandbox, "A", FaultKind::Stall, reserved(500), T0);
    assert!(create(&mut sandbox, "A", T0 + 100).response.body.contains("1-4007"));
    assert_eq!(look_up(&mut sandbox, "A", T0 + 499).response.status, 404);
    assert_eq!(look_up(&mut sandbox, "A", T0 + 500).response.status, 200);
    assert_eq!(sandbox.order_count(), 1);
    // The same id is free in the other pipeline.
    assert_eq!(deposit(&mut sandbox, "A", "100", "", T0 + 500).status, 200);
}

#[test]
fn limits_count_reserved_ids_and_apply_when_orders_appear() {
    let limits = record(&[("payouts", record(&[("maxOrders", number("2"))]))]);
    let mut sandbox = sandbox_with(&[("limits", limits)]);
    create_with(&mut sandbox, "A", FaultKind::Lost, reserved(100), T0);
    for id in ["B", "C"] {
        create_with(&mut sandbox, id, FaultKind::Lost, later(50), T0);
    }
    sandbox.advance_to(T0 + 100);
    let created: Vec<_> = sandbox.orders().map(|order| order.external_transaction_id).collect();
    assert_eq!(created, ["B", "A"]);
}

#[test]
fn a_delayed_token_deposit_is_paid_with_its_card() {
    let mut sandbox = sandbox_with(&[]);
    deposit(&mut sandbox, "A", "100", &card_fields(CARD), T0);
    let paid = deposit_body(&mut sandbox, "A", T0 + 3000);
    let params = Members::from_body(paid.as_bytes()).unwrap().take("externalParams").unwrap();
    let token = params.object().unwrap().take_text("cardToken").unwrap().unwrap();
    let fields = format!(r#","additionalFields":[{{"key":"cardToken","value":"{token}"}}]"#);
    let (body, authorization) = (order("B", "100", &fields), bearer("pk_in", "sk_in"));
    let request = ReceivedRequest {
        method: "POST",
        target: DEPOSITS,
        authorization: Some(&authorization),
        body: body.as_bytes(),
        ..ReceivedRequest::default()
    };
    let fault = Fault { kind: FaultKind::Lost, commit: later(10) };
    sandbox.reply_with(&request, Some(&fault), T0 + 3000);
    let paid = deposit_body(&mut sandbox, "B", T0 + 9000);
    assert!(paid.contains(&token) && member(&paid, "orderStatus") == "Success", "{paid}");
}
