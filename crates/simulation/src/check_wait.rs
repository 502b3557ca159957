//! The rules of waits and status reads that no world may break, checked from outside: by what was sent, what was
//! answered, what was reported, and what the sandbox has.

use std::collections::HashMap;

use paystar_engine::step::FailureWithCause;
use paystar_engine::step::NoResponse;
use paystar_model::id::OrderId;
use paystar_model::order::OrderState;
use paystar_protocol::error_code::{ErrorCode, Outcome};
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{HttpRequest, HttpResponse, Method};

use crate::call::Ending;
use crate::plan::CallId;
use crate::tally::{Tally, Waits};
use crate::wait::{Wait, WaitKind};

/// Pauses of short intervals grow up to this.
const LONGEST_PAUSE_MS: u64 = 120_000;

/// How an order stands: PayStar's id and its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) external_id: String,
    pub(crate) status: String,
}

impl Standing {
    /// What the body of an answer shows, if anything. This is a reader of its own, as the client's is what is checked.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let body: serde_json::Value = serde_json::from_slice(body).ok()?;
        let member = |name: &str| Some(body.get(name)?.as_str()?.to_owned());
        Some(Self { external_id: member("externalId")?, status: member("orderStatus")? })
    }

    fn of(state: &OrderState) -> Self {
        Self { external_id: state.external_id.to_string(), status: state.order_status.as_str().to_owned() }
    }

    fn is_final(&self) -> bool {
        matches!(self.status.as_str(), "Success" | "Failed")
    }
}

/// What the last read showed.
enum Shown {
    /// No read has been answered yet.
    Nothing,
    Status(Standing),
    /// No status, but another read may show one.
    Failure,
    /// PayStar's refusal: another read shows no status either.
    Refusal,
}

/// What is known of one wait.
struct Entry {
    wait: Wait,
    url: String,
    id: OrderId,
    deadline: u64,
    requests: u32,
    /// How many requests left at the deadline or later.
    late_requests: u32,
    answered_at: u64,
    shown: Shown,
    /// The last status that a read showed.
    last_status: Option<String>,
    must_report: bool,
    /// Until when PayStar asked to wait.
    quiet_until: u64,
    is_aborted: bool,
}

/// All waits and status reads that are under way.
#[derive(Default)]
pub(crate) struct WaitLedger {
    entries: HashMap<CallId, Entry>,
}

impl WaitLedger {
    pub(crate) fn begins(&mut self, call: CallId, wait: &Wait, id: OrderId, url: String, now: u64) {
        let entry = Entry {
            wait: wait.clone(),
            url,
            id,
            deadline: now + u64::from(wait.deadline_ms),
            requests: 0,
            late_requests: 0,
            answered_at: now,
            shown: Shown::Nothing,
            last_status: None,
            must_report: false,
            quiet_until: 0,
            is_aborted: false,
        };
        self.entries.insert(call, entry);
    }

    pub(crate) fn sends(
        &mut self,
        call: CallId,
        request: &HttpRequest,
        limit_ms: u32,
        now: u64,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let entry = self.entry(call)?;
        if request.method != Method::Get || request.body.is_some() || request.url != entry.url {
            return Err("a wait sends something else than the read of its order's status".to_owned());
        }
        entry.goes_on()?;
        let is_first = entry.requests == 0;
        entry.requests += 1;
        *entry.choose(&mut tally.waits.requests, &mut tally.reads.requests) += 1;
        entry.late_requests += u32::from(now >= entry.deadline);
        match entry.wait.kind {
            WaitKind::UntilFinal { interval_ms } => {
                let pause = now - entry.answered_at;
                if !is_first && now < entry.deadline && pause * 10 < u64::from(interval_ms) * 9 {
                    return Err(format!("a wait reads again after {pause} ms, before its interval is over"));
                }
                if !is_first && now < entry.quiet_until.min(entry.deadline) {
                    return Err("a wait reads before the time that PayStar asked for".to_owned());
                }
                if entry.late_requests > 1 {
                    return Err("a wait goes on after the read at its deadline".to_owned());
                }
                let timeout = u64::from(entry.wait.timeout_ms);
                let left = entry.deadline.saturating_sub(now);
                if u64::from(limit_ms) != if left == 0 { timeout } else { timeout.min(left) } {
                    return Err(format!("a read of a wait has {limit_ms} ms: too long, or too short"));
                }
            }
            WaitKind::Read { max_retries } => {
                if entry.requests > max_retries + 1 {
                    return Err("a status read sends more often than it may".to_owned());
                }
                if !is_first && now < entry.quiet_until {
                    return Err("a status read leaves before the time that PayStar asked for".to_owned());
                }
                if !is_first && now >= entry.deadline {
                    return Err("a status read leaves after its deadline".to_owned());
                }
                if limit_ms > entry.wait.timeout_ms || now + u64::from(limit_ms) > entry.deadline.max(now + 1)
                {
                    return Err("a status read may take longer than its limits allow".to_owned());
                }
            }
        }
        Ok(())
    }

    pub(crate) fn pauses(&mut self, call: CallId, ms: u64, now: u64) -> Result<(), String> {
        let entry = self.entry(call)?;
        entry.goes_on()?;
        let end = now + ms;
        if let WaitKind::UntilFinal { interval_ms } = entry.wait.kind {
            let interval = u64::from(interval_ms);
            if end > entry.deadline {
                return Err("a wait pauses beyond its deadline".to_owned());
            }
            if ms * 10 < interval * 9 && end != entry.deadline {
                return Err(format!("a wait pauses for {ms} ms, shorter than its interval"));
            }
            if ms > LONGEST_PAUSE_MS.max(interval) * 11 / 10 + 1 && end > entry.quiet_until {
                return Err(format!("a wait pauses for {ms} ms, longer than its interval grows"));
            }
        } else if end >= entry.deadline {
            return Err("a status read pauses beyond its deadline".to_owned());
        }
        Ok(())
    }

    /// Notes what the answer to the last request shows, by PayStar's documentation alone. An answer that is not PayStar's
    /// shows nothing.
    pub(crate) fn told(
        &mut self,
        call: CallId,
        result: &Result<HttpResponse, NoResponse<()>>,
        is_forged: bool,
        now: u64,
    ) {
        let Some(entry) = self.entries.get_mut(&call) else { return };
        entry.answered_at = now;
        entry.shown = match result {
            Ok(answer) if !is_forged => {
                entry.quiet_until = now + answer.retry_after_ms.unwrap_or(0);
                match answer.status {
                    200 => Standing::read(&answer.body).map_or(Shown::Failure, Shown::Status),
                    400 | 401 | 403 => Shown::Refusal,
                    _ => Shown::Failure,
                }
            }
            _ => Shown::Failure,
        };
        if let Shown::Status(standing) = &entry.shown
            && entry.last_status.as_ref() != Some(&standing.status)
        {
            entry.last_status = Some(standing.status.clone());
            entry.must_report = entry.wait.is_until_final();
        }
    }

    pub(crate) fn reports(
        &mut self,
        call: CallId,
        state: &OrderState,
        limit_ms: u32,
        now: u64,
        tally: &mut Waits,
    ) -> Result<(), String> {
        let entry = self.entry(call)?;
        match &entry.shown {
            Shown::Status(standing) if entry.must_report && *standing == Standing::of(state) => {}
            _ => return Err("a status is reported that no read has just shown as a new one".to_owned()),
        }
        if now + u64::from(limit_ms) > entry.latest_end(0).max(now + 1) {
            return Err("a report may take longer than the deadline allows".to_owned());
        }
        entry.must_report = false;
        tally.reports += 1;
        Ok(())
    }

    /// The caller ends the call.
    pub(crate) fn aborts(&mut self, call: CallId) {
        if let Some(entry) = self.entries.get_mut(&call) {
            entry.is_aborted = true;
        }
    }

    /// The program dies.
    pub(crate) fn crashes(&mut self, call: CallId, tally: &mut Tally) {
        if let Some(entry) = self.entries.remove(&call) {
            *entry.choose(&mut tally.waits.interrupted, &mut tally.reads.interrupted) += 1;
        }
    }

    /// `truth` is how the order stands in the sandbox. `slept_until` is when the machine of the caller woke up, if it
    /// slept.
    pub(crate) fn ends(
        &mut self,
        call: CallId,
        ending: &Ending,
        truth: Option<&Standing>,
        now: u64,
        slept_until: Option<u64>,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let Some(entry) = self.entries.remove(&call) else {
            return Err("a wait ends that has not begun".to_owned());
        };
        let latest = entry.latest_end(slept_until.unwrap_or(0));
        if now > latest {
            return Err(format!("a wait ends {} ms after it should have", now - latest));
        }
        let Tally { waits, reads, .. } = tally;
        let is_until_final = entry.wait.is_until_final();
        match ending {
            Ending::Aborted(None) if entry.is_aborted => {
                *entry.choose(&mut waits.interrupted, &mut reads.interrupted) += 1;
            }
            _ if entry.must_report => {
                return Err("a wait ends with a status that it did not report".to_owned());
            }
            Ending::State(state) => {
                entry.check_state(state, truth)?;
                *entry.choose(&mut waits.finals, &mut reads.answered) += 1;
            }
            Ending::Late { failure, last } if is_until_final => {
                entry.check_late(failure, last.as_ref(), now)?;
                waits.deadlines += 1;
            }
            Ending::Failed(caught) => {
                entry.check_failed(caught)?;
                *entry.choose(&mut waits.refused, &mut reads.failed) += 1;
            }
            _ => return Err("a wait ends in a way that nobody asked for".to_owned()),
        }
        Ok(())
    }

    /// The rule that holds when all is over.
    pub(crate) fn check_end(&self) -> Result<(), String> {
        if self.entries.is_empty() { Ok(()) } else { Err("a wait has not ended".to_owned()) }
    }

    fn entry(&mut self, call: CallId) -> Result<&mut Entry, String> {
        self.entries.get_mut(&call).ok_or_else(|| "something happens to a wait that has not begun".to_owned())
    }
}

impl Entry {
    /// One of two, for a wait and for a status read.
    fn choose<T>(&self, of_wait: T, of_read: T) -> T {
        if self.wait.is_until_final() { of_wait } else { of_read }
    }

    /// The time by which it must have ended. The read at the deadline has its own time, and the report of what it showed
    /// has the rest of that, but never no time at all.
    fn latest_end(&self, slept_until: u64) -> u64 {
        let last_read_ms = if self.wait.is_until_final() { u64::from(self.wait.timeout_ms) + 1 } else { 0 };
        self.deadline.max(slept_until) + last_read_ms
    }

    /// Whether it may go on after what the last read showed.
    fn goes_on(&self) -> Result<(), String> {
        let is_read = !self.wait.is_until_final();
        match &self.shown {
            _ if self.must_report => Err("a wait goes on, and has not reported a new status".to_owned()),
            Shown::Refusal => Err("a wait goes on after a refusal".to_owned()),
            Shown::Status(standing) if is_read || standing.is_final() => {
                Err("a wait goes on although it has its result".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn check_state(&self, state: &OrderState, truth: Option<&Standing>) -> Result<(), String> {
        let claimed = Standing::of(state);
        let Shown::Status(shown) = &self.shown else {
            return Err("a wait ends with a status that its last read did not show".to_owned());
        };
        let is_asked = !matches!(&self.id, OrderId::External(id) if id.as_str() != claimed.external_id);
        if claimed != *shown
            || !is_asked
            || truth.is_none_or(|truth| truth.external_id != claimed.external_id)
        {
            return Err("a wait ends with the status of another order".to_owned());
        }
        if self.wait.is_until_final() && !(claimed.is_final() && state.is_final) {
            return Err("a wait ends with a status that is not final".to_owned());
        }
        if claimed.is_final() && truth != Some(&claimed) {
            return Err("a wait ends with a final status that the order does not have".to_owned());
        }
        Ok(())
    }

    fn check_late(
        &self,
        failure: &Failure,
        last: Option<&FailureWithCause<()>>,
        now: u64,
    ) -> Result<(), String> {
        if now < self.deadline {
            return Err(format!("a wait gives up {} ms before its deadline", self.deadline - now));
        }
        match &self.shown {
            Shown::Refusal => return Err("a wait hides a refusal behind its deadline".to_owned()),
            Shown::Status(standing) if standing.is_final() => {
                return Err("a wait gives up although the status is final".to_owned());
            }
            _ => {}
        }
        let expected = match &self.last_status {
            Some(status) => format!("Its last status was {status}."),
            None => "No read succeeded.".to_owned(),
        };
        if failure.code() != ErrorCode::DeadlineExceeded || !failure.message.ends_with(&expected) {
            return Err("the error of a wait that gives up does not tell the last known status".to_owned());
        }
        if failure.outcome() != Some(Outcome::Unknown) {
            return Err("the error of a wait that gives up says that there is no order".to_owned());
        }
        if last.is_some() != matches!(self.shown, Shown::Failure) {
            return Err("the error of a wait that gives up does not tell how its last read went".to_owned());
        }
        self.check_id(failure)
    }

    fn check_failed(&self, FailureWithCause { failure, .. }: &FailureWithCause<()>) -> Result<(), String> {
        let is_refusal = matches!(
            failure.code(),
            ErrorCode::Unauthorized | ErrorCode::Forbidden | ErrorCode::RequestRefused
        );
        match self.shown {
            Shown::Refusal if is_refusal => {}
            Shown::Failure if !is_refusal && !self.wait.is_until_final() => {}
            Shown::Failure if !is_refusal => {
                return Err("a wait gives up although another read may show a status".to_owned());
            }
            _ => return Err("a wait ends with an error that its last read did not have".to_owned()),
        }
        if !self.wait.is_until_final()
            && failure.attempts.as_ref().map(Vec::len) != Some(self.requests as usize)
        {
            return Err("the error of a status read does not tell each attempt".to_owned());
        }
        self.check_id(failure)
    }

    /// An error names its order by the merchant's id, if the caller gave that one.
    fn check_id(&self, failure: &Failure) -> Result<(), String> {
        if failure.external_transaction_id.as_ref() == self.id.external_transaction_id() {
            Ok(())
        } else {
            Err("the error of a wait does not name its order".to_owned())
        }
    }
}
