//! One call of a client, step by step. It does no I/O: it says what to do next, and learns the result.
//!
//! The contract of the loop:
//!
//! 1. [`Call::start`] returns the call and its first [`Step`].
//! 2. For [`Step::Send`], send [`Call::request`] and pass the result to [`Call::exchanged`]. For [`Step::Wait`], wait,
//!    then call [`Call::waited`]. For [`Step::Report`], show the status to the caller, then call [`Call::reported`].
//! 3. Every other step ends the call.
//!
//! The caller can end the call early: [`Call::aborted`] during a wait or a report, [`NoResponse::Aborted`] during a
//! request. `now` is in milliseconds of any clock that does not go back, `random` is any number.

use std::borrow::Cow;
use std::rc::Rc;

use paystar_model::order::OrderState;
use paystar_protocol::attempt::Operation;
use paystar_protocol::config::ClientConfig;
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{HttpRequest, HttpResponse};
use paystar_protocol::orders::Creation;
use paystar_protocol::redact::scrub;

use super::create_or_find::{CreateOrFind, Decision, RequestInFlight};
use super::retried_read::RetriedRead;
use super::step::{FailureWithCause, NoResponse, Output, Step};
use super::task::{Limits, Read, Task};
use super::waiting::Waiting;

/// A call that is running.
pub struct Call<C> {
    config: Rc<ClientConfig>,
    limits: Limits,
    work: Work<C>,
    /// The request that has no response yet, and how long it may take.
    in_flight: Option<(Operation, u32)>,
}

enum Work<C> {
    Create {
        creation: Box<Creation>,
        machine: Box<CreateOrFind<C>>,
    },
    /// `failed` is the failure of the last request, while the call waits before the next request.
    Read {
        read: Read,
        retries: RetriedRead,
        failed: Option<FailureWithCause<C>>,
    },
    Wait {
        read: Read,
        waiting: Waiting,
    },
}

impl<C: Default> Call<C> {
    /// Starts a call.
    pub fn start(config: &Rc<ClientConfig>, limits: Limits, task: Task, now: u64) -> (Self, Step<C>) {
        let policy = limits.policy;
        let (work, first) = match task {
            Task::Create { creation, on_duplicate } => {
                let id = creation.external_transaction_id.clone();
                let (machine, _) = CreateOrFind::start(id, policy, on_duplicate, now);
                (Work::Create { creation: Box::new(creation), machine: Box::new(machine) }, Operation::Create)
            }
            Task::Read(read) => {
                let retries = RetriedRead::start(policy, now);
                (Work::Read { read, retries, failed: None }, Operation::Read)
            }
            Task::WaitUntilFinal { read, interval_ms } => {
                let waiting = Waiting::start(interval_ms, limits.timeout_ms, policy.deadline_ms, now);
                (Work::Wait { read, waiting }, Operation::Read)
            }
        };
        let mut call = Self { config: Rc::clone(config), limits, work, in_flight: None };
        let step = call.send(first, now);
        (call, step)
    }

    /// The request of an operation of this call.
    pub fn request(&self, operation: Operation) -> Cow<'_, HttpRequest> {
        match (&self.work, operation) {
            (Work::Create { creation, .. }, Operation::Create) => Cow::Borrowed(&creation.http),
            (Work::Create { creation, .. }, Operation::Read) => Cow::Owned(creation.lookup(&self.config)),
            (Work::Read { read, .. } | Work::Wait { read, .. }, _) => Cow::Borrowed(&read.request),
        }
    }

    /// The status to show to the caller.
    pub fn state(&self) -> Option<&OrderState> {
        match &self.work {
            Work::Wait { waiting, .. } => waiting.state(),
            _ => None,
        }
    }

    /// Everything that must not appear in an error of this call.
    pub fn secrets(&self) -> Vec<&str> {
        match &self.work {
            Work::Create { creation, .. } => creation.secrets(&self.config),
            _ => self.config.secrets().collect(),
        }
    }

    /// Takes the result of the request.
    pub fn exchanged(
        &mut self,
        result: Result<HttpResponse, NoResponse<C>>,
        now: u64,
        random: u32,
    ) -> Step<C> {
        let (operation, limit_ms) = self.in_flight.take().unwrap_or((Operation::Read, 0));
        let response = match result {
            Ok(response) => Ok(response),
            Err(NoResponse::Aborted { departure }) => {
                return self.abort(Some(RequestInFlight { operation, departure }), now);
            }
            Err(no_response) => Err(self.failure_of(no_response, limit_ms)),
        };
        let config = &self.config;
        let step = match &mut self.work {
            Work::Create { creation, machine } => match operation {
                Operation::Create => {
                    let read = |response| creation.read(config, &response).map_err(FailureWithCause::from);
                    machine.created(response.and_then(read), now, random)
                }
                Operation::Read => {
                    let read =
                        |response| creation.read_lookup(config, &response).map_err(FailureWithCause::from);
                    machine.looked_up(response.and_then(read), now, random)
                }
            },
            Work::Read { read, retries, failed } => {
                let decoded = response
                    .and_then(|response| read.decode(config, &response).map_err(FailureWithCause::from));
                let mut failure = match decoded {
                    Ok(output) => return Step::Done(output),
                    Err(failure) => failure,
                };
                let Some(ms) = retries.failed(&mut failure.failure, now, random) else {
                    return Step::Failed(failure);
                };
                *failed = Some(failure);
                return Step::Wait(ms);
            }
            Work::Wait { read, waiting } => {
                let decoded = response
                    .and_then(|response| read.decode(config, &response).map_err(FailureWithCause::from));
                return waiting.after_read(decoded, read, config, now, random);
            }
        };
        self.follow(step, now)
    }

    /// The wait is over.
    pub fn waited(&mut self, now: u64) -> Step<C> {
        let step = match &mut self.work {
            Work::Create { machine, .. } => machine.waited(now),
            Work::Read { retries, failed, .. } => {
                if let Some(mut failure) = failed.take()
                    && retries.is_over(&mut failure.failure, now)
                {
                    return Step::Failed(failure);
                }
                return self.send(Operation::Read, now);
            }
            Work::Wait { .. } => return self.send(Operation::Read, now),
        };
        self.follow(step, now)
    }

    /// The caller saw the status.
    pub fn reported(&mut self, now: u64, random: u32) -> Step<C> {
        match &mut self.work {
            Work::Wait { read, waiting } => waiting.reported(read, &self.config, now, random),
            _ => Step::Aborted(None),
        }
    }

    /// The caller ended the call when no request was in flight.
    pub fn aborted(&mut self, now: u64) -> Step<C> {
        self.abort(None, now)
    }

    fn abort(&mut self, in_flight: Option<RequestInFlight>, now: u64) -> Step<C> {
        Step::Aborted(match &mut self.work {
            Work::Create { machine, .. } => machine.aborted(in_flight, now),
            // A read creates no order.
            _ => None,
        })
    }

    fn send(&mut self, operation: Operation, now: u64) -> Step<C> {
        let timeout_ms = self.limits.timeout_ms;
        let limit_ms = match &mut self.work {
            Work::Create { machine, .. } => machine.limit_ms(timeout_ms, now),
            Work::Read { retries, .. } => retries.send(timeout_ms, now),
            Work::Wait { waiting, .. } => waiting.read_limit_ms(now),
        };
        self.in_flight = Some((operation, limit_ms));
        Step::Send { operation, limit_ms }
    }

    fn follow(&mut self, step: Decision<C>, now: u64) -> Step<C> {
        match step {
            Decision::Send(operation) => self.send(operation, now),
            Decision::Wait(ms) => Step::Wait(ms),
            Decision::Done(Ok(order)) => Step::Done(Output::Order(order)),
            Decision::Done(Err(failure)) => Step::Failed(failure),
        }
    }

    /// The failure of a request without a usable response.
    fn failure_of(&self, no_response: NoResponse<C>, limit_ms: u32) -> FailureWithCause<C> {
        let external_transaction_id = match &self.work {
            Work::Create { .. } => None,
            Work::Read { read, .. } | Work::Wait { read, .. } => read.external_transaction_id(),
        };
        let (failure, cause) = match no_response {
            NoResponse::Aborted { .. } => (Failure::aborted(), C::default()),
            NoResponse::Timeout { departure } => (Failure::timeout(limit_ms, departure), C::default()),
            NoResponse::Unusable { status, reason } => {
                (Failure::invalid_answer(status, reason), C::default())
            }
            NoResponse::Connection { departure, code, cause } => {
                (Failure::connection(departure, &scrub(&code, &self.secrets())), cause)
            }
        };
        FailureWithCause { failure: failure.of_order(external_transaction_id), cause }
    }
}
