//! When to read an order's status again.

use super::retry::limit_ms;

/// PayStar recommends a read every two minutes, so waits do not grow beyond that.
const LONGEST_WAIT_MS: u64 = 120_000;
/// How much a pause may differ from its length, in percent, so that many clients do not read at the same time.
const JITTER_PERCENT: u64 = 10;

/// The result of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadResult {
    /// A final status.
    Final,
    /// Any other status, known or not.
    Open,
    /// No status, but a later read may succeed.
    Failed {
        /// How long PayStar asks to wait.
        retry_after_ms: Option<u64>,
    },
    /// No status, and a later read would fail, too.
    Refused,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Wait this many milliseconds, then read.
    Wait(u64),
    /// The order is final.
    Done,
    /// End with the failure of the read.
    GiveUp,
    /// The deadline passed.
    DeadlinePassed,
}

/// Waits for a final status.
#[derive(Debug, Clone)]
pub struct Polling {
    wait_ms: u64,
    deadline: u64,
    is_last_read: bool,
}

impl Polling {
    /// Starts at a time in milliseconds. The first read is sent at once.
    pub fn start(interval_ms: u32, deadline_ms: u32, now: u64) -> Self {
        Self {
            wait_ms: u64::from(interval_ms),
            deadline: now.saturating_add(u64::from(deadline_ms)),
            is_last_read: false,
        }
    }

    /// How long the next read may take.
    pub fn read_limit_ms(&self, timeout_ms: u32, now: u64) -> u32 {
        // The last read, at the deadline, gets its full time. The same applies if the machine was asleep at the deadline.
        // Without time, a read can only fail.
        let is_last_read = self.is_last_read || now >= self.deadline;
        if is_last_read { timeout_ms } else { limit_ms(self.deadline, timeout_ms, now) }
    }

    /// How long the caller may take to look at a status: until the deadline. After the last read, the caller has one
    /// `timeout_ms` more.
    pub fn report_limit_ms(&self, timeout_ms: u32, now: u64) -> u32 {
        let extra_ms = if now < self.deadline { 0 } else { u64::from(timeout_ms) };
        limit_ms(self.deadline.saturating_add(extra_ms), u32::MAX, now)
    }

    /// Decides after a read. A pause is at least as long as PayStar asks for, but the last read is at the deadline.
    /// `random` is any number, for the jitter.
    pub fn after(&mut self, result: ReadResult, now: u64, random: u32) -> Decision {
        let retry_after_ms = match result {
            ReadResult::Final => return Decision::Done,
            ReadResult::Refused => return Decision::GiveUp,
            ReadResult::Open => None,
            ReadResult::Failed { retry_after_ms } => retry_after_ms,
        };
        if self.is_last_read || now >= self.deadline {
            return Decision::DeadlinePassed;
        }
        let wait = jittered(self.wait_ms, random).max(retry_after_ms.unwrap_or(0));
        let left = self.deadline.saturating_sub(now);
        self.wait_ms = self.wait_ms.saturating_add(self.wait_ms / 2).min(LONGEST_WAIT_MS.max(self.wait_ms));
        self.is_last_read = wait >= left;
        Decision::Wait(wait.min(left))
    }
}

fn jittered(wait_ms: u64, random: u32) -> u64 {
    let range = wait_ms.saturating_mul(2 * JITTER_PERCENT) / 100;
    let offset = u64::from(random).checked_rem(range.saturating_add(1)).unwrap_or(0);
    wait_ms.saturating_sub(range / 2).saturating_add(offset).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn waits(interval: u32, deadline: u32, reads: usize) -> Vec<Decision> {
        let mut polling = Polling::start(interval, deadline, 0);
        let mut now = 0;
        (0..reads)
            .map(|_| {
                let next = polling.after(ReadResult::Open, now, interval / 10);
                if let Decision::Wait(ms) = next {
                    now += ms;
                }
                next
            })
            .collect()
    }

    #[test]
    fn the_documented_interval_stays_and_a_shorter_one_grows_up_to_it() {
        assert_eq!(waits(120_000, 86_400_000, 3), [Decision::Wait(120_000); 3]);
        let grown = waits(1000, 86_400_000, 30);
        assert!(matches!(grown[..2], [Decision::Wait(1000), Decision::Wait(1450..=1550)]));
        assert!(matches!(grown[29], Decision::Wait(108_000..=132_000)));
    }

    #[test]
    fn the_last_read_is_at_the_deadline() {
        assert_eq!(
            waits(1000, 1500, 3),
            [Decision::Wait(1000), Decision::Wait(500), Decision::DeadlinePassed]
        );
    }

    #[test]
    fn what_a_read_shows_decides() {
        let mut polling = Polling::start(10, 1000, 0);
        assert_eq!(polling.after(ReadResult::Final, 5000, 0), Decision::Done);
        assert_eq!(polling.after(ReadResult::Refused, 0, 0), Decision::GiveUp);
        let failed = ReadResult::Failed { retry_after_ms: None };
        assert!(matches!(polling.after(failed, 0, 0), Decision::Wait(_)));
        assert_eq!(polling.after(failed, 1000, 0), Decision::DeadlinePassed);
    }

    #[test]
    fn what_paystar_asks_for_is_waited_but_not_beyond_the_deadline() {
        let mut polling = Polling::start(10, 1000, 0);
        let mut after = |ms, now| polling.after(ReadResult::Failed { retry_after_ms: Some(ms) }, now, 0);
        assert_eq!(after(0, 0), Decision::Wait(9));
        assert_eq!(after(700, 0), Decision::Wait(700));
        assert_eq!(after(u64::MAX, 700), Decision::Wait(300));
        assert_eq!(after(1, 1000), Decision::DeadlinePassed);
    }

    #[test]
    fn a_read_gets_no_longer_than_what_is_left() {
        let polling = Polling::start(10, 1000, 0);
        assert_eq!(polling.read_limit_ms(30_000, 400), 600);
        assert_eq!(polling.read_limit_ms(100, 400), 100);
        assert_eq!(polling.read_limit_ms(30_000, 999), 1);
    }

    #[test]
    fn a_read_after_a_sleep_beyond_the_deadline_has_its_own_time() {
        assert_eq!(Polling::start(10, 1000, 0).read_limit_ms(100, 2000), 100);
    }

    #[test]
    fn a_report_ends_with_the_deadline_or_with_the_time_of_the_last_read() {
        let mut polling = Polling::start(1000, 1000, 0);
        assert_eq!(polling.report_limit_ms(50, 400), 600);
        assert_eq!(polling.after(ReadResult::Open, 0, 100), Decision::Wait(1000));
        assert_eq!(polling.report_limit_ms(50, 1010), 40);
        assert_eq!(polling.report_limit_ms(50, 5000), 1);
    }

    proptest! {
        #[test]
        fn it_always_ends_by_its_deadline(interval in 1_u32..10_000_000, deadline in 1_u32..100_000_000, seed: u32) {
            let mut polling = Polling::start(interval, deadline, 7);
            let (mut now, mut random, mut reads) = (7_u64, seed, 0_u32);
            loop {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                match polling.after(ReadResult::Open, now, random) {
                    Decision::Wait(ms) => now += ms,
                    next => {
                        prop_assert_eq!(next, Decision::DeadlinePassed);
                        break;
                    }
                }
                reads += 1;
                prop_assert!(now <= 7 + u64::from(deadline) && reads < 100_000_000);
                if reads > 5000 { break; }
            }
        }
    }
}
