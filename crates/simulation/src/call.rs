//! One call of the real engine, whose requests, pauses and reports the world answers.

use std::rc::Rc;

use fastrand::Rng;
use paystar_engine::call;
use paystar_engine::step::FailureWithCause;
use paystar_engine::step::{NoResponse, Output, Step};
use paystar_engine::task::{Limits, Task};
use paystar_model::order::{Order, OrderState};
use paystar_protocol::config::ClientConfig;
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{HttpRequest, HttpResponse};

/// What a call wants of the world.
pub(crate) enum Wish {
    Exchange {
        request: HttpRequest,
        limit_ms: u32,
    },
    Sleep {
        ms: u64,
    },
    /// Show the caller a status that is new.
    Report {
        state: Box<OrderState>,
        limit_ms: u32,
    },
}

/// What the world tells a call.
pub(crate) enum News {
    Exchanged(Result<HttpResponse, NoResponse<()>>),
    /// Whether the pause, or the caller's look at a status, came to its end.
    Slept(bool),
    /// The caller has looked at the status.
    Reported,
}

/// How a call ends.
pub(crate) enum Ending {
    Order(Order),
    State(Box<OrderState>),
    Failed(FailureWithCause<()>),
    /// The order was not final by the deadline. `last` is the failure of the last read, if it failed.
    Late {
        failure: Failure,
        last: Option<FailureWithCause<()>>,
    },
    Aborted(Option<Failure>),
}

/// A call that is under way.
pub(crate) struct Call {
    state: State,
    random: Rng,
}

enum State {
    New { config: Rc<ClientConfig>, limits: Limits, task: Option<Task> },
    UnderWay(call::Call<()>),
}

/// What a call does after some news.
pub(crate) enum Move {
    Wishes(Wish),
    Ends(Box<Ending>),
}

impl Call {
    pub(crate) fn start(config: &Rc<ClientConfig>, limits: Limits, task: Task, seed: u64) -> Self {
        let state = State::New { config: Rc::clone(config), limits, task: Some(task) };
        Self { state, random: Rng::with_seed(seed) }
    }

    /// Goes on until it wishes for something. `now` is the time of the caller's machine.
    pub(crate) fn step(&mut self, news: Option<News>, now: u64) -> Option<Move> {
        let (call, step) = match &mut self.state {
            State::New { config, limits, task } => {
                let (call, step) = call::Call::start(config, *limits, task.take()?, now);
                self.state = State::UnderWay(call);
                let State::UnderWay(call) = &self.state else { return None };
                (call, step)
            }
            State::UnderWay(call) => {
                let step = match news? {
                    News::Exchanged(result) => call.exchanged(result, now, self.random.u32(..)),
                    News::Slept(true) => call.waited(now),
                    News::Slept(false) => call.aborted(now),
                    News::Reported => call.reported(now, self.random.u32(..)),
                };
                (&*call, step)
            }
        };
        let ends = |ending| Move::Ends(Box::new(ending));
        Some(match step {
            Step::Send { operation, limit_ms } => {
                let request = call.request(operation).into_owned();
                Move::Wishes(Wish::Exchange { request, limit_ms })
            }
            Step::Wait(ms) => Move::Wishes(Wish::Sleep { ms }),
            Step::Report { limit_ms } => {
                let state = Box::new(call.state()?.clone());
                Move::Wishes(Wish::Report { state, limit_ms })
            }
            Step::Done(Output::Order(order)) => ends(Ending::Order(order)),
            Step::Done(Output::State(state)) => ends(Ending::State(state)),
            Step::Failed(caught) => ends(Ending::Failed(caught)),
            Step::Late { failure, last } => ends(Ending::Late { failure, last }),
            Step::Aborted(failure) => ends(Ending::Aborted(failure)),
            Step::Done(Output::Balance(_)) => return None,
        })
    }
}
