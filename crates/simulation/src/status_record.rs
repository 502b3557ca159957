//! What the rules know about one status call, and the rules for its result.

use paystar_engine::step::FailureWithCause;
use paystar_model::id::OrderId;
use paystar_model::order::OrderState;
use paystar_protocol::error_code::{ErrorCode, Outcome};
use paystar_protocol::failure::Failure;

use crate::snapshot::Snapshot;
use crate::status_call::StatusCall;

/// The result of the last read of a call.
pub(crate) enum LastRead {
    /// No read has ended yet.
    NotEnded,
    Status(Snapshot),
    /// A failure, but the next read may succeed.
    Failure,
    /// A refusal of PayStar: the next read would also fail.
    Refusal,
}

/// What the rules know about one running status call.
pub(crate) struct CallRecord {
    pub(crate) planned: StatusCall,
    pub(crate) url: String,
    pub(crate) id: OrderId,
    pub(crate) deadline: u64,
    pub(crate) requests: u32,
    /// The number of requests at the deadline or later.
    pub(crate) late_requests: u32,
    pub(crate) last_read_at: u64,
    pub(crate) last_read: LastRead,
    /// The last status in a response.
    pub(crate) last_status: Option<String>,
    pub(crate) must_report: bool,
    /// PayStar asked the client to send no request before this time.
    pub(crate) retry_at: u64,
    pub(crate) is_aborted: bool,
}

impl CallRecord {
    pub(crate) fn new(planned: &StatusCall, id: OrderId, url: String, now: u64) -> Self {
        Self {
            planned: planned.clone(),
            url,
            id,
            deadline: now + u64::from(planned.deadline_ms),
            requests: 0,
            late_requests: 0,
            last_read_at: now,
            last_read: LastRead::NotEnded,
            last_status: None,
            must_report: false,
            retry_at: 0,
            is_aborted: false,
        }
    }

    /// The first argument for a wait, and the second for a single read.
    pub(crate) fn choose<T>(&self, of_wait: T, of_read: T) -> T {
        if self.planned.is_until_final() { of_wait } else { of_read }
    }

    /// The latest time at which the call may end. A wait may read once more at its deadline. This read has the time limit
    /// of a request, and the report of its status has the rest of this time, but at least 1 ms.
    pub(crate) fn latest_end(&self, sleep_end: u64) -> u64 {
        let last_read_ms =
            if self.planned.is_until_final() { u64::from(self.planned.timeout_ms) + 1 } else { 0 };
        self.deadline.max(sleep_end) + last_read_ms
    }

    /// Checks that the call may continue after its last read.
    pub(crate) fn check_continues(&self) -> Result<(), String> {
        let is_read = !self.planned.is_until_final();
        match &self.last_read {
            _ if self.must_report => Err("a wait continues, but it has not reported a new status".to_owned()),
            LastRead::Refusal => Err("a status call continues after a refusal".to_owned()),
            LastRead::Status(snapshot) if is_read || snapshot.is_final() => {
                Err("a status call continues, although it has its result".to_owned())
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn check_state(&self, state: &OrderState, actual: Option<&Snapshot>) -> Result<(), String> {
        let returned = Snapshot::from_state(state);
        let LastRead::Status(shown) = &self.last_read else {
            return Err("a status call returns a status, but its last read failed".to_owned());
        };
        let is_wanted = !matches!(&self.id, OrderId::External(id) if *id != returned.external_id);
        if returned != *shown
            || !is_wanted
            || actual.is_none_or(|actual| actual.external_id != returned.external_id)
        {
            return Err("a status call returns the status of another order".to_owned());
        }
        if self.planned.is_until_final() && !(returned.is_final() && state.is_final) {
            return Err("a wait returns a status that is not final".to_owned());
        }
        if returned.is_final() && actual != Some(&returned) {
            return Err("a status call returns a final status that the order does not have".to_owned());
        }
        Ok(())
    }

    pub(crate) fn check_late(
        &self,
        failure: &Failure,
        last: Option<&FailureWithCause<()>>,
        now: u64,
    ) -> Result<(), String> {
        if now < self.deadline {
            return Err(format!(
                "a wait fails with deadline_exceeded {} ms before its deadline",
                self.deadline - now
            ));
        }
        match &self.last_read {
            LastRead::Refusal => {
                return Err(
                    "a wait fails with deadline_exceeded, although PayStar refused its last read".to_owned()
                );
            }
            LastRead::Status(snapshot) if snapshot.is_final() => {
                return Err("a wait fails with deadline_exceeded, although the status is final".to_owned());
            }
            _ => {}
        }
        let expected = match &self.last_status {
            Some(status) => format!("Its last status was {status}."),
            None => "No read succeeded.".to_owned(),
        };
        if failure.code() != ErrorCode::DeadlineExceeded || !failure.message.ends_with(&expected) {
            return Err(
                "the deadline_exceeded error of a wait does not contain the last known status".to_owned()
            );
        }
        if failure.outcome() != Some(Outcome::Unknown) {
            return Err("the deadline_exceeded error of a wait does not have the outcome unknown".to_owned());
        }
        if last.is_some() != matches!(self.last_read, LastRead::Failure) {
            return Err(
                "the deadline_exceeded error of a wait does not match the result of its last read".to_owned()
            );
        }
        self.check_id(failure)
    }

    pub(crate) fn check_failed(
        &self,
        FailureWithCause { failure, .. }: &FailureWithCause<()>,
    ) -> Result<(), String> {
        let is_refusal = matches!(
            failure.code(),
            ErrorCode::Unauthorized | ErrorCode::Forbidden | ErrorCode::RequestRefused
        );
        match self.last_read {
            LastRead::Refusal if is_refusal => {}
            LastRead::Failure if !is_refusal && !self.planned.is_until_final() => {}
            LastRead::Failure if !is_refusal => {
                return Err("a wait ends after a failure, although the next read may succeed".to_owned());
            }
            _ => return Err("a status call ends with another error than its last read".to_owned()),
        }
        if !self.planned.is_until_final()
            && failure.attempts.as_ref().map(Vec::len) != Some(self.requests as usize)
        {
            return Err("the error of a status read does not list every attempt".to_owned());
        }
        self.check_id(failure)
    }

    /// An error has the merchant's id of its order, if the caller used this id.
    fn check_id(&self, failure: &Failure) -> Result<(), String> {
        if failure.external_transaction_id.as_ref() == self.id.external_transaction_id() {
            Ok(())
        } else {
            Err("the error of a status call does not have the id of its order".to_owned())
        }
    }
}
