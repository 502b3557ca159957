//! Runs the engine's decisions: sends what they say, waits as long as they say, and tells them time and chance.

use std::borrow::Cow;

use crate::engine::create_or_find::{CreateOrFind, Step, UnderWay};
use crate::engine::reading::Reading;
use crate::engine::retry::Caught;
use crate::model::order::Order;
use crate::protocol::attempt::Operation;
use crate::protocol::config::{ClientConfig, OnDuplicate, RetryPolicy};
use crate::protocol::failure::Failure;
use crate::protocol::http::{HttpAnswer, HttpRequest};
use crate::protocol::orders::Creation;
use crate::protocol::redact::scrub;

/// What a driver needs of its surroundings. In JS it is `fetch` and timers; the simulation has one of its own.
#[allow(async_fn_in_trait, reason = "nobody needs to send these futures to another thread")]
pub trait Wire {
    /// What lies behind a failed connection.
    type Cause: Default;

    /// Sends one request and reads its whole answer.
    async fn exchange(
        &self,
        request: &HttpRequest,
        limit_ms: u32,
    ) -> Result<HttpAnswer, NoAnswer<Self::Cause>>;

    /// Waits. `false` where the caller ended the wait.
    async fn sleep(&self, ms: u64) -> bool;

    /// Milliseconds of a clock that does not go back.
    fn now(&self) -> u64;

    /// Any number.
    fn random(&self) -> u32;
}

/// Why a request has no answer.
#[derive(Debug)]
pub enum NoAnswer<C> {
    /// The caller ended the call, before or after the request may have left.
    Aborted {
        /// Whether it may have left.
        was_sent: bool,
    },
    /// The time was up.
    Timeout {
        /// Whether this is sure: no byte of the request left.
        nothing_sent: bool,
    },
    /// The connection could not be made, or broke.
    Connection {
        /// Whether this is sure: no byte of the request left.
        nothing_sent: bool,
        /// The system's word for it, such as `ECONNREFUSED`.
        code: String,
        /// What was thrown.
        cause: C,
    },
    /// An answer began that no reader could use.
    Unusable {
        /// Its status.
        status: u16,
        /// Why.
        reason: &'static str,
    },
}

/// How a call ends without a result.
#[derive(Debug)]
pub enum Ending<C> {
    /// With a failure; its cause is as it came, and may hold secrets.
    Failed(Caught<C>),
    /// By the caller's signal; the failure is there where an order may exist.
    Aborted(Option<Failure>),
}

/// Runs one call.
pub struct Driver<'a, W> {
    /// What it sends through.
    pub wire: W,
    /// The client's options.
    pub config: &'a ClientConfig,
    /// How long one attempt may take.
    pub timeout_ms: u32,
    /// How often and how long it may try.
    pub policy: RetryPolicy,
}

enum Unanswered<C> {
    Failed(Caught<C>),
    Aborted { was_sent: bool },
}

impl<W: Wire> Driver<'_, W> {
    /// Creates an order, or finds it.
    pub async fn create(
        &self,
        creation: &Creation,
        on_duplicate: OnDuplicate,
    ) -> Result<Order, Ending<W::Cause>> {
        let (wire, config) = (&self.wire, self.config);
        let id = creation.external_transaction_id.clone();
        let (mut call, mut step) = CreateOrFind::start(id, self.policy, on_duplicate, wire.now());
        loop {
            step = match step {
                Step::Done(result) => return result.map_err(Ending::Failed),
                Step::Wait(ms) if wire.sleep(ms).await => call.waited(wire.now()),
                Step::Wait(_) => return Err(Ending::Aborted(call.aborted(None, wire.now()))),
                Step::Send(operation) => {
                    let limit_ms = call.limit_ms(self.timeout_ms, wire.now());
                    let request = match operation {
                        Operation::Create => Cow::Borrowed(&creation.http),
                        Operation::Read => Cow::Owned(creation.lookup()),
                    };
                    let answer = match self.exchange(&request, limit_ms, || creation.secrets(config)).await {
                        Ok(answer) => Ok(answer),
                        Err(Unanswered::Failed(caught)) => Err(caught),
                        Err(Unanswered::Aborted { was_sent }) => {
                            let under_way = UnderWay { operation, may_have_left: was_sent };
                            return Err(Ending::Aborted(call.aborted(Some(under_way), wire.now())));
                        }
                    };
                    let (now, random) = (wire.now(), wire.random());
                    match operation {
                        Operation::Create => {
                            let read = |answer| creation.read(config, &answer).map_err(without_cause);
                            call.created(answer.and_then(read), now, random)
                        }
                        Operation::Read => {
                            let read = |answer| creation.read_lookup(config, &answer).map_err(without_cause);
                            call.looked_up(answer.and_then(read), now, random)
                        }
                    }
                }
            };
        }
    }

    /// Reads, again where that can help. `own_id` is the merchant's id of the order, where the caller gave it.
    pub async fn read<T>(
        &self,
        request: &HttpRequest,
        own_id: Option<&str>,
        decode: impl Fn(&HttpAnswer) -> Result<T, Failure>,
    ) -> Result<T, Ending<W::Cause>> {
        let wire = &self.wire;
        let mut reading = Reading::start(self.policy, wire.now());
        loop {
            let limit_ms = reading.send(self.timeout_ms, wire.now());
            let mut caught = match self.read_once(request, limit_ms, own_id, &decode).await {
                Err(Ending::Failed(caught)) => caught,
                ended => return ended,
            };
            match reading.failed(&mut caught.failure, wire.now(), wire.random()) {
                Some(ms) if wire.sleep(ms).await => {}
                Some(_) => return Err(Ending::Aborted(None)),
                None => return Err(Ending::Failed(caught)),
            }
        }
    }

    /// Reads once. A read makes no order, so after an abort there is nothing to tell.
    pub async fn read_once<T>(
        &self,
        request: &HttpRequest,
        limit_ms: u32,
        own_id: Option<&str>,
        decode: &impl Fn(&HttpAnswer) -> Result<T, Failure>,
    ) -> Result<T, Ending<W::Cause>> {
        let caught = match self.exchange(request, limit_ms, || self.config.secrets().collect()).await {
            Ok(answer) => match decode(&answer) {
                Ok(read) => return Ok(read),
                Err(failure) => without_cause(failure),
            },
            Err(Unanswered::Failed(caught)) => caught,
            Err(Unanswered::Aborted { .. }) => return Err(Ending::Aborted(None)),
        };
        Err(Ending::Failed(Caught { failure: caught.failure.of_order(own_id), ..caught }))
    }

    async fn exchange<'s>(
        &self,
        request: &HttpRequest,
        limit_ms: u32,
        secrets: impl FnOnce() -> Vec<&'s str>,
    ) -> Result<HttpAnswer, Unanswered<W::Cause>> {
        let no_answer = match self.wire.exchange(request, limit_ms).await {
            Ok(answer) => return Ok(answer),
            Err(no_answer) => no_answer,
        };
        Err(Unanswered::Failed(match no_answer {
            NoAnswer::Aborted { was_sent } => return Err(Unanswered::Aborted { was_sent }),
            NoAnswer::Timeout { nothing_sent } => without_cause(Failure::timeout(limit_ms, nothing_sent)),
            NoAnswer::Unusable { status, reason } => without_cause(Failure::invalid_answer(status, reason)),
            NoAnswer::Connection { nothing_sent, code, cause } => {
                Caught { failure: Failure::connection(nothing_sent, &scrub(&code, &secrets())), cause }
            }
        }))
    }
}

fn without_cause<C: Default>(failure: Failure) -> Caught<C> {
    Caught { failure, cause: C::default() }
}
