//! One call of a client, step by step. It does no I/O: it says what to do next, and learns what came of it.
//!
//! The contract of the loop:
//!
//! 1. [`Call::start`] gives the call and its first [`Step`].
//! 2. For [`Step::Send`], send [`Call::request`] and pass the result to [`Call::answered`]. For [`Step::Wait`], wait,
//!    then call [`Call::waited`]. For [`Step::Report`], show the status to the caller, then call [`Call::reported`].
//! 3. Every other step ends the call.
//!
//! `now` is in milliseconds of any clock that does not go back, `random` is any number.

use std::borrow::Cow;
use std::rc::Rc;

use serde::Serialize;

use paystar_model::balance::Balance;
use paystar_model::id::{ExternalId, ExternalTransactionId, OrderId};
use paystar_model::order::{Order, OrderState};
use paystar_protocol::attempt::Operation;
use paystar_protocol::config::{ClientConfig, OnDuplicate, RetryPolicy};
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{Departure, HttpRequest, HttpResponse};
use paystar_protocol::orders::{Creation, read_balance, read_state};
use paystar_protocol::redact::scrub;

use super::create_or_find::{self, CreateOrFind, UnderWay};
use super::polling::{Next, Polling, Seen};
use super::reading::Reading;
use super::retry::FailureWithCause;

/// Why a request has no answer.
#[derive(Debug)]
pub enum NoResponse<C> {
    /// The caller ended the call, before or after the request may have left.
    Aborted {
        /// Whether it may have left.
        departure: Departure,
    },
    /// The time was up.
    Timeout {
        /// Whether this is sure: no byte of the request left.
        departure: Departure,
    },
    /// The connection could not be made, or broke.
    Connection {
        /// Whether this is sure: no byte of the request left.
        departure: Departure,
        /// The system's word for it, such as `ECONNREFUSED`.
        code: String,
        /// What was thrown.
        cause: C,
    },
    /// An answer began that cannot be used.
    Unusable {
        /// Its status.
        status: u16,
        /// Why.
        reason: &'static str,
    },
}

/// What to do next.
#[derive(Debug)]
pub enum Step<C> {
    /// Send the request of this operation ([`Call::request`]).
    Send {
        /// What the request is for.
        operation: Operation,
        /// How long it may take, its whole answer included.
        limit_ms: u32,
    },
    /// Wait so many milliseconds.
    Wait(u64),
    /// Show the caller a status that is new ([`Call::state`]).
    Report {
        /// How long the caller may take.
        limit_ms: u32,
    },
    /// The call ends with a result.
    Done(Output),
    /// The call ends with a failure. Its cause is raw, and may hold secrets.
    Failed(FailureWithCause<C>),
    /// The order was not final in time.
    Late {
        /// The failure.
        failure: Failure,
        /// The failure of the last read, if it failed.
        last: Option<FailureWithCause<C>>,
    },
    /// The call ends by the caller's signal. The failure is there if an order may exist.
    Aborted(Option<Failure>),
}

/// The result of a call.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Output {
    /// Of a creation.
    Order(Order),
    /// Of a read, or of a wait for the final status.
    State(Box<OrderState>),
    /// Of a read of balances.
    Balance(Box<Balance>),
}

/// What a call is to do.
pub enum Task {
    /// Create an order, or find it.
    Create {
        /// The order.
        creation: Creation,
        /// What a duplicate is.
        on_duplicate: OnDuplicate,
    },
    /// Read, again if that can help.
    Read(Read),
    /// Read a status again and again until it is final.
    WaitUntilFinal {
        /// The read.
        read: Read,
        /// The first wait between two reads.
        interval_ms: u32,
    },
}

/// A read that is ready to leave.
pub struct Read {
    /// The request.
    pub request: HttpRequest,
    /// What it asks for.
    pub wanted: Wanted,
}

/// What a read asks for.
pub enum Wanted {
    /// The status of an order.
    State(OrderId),
    /// The balances in a currency.
    Balance(String),
}

impl Read {
    fn own_id(&self) -> Option<&ExternalTransactionId> {
        match &self.wanted {
            Wanted::State(id) => id.external_transaction_id(),
            Wanted::Balance(_) => None,
        }
    }

    fn decode(&self, config: &ClientConfig, answer: &HttpResponse) -> Result<Output, Failure> {
        let output = match &self.wanted {
            Wanted::State(id) => read_state(config, answer, id).map(|state| Output::State(Box::new(state))),
            Wanted::Balance(currency) => {
                read_balance(config, answer, currency).map(|balance| Output::Balance(Box::new(balance)))
            }
        };
        output.map_err(|failure| failure.of_order(self.own_id()))
    }
}

/// The limits of a call.
#[derive(Clone, Copy)]
pub struct Limits {
    /// How long one attempt may take.
    pub timeout_ms: u32,
    /// How often and how long the call may try.
    pub policy: RetryPolicy,
}

/// A call that is under way.
pub struct Call<C> {
    config: Rc<ClientConfig>,
    limits: Limits,
    work: Work<C>,
    /// The request that has no answer yet, and how long it may take.
    under_way: Option<(Operation, u32)>,
}

enum Work<C> {
    Create {
        creation: Box<Creation>,
        machine: Box<CreateOrFind<C>>,
    },
    /// `failed` is how the last request went, while the call waits before the next one.
    Read {
        read: Read,
        reading: Reading,
        failed: Option<FailureWithCause<C>>,
    },
    Wait {
        read: Read,
        waiting: Waiting,
    },
}

struct Waiting {
    polling: Polling,
    timeout_ms: u32,
    deadline_ms: u32,
    /// The order that the first status told of. A merchant's own id does not say which one that is.
    external_id: Option<ExternalId>,
    last_status: Option<String>,
    /// The status that the caller is shown.
    shown: Option<Box<OrderState>>,
}

impl<C: Default> Call<C> {
    /// Begins a call.
    pub fn start(config: &Rc<ClientConfig>, limits: Limits, task: Task, now: u64) -> (Self, Step<C>) {
        let policy = limits.policy;
        let (work, first) = match task {
            Task::Create { creation, on_duplicate } => {
                let id = creation.external_transaction_id.clone();
                let (machine, _) = CreateOrFind::start(id, policy, on_duplicate, now);
                (Work::Create { creation: Box::new(creation), machine: Box::new(machine) }, Operation::Create)
            }
            Task::Read(read) => {
                let reading = Reading::start(policy, now);
                (Work::Read { read, reading, failed: None }, Operation::Read)
            }
            Task::WaitUntilFinal { read, interval_ms } => {
                let deadline_ms = policy.deadline_ms;
                let polling = Polling::start(interval_ms, deadline_ms, now);
                let waiting = Waiting {
                    polling,
                    timeout_ms: limits.timeout_ms,
                    deadline_ms,
                    external_id: None,
                    last_status: None,
                    shown: None,
                };
                (Work::Wait { read, waiting }, Operation::Read)
            }
        };
        let mut call = Self { config: Rc::clone(config), limits, work, under_way: None };
        let step = call.send(first, now);
        (call, step)
    }

    /// The request of an operation of this call.
    pub fn request(&self, operation: Operation) -> Cow<'_, HttpRequest> {
        match (&self.work, operation) {
            (Work::Create { creation, .. }, Operation::Create) => Cow::Borrowed(&creation.http),
            (Work::Create { creation, .. }, Operation::Read) => Cow::Owned(creation.lookup()),
            (Work::Read { read, .. } | Work::Wait { read, .. }, _) => Cow::Borrowed(&read.request),
        }
    }

    /// The status to show the caller.
    pub fn state(&self) -> Option<&OrderState> {
        match &self.work {
            Work::Wait { waiting, .. } => waiting.shown.as_deref(),
            _ => None,
        }
    }

    /// Everything that must not show up in an error of this call.
    pub fn secrets(&self) -> Vec<&str> {
        match &self.work {
            Work::Create { creation, .. } => creation.secrets(&self.config),
            _ => self.config.secrets().collect(),
        }
    }

    /// Takes what became of the request.
    pub fn answered(
        &mut self,
        result: Result<HttpResponse, NoResponse<C>>,
        now: u64,
        random: u32,
    ) -> Step<C> {
        let (operation, limit_ms) = self.under_way.take().unwrap_or((Operation::Read, 0));
        let answer = match result {
            Ok(answer) => Ok(answer),
            Err(NoResponse::Aborted { departure }) => {
                return self.abort(Some(UnderWay { operation, departure }), now);
            }
            Err(no_answer) => Err(self.caught(no_answer, limit_ms)),
        };
        let config = &self.config;
        let step = match &mut self.work {
            Work::Create { creation, machine } => match operation {
                Operation::Create => {
                    let read = |answer| creation.read(config, &answer).map_err(without_cause);
                    machine.created(answer.and_then(read), now, random)
                }
                Operation::Read => {
                    let read = |answer| creation.read_lookup(config, &answer).map_err(without_cause);
                    machine.looked_up(answer.and_then(read), now, random)
                }
            },
            Work::Read { read, reading, failed } => {
                let decoded = answer.and_then(|answer| read.decode(config, &answer).map_err(without_cause));
                let mut caught = match decoded {
                    Ok(output) => return Step::Done(output),
                    Err(caught) => caught,
                };
                let Some(ms) = reading.failed(&mut caught.failure, now, random) else {
                    return Step::Failed(caught);
                };
                *failed = Some(caught);
                return Step::Wait(ms);
            }
            Work::Wait { read, waiting } => {
                let decoded = answer.and_then(|answer| read.decode(config, &answer).map_err(without_cause));
                return waiting.after_read(decoded, read, config, now, random);
            }
        };
        self.follow(step, now)
    }

    /// The wait is over.
    pub fn waited(&mut self, now: u64) -> Step<C> {
        let step = match &mut self.work {
            Work::Create { machine, .. } => machine.waited(now),
            Work::Read { reading, failed, .. } => {
                if let Some(mut caught) = failed.take()
                    && reading.is_over(&mut caught.failure, now)
                {
                    return Step::Failed(caught);
                }
                return self.send(Operation::Read, now);
            }
            Work::Wait { .. } => return self.send(Operation::Read, now),
        };
        self.follow(step, now)
    }

    /// The status was shown.
    pub fn reported(&mut self, now: u64, random: u32) -> Step<C> {
        match &mut self.work {
            Work::Wait { read, waiting } => match waiting.shown.take() {
                Some(state) => waiting.after_status(state, read, &self.config, now, random),
                None => Step::Aborted(None),
            },
            _ => Step::Aborted(None),
        }
    }

    /// The caller ended the call while no request was under way.
    pub fn aborted(&mut self, now: u64) -> Step<C> {
        self.abort(None, now)
    }

    fn abort(&mut self, under_way: Option<UnderWay>, now: u64) -> Step<C> {
        Step::Aborted(match &mut self.work {
            Work::Create { machine, .. } => machine.aborted(under_way, now),
            // A read makes no order.
            _ => None,
        })
    }

    fn send(&mut self, operation: Operation, now: u64) -> Step<C> {
        let timeout_ms = self.limits.timeout_ms;
        let limit_ms = match &mut self.work {
            Work::Create { machine, .. } => machine.limit_ms(timeout_ms, now),
            Work::Read { reading, .. } => reading.send(timeout_ms, now),
            Work::Wait { waiting, .. } => waiting.polling.read_limit_ms(timeout_ms, now),
        };
        self.under_way = Some((operation, limit_ms));
        Step::Send { operation, limit_ms }
    }

    fn follow(&mut self, step: create_or_find::Step<C>, now: u64) -> Step<C> {
        match step {
            create_or_find::Step::Send(operation) => self.send(operation, now),
            create_or_find::Step::Wait(ms) => Step::Wait(ms),
            create_or_find::Step::Done(Ok(order)) => Step::Done(Output::Order(order)),
            create_or_find::Step::Done(Err(caught)) => Step::Failed(caught),
        }
    }

    /// The failure of a request without an answer.
    fn caught(&self, no_answer: NoResponse<C>, limit_ms: u32) -> FailureWithCause<C> {
        let own_id = match &self.work {
            Work::Create { .. } => None,
            Work::Read { read, .. } | Work::Wait { read, .. } => read.own_id(),
        };
        let (failure, cause) = match no_answer {
            NoResponse::Aborted { .. } => (Failure::aborted(), C::default()),
            NoResponse::Timeout { departure } => (Failure::timeout(limit_ms, departure), C::default()),
            NoResponse::Unusable { status, reason } => {
                (Failure::invalid_answer(status, reason), C::default())
            }
            NoResponse::Connection { departure, code, cause } => {
                (Failure::connection(departure, &scrub(&code, &self.secrets())), cause)
            }
        };
        FailureWithCause { failure: failure.of_order(own_id), cause }
    }
}

impl Waiting {
    fn after_read<C: Default>(
        &mut self,
        decoded: Result<Output, FailureWithCause<C>>,
        read: &Read,
        config: &ClientConfig,
        now: u64,
        random: u32,
    ) -> Step<C> {
        let caught = match decoded {
            Ok(Output::State(state)) if !self.is_same_order(&state) => {
                let failure =
                    Failure::invalid_answer(200, "its externalId is not that of the earlier answers");
                without_cause(failure.of_order(read.own_id()))
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
            Err(caught) => caught,
        };
        let Failure { code, retry_after_ms, .. } = caught.failure;
        let seen = if code.is_refusal() { Seen::Refused } else { Seen::Failed { retry_after_ms } };
        match self.polling.after(seen, now, random) {
            Next::Wait(ms) => Step::Wait(ms),
            Next::GiveUp => Step::Failed(caught),
            Next::Done | Next::DeadlinePassed => self.late(Some(caught), read, config),
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
        let seen = if state.is_final { Seen::Final } else { Seen::Open };
        match self.polling.after(seen, now, random) {
            Next::Wait(ms) => Step::Wait(ms),
            Next::Done => Step::Done(Output::State(state)),
            Next::GiveUp | Next::DeadlinePassed => self.late(None, read, config),
        }
    }

    fn late<C>(&self, last: Option<FailureWithCause<C>>, read: &Read, config: &ClientConfig) -> Step<C> {
        let secrets: Vec<_> = config.secrets().collect();
        let last_status = self.last_status.as_deref().map(|status| scrub(status, &secrets));
        let failure = Failure::deadline(self.deadline_ms, last_status.as_deref());
        Step::Late { failure: failure.of_order(read.own_id()), last }
    }
}

fn without_cause<C: Default>(failure: Failure) -> FailureWithCause<C> {
    FailureWithCause { failure, cause: C::default() }
}
