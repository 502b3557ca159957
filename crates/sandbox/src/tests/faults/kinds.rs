//! What each kind of fault does.

use paystar_json::Members;
use paystar_model::input::Input;
use paystar_model::input::build::{number, text};
use paystar_protocol::endpoint::PAYOUTS;

use super::support::{
    DONE, UNDONE, create, create_with, header, later, look_up, reserved, rule, with_request,
};
use crate::Transmission;
use crate::faults::{Fault, FaultKind, RetryAfter};
use crate::tests::support::{T0, member, sandbox_with};

const OTHER_STATUS: FaultKind = FaultKind::Status { http_status: 500, retry_after: None };

#[test]
fn each_kind_changes_the_transmission_and_not_the_commit() {
    for (name, kind, sending, status) in [
        ("none", FaultKind::None, Transmission::Whole, 200),
        ("lost", FaultKind::Lost, Transmission::Lost, 200),
        ("resetInHeaders", FaultKind::ResetInHeaders, Transmission::CutInHeaders, 200),
        ("resetInBody", FaultKind::ResetInBody, Transmission::CutInBody, 200),
        ("stall", FaultKind::Stall, Transmission::Stalled, 200),
        ("stallInBody", FaultKind::StallInBody, Transmission::StalledInBody, 200),
        ("status", OTHER_STATUS, Transmission::Whole, 500),
        ("truncatedJson", FaultKind::TruncatedJson, Transmission::Whole, 200),
        ("html", FaultKind::Html, Transmission::Whole, 200),
        ("wrongLength", FaultKind::WrongLength, Transmission::Short, 200),
        ("late", FaultKind::Late { after_ms: 5 }, Transmission::Late(5), 200),
        ("slowBody", FaultKind::SlowBody { over_ms: 6 }, Transmission::Slow(6), 200),
        ("clockJump", FaultKind::ClockJump { ms: 7 }, Transmission::Whole, 200),
    ] {
        for (commit, orders_at_once, orders_later) in
            [(DONE, 1, 1), (UNDONE, 0, 0), (later(1000), 0, 1), (reserved(1000), 0, 1)]
        {
            let mut sandbox = sandbox_with(&[]);
            let reply = create_with(&mut sandbox, "A", kind, commit, T0);
            let is_own = matches!(kind, FaultKind::Status { .. } | FaultKind::Html);
            let expected = if is_own || commit == DONE { status } else { 504 };
            assert_eq!((reply.response.status, reply.transmission), (expected, sending), "{name} {commit:?}");
            assert_eq!(sandbox.order_count(), orders_at_once, "{name} {commit:?}");
            sandbox.advance_to(T0 + 1007);
            assert_eq!(sandbox.order_count(), orders_later, "{name} {commit:?}");
            assert_eq!(sandbox.delayed_order_count(), 0);
        }
        assert_eq!(
            FaultKind::named(name).map(|named| std::mem::discriminant(&named)),
            Some(std::mem::discriminant(&kind))
        );
    }
}

#[test]
fn a_request_that_is_sent_twice_creates_one_order_and_gets_one_response() {
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
            assert_eq!(
                (reply.response.status, reply.transmission),
                (status, Transmission::Whole),
                "{commit:?}"
            );
            assert_eq!(reply.response.body.contains("1-4007"), status == 400);
            assert_eq!(sandbox.order_count(), orders_at_once, "{commit:?}");
            sandbox.advance_to(T0 + 1000);
            assert_eq!((sandbox.order_count(), sandbox.delayed_order_count()), (1, 0), "{commit:?}");
        }
    }
    let mut sandbox = sandbox_with(&[]);
    create(&mut sandbox, "A", T0);
    for response in ["first", "second"] {
        sandbox.inject_fault(rule(&[("fault", text("sentTwice")), ("answer", text(response))])).unwrap();
        assert_eq!(
            look_up(&mut sandbox, "A", T0).response.status,
            200,
            "both copies of a read get the same response"
        );
    }
    for (response, status) in [(None, 400), (Some("second"), 400), (Some("first"), 200)] {
        let mut sandbox = sandbox_with(&[]);
        let response = response.map_or(Input::Absent, text);
        sandbox.inject_fault(rule(&[("fault", text("sentTwice")), ("answer", response)])).unwrap();
        assert_eq!(create(&mut sandbox, "A", T0).response.status, status);
    }
}

#[test]
fn a_documented_refusal_never_creates_an_order() {
    for http_status in [400, 401, 403, 423] {
        for commit in [DONE, UNDONE, later(1), reserved(1)] {
            let mut sandbox = sandbox_with(&[]);
            let kind = FaultKind::Status { http_status, retry_after: None };
            assert_eq!(create_with(&mut sandbox, "A", kind, commit, T0).response.status, http_status);
            sandbox.advance_to(T0 + 1000);
            assert_eq!(sandbox.order_count(), 0, "{http_status} {commit:?}");
            assert_eq!(create(&mut sandbox, "A", T0).response.status, 200, "the id is free");
        }
    }
}

#[test]
fn an_invalid_creation_is_refused_with_every_commit() {
    for commit in [DONE, later(5), reserved(5)] {
        let mut sandbox = sandbox_with(&[]);
        create(&mut sandbox, "A", T0);
        let reply = create_with(&mut sandbox, "A", FaultKind::Late { after_ms: 9 }, commit, T0);
        assert!(
            reply.response.body.contains("1-4007") && reply.transmission == Transmission::Late(9),
            "{commit:?}"
        );
        assert_eq!(sandbox.delayed_order_count(), 0);
    }
}

#[test]
fn a_truncated_response_is_not_json_and_a_page_is_html() {
    let mut sandbox = sandbox_with(&[]);
    for (id, commit) in [("A", DONE), ("B", UNDONE)] {
        let reply = create_with(&mut sandbox, id, FaultKind::TruncatedJson, commit, T0);
        assert!(reply.response.body.starts_with('{'));
        assert!(Members::from_body(reply.response.body.as_bytes()).is_err());
        assert_eq!(header(&reply, "content-type"), Some("application/json; charset=utf-8"));
    }
    let reply = create_with(&mut sandbox, "C", FaultKind::Html, DONE, T0);
    assert_eq!(header(&reply, "content-type"), Some("text/html; charset=utf-8"));
}

#[test]
fn retry_after_is_in_seconds_or_a_date_of_the_sandboxs_clock() {
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
fn a_jump_of_the_clock_changes_orders_and_dates() {
    let mut sandbox = sandbox_with(&[]);
    create(&mut sandbox, "A", T0);
    sandbox.inject_fault(rule(&[("fault", text("clockJump")), ("jumpMs", number("3000"))])).unwrap();
    let reply = look_up(&mut sandbox, "A", T0);
    assert_eq!((reply.clock_jump_ms, reply.transmission), (3000, Transmission::Whole));
    assert_eq!(header(&reply, "date"), Some("Thu, 01 Jan 2026 00:00:03 GMT"));
    assert_eq!(member(&reply.response.body, "orderStatus"), "Success");

    let reply = create_with(&mut sandbox, "B", FaultKind::ClockJump { ms: -86_400_000 }, DONE, T0 + 3000);
    assert_eq!(header(&reply, "date"), Some("Wed, 31 Dec 2025 00:00:03 GMT"));
    assert_eq!(member(&reply.response.body, "orderStatus"), "Created");
}

#[test]
fn the_commit_of_other_requests_has_no_effect() {
    let mut sandbox = sandbox_with(&[]);
    create(&mut sandbox, "A", T0);
    let path = format!("{PAYOUTS}A/status-by-external-transaction-id");
    for commit in [DONE, UNDONE, later(5), reserved(5)] {
        let fault = Fault { kind: FaultKind::None, commit };
        let reply = with_request("GET", &path, "", |request| sandbox.reply_with(request, Some(&fault), T0));
        assert_eq!(reply.response.status, 200);
    }
    assert_eq!((sandbox.order_count(), sandbox.delayed_order_count()), (1, 0));
}
