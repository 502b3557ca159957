//! Random faults.

use std::collections::HashMap;

use paystar_json::Members;
use paystar_model::input::build::{number, record};
use proptest::prelude::*;

use super::support::{create, look_up};
use crate::faults::{Commit, Fault, FaultKind, SeededFaults};
use crate::tests::support::{T0, sandbox_with};
use crate::{Reply, Sandbox};

fn all_kinds() -> Vec<FaultKind> {
    FaultKind::NAMED.iter().map(|(_, kind)| *kind).collect()
}

fn drawn(seed: u64, rate: f64) -> Vec<Option<Fault>> {
    let mut faults = SeededFaults::new(seed, rate, &all_kinds());
    (0..1000).map(|number| faults.draw(number % 2 == 0)).collect()
}

#[test]
fn the_same_seed_draws_the_same_faults() {
    assert_eq!(drawn(1, 0.5), drawn(1, 0.5));
    assert_ne!(drawn(1, 0.5), drawn(2, 0.5));
}

#[test]
fn the_rate_is_the_part_of_requests_with_a_fault() {
    let count = |rate| drawn(7, rate).iter().flatten().count();
    assert_eq!((count(0.0), count(1.0)), (0, 1000));
    assert!((150..250).contains(&count(0.2)), "{}", count(0.2));
}

#[test]
fn a_seed_draws_every_kind_and_every_commit_but_no_refusal_that_commits() {
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

/// One request of a random sequence, and the milliseconds before it.
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

/// The replies of a sandbox with this seed, and the sandbox.
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
    sandbox.advance_to(now + 3_600_000_000);
    (replies, sandbox)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn an_id_has_at_most_one_order_with_any_faults(seed: u32, steps in steps()) {
        let (replies, sandbox) = play(seed, &steps);
        let mut created = HashMap::new();
        for order in sandbox.orders() {
            let before = created.insert(order.external_transaction_id, order.external_id);
            prop_assert_eq!(before, None, "a second order");
        }
        prop_assert_eq!(sandbox.delayed_order_count(), 0);
        for (step, reply) in steps.iter().zip(&replies) {
            let id = format!("Order-{}", step.id);
            let body = Members::from_body(reply.response.body.as_bytes());
            let seen = body.ok().and_then(|mut body| body.take_text("externalId").ok().flatten());
            if let Some(seen) = seen {
                prop_assert_eq!(created.get(id.as_str()), Some(&seen.as_str()), "an order in a response");
            }
            if step.is_creation && reply.response.body.contains("1-4007") {
                prop_assert!(created.contains_key(id.as_str()), "a duplicate of nothing");
            }
        }
    }

    #[test]
    fn the_same_seed_and_the_same_requests_have_the_same_replies(seed: u32, steps in steps()) {
        prop_assert_eq!(play(seed, &steps).0, play(seed, &steps).0);
    }
}
