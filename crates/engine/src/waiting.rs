//! A wait for the final status: reads, pauses, and reports of each new status.

use paystar_model::id::ExternalId;
use paystar_model::order::OrderState;
use paystar_protocol::config::ClientConfig;
use paystar_protocol::failure::Failure;
use paystar_protocol::redact::scrub;

use super::polling::{Decision, Polling, ReadResult};
use super::step::{FailureWithCause, Output, Step};
use super::task::Read;

/// A wait for the final status of an order.
pub(crate) struct Waiting {
    polling: Polling,
    timeout_ms: u32,
    deadline_ms: u32,
    /// The order of the first status. If the order is read by the merchant's id, only the response names it.
    external_id: Option<ExternalId>,
    last_status: Option<String>,
    /// The status that the caller sees now.
    shown: Option<Box<OrderState>>,
}

impl Waiting {
    pub(crate) fn start(interval_ms: u32, timeout_ms: u32, deadline_ms: u32, now: u64) -> Self {
        Self {
            polling: Polling::start(interval_ms, deadline_ms, now),
            timeout_ms,
            deadline_ms,
            external_id: None,
            last_status: None,
            shown: None,
        }
    }

    /// How long the next read may take.
    pub(crate) fn read_limit_ms(&self, now: u64) -> u32 {
        self.polling.read_limit_ms(self.timeout_ms, now)
    }

    /// The status to show to the caller.
    pub(crate) fn state(&self) -> Option<&OrderState> {
        self.shown.as_deref()
    }

    /// Continues after the caller saw the status.
    pub(crate) fn reported<C>(
        &mut self,
        read: &Read,
        config: &ClientConfig,
        now: u64,
        random: u32,
    ) -> Step<C> {
        match self.shown.take() {
            Some(state) => self.after_status(state, read, config, now, random),
            None => Step::Aborted(None),
        }
    }

    /// Continues after a read.
    pub(crate) fn after_read<C: Default>(
        &mut self,
        decoded: Result<Output, FailureWithCause<C>>,
        read: &Read,
        config: &ClientConfig,
        now: u64,
        random: u32,
    ) -> Step<C> {
        let failed = match decoded {
            Ok(Output::State(state)) if !self.is_same_order(&state) => {
                let reason = "its externalId is not the externalId of the earlier responses";
                let failure = Failure::invalid_answer(200, reason);
                failure.of_order(read.external_transaction_id()).into()
            }
            Ok(Output::State(state)) => {
                let status = state.order_status.as_str();
                if self.last_status.as_deref() == Some(status) {
                    return self.after_status(state, read, config, now, random);
                }
                self.last_status = Some(status.to_owned());
                self.shown = Some(state);
                return Step::Report { limit_ms: self.polling.report_limit_ms(self.timeout_ms, now) };
            }
            Ok(output) => return Step::Done(output),
            Err(failed) => failed,
        };
        let retry_after_ms = failed.failure.retry_after_ms();
        let result = if failed.failure.code().is_refusal() {
            ReadResult::Refused
        } else {
            ReadResult::Failed { retry_after_ms }
        };
        match self.polling.after(result, now, random) {
            Decision::Wait(ms) => Step::Wait(ms),
            Decision::GiveUp => Step::Failed(failed),
            Decision::Done | Decision::DeadlinePassed => self.late(Some(failed), read, config),
        }
    }

    fn is_same_order(&mut self, state: &OrderState) -> bool {
        self.external_id.get_or_insert_with(|| state.external_id.clone()) == &state.external_id
    }

    fn after_status<C>(
        &mut self,
        state: Box<OrderState>,
        read: &Read,
        config: &ClientConfig,
        now: u64,
        random: u32,
    ) -> Step<C> {
        let result = if state.is_final { ReadResult::Final } else { ReadResult::Open };
        match self.polling.after(result, now, random) {
            Decision::Wait(ms) => Step::Wait(ms),
            Decision::Done => Step::Done(Output::State(state)),
            Decision::GiveUp | Decision::DeadlinePassed => self.late(None, read, config),
        }
    }

    fn late<C>(&self, last: Option<FailureWithCause<C>>, read: &Read, config: &ClientConfig) -> Step<C> {
        let secrets: Vec<_> = config.secrets().collect();
        let last_status = self.last_status.as_deref().map(|status| scrub(status, &secrets));
        let failure = Failure::deadline(self.deadline_ms, last_status.as_deref());
        Step::Late { failure: failure.of_order(read.external_transaction_id()), last }
    }
}
