//! One call of the real engine. The world sends its requests and runs its timers.

use std::rc::Rc;

use fastrand::Rng;
use paystar_engine::call;
use paystar_engine::step::{FailureWithCause, NoResponse, Output, Step};
use paystar_engine::task::{Limits, Task};
use paystar_model::order::{Order, OrderState};
use paystar_protocol::config::ClientConfig;
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{HttpRequest, HttpResponse};

/// The next step of a call.
pub(crate) enum CallStep {
    Send {
        request: HttpRequest,
        limit_ms: u32,
    },
    Wait {
        ms: u64,
    },
    /// Show a new status to the caller.
    Report {
        state: Box<OrderState>,
        limit_ms: u32,
    },
    End(Box<CallResult>),
}

/// How a step of a call ended.
pub(crate) enum StepResult {
    Exchanged(Result<HttpResponse, NoResponse<()>>),
    Waited,
    /// The caller's signal ended a wait or a report.
    Aborted,
    Reported,
}

/// The result of a call.
pub(crate) enum CallResult {
    Order(Order),
    State(Box<OrderState>),
    Failed(FailureWithCause<()>),
    /// The order was not final at the deadline. `last` is the failure of the last read, if that read failed.
    Late {
        failure: Failure,
        last: Option<FailureWithCause<()>>,
    },
    Aborted(Option<Failure>),
}

pub(crate) struct Call {
    state: State,
    random: Rng,
}

enum State {
    New { config: Rc<ClientConfig>, limits: Limits, task: Option<Task> },
    Started(call::Call<()>),
}

impl Call {
    pub(crate) fn new(config: &Rc<ClientConfig>, limits: Limits, task: Task, seed: u64) -> Self {
        let state = State::New { config: Rc::clone(config), limits, task: Some(task) };
        Self { state, random: Rng::with_seed(seed) }
    }

    /// Runs the engine until its next step. `result` is the result of the last step, and `None` for a new call. `now` is
    /// the time on the caller's machine. Returns `None` if the engine has no step.
    pub(crate) fn next_step(&mut self, result: Option<StepResult>, now: u64) -> Option<CallStep> {
        let (call, step) = match &mut self.state {
            State::New { config, limits, task } => {
                let (call, step) = call::Call::start(config, *limits, task.take()?, now);
                self.state = State::Started(call);
                let State::Started(call) = &self.state else { return None };
                (call, step)
            }
            State::Started(call) => {
                let step = match result? {
                    StepResult::Exchanged(result) => call.exchanged(result, now, self.random.u32(..)),
                    StepResult::Waited => call.waited(now),
                    StepResult::Aborted => call.aborted(now),
                    StepResult::Reported => call.reported(now, self.random.u32(..)),
                };
                (&*call, step)
            }
        };
        let end = |result| CallStep::End(Box::new(result));
        Some(match step {
            Step::Send { operation, limit_ms } => {
                CallStep::Send { request: call.request(operation).into_owned(), limit_ms }
            }
            Step::Wait(ms) => CallStep::Wait { ms },
            Step::Report { limit_ms } => {
                CallStep::Report { state: Box::new(call.state()?.clone()), limit_ms }
            }
            Step::Done(Output::Order(order)) => end(CallResult::Order(order)),
            Step::Done(Output::State(state)) => end(CallResult::State(state)),
            Step::Failed(failed) => end(CallResult::Failed(failed)),
            Step::Late { failure, last } => end(CallResult::Late { failure, last }),
            Step::Aborted(failure) => end(CallResult::Aborted(failure)),
            Step::Done(Output::Balance(_)) => return None,
        })
    }
}
