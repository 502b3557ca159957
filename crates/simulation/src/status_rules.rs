//! The rules of status calls: waits for a final status, and single reads. They do not look into the client: they use its
//! requests, reports and results, PayStar's responses, and the orders in the sandbox.

use std::collections::HashMap;

use paystar_engine::step::NoResponse;
use paystar_model::id::OrderId;
use paystar_model::order::OrderState;
use paystar_protocol::http::{HttpRequest, HttpResponse, Method};

use crate::call::CallResult;
use crate::counts::{Counts, WaitCounts};
use crate::ids::CallId;
use crate::snapshot::Snapshot;
use crate::status_call::{StatusCall, StatusCallKind};
use crate::status_record::{CallRecord, LastRead};

/// The pause between two reads grows up to this time, if the interval is shorter.
const LONGEST_PAUSE_MS: u64 = 120_000;

/// The rules for all status calls that are running.
#[derive(Default)]
pub(crate) struct StatusRules {
    records: HashMap<CallId, CallRecord>,
}

impl StatusRules {
    pub(crate) fn start(&mut self, call: CallId, planned: &StatusCall, id: OrderId, url: String, now: u64) {
        self.records.insert(call, CallRecord::new(planned, id, url, now));
    }

    pub(crate) fn send(
        &mut self,
        call: CallId,
        request: &HttpRequest,
        limit_ms: u32,
        now: u64,
        counts: &mut Counts,
    ) -> Result<(), String> {
        let record = self.record(call)?;
        if request.method != Method::Get || request.body.is_some() || request.url != record.url {
            return Err("a status call sends another request than the read of its order's status".to_owned());
        }
        record.check_continues()?;
        let is_first = record.requests == 0;
        record.requests += 1;
        *record.choose(&mut counts.waits.requests, &mut counts.reads.requests) += 1;
        record.late_requests += u32::from(now >= record.deadline);
        match record.planned.kind {
            StatusCallKind::UntilFinal { interval_ms } => {
                let pause_ms = now - record.last_read_at;
                if !is_first && now < record.deadline && pause_ms * 10 < u64::from(interval_ms) * 9 {
                    return Err(format!(
                        "a wait reads again after {pause_ms} ms, but its interval is longer"
                    ));
                }
                if !is_first && now < record.retry_at.min(record.deadline) {
                    return Err("a wait reads before the time in Retry-After".to_owned());
                }
                if record.late_requests > 1 {
                    return Err("a wait continues after the read at its deadline".to_owned());
                }
                let timeout = u64::from(record.planned.timeout_ms);
                let left = record.deadline.saturating_sub(now);
                if u64::from(limit_ms) != if left == 0 { timeout } else { timeout.min(left) } {
                    return Err(format!(
                        "the time limit of a read is {limit_ms} ms, which is too long or too short"
                    ));
                }
            }
            StatusCallKind::Read { max_retries } => {
                if record.requests > max_retries + 1 {
                    return Err("a status read sends more requests than maxRetries allows".to_owned());
                }
                if !is_first && now < record.retry_at {
                    return Err("a status read sends a request before the time in Retry-After".to_owned());
                }
                if !is_first && now >= record.deadline {
                    return Err("a status read sends a request after its deadline".to_owned());
                }
                if limit_ms > record.planned.timeout_ms
                    || now + u64::from(limit_ms) > record.deadline.max(now + 1)
                {
                    return Err(
                        "the time limit of a request is longer than its status read allows".to_owned()
                    );
                }
            }
        }
        Ok(())
    }

    pub(crate) fn wait(&mut self, call: CallId, ms: u64, now: u64) -> Result<(), String> {
        let record = self.record(call)?;
        record.check_continues()?;
        let end = now + ms;
        if let StatusCallKind::UntilFinal { interval_ms } = record.planned.kind {
            let interval = u64::from(interval_ms);
            if end > record.deadline {
                return Err("a wait pauses until after its deadline".to_owned());
            }
            if ms * 10 < interval * 9 && end != record.deadline {
                return Err(format!("a wait pauses for {ms} ms, but its interval is longer"));
            }
            if ms > LONGEST_PAUSE_MS.max(interval) * 11 / 10 + 1 && end > record.retry_at {
                return Err(format!("a wait pauses for {ms} ms, but its interval never grows to this time"));
            }
        } else if end >= record.deadline {
            return Err("a status read pauses until its deadline or longer".to_owned());
        }
        Ok(())
    }

    /// Records what the result of the last request means, as PayStar documents it. The response of a proxy is a failure.
    pub(crate) fn exchanged(
        &mut self,
        call: CallId,
        result: &Result<HttpResponse, NoResponse<()>>,
        is_from_proxy: bool,
        now: u64,
    ) {
        let Some(record) = self.records.get_mut(&call) else { return };
        record.last_read_at = now;
        record.last_read = match result {
            Ok(response) if !is_from_proxy => {
                record.retry_at = now + response.retry_after_ms.unwrap_or(0);
                match response.status {
                    200 => Snapshot::from_body(&response.body).map_or(LastRead::Failure, LastRead::Status),
                    400 | 401 | 403 => LastRead::Refusal,
                    _ => LastRead::Failure,
                }
            }
            _ => LastRead::Failure,
        };
        if let LastRead::Status(snapshot) = &record.last_read
            && record.last_status.as_ref() != Some(&snapshot.status)
        {
            record.last_status = Some(snapshot.status.clone());
            record.must_report = record.planned.is_until_final();
        }
    }

    pub(crate) fn report(
        &mut self,
        call: CallId,
        state: &OrderState,
        limit_ms: u32,
        now: u64,
        counts: &mut WaitCounts,
    ) -> Result<(), String> {
        let record = self.record(call)?;
        match &record.last_read {
            LastRead::Status(snapshot) if record.must_report && *snapshot == Snapshot::from_state(state) => {}
            _ => {
                return Err(
                    "a call reports a status, but its last read did not return a new status".to_owned()
                );
            }
        }
        if now + u64::from(limit_ms) > record.latest_end(0).max(now + 1) {
            return Err("the time limit of a report ends after the deadline of its call".to_owned());
        }
        record.must_report = false;
        counts.reports += 1;
        Ok(())
    }

    /// The caller's signal ends the call.
    pub(crate) fn abort(&mut self, call: CallId) {
        if let Some(record) = self.records.get_mut(&call) {
            record.is_aborted = true;
        }
    }

    /// The program of the caller crashes.
    pub(crate) fn crash(&mut self, call: CallId, counts: &mut Counts) {
        if let Some(record) = self.records.remove(&call) {
            *record.choose(&mut counts.waits.interrupted, &mut counts.reads.interrupted) += 1;
        }
    }

    /// `actual` is the order in the sandbox, if it exists. `sleep_end` is when the caller's machine wakes up, if it fell
    /// asleep before now.
    pub(crate) fn end(
        &mut self,
        call: CallId,
        result: &CallResult,
        actual: Option<&Snapshot>,
        now: u64,
        sleep_end: Option<u64>,
        counts: &mut Counts,
    ) -> Result<(), String> {
        let Some(record) = self.records.remove(&call) else {
            return Err("a status call ends, but it is not running".to_owned());
        };
        let latest = record.latest_end(sleep_end.unwrap_or(0));
        if now > latest {
            return Err(format!("a status call ends {} ms too late", now - latest));
        }
        let Counts { waits, reads, .. } = counts;
        let is_until_final = record.planned.is_until_final();
        match result {
            CallResult::Aborted(None) if record.is_aborted => {
                *record.choose(&mut waits.interrupted, &mut reads.interrupted) += 1;
            }
            _ if record.must_report => {
                return Err("a wait ends, but it did not report the last status".to_owned());
            }
            CallResult::State(state) => {
                record.check_state(state, actual)?;
                *record.choose(&mut waits.finals, &mut reads.answered) += 1;
            }
            CallResult::Late { failure, last } if is_until_final => {
                record.check_late(failure, last.as_ref(), now)?;
                waits.deadlines += 1;
            }
            CallResult::Failed(failed) => {
                record.check_failed(failed)?;
                *record.choose(&mut waits.refused, &mut reads.failed) += 1;
            }
            _ => return Err("a status call ends with a result that is not possible for this call".to_owned()),
        }
        Ok(())
    }

    /// The rule that must hold at the end.
    pub(crate) fn check_end(&self) -> Result<(), String> {
        if self.records.is_empty() { Ok(()) } else { Err("a status call never ends".to_owned()) }
    }

    fn record(&mut self, call: CallId) -> Result<&mut CallRecord, String> {
        self.records.get_mut(&call).ok_or_else(|| "a status call continues, but it is not running".to_owned())
    }
}
