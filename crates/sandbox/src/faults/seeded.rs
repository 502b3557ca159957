//! Random faults. The same seed and the same requests have the same faults.

use super::fault::{Commit, Fault, FaultKind, RetryAfter};

const STATUSES: [u16; 7] = [423, 429, 499, 500, 502, 503, 504];
const LONGEST_MS: u32 = 5000;
const LONGEST_RETRY_AFTER_S: u32 = 3;
const LONGEST_JUMP_MS: u32 = 3_600_000;

/// Draws the faults of requests.
#[derive(Debug, Clone)]
pub struct SeededFaults {
    random: Random,
    rate: f64,
    kinds: Vec<FaultKind>,
}

impl SeededFaults {
    /// Faults of these kinds with random parameters. `rate` is the part of the requests that get a fault, from 0 to 1.
    pub fn new(seed: u64, rate: f64, kinds: &[FaultKind]) -> Self {
        Self { random: Random(seed), rate, kinds: kinds.to_vec() }
    }

    /// The fault of the next request, if it has one.
    pub fn draw(&mut self, is_creation: bool) -> Option<Fault> {
        if self.random.fraction() >= self.rate {
            return None;
        }
        let kind = self.random.pick(&self.kinds)?;
        let kind = self.random.fill(kind);
        let commit = if kind.is_refusal() {
            Commit::Undone
        } else if is_creation {
            self.random.commit()
        } else {
            Commit::Done
        };
        Some(Fault { kind, commit })
    }
}

/// The generator splitmix64.
#[derive(Debug, Clone)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn next_half(&mut self) -> u32 {
        u32::try_from(self.next() >> 32).unwrap_or_default()
    }

    /// From 0 to less than 1.
    fn fraction(&mut self) -> f64 {
        f64::from(self.next_half()) / 4_294_967_296.0
    }

    /// From 0 to less than `limit`.
    fn below(&mut self, limit: u32) -> u32 {
        let product = u64::from(self.next_half()).wrapping_mul(u64::from(limit));
        u32::try_from(product >> 32).unwrap_or_default()
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let index = self.below(u32::try_from(list.len()).ok()?);
        list.get(usize::try_from(index).ok()?).copied()
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    fn commit(&mut self) -> Commit {
        match self.below(3) {
            0 => Commit::Done,
            1 => Commit::Undone,
            _ => Commit::Later { after_ms: self.below(LONGEST_MS), is_reserved: self.flag() },
        }
    }

    /// The kind with random parameters.
    fn fill(&mut self, kind: FaultKind) -> FaultKind {
        match kind {
            FaultKind::Status { .. } => FaultKind::Status {
                http_status: self.pick(&STATUSES).unwrap_or(503),
                retry_after: self.retry_after(),
            },
            FaultKind::Late { .. } => FaultKind::Late { after_ms: self.below(LONGEST_MS) },
            FaultKind::SlowBody { .. } => FaultKind::SlowBody { over_ms: self.below(LONGEST_MS) },
            FaultKind::SentTwice { .. } => FaultKind::SentTwice { hears_first: self.flag() },
            FaultKind::ClockJump { .. } => {
                let ms = i64::from(self.below(LONGEST_JUMP_MS));
                FaultKind::ClockJump { ms: if self.flag() { ms } else { ms.saturating_neg() } }
            }
            other => other,
        }
    }

    fn retry_after(&mut self) -> Option<RetryAfter> {
        let seconds = self.below(LONGEST_RETRY_AFTER_S.saturating_add(1));
        match self.below(3) {
            0 => None,
            1 => Some(RetryAfter::Seconds(seconds)),
            _ => Some(RetryAfter::Date(seconds)),
        }
    }
}
