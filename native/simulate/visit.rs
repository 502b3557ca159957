//! One call of the real `create`, whose requests and waits the world answers.

use std::rc::Rc;

use fastrand::Rng;
use paystar_core::engine::call::{self, Limits, NoAnswer, Output, Step, Task};
use paystar_core::engine::retry::Caught;
use paystar_core::model::order::Order;
use paystar_core::protocol::config::ClientConfig;
use paystar_core::protocol::failure::Failure;
use paystar_core::protocol::http::{HttpAnswer, HttpRequest};
use paystar_core::protocol::orders::Creation;

use crate::plan::Visit;

/// What a call wants of the world.
pub(crate) enum Wish {
    Exchange { request: HttpRequest, limit_ms: u32 },
    Sleep { ms: u64 },
}

/// What the world tells a call.
pub(crate) enum News {
    Exchanged(Result<HttpAnswer, NoAnswer<()>>),
    /// Whether the wait came to its end.
    Slept(bool),
}

/// How a call ends without an order.
pub(crate) enum Ending<C> {
    Failed(Caught<C>),
    Aborted(Option<Failure>),
}

pub(crate) type Outcome = Result<Order, Ending<()>>;

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
    Ends(Outcome),
}

impl Call {
    pub(crate) fn start(config: &Rc<ClientConfig>, creation: Creation, visit: &Visit, seed: u64) -> Self {
        let limits = Limits { timeout_ms: visit.timeout_ms, policy: visit.policy };
        let task = Some(Task::Create { creation, on_duplicate: visit.on_duplicate });
        Self { state: State::New { config: Rc::clone(config), limits, task }, random: Rng::with_seed(seed) }
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
                    News::Exchanged(result) => call.answered(result, now, self.random.u32(..)),
                    News::Slept(true) => call.waited(now),
                    News::Slept(false) => call.aborted(now),
                };
                (&*call, step)
            }
        };
        Some(match step {
            Step::Send { operation, limit_ms } => {
                let request = call.request(operation).into_owned();
                Move::Wishes(Wish::Exchange { request, limit_ms })
            }
            Step::Wait(ms) => Move::Wishes(Wish::Sleep { ms }),
            Step::Done(Output::Order(order)) => Move::Ends(Ok(order)),
            Step::Failed(caught) => Move::Ends(Err(Ending::Failed(caught))),
            Step::Aborted(failure) => Move::Ends(Err(Ending::Aborted(failure))),
            Step::Done(_) | Step::Report { .. } | Step::Late { .. } => return None,
        })
    }
}
