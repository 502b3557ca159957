//! What the namespaces of a client share: its options, and one way to send.

use core::future::Future;
use core::pin::Pin;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::protocol::config::{CallConfig, ClientConfig};
use crate::protocol::failure::Failure;
use crate::protocol::http::{HttpAnswer, HttpRequest};
use crate::protocol::redact::scrub;
use crate::transport::connection;
use crate::transport::send::{NoAnswer, Transport};
use crate::transport::watch;

use super::cause::safe_cause;
use super::input;
use super::output::to_error;

/// What the namespaces of a client share.
pub(crate) struct Core {
    pub(crate) config: ClientConfig,
    transport: Transport,
}

/// The options of one call, with the client's where the call has none.
pub(crate) struct Call {
    pub(crate) timeout_ms: u32,
    pub(crate) strict: bool,
    signal: Option<AbortSignal>,
}

impl Core {
    pub(crate) fn new(config: ClientConfig, transport: Transport) -> Self {
        Self { config, transport }
    }

    pub(crate) fn read_call(&self, options: &JsValue) -> Result<Call, Failure> {
        let call = CallConfig::read(&input::read(options)).map_err(Failure::options)?;
        Ok(self.call_of(&call, options))
    }

    /// A call's own options with the client's behind them.
    pub(crate) fn call_of(&self, call: &CallConfig, options: &JsValue) -> Call {
        let signal = input::member(options, "signal");
        Call {
            timeout_ms: call.timeout_ms.unwrap_or(self.config.timeout_ms),
            strict: call.strict.unwrap_or(self.config.strict),
            signal: signal.filter(JsValue::is_object).map(JsCast::unchecked_into),
        }
    }

    /// Sends one request and reads its whole answer.
    pub(crate) async fn exchange(
        &self,
        request: &HttpRequest,
        call: &Call,
    ) -> Result<HttpAnswer, Unanswered> {
        let answer = self.transport.exchange(request, call.timeout_ms, call.signal.as_ref()).await;
        answer.map_err(Unanswered)
    }

    /// Waits, unless the caller's signal ends the call: then the signal's own reason is the error.
    pub(crate) async fn sleep(&self, ms: u64, call: &Call) -> Result<(), JsValue> {
        let is_over = watch::sleep(u32::try_from(ms).unwrap_or(u32::MAX), call.signal.as_ref()).await?;
        if is_over { Ok(()) } else { Err(call.abort_reason()) }
    }
}

/// Why a request has no answer.
pub(crate) struct Unanswered(NoAnswer);

impl Unanswered {
    /// Whether the caller ended the call.
    pub(crate) fn is_abort(&self) -> bool {
        matches!(self.0, NoAnswer::Aborted | NoAnswer::AbortedBeforeSending)
    }
}

impl Call {
    fn abort_reason(&self) -> JsValue {
        self.signal.as_ref().map_or(JsValue::UNDEFINED, AbortSignal::reason)
    }
}

/// One promise for every operation, so that the machinery behind it is compiled once.
pub(crate) fn promise(work: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> Promise {
    wasm_bindgen_futures::future_to_promise(work)
}

/// The error of a request without an answer: it says what that means for the order.
pub(crate) fn unanswered_error(
    unanswered: &Unanswered,
    request: &HttpRequest,
    call: &Call,
    external_transaction_id: Option<&str>,
    secrets: &[&str],
) -> JsValue {
    let error = |failure: Failure, cause: Option<&JsValue>| {
        to_error(&failure.of_order(external_transaction_id), cause)
    };
    match &unanswered.0 {
        NoAnswer::AbortedBeforeSending => call.abort_reason(),
        // A read makes no order, so there is nothing to tell beyond the caller's own reason.
        NoAnswer::Aborted if request.body.is_none() => call.abort_reason(),
        NoAnswer::Aborted => error(Failure::aborted(), Some(&call.abort_reason())),
        NoAnswer::Timeout { nothing_sent } => error(Failure::timeout(call.timeout_ms, *nothing_sent), None),
        NoAnswer::Unusable { status, reason } => error(Failure::invalid_answer(*status, reason), None),
        NoAnswer::Connection { nothing_sent, error: thrown } => {
            let reason = scrub(&connection::code(thrown), secrets);
            let cause = safe_cause(thrown, secrets);
            error(Failure::connection(*nothing_sent, &reason), Some(&cause))
        }
    }
}
