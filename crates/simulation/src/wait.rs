//! The waits and status reads of a world, and what becomes of its orders.

use fastrand::Rng;
use paystar_model::input::Input;
use paystar_sandbox::scenario::Scenario;

use crate::plan::{Interruption, VISITS_WITHIN_MS, interruption};

const MOST_WAITS: usize = 2;

/// A wait for the final status of an order, or one read of its status.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) start: Start,
    /// Whether it asks by the merchant's id, or by PayStar's.
    pub(crate) is_by_own_id: bool,
    pub(crate) kind: WaitKind,
    pub(crate) timeout_ms: u32,
    pub(crate) deadline_ms: u32,
    /// How long the caller looks at each status that is reported. `None`: the caller never comes back.
    pub(crate) report_ms: Option<u64>,
    pub(crate) interruption: Option<Interruption>,
}

/// When a wait begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start {
    /// So long after a visit of the order ended. By PayStar's id, only if the visit was told of an order.
    AfterVisit { visit: usize, after_ms: u64 },
    /// At this time, by the merchant's id: the order may not exist yet.
    At(u64),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum WaitKind {
    /// Read again and again until the status is final.
    UntilFinal { interval_ms: u32 },
    /// Read once, and again where that can help.
    Read { max_retries: u32 },
}

impl Wait {
    pub(crate) fn is_until_final(&self) -> bool {
        matches!(self.kind, WaitKind::UntilFinal { .. })
    }
}

/// The waits of an order that has so many visits.
pub(crate) fn waits(random: &mut Rng, visit_count: usize) -> Vec<Wait> {
    let count = [0, 1, 1, 1, MOST_WAITS][random.usize(..5)];
    (0..count).map(|_| wait(random, visit_count)).collect()
}

fn wait(random: &mut Rng, visit_count: usize) -> Wait {
    let is_read = random.u8(..4) == 0;
    let longest_ms = [5_000, 30_000, 600_000][if is_read { 1 } else { random.usize(..3) }];
    let deadline_ms = random.u32(1..longest_ms);
    // The more reads, the longer it takes: few waits read very often.
    let longest_interval_ms = deadline_ms / [1, 5, 20, 100][random.usize(..4)] + 1;
    let interval_ms = random.u32(1..=longest_interval_ms);
    // Most reads are over soon.
    let within_ms = if is_read { 2000 } else { u64::from(deadline_ms) * 5 / 4 };
    let start = if random.u8(..4) == 0 {
        Start::At(random.u64(..VISITS_WITHIN_MS))
    } else {
        Start::AfterVisit { visit: random.usize(..visit_count), after_ms: random.u64(..1000) }
    };
    Wait {
        start,
        is_by_own_id: random.bool() || matches!(start, Start::At(_)),
        kind: if is_read {
            WaitKind::Read { max_retries: random.u32(..5) }
        } else {
            WaitKind::UntilFinal { interval_ms }
        },
        timeout_ms: random.u32(100..5000),
        deadline_ms,
        report_ms: match random.u8(..8) {
            0 => None,
            1 => Some(random.u64(..u64::from(deadline_ms))),
            _ => Some(0),
        },
        interruption: interruption(random, within_ms, u64::from(deadline_ms) * 2),
    }
}

/// What the sandbox does with an order once it exists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course {
    outcome: &'static str,
    processing_after_ms: u32,
    final_after_ms: u32,
    /// When the customer of a hosted deposit pays.
    pub(crate) customer_after_ms: Option<u64>,
}

impl Course {
    pub(crate) fn of(random: &mut Rng) -> Self {
        // Some orders never become final.
        const OUTCOMES: [&str; 8] =
            ["Success", "Success", "Success", "Success", "Failed", "Failed", "Created", "Processing"];
        let outcome = OUTCOMES[random.usize(..OUTCOMES.len())];
        let mut one_of = |longest_ms: [u32; 3]| {
            let longest_ms = longest_ms[random.usize(..3)];
            random.u32(..=longest_ms)
        };
        let processing_after_ms = one_of([0, 2000, 30_000]);
        let final_after_ms = processing_after_ms + one_of([0, 5000, 200_000]);
        let customer_after_ms = (random.u8(..4) > 0).then(|| random.u64(..60_000));
        Self { outcome, processing_after_ms, final_after_ms, customer_after_ms }
    }

    pub(crate) fn scenario(&self) -> Result<Scenario, String> {
        let (processing, last) = (self.processing_after_ms.to_string(), self.final_after_ms.to_string());
        let options = Input::Record(vec![
            ("outcome", Input::Text(self.outcome)),
            ("processingAfterMs", Input::Number(&processing)),
            ("finalAfterMs", Input::Number(&last)),
        ]);
        Scenario::read("scenario", &options).map_err(|issues| format!("{issues:?}"))
    }
}
