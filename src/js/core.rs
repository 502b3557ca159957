//! What the namespaces of a client share: its options, and one way to send.

use core::future::Future;
use core::pin::Pin;

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::protocol::config::{CallConfig, ClientConfig};
use crate::protocol::failure::Failure;
use crate::protocol::http::{HttpAnswer, HttpRequest};
use crate::protocol::redact::scrub;
use crate::transport::connection;
use crate::transport::send::{NoAnswer, Transport};

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
    timeout_ms: u32,
    pub(crate) strict: bool,
    signal: Option<AbortSignal>,
}

impl Core {
    pub(crate) fn new(config: ClientConfig, transport: Transport) -> Self {
        Self { config, transport }
    }

    pub(crate) fn read_call(&self, options: &JsValue) -> Result<Call, Failure> {
        let call = CallConfig::read(&input::read(options)).map_err(Failure::options)?;
        let signal = if options.is_object() { Reflect::get(options, &"signal".into()).ok() } else { None };
        Ok(Call {
            timeout_ms: call.timeout_ms.unwrap_or(self.config.timeout_ms),
            strict: call.strict.unwrap_or(self.config.strict),
            signal: signal.filter(JsValue::is_object).map(JsCast::unchecked_into),
        })
    }

    /// Sends one request. Without an answer, the error says what that means for the order.
    pub(crate) async fn exchange(
        &self,
        request: &HttpRequest,
        call: &Call,
        external_transaction_id: Option<&str>,
        secrets: &[&str],
    ) -> Result<HttpAnswer, JsValue> {
        let of_order = |failure: Failure| match external_transaction_id {
            Some(id) => failure.of_order(id),
            None => failure,
        };
        let reason = || call.signal.as_ref().map_or(JsValue::UNDEFINED, AbortSignal::reason);
        self.transport.exchange(request, call.timeout_ms, call.signal.as_ref()).await.map_err(|no_answer| {
            match no_answer {
                NoAnswer::AbortedBeforeSending => reason(),
                // A read makes no order, so there is nothing to tell beyond the caller's own reason.
                NoAnswer::Aborted if request.body.is_none() => reason(),
                NoAnswer::Aborted => to_error(&of_order(Failure::aborted()), Some(&reason())),
                NoAnswer::Timeout => to_error(&of_order(Failure::timeout(call.timeout_ms)), None),
                NoAnswer::Unusable { status, reason } => {
                    to_error(&of_order(Failure::invalid_answer(status, reason)), None)
                }
                NoAnswer::Connection { nothing_sent, error } => {
                    let reason = scrub(&connection::code(&error), secrets);
                    let failure = of_order(Failure::connection(nothing_sent, &reason));
                    to_error(&failure, Some(&safe_cause(&error, secrets)))
                }
            }
        })
    }
}

/// One promise for every operation, so that the machinery behind it is compiled once.
pub(crate) fn promise(work: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> Promise {
    wasm_bindgen_futures::future_to_promise(work)
}
