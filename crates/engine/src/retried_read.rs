//! Reads with retries. A read changes nothing, so it may be repeated.

use paystar_protocol::attempt::Operation;
use paystar_protocol::call_config::RetryPolicy;
use paystar_protocol::error_code::ErrorCode;
use paystar_protocol::failure::Failure;

use super::retry::Schedule;

/// A read with its retries.
#[derive(Debug, Clone)]
pub struct RetriedRead {
    schedule: Schedule,
    retries_left: u32,
}

impl RetriedRead {
    /// Starts. The first read is sent at once.
    pub fn start(policy: RetryPolicy, now: u64) -> Self {
        Self { schedule: Schedule::start(policy.deadline_ms, now), retries_left: policy.max_retries }
    }

    /// Notes that a request is sent now. Returns how long it may take.
    pub fn send(&mut self, timeout_ms: u32, now: u64) -> u32 {
        self.schedule.sent(now);
        self.schedule.limit_ms(timeout_ms, now)
    }

    /// Decides after a failure: how long to wait before the next read. `None` if this failure is the result. Then it has
    /// the list of attempts.
    pub fn failed(&mut self, failure: &mut Failure, now: u64, random: u32) -> Option<u64> {
        self.schedule.failed(Operation::Read, failure, now);
        let wait = if is_worth_a_retry(failure) && self.retries_left > 0 {
            self.retries_left = self.retries_left.saturating_sub(1);
            self.schedule.wait_ms(failure.retry_after_ms(), now, random)
        } else {
            None
        };
        if wait.is_none() {
            failure.attempts = Some(self.schedule.take_attempts());
        }
        wait
    }

    /// Whether a wait ended at the deadline or later, for example because the machine was asleep. Another read could not
    /// end in time, so the failure before the wait is the result, with the list of attempts.
    pub fn is_over(&mut self, failure: &mut Failure, now: u64) -> bool {
        let is_over = self.schedule.is_over(now);
        if is_over {
            failure.attempts = Some(self.schedule.take_attempts());
        }
        is_over
    }
}

/// A read may also be repeated after an unusable response. `retryable` is not used here: it is for callers, and it is
/// false if the outcome is unknown.
fn is_worth_a_retry(failure: &Failure) -> bool {
    failure.code().may_pass() || failure.code() == ErrorCode::InvalidAnswer
}

#[cfg(test)]
mod tests {
    use super::*;
    use paystar_protocol::error_response::RequestKind;
    use paystar_protocol::http::{Departure, HttpResponse};

    fn failure(status: u16) -> Failure {
        failure_after(status, None)
    }

    fn failure_after(status: u16, retry_after_ms: Option<u64>) -> Failure {
        let body = if status == 423 { b"{}".to_vec() } else { Vec::new() };
        Failure::from_response(&HttpResponse { status, body, retry_after_ms }, &[], RequestKind::Balance)
    }

    fn reading(max_retries: u32) -> RetriedRead {
        RetriedRead::start(RetryPolicy { max_retries, deadline_ms: 60_000 }, 0)
    }

    #[test]
    fn it_tries_again_as_often_as_it_may_and_then_tells_all_attempts() {
        let mut reading = reading(2);
        for _ in 0..2 {
            assert!(reading.failed(&mut failure(503), 10, 7).is_some());
        }
        let mut last = failure(503);
        assert_eq!(reading.failed(&mut last, 20, 7), None);
        assert_eq!(last.attempts.unwrap().len(), 3);
    }

    #[test]
    fn a_wait_that_ends_beyond_the_deadline_is_the_end() {
        let (mut reading, mut last) = (reading(2), failure(503));
        assert!(reading.failed(&mut last, 10, 7).is_some());
        assert!(!reading.is_over(&mut last, 59_999) && last.attempts.is_none());
        assert!(reading.is_over(&mut last, 60_000));
        assert_eq!(last.attempts.unwrap().len(), 1);
    }

    #[test]
    fn what_cannot_get_better_is_not_tried_again() {
        for status in [400, 401, 403, 404, 409] {
            assert_eq!(reading(2).failed(&mut failure(status), 0, 7), None, "{status}");
        }
        for status in [423, 429, 499, 500, 599] {
            assert!(reading(2).failed(&mut failure(status), 0, 7).is_some(), "{status}");
        }
        assert!(reading(2).failed(&mut Failure::invalid_answer(200, "x"), 0, 7).is_some());
        assert!(reading(2).failed(&mut Failure::timeout(5, Departure::MayHaveBeenSent), 0, 7).is_some());
    }

    #[test]
    fn a_retry_after_beyond_the_deadline_ends_it() {
        let mut failure = failure_after(503, Some(60_000));
        assert_eq!(reading(2).failed(&mut failure, 0, 7), None);
    }
}
