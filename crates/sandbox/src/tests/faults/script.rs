//! The rules of a script.

use paystar_model::input::Input;
use paystar_model::input::build::{number, record, text};
use paystar_protocol::endpoint::{BALANCE, PAYOUTS};

use super::support::{create, create_with, later, look_up, rule, with_request};
use crate::faults::FaultKind;
use crate::tests::support::{CARD, T0, card_fields, deposit, member, sandbox_with};
use crate::{Reply, Transmission};

#[test]
fn hosted_pages_have_no_faults() {
    let mut sandbox = sandbox_with(&[]);
    let created = deposit(&mut sandbox, "A", "100", &card_fields(CARD), T0);
    let page = format!("/pay/{}", member(&created.body, "externalId"));
    sandbox.inject_fault(rule(&[("fault", text("lost"))])).unwrap();
    for _ in 0..2 {
        let reply = with_request("GET", &page, "", |request| sandbox.reply(request, T0));
        assert_eq!((reply.response.status, reply.transmission), (200, Transmission::Whole));
    }
    assert_eq!(create(&mut sandbox, "B", T0).transmission, Transmission::Lost, "the rule has not ended");
}

#[test]
fn the_first_matching_rule_applies_as_often_as_it_says() {
    let mut sandbox = sandbox_with(&[(
        "faults",
        Input::List(vec![
            record(&[("fault", text("lost")), ("externalTransactionId", text("A")), ("on", text("create"))]),
            record(&[("fault", text("stall")), ("on", text("status")), ("skip", number("1"))]),
            record(&[("fault", text("html")), ("externalTransactionId", text("A")), ("times", number("2"))]),
            record(&[("fault", text("wrongLength")), ("on", text("balance"))]),
        ]),
    )]);
    let html = |reply: Reply| reply.response.body.contains("<html>");
    assert_eq!(
        create(&mut sandbox, "B", T0).transmission,
        Transmission::Whole,
        "the rule is for another order"
    );
    assert_eq!(create(&mut sandbox, "A", T0).transmission, Transmission::Lost);
    assert!(html(create(&mut sandbox, "A", T0)), "the first rule has ended");
    assert!(html(look_up(&mut sandbox, "A", T0)), "the second rule skips the first read");
    assert_eq!(look_up(&mut sandbox, "B", T0).transmission, Transmission::Stalled);
    let reply = look_up(&mut sandbox, "A", T0);
    assert_eq!(
        (reply.response.status, reply.transmission),
        (200, Transmission::Whole),
        "all rules except one have ended"
    );
    let balance =
        with_request("GET", &format!("{BALANCE}?currency=USD"), "", |request| sandbox.reply(request, T0));
    assert_eq!(balance.transmission, Transmission::Short);
}

#[test]
fn a_rule_for_the_merchants_id_matches_a_read_by_paystars_id() {
    let mut sandbox = sandbox_with(&[]);
    let created = create(&mut sandbox, "A", T0);
    let path = format!("{PAYOUTS}{}/status", member(&created.response.body, "externalId"));
    let rule = rule(&[("fault", text("lost")), ("externalTransactionId", text("A"))]);
    sandbox.inject_fault(rule).unwrap();
    let reply = with_request("GET", &path, "", |request| sandbox.reply(request, T0));
    assert_eq!(reply.transmission, Transmission::Lost);
}

#[test]
fn delayed_orders_appear_after_the_faults_are_cleared() {
    let faults = record(&[("seed", number("1")), ("rate", number("1"))]);
    let mut sandbox = sandbox_with(&[("faults", faults)]);
    create_with(&mut sandbox, "A", FaultKind::Lost, later(1), T0);
    sandbox.inject_fault(rule(&[("fault", text("lost")), ("times", number("100"))])).unwrap();
    sandbox.clear_faults();
    for id in 0..20 {
        let reply = create(&mut sandbox, &id.to_string(), T0 + 1);
        assert_eq!((reply.response.status, reply.transmission), (200, Transmission::Whole));
    }
    assert_eq!(sandbox.order_count(), 21);
}

#[test]
fn the_number_of_rules_is_limited() {
    let mut sandbox = sandbox_with(&[]);
    let rule = rule(&[("fault", text("lost"))]);
    for _ in 0..10_000 {
        sandbox.inject_fault(rule.clone()).unwrap();
    }
    assert_eq!(sandbox.inject_fault(rule.clone()).unwrap_err()[0].path, "rule");
    create(&mut sandbox, "A", T0);
    sandbox.inject_fault(rule).unwrap();
}
