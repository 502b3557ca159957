//! The status calls in a plan: waits for the final status, and single reads of a status.

use fastrand::Rng;

use crate::create_call::STARTS_WITHIN_MS;
use crate::interruption::Interruption;

const MAX_CALLS: usize = 2;

/// A wait for the final status of an order, or a read of its status.
#[derive(Debug, Clone)]
pub(crate) struct StatusCall {
    pub(crate) start: Start,
    /// Whether the call uses the merchant's id of the order. Otherwise it uses PayStar's id.
    pub(crate) uses_merchant_id: bool,
    pub(crate) kind: StatusCallKind,
    pub(crate) timeout_ms: u32,
    pub(crate) deadline_ms: u32,
    /// How long the caller's function runs for each reported status. `None`: it never returns.
    pub(crate) report_ms: Option<u64>,
    pub(crate) interruption: Option<Interruption>,
}

/// When a status call starts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start {
    /// This long after a create call of the order ended. A call that uses PayStar's id starts only if the create call
    /// returned an order.
    AfterCreateCall { number: usize, after_ms: u64 },
    /// At this time, with the merchant's id. The order may not exist yet.
    At(u64),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum StatusCallKind {
    /// Wait: repeat the read until the status is final.
    UntilFinal { interval_ms: u32 },
    /// Read once, and retry after a temporary failure.
    Read { max_retries: u32 },
}

impl StatusCall {
    pub(crate) fn is_until_final(&self) -> bool {
        matches!(self.kind, StatusCallKind::UntilFinal { .. })
    }
}

/// The status calls for an order with this number of create calls.
pub(crate) fn random_status_calls(random: &mut Rng, create_calls: usize) -> Vec<StatusCall> {
    let count = [0, 1, 1, 1, MAX_CALLS][random.usize(..5)];
    (0..count).map(|_| random_status_call(random, create_calls)).collect()
}

fn random_status_call(random: &mut Rng, create_calls: usize) -> StatusCall {
    let is_read = random.u8(..4) == 0;
    let longest_ms = [5_000, 30_000, 600_000][if is_read { 1 } else { random.usize(..3) }];
    let deadline_ms = random.u32(1..longest_ms);
    // Many reads take long to simulate, so only few waits have a very short interval.
    let longest_interval_ms = deadline_ms / [1, 5, 20, 100][random.usize(..4)] + 1;
    let interval_ms = random.u32(1..=longest_interval_ms);
    // Most single reads end soon, so their interruption must come early.
    let within_ms = if is_read { 2000 } else { u64::from(deadline_ms) * 5 / 4 };
    let start = if random.u8(..4) == 0 {
        Start::At(random.u64(..STARTS_WITHIN_MS))
    } else {
        Start::AfterCreateCall { number: random.usize(..create_calls), after_ms: random.u64(..1000) }
    };
    StatusCall {
        start,
        uses_merchant_id: random.bool() || matches!(start, Start::At(_)),
        kind: if is_read {
            StatusCallKind::Read { max_retries: random.u32(..5) }
        } else {
            StatusCallKind::UntilFinal { interval_ms }
        },
        timeout_ms: random.u32(100..5000),
        deadline_ms,
        report_ms: match random.u8(..8) {
            0 => None,
            1 => Some(random.u64(..u64::from(deadline_ms))),
            _ => Some(0),
        },
        interruption: Interruption::random(random, within_ms, u64::from(deadline_ms) * 2),
    }
}
