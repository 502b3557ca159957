use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::faults::{Commit, Fault, FaultKind, FaultRule, Reply, RetryAfter, SeededFaults, Sending};

const DONE: Commit = Commit::Done;
const UNDONE: Commit = Commit::Undone;

fn later(after_ms: u32) -> Commit {
    Commit::Later { after_ms, is_reserved: false }
}

fn reserved(after_ms: u32) -> Commit {
    Commit::Later { after_ms, is_reserved: true }
}

fn with_arrival<T>(method: &str, target: &str, body: &str, ask: impl FnOnce(&Arrival) -> T) -> T {
    let authorization = bearer("pk_out", "sk_out");
    ask(&Arrival {
        method,
        target,
        authorization: Some(&authorization),
        origin: "http://sandbox",
        body: body.as_bytes(),
        ..Arrival::default()
    })
}

fn create_with(sandbox: &mut Sandbox, id: &str, kind: FaultKind, commit: Commit, now: u64) -> Reply {
    with_arrival("POST", PAYOUTS, &order(id, "100", ""), |arrival| {
        sandbox.reply_with(arrival, Some(&Fault { kind, commit }), now)
    })
}

/// By the faults of the sandbox's own options.
fn create(sandbox: &mut Sandbox, id: &str, now: u64) -> Reply {
    with_arrival("POST", PAYOUTS, &order(id, "100", ""), |arrival| sandbox.reply(arrival, now))
}

fn look_up(sandbox: &mut Sandbox, id: &str, now: u64) -> Reply {
    let path = format!("{PAYOUTS}{id}/status-by-external-transaction-id");
    with_arrival("GET", &path, "", |arrival| sandbox.reply(arrival, now))
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.answer.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

fn rule(entries: &[(&str, Input)]) -> FaultRule {
    FaultRule::read("rule", &record(entries)).unwrap()
}

const OTHER_STATUS: FaultKind = FaultKind::Status { http_status: 500, retry_after: None };

#[test]
fn each_kind_has_its_way_to_send_and_leaves_the_commit_alone() {
    for (name, kind, sending, status) in [
        ("none", FaultKind::None, Sending::Whole, 200),
        ("lost", FaultKind::Lost, Sending::Lost, 200),
        ("resetInHeaders", FaultKind::ResetInHeaders, Sending::CutInHeaders, 200),
        ("resetInBody", FaultKind::ResetInBody, Sending::CutInBody, 200),
        ("stall", FaultKind::Stall, Sending::Stalled, 200),
        ("stallInBody", FaultKind::StallInBody, Sending::StalledInBody, 200),
        ("status", OTHER_STATUS, Sending::Whole, 500),
        ("truncatedJson", FaultKind::TruncatedJson, Sending::Whole, 200),
        ("html", FaultKind::Html, Sending::Whole, 200),
        ("wrongLength", FaultKind::WrongLength, Sending::Short, 200),
        ("late", FaultKind::Late { after_ms: 5 }, Sending::Late(5), 200),
        ("slowBody", FaultKind::SlowBody { over_ms: 6 }, Sending::Slow(6), 200),
        ("clockJump", FaultKind::ClockJump { ms: 7 }, Sending::Whole, 200),
    ] {
        for (commit, orders_at_once, orders_later) in
            [(DONE, 1, 1), (UNDONE, 0, 0), (later(1000), 0, 1), (reserved(1000), 0, 1)]
        {
            let mut sandbox = sandbox_with(&[]);
            let reply = create_with(&mut sandbox, "A", kind, commit, T0);
            let is_own = matches!(kind, FaultKind::Status { .. } | FaultKind::Html);
            let expected = if is_own || commit == DONE { status } else { 504 };
            assert_eq!((reply.answer.status, reply.sending), (expected, sending), "{name} {commit:?}");
            assert_eq!(sandbox.order_count(), orders_at_once, "{name} {commit:?}");
            sandbox.settle(T0 + 1007);
            assert_eq!(sandbox.order_count(), orders_later, "{name} {commit:?}");
            assert_eq!(sandbox.commits_ahead(), 0);
        }
        assert_eq!(
            FaultKind::named(name).map(|named| std::mem::discriminant(&named)),
            Some(std::mem::discriminant(&kind))
        );
    }
}

#[test]
fn a_request_that_is_sent_twice_makes_one_order_and_one_of_its_answers_is_heard() {
    for (commit, first, second, orders_at_once) in [
        (DONE, 200, 400, 1),
        (UNDONE, 504, 200, 1),
        (later(1000), 504, 200, 1),
        (reserved(1000), 504, 400, 0),
    ] {
        for (hears_first, status) in [(true, first), (false, second)] {
            let mut sandbox = sandbox_with(&[]);
            let kind = FaultKind::SentTwice { hears_first };
            let reply = create_with(&mut sandbox, "A", kind, commit, T0);
            assert_eq!((reply.answer.status, reply.sending), (status, Sending::Whole), "{commit:?}");
            assert_eq!(reply.answer.body.contains("1-4007"), status == 400);
            assert_eq!(sandbox.order_count(), orders_at_once, "{commit:?}");
            sandbox.settle(T0 + 1000);
            assert_eq!((sandbox.order_count(), sandbox.commits_ahead()), (1, 0), "{commit:?}");
        }
    }
    let mut sandbox = sandbox_with(&[]);
    create(&mut sandbox, "A", T0);
    for answer in ["first", "second"] {
        sandbox.inject_fault(rule(&[("fault", text("sentTwice")), ("answer", text(answer))])).unwrap();
        assert_eq!(look_up(&mut sandbox, "A", T0).answer.status, 200, "a read is the same twice");
    }
    for (answer, status) in [(None, 400), (Some("second"), 400), (Some("first"), 200)] {
        let mut sandbox = sandbox_with(&[]);
        let answer = answer.map_or(Input::Absent, text);
        sandbox.inject_fault(rule(&[("fault", text("sentTwice")), ("answer", answer)])).unwrap();
        assert_eq!(create(&mut sandbox, "A", T0).answer.status, status);
    }
}

#[test]
fn a_refusal_that_paystar_documents_never_makes_an_order() {
    for http_status in [400, 401, 403, 423] {
        for commit in [DONE, UNDONE, later(1), reserved(1)] {
            let mut sandbox = sandbox_with(&[]);
            let kind = FaultKind::Status { http_status, retry_after: None };
            assert_eq!(create_with(&mut sandbox, "A", kind, commit, T0).answer.status, http_status);
            sandbox.settle(T0 + 1000);
            assert_eq!(sandbox.order_count(), 0, "{http_status} {commit:?}");
            assert_eq!(create(&mut sandbox, "A", T0).answer.status, 200, "the id is free");
        }
    }
}

#[test]
fn a_creation_that_paystar_would_refuse_is_refused_whatever_the_commit() {
    for commit in [DONE, later(5), reserved(5)] {
        let mut sandbox = sandbox_with(&[]);
        create(&mut sandbox, "A", T0);
        let reply = create_with(&mut sandbox, "A", FaultKind::Late { after_ms: 9 }, commit, T0);
        assert!(reply.answer.body.contains("1-4007") && reply.sending == Sending::Late(9), "{commit:?}");
        assert_eq!(sandbox.commits_ahead(), 0);
    }
}

#[test]
fn a_truncated_answer_is_no_json_and_a_page_is_html() {
    let mut sandbox = sandbox_with(&[]);
    for (id, commit) in [("A", DONE), ("B", UNDONE)] {
        let reply = create_with(&mut sandbox, id, FaultKind::TruncatedJson, commit, T0);
        assert!(reply.answer.body.starts_with('{'));
        assert!(Members::from_body(reply.answer.body.as_bytes()).is_err());
        assert_eq!(header(&reply, "content-type"), Some("application/json; charset=utf-8"));
    }
    let reply = create_with(&mut sandbox, "C", FaultKind::Html, DONE, T0);
    assert_eq!(header(&reply, "content-type"), Some("text/html; charset=utf-8"));
}

#[test]
fn retry_after_is_in_seconds_or_a_date_by_the_sandboxs_clock() {
    for (retry_after, expected) in [
        (None, None),
        (Some(RetryAfter::Seconds(90)), Some("90")),
        (Some(RetryAfter::Date(90)), Some("Thu, 01 Jan 2026 00:01:30 GMT")),
    ] {
        let kind = FaultKind::Status { http_status: 429, retry_after };
        let reply = create_with(&mut sandbox_with(&[]), "A", kind, UNDONE, T0);
        assert_eq!(header(&reply, "retry-after"), expected);
        assert_eq!(header(&reply, "date"), Some("Thu, 01 Jan 2026 00:00:00 GMT"));
    }
}

#[test]
fn a_jump_of_the_clock_moves_orders_and_dates_with_it() {
    let mut sandbox = sandbox_with(&[]);
    create(&mut sandbox, "A", T0);
    sandbox.inject_fault(rule(&[("fault", text("clockJump")), ("jumpMs", number("3000"))])).unwrap();
    let reply = look_up(&mut sandbox, "A", T0);
    assert_eq!((reply.clock_jump_ms, reply.sending), (3000, Sending::Whole));
    assert_eq!(header(&reply, "date"), Some("Thu, 01 Jan 2026 00:00:03 GMT"));
    assert_eq!(member(&reply.answer.body, "orderStatus"), "Success");

    let reply = create_with(&mut sandbox, "B", FaultKind::ClockJump { ms: -86_400_000 }, DONE, T0 + 3000);
    assert_eq!(header(&reply, "date"), Some("Wed, 31 Dec 2025 00:00:03 GMT"));
    assert_eq!(member(&reply.answer.body, "orderStatus"), "Created");
}

#[test]
fn a_delayed_order_appears_at_its_time_and_goes_its_way_from_there() {
    let mut sandbox = sandbox_with(&[("callbackUrl", text("http://127.0.0.1/callback"))]);
    create_with(&mut sandbox, "A", FaultKind::Lost, later(500), T0);
    assert_eq!((sandbox.commits_ahead(), sandbox.next_callback_at()), (1, Some(T0 + 500)));
    assert_eq!(look_up(&mut sandbox, "A", T0 + 499).answer.status, 404);
    for (after, status) in [(500, "Created"), (1499, "Created"), (1500, "Processing"), (3500, "Success")] {
        let reply = look_up(&mut sandbox, "A", T0 + after);
        assert_eq!(member(&reply.answer.body, "orderStatus"), status, "after {after} ms");
    }
    assert_eq!(sandbox.commits_ahead(), 0);
    assert_eq!(sandbox.due_callbacks(T0 + 3500).len(), 1, "one of an order is under way at a time");
    let steps = look_up(&mut sandbox, "A", T0 + 9999).answer.body;
    assert!(steps.contains("2026-01-01T00:00:00.500000Z"), "{steps}");
}

#[test]
fn delayed_orders_and_other_events_happen_in_the_order_of_their_times() {
    // The first payout fails for want of money only if the deposit's money is not there before it.
    for (commit_after, status) in [(2999, "Failed"), (3001, "Success")] {
        let mut sandbox = sandbox_with(&[("balances", record(&[("USD", text("0"))]))]);
        deposit(&mut sandbox, "D", "100", &card_fields(CARD), T0);
        create_with(&mut sandbox, "A", FaultKind::Lost, later(commit_after), T0);
        create_with(&mut sandbox, "B", FaultKind::Lost, later(0), T0);
        let made: Vec<_> = {
            sandbox.settle(T0 + 60_000);
            sandbox.made().map(|order| order.external_transaction_id).collect()
        };
        assert_eq!(made, ["D", "B", "A"]);
        let reply = look_up(&mut sandbox, "A", T0 + 60_000);
        assert_eq!(member(&reply.answer.body, "orderStatus"), status, "after {commit_after} ms");
    }
}

#[test]
fn without_a_reserved_id_the_first_order_to_appear_has_it() {
    let mut sandbox = sandbox_with(&[]);
    create_with(&mut sandbox, "A", FaultKind::Lost, later(500), T0);
    create_with(&mut sandbox, "A", FaultKind::Lost, later(300), T0);
    let second = create(&mut sandbox, "A", T0 + 100);
    assert_eq!(second.answer.status, 200);
    sandbox.settle(T0 + 1000);
    let made: Vec<_> = sandbox.made().map(|order| order.external_id.to_owned()).collect();
    assert_eq!(made, [member(&second.answer.body, "externalId")]);
}

#[test]
fn a_reserved_id_is_refused_while_a_status_read_does_not_find_it() {
    let mut sandbox = sandbox_with(&[]);
    create_with(&mut sandbox, "A", FaultKind::Lost, later(100), T0);
    create_with(&mut sandbox, "A", FaultKind::Stall, reserved(500), T0);
    assert!(create(&mut sandbox, "A", T0 + 100).answer.body.contains("1-4007"));
    assert_eq!(look_up(&mut sandbox, "A", T0 + 499).answer.status, 404);
    assert_eq!(look_up(&mut sandbox, "A", T0 + 500).answer.status, 200);
    assert_eq!(sandbox.order_count(), 1);
    // The same id is free in the other pipeline.
    assert_eq!(deposit(&mut sandbox, "A", "100", "", T0 + 500).status, 200);
}

#[test]
fn limits_count_reserved_ids_and_hold_when_orders_appear() {
    let limits = record(&[("payouts", record(&[("maxOrders", number("2"))]))]);
    let mut sandbox = sandbox_with(&[("limits", limits)]);
    create_with(&mut sandbox, "A", FaultKind::Lost, reserved(100), T0);
    for id in ["B", "C"] {
        create_with(&mut sandbox, id, FaultKind::Lost, later(50), T0);
    }
    sandbox.settle(T0 + 100);
    let made: Vec<_> = sandbox.made().map(|order| order.external_transaction_id).collect();
    assert_eq!(made, ["B", "A"]);
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
    let arrival = Arrival {
        method: "POST",
        target: DEPOSITS,
        authorization: Some(&authorization),
        body: body.as_bytes(),
        ..Arrival::default()
    };
    let fault = Fault { kind: FaultKind::Lost, commit: later(10) };
    sandbox.reply_with(&arrival, Some(&fault), T0 + 3000);
    let paid = deposit_body(&mut sandbox, "B", T0 + 9000);
    assert!(paid.contains(&token) && member(&paid, "orderStatus") == "Success", "{paid}");
}

#[test]
fn other_requests_change_nothing_so_their_commit_does_not_matter() {
    let mut sandbox = sandbox_with(&[]);
    create(&mut sandbox, "A", T0);
    let path = format!("{PAYOUTS}A/status-by-external-transaction-id");
    for commit in [DONE, UNDONE, later(5), reserved(5)] {
        let fault = Fault { kind: FaultKind::None, commit };
        let reply = with_arrival("GET", &path, "", |arrival| sandbox.reply_with(arrival, Some(&fault), T0));
        assert_eq!(reply.answer.status, 200);
    }
    assert_eq!((sandbox.order_count(), sandbox.commits_ahead()), (1, 0));
}

#[test]
fn hosted_pages_have_no_faults() {
    let mut sandbox = sandbox_with(&[]);
    let created = deposit(&mut sandbox, "A", "100", &card_fields(CARD), T0);
    let page = format!("/pay/{}", member(&created.body, "externalId"));
    sandbox.inject_fault(rule(&[("fault", text("lost"))])).unwrap();
    for _ in 0..2 {
        let reply = with_arrival("GET", &page, "", |arrival| sandbox.reply(arrival, T0));
        assert_eq!((reply.answer.status, reply.sending), (200, Sending::Whole));
    }
    assert_eq!(create(&mut sandbox, "B", T0).sending, Sending::Lost, "the rule still waits");
}

#[test]
fn the_first_rule_that_matches_takes_a_request_as_often_as_it_says() {
    let mut sandbox = sandbox_with(&[(
        "faults",
        Input::List(vec![
            record(&[("fault", text("lost")), ("externalTransactionId", text("A")), ("on", text("create"))]),
            record(&[("fault", text("stall")), ("on", text("status")), ("skip", number("1"))]),
            record(&[("fault", text("html")), ("externalTransactionId", text("A")), ("times", number("2"))]),
            record(&[("fault", text("wrongLength")), ("on", text("balance"))]),
        ]),
    )]);
    let html = |reply: Reply| reply.answer.body.contains("<html>");
    assert_eq!(create(&mut sandbox, "B", T0).sending, Sending::Whole, "of another order");
    assert_eq!(create(&mut sandbox, "A", T0).sending, Sending::Lost);
    assert!(html(create(&mut sandbox, "A", T0)), "the first rule is used up");
    assert!(html(look_up(&mut sandbox, "A", T0)), "the second one passes over the first read");
    assert_eq!(look_up(&mut sandbox, "B", T0).sending, Sending::Stalled);
    let reply = look_up(&mut sandbox, "A", T0);
    assert_eq!((reply.answer.status, reply.sending), (200, Sending::Whole), "all are used up but one");
    let balance =
        with_arrival("GET", &format!("{BALANCE}?currency=USD"), "", |arrival| sandbox.reply(arrival, T0));
    assert_eq!(balance.sending, Sending::Short);
}

#[test]
fn a_read_by_paystars_id_is_known_by_the_merchants_id() {
    let mut sandbox = sandbox_with(&[]);
    let created = create(&mut sandbox, "A", T0);
    let path = format!("{PAYOUTS}{}/status", member(&created.answer.body, "externalId"));
    let rule = rule(&[("fault", text("lost")), ("externalTransactionId", text("A"))]);
    sandbox.inject_fault(rule).unwrap();
    let reply = with_arrival("GET", &path, "", |arrival| sandbox.reply(arrival, T0));
    assert_eq!(reply.sending, Sending::Lost);
}

#[test]
fn cleared_faults_are_gone_but_orders_that_were_taken_appear() {
    let faults = record(&[("seed", number("1")), ("rate", number("1"))]);
    let mut sandbox = sandbox_with(&[("faults", faults)]);
    create_with(&mut sandbox, "A", FaultKind::Lost, later(1), T0);
    sandbox.inject_fault(rule(&[("fault", text("lost")), ("times", number("100"))])).unwrap();
    sandbox.clear_faults();
    for id in 0..20 {
        let reply = create(&mut sandbox, &id.to_string(), T0 + 1);
        assert_eq!((reply.answer.status, reply.sending), (200, Sending::Whole));
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

#[test]
fn wrong_faults_are_named() {
    let lost = ("fault", text("lost"));
    let status =
        |http_status: &'static str| vec![("fault", text("status")), ("httpStatus", number(http_status))];
    let with = |mut entries: Vec<(&'static str, Input<'static>)>, more: (&'static str, Input<'static>)| {
        entries.push(more);
        entries
    };
    for (entries, path) in [
        (vec![], "rule.fault"),
        (vec![("fault", text("lsot"))], "rule.fault"),
        (vec![lost.clone(), ("time", number("2"))], "rule.time"),
        (vec![lost.clone(), ("times", number("0"))], "rule.times"),
        (vec![lost.clone(), ("skip", number("-1"))], "rule.skip"),
        (vec![lost.clone(), ("on", text("page"))], "rule.on"),
        (vec![lost.clone(), ("externalTransactionId", number("1"))], "rule.externalTransactionId"),
        (vec![lost.clone(), ("commit", text("soon"))], "rule.commit"),
        (vec![lost.clone(), ("commitAfterMs", number("1"))], "rule.commitAfterMs"),
        (vec![lost.clone(), ("commit", text("done")), ("reservesId", Input::Bool(true))], "rule.reservesId"),
        (vec![lost.clone(), ("commit", text("later")), ("reservesId", number("1"))], "rule.reservesId"),
        (
            vec![lost.clone(), ("commit", text("later")), ("commitAfterMs", number("1.5"))],
            "rule.commitAfterMs",
        ),
        (vec![lost.clone(), ("httpStatus", number("500"))], "rule.httpStatus"),
        (vec![lost, ("afterMs", number("5"))], "rule.afterMs"),
        (vec![("fault", text("late")), ("overMs", number("5"))], "rule.overMs"),
        (vec![("fault", text("slowBody")), ("overMs", number("NaN"))], "rule.overMs"),
        (vec![("fault", text("sentTwice")), ("answer", text("third"))], "rule.answer"),
        (vec![("fault", text("late")), ("answer", text("first"))], "rule.answer"),
        (vec![("fault", text("clockJump")), ("jumpMs", number("1e+21"))], "rule.jumpMs"),
        (vec![("fault", text("clockJump")), ("jumpMs", text("1"))], "rule.jumpMs"),
        (status("399"), "rule.httpStatus"),
        (status("600"), "rule.httpStatus"),
        (with(status("503"), ("retryAfter", number("-2"))), "rule.retryAfter"),
        (with(status("503"), ("retryAfterAs", text("date"))), "rule.retryAfter"),
        (with(status("423"), ("commit", text("done"))), "rule.commit"),
        (with(status("400"), ("commit", text("later"))), "rule.commit"),
    ] {
        let issues = FaultRule::read("rule", &record(&entries)).unwrap_err();
        assert_eq!(issues.iter().map(|issue| issue.path.as_str()).collect::<Vec<_>>(), [path]);
    }
    assert_eq!(FaultRule::read("rule", &text("lost")).unwrap_err()[0].path, "rule");
}

#[test]
fn wrong_options_of_faults_are_named() {
    let (seed, rate) = (("seed", number("1")), ("rate", number("0.5")));
    for (faults, path) in [
        (text("lost"), "faults"),
        (Input::List(vec![record(&[("fault", text("stall"))]), record(&[])]), "faults[1].fault"),
        (Input::List(vec![Input::Absent; 10_001]), "faults"),
        (record(std::slice::from_ref(&seed)), "faults.rate"),
        (record(std::slice::from_ref(&rate)), "faults.seed"),
        (record(&[seed.clone(), ("rate", number("1.5"))]), "faults.rate"),
        (record(&[seed.clone(), ("rate", number("NaN"))]), "faults.rate"),
        (record(&[seed.clone(), ("rate", text("1"))]), "faults.rate"),
        (record(&[seed.clone(), rate.clone(), ("kind", text("lost"))]), "faults.kind"),
        (record(&[seed.clone(), rate.clone(), ("kinds", text("lost"))]), "faults.kinds"),
        (record(&[seed.clone(), rate.clone(), ("kinds", Input::List(vec![]))]), "faults.kinds"),
        (
            record(&[seed.clone(), rate.clone(), ("kinds", Input::List(vec![text("none")]))]),
            "faults.kinds[0]",
        ),
        (record(&[seed, rate, ("kinds", Input::List(vec![Input::Absent]))]), "faults.kinds[0]"),
    ] {
        let issues = SandboxConfig::read(&options_with(&[("faults", faults)])).err().unwrap();
        assert_eq!(issues.iter().map(|issue| issue.path.as_str()).collect::<Vec<_>>(), [path]);
    }
}

fn all_kinds() -> Vec<FaultKind> {
    FaultKind::NAMED.iter().map(|(_, kind)| *kind).collect()
}

fn drawn(seed: u64, rate: f64) -> Vec<Option<Fault>> {
    let mut faults = SeededFaults::new(seed, rate, &all_kinds());
    (0..1000).map(|number| faults.draw(number % 2 == 0)).collect()
}

#[test]
fn a_seed_draws_the_same_faults_again_and_another_seed_others() {
    assert_eq!(drawn(1, 0.5), drawn(1, 0.5));
    assert_ne!(drawn(1, 0.5), drawn(2, 0.5));
}

#[test]
fn the_rate_is_the_part_of_requests_that_are_hit() {
    let count = |rate| drawn(7, rate).iter().flatten().count();
    assert_eq!((count(0.0), count(1.0)), (0, 1000));
    assert!((150..250).contains(&count(0.2)), "{}", count(0.2));
}

#[test]
fn a_seed_draws_every_kind_every_commit_and_no_refusal_that_commits() {
    let faults: Vec<Fault> = drawn(3, 1.0).into_iter().flatten().collect();
    for kind in all_kinds() {
        let is_same = |fault: &&Fault| std::mem::discriminant(&fault.kind) == std::mem::discriminant(&kind);
        assert!(faults.iter().any(|fault| is_same(&fault)), "{kind:?}");
    }
    for is_wanted in [
        |commit| commit == Commit::Done,
        |commit| commit == Commit::Undone,
        |commit| matches!(commit, Commit::Later { is_reserved: true, .. }),
        |commit| matches!(commit, Commit::Later { is_reserved: false, .. }),
    ] {
        assert!(faults.iter().any(|fault| is_wanted(fault.commit)));
    }
    let is_423 = |fault: &&Fault| matches!(fault.kind, FaultKind::Status { http_status: 423, .. });
    assert!(faults.iter().any(|fault| is_423(&fault)));
    assert!(faults.iter().filter(is_423).all(|fault| fault.commit == Commit::Undone));
}

/// One request of a random sequence, and how long it waits for its turn.
#[derive(Debug, Clone, Copy)]
struct Step {
    id: u8,
    is_creation: bool,
    wait_ms: u16,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..6u8, prop::bool::weighted(0.7), 0..3000u16);
    prop::collection::vec(
        step.prop_map(|(id, is_creation, wait_ms)| Step { id, is_creation, wait_ms }),
        1..60,
    )
}

/// What a sandbox with this seed answered, step by step.
fn play(seed: u32, steps: &[Step]) -> (Vec<Reply>, Sandbox) {
    let seed = seed.to_string();
    let faults = record(&[("seed", number(&seed)), ("rate", number("0.7"))]);
    let mut sandbox = sandbox_with(&[("faults", faults)]);
    let mut now = T0;
    let mut replies = Vec::new();
    for step in steps {
        now += u64::from(step.wait_ms);
        let id = format!("Order-{}", step.id);
        let reply =
            if step.is_creation { create(&mut sandbox, &id, now) } else { look_up(&mut sandbox, &id, now) };
        now = now.saturating_add_signed(reply.clock_jump_ms);
        replies.push(reply);
    }
    sandbox.settle(now + 3_600_000_000);
    (replies, sandbox)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_goes_wrong_there_is_at_most_one_order_an_id(seed: u32, steps in steps()) {
        let (replies, sandbox) = play(seed, &steps);
        let mut made = HashMap::new();
        for order in sandbox.made() {
            let before = made.insert(order.external_transaction_id, order.external_id);
            prop_assert_eq!(before, None, "a second order");
        }
        prop_assert_eq!(sandbox.commits_ahead(), 0);
        for (step, reply) in steps.iter().zip(&replies) {
            let id = format!("Order-{}", step.id);
            let body = Members::from_body(reply.answer.body.as_bytes());
            let told = body.ok().and_then(|mut body| body.take_text("externalId").ok().flatten());
            if let Some(told) = told {
                prop_assert_eq!(made.get(id.as_str()), Some(&told.as_str()), "an order that was told of");
            }
            if step.is_creation && reply.answer.body.contains("1-4007") {
                prop_assert!(made.contains_key(id.as_str()), "a duplicate of nothing");
            }
        }
    }

    #[test]
    fn the_same_seed_and_the_same_requests_have_the_same_replies(seed: u32, steps in steps()) {
        prop_assert_eq!(play(seed, &steps).0, play(seed, &steps).0);
    }
}
