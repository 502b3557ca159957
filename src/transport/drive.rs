//! Runs the engine's decisions: sends what they say, waits as long as they say, and tells them time and chance.

use js_sys::Math;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::engine::create_or_find::{CreateOrFind, Step};
use crate::engine::reading::Reading;
use crate::engine::retry::Caught;
use crate::model::order::Order;
use crate::protocol::attempt::Operation;
use crate::protocol::config::{ClientConfig, OnDuplicate, RetryPolicy};
use crate::protocol::failure::Failure;
use crate::protocol::http::{HttpAnswer, HttpRequest};
use crate::protocol::orders::Creation;
use crate::protocol::redact::scrub;

use super::connection;
use super::send::{NoAnswer, Transport};
use super::watch;

#[wasm_bindgen]
extern "C" {
    // Unlike the date, it does not jump when somebody sets the clock.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic_now() -> f64;
}

/// A failure with what was thrown, as it came: it may hold secrets.
pub(crate) type Thrown = Caught<Option<JsValue>>;

/// How a call ends without a result.
pub(crate) enum Ending {
    /// With a failure.
    Failed(Thrown),
    /// By the caller's signal; the failure is there where an order may exist.
    Aborted(Option<Failure>),
}

/// What the requests of one call have in common.
pub(crate) struct Link<'a> {
    pub(crate) config: &'a ClientConfig,
    pub(crate) transport: &'a Transport,
    /// How long one attempt may take.
    pub(crate) timeout_ms: u32,
    pub(crate) policy: RetryPolicy,
    pub(crate) signal: Option<&'a AbortSignal>,
}

/// Why a request has no answer.
enum Unanswered {
    Failed(Thrown),
    Aborted { was_sent: bool },
}

impl Link<'_> {
    /// Creates an order, or finds it.
    pub(crate) async fn create(
        &self,
        creation: &Creation,
        on_duplicate: OnDuplicate,
    ) -> Result<Order, Ending> {
        let id = creation.external_transaction_id.clone();
        let (mut call, mut step) = CreateOrFind::start(id, self.policy, on_duplicate, now());
        loop {
            step = match step {
                Step::Done(result) => return result.map_err(Ending::Failed),
                Step::Wait(ms) if self.sleep(ms).await => call.waited(now()),
                Step::Wait(_) => return Err(Ending::Aborted(call.aborted(None, now()))),
                Step::Send(operation) => {
                    let limit_ms = call.limit_ms(self.timeout_ms, now());
                    let request = match operation {
                        Operation::Create => &creation.http,
                        Operation::Read => &creation.lookup,
                    };
                    let secrets = || creation.secrets(self.config);
                    let answer = match self.exchange(request, limit_ms, secrets).await {
                        Ok(answer) => Ok(answer),
                        Err(Unanswered::Failed(thrown)) => Err(thrown),
                        Err(Unanswered::Aborted { was_sent }) => {
                            let sent = was_sent.then_some(operation);
                            return Err(Ending::Aborted(call.aborted(sent, now())));
                        }
                    };
                    let (now, random) = (now(), random());
                    match operation {
                        Operation::Create => {
                            let read = |answer| creation.read(self.config, &answer).map_err(without_cause);
                            call.created(answer.and_then(read), now, random)
                        }
                        Operation::Read => {
                            let read =
                                |answer| creation.read_lookup(self.config, &answer).map_err(without_cause);
                            call.looked_up(answer.and_then(read), now, random)
                        }
                    }
                }
            };
        }
    }

    /// Reads, again where that can help. `own_id` is the merchant's id of the order, where the caller gave it.
    pub(crate) async fn read<T>(
        &self,
        request: &HttpRequest,
        own_id: Option<&str>,
        decode: impl Fn(&HttpAnswer) -> Result<T, Failure>,
    ) -> Result<T, Ending> {
        let mut reading = Reading::start(self.policy, now());
        loop {
            let limit_ms = reading.send(self.timeout_ms, now());
            let mut thrown = match self.read_once(request, limit_ms, own_id, &decode).await {
                Err(Ending::Failed(thrown)) => thrown,
                ended => return ended,
            };
            match reading.failed(&mut thrown.failure, now(), random()) {
                Some(ms) if self.sleep(ms).await => {}
                Some(_) => return Err(Ending::Aborted(None)),
                None => return Err(Ending::Failed(thrown)),
            }
        }
    }

    /// Reads once. A read makes no order, so after an abort there is nothing to tell.
    pub(crate) async fn read_once<T>(
        &self,
        request: &HttpRequest,
        limit_ms: u32,
        own_id: Option<&str>,
        decode: &impl Fn(&HttpAnswer) -> Result<T, Failure>,
    ) -> Result<T, Ending> {
        let caught = match self.exchange(request, limit_ms, || self.config.secrets().collect()).await {
            Ok(answer) => match decode(&answer) {
                Ok(read) => return Ok(read),
                Err(failure) => without_cause(failure),
            },
            Err(Unanswered::Failed(thrown)) => thrown,
            Err(Unanswered::Aborted { .. }) => return Err(Ending::Aborted(None)),
        };
        Err(Ending::Failed(Caught { failure: caught.failure.of_order(own_id), ..caught }))
    }

    /// Waits. `false` where the caller's signal ended it.
    pub(crate) async fn sleep(&self, ms: u64) -> bool {
        let ms = u32::try_from(ms).unwrap_or(u32::MAX);
        // A platform that cannot make a timer only waits too short.
        watch::sleep(ms, self.signal).await.unwrap_or(true)
    }

    async fn exchange<'a>(
        &self,
        request: &HttpRequest,
        limit_ms: u32,
        secrets: impl FnOnce() -> Vec<&'a str>,
    ) -> Result<HttpAnswer, Unanswered> {
        let no_answer = match self.transport.exchange(request, limit_ms, self.signal).await {
            Ok(answer) => return Ok(answer),
            Err(no_answer) => no_answer,
        };
        let (failure, cause) = match no_answer {
            NoAnswer::AbortedBeforeSending => return Err(Unanswered::Aborted { was_sent: false }),
            NoAnswer::Aborted => return Err(Unanswered::Aborted { was_sent: true }),
            NoAnswer::Timeout { nothing_sent } => (Failure::timeout(limit_ms, nothing_sent), None),
            NoAnswer::Unusable { status, reason } => (Failure::invalid_answer(status, reason), None),
            NoAnswer::Connection { nothing_sent, error } => {
                let reason = scrub(&connection::code(&error), &secrets());
                (Failure::connection(nothing_sent, &reason), Some(error))
            }
        };
        Err(Unanswered::Failed(Caught { failure, cause }))
    }
}

fn without_cause(failure: Failure) -> Thrown {
    Caught { failure, cause: None }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn now() -> u64 {
    monotonic_now() as u64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn random() -> u32 {
    (Math::random() * f64::from(u32::MAX)) as u32
}
