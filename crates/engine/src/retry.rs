//! When to try again: the pauses, the deadline of the call, and the list of attempts.

use paystar_protocol::attempt::{Attempt, AttemptResult, Operation};
use paystar_protocol::failure::Failure;

/// The first pause is at most this long. Each later pause may be twice as long as the pause before.
const FIRST_WAIT_MS: u64 = 500;
const LONGEST_WAIT_MS: u64 = 8_000;

/// How long a request may take: its own limit, but not beyond the deadline. At least 1 ms.
pub(super) fn limit_ms(deadline: u64, timeout_ms: u32, now: u64) -> u32 {
    let left = deadline.saturating_sub(now).max(1);
    u32::try_from(left).unwrap_or(u32::MAX).min(timeout_ms)
}

/// The times and attempts of one call, in milliseconds of any clock that does not go back.
#[derive(Debug, Clone)]
pub struct Schedule {
    began: u64,
    deadline: u64,
    longest_wait_ms: u64,
    sent_at: u64,
    attempts: Vec<Attempt>,
}

impl Schedule {
    /// Starts a call.
    pub fn start(deadline_ms: u32, now: u64) -> Self {
        Self {
            began: now,
            deadline: now.saturating_add(u64::from(deadline_ms)),
            longest_wait_ms: FIRST_WAIT_MS,
            sent_at: now,
            attempts: Vec::new(),
        }
    }

    /// Whether the deadline passed.
    pub fn is_over(&self, now: u64) -> bool {
        now >= self.deadline
    }

    /// How long the next request may take.
    pub fn limit_ms(&self, timeout_ms: u32, now: u64) -> u32 {
        limit_ms(self.deadline, timeout_ms, now)
    }

    /// Notes that a request is sent now.
    pub fn sent(&mut self, now: u64) {
        self.sent_at = now;
    }

    /// Notes the result of the request.
    pub fn saw(&mut self, operation: Operation, saw: AttemptResult, http_status: Option<u16>, now: u64) {
        self.attempts.push(Attempt {
            operation,
            at_ms: self.sent_at.saturating_sub(self.began),
            duration_ms: now.saturating_sub(self.sent_at),
            saw,
            http_status,
        });
    }

    /// Notes that the request failed.
    pub fn failed(&mut self, operation: Operation, failure: &Failure, now: u64) {
        self.saw(
            operation,
            AttemptResult::Error(failure.code()),
            failure.response().map(|response| response.http_status),
            now,
        );
    }

    /// How long to wait before the next attempt: exponential with full jitter, and at least as long as PayStar asks for.
    /// `None` if the deadline comes first.
    pub fn wait_ms(&mut self, retry_after_ms: Option<u64>, now: u64, random: u32) -> Option<u64> {
        let range = self.longest_wait_ms.saturating_add(1);
        let jittered = u64::from(random).checked_rem(range).unwrap_or(0);
        self.longest_wait_ms = self.longest_wait_ms.saturating_mul(2).min(LONGEST_WAIT_MS);
        let wait = jittered.max(retry_after_ms.unwrap_or(0));
        (now.saturating_add(wait) < self.deadline).then_some(wait)
    }

    /// Takes the list of attempts.
    pub fn take_attempts(&mut self) -> Vec<Attempt> {
        core::mem::take(&mut self.attempts)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn waits_grow_up_to_eight_seconds() {
        let mut schedule = Schedule::start(1_000_000, 0);
        let longest: Vec<u64> = (0..7)
            .map(|_| {
                let longest = schedule.longest_wait_ms;
                schedule.wait_ms(None, 0, 7).unwrap();
                longest
            })
            .collect();
        assert_eq!(longest, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
    }

    #[test]
    fn what_paystar_asks_for_is_waited_unless_the_deadline_comes_first() {
        let mut schedule = Schedule::start(10_000, 0);
        assert_eq!(schedule.wait_ms(Some(3000), 0, 7), Some(3000));
        assert_eq!(schedule.wait_ms(Some(9999), 0, 7), Some(9999));
        assert_eq!(schedule.wait_ms(Some(10_000), 0, 7), None);
        assert_eq!(schedule.wait_ms(Some(u64::MAX), 9, 7), None);
        assert_eq!(schedule.wait_ms(None, 10_000, 0), None);
    }

    #[test]
    fn a_request_gets_no_longer_than_what_is_left() {
        let schedule = Schedule::start(1000, 7);
        assert_eq!(schedule.limit_ms(30_000, 407), 600);
        assert_eq!(schedule.limit_ms(100, 407), 100);
        assert_eq!(schedule.limit_ms(100, 5000), 1);
        assert!(!schedule.is_over(1006) && schedule.is_over(1007));
    }

    proptest! {
        #[test]
        fn a_wait_always_ends_before_the_deadline(deadline in 1_u32.., now: u64, after: Option<u64>, random: u32) {
            let mut schedule = Schedule::start(deadline, now);
            for _ in 0..20 {
                if let Some(wait) = schedule.wait_ms(after, now, random) {
                    prop_assert!(wait < u64::from(deadline));
                    prop_assert!(wait >= after.unwrap_or(0));
                }
            }
        }
    }
}
