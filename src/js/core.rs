//! What the namespaces of a client share: its options, and one way to send.

use core::future::Future;
use core::pin::Pin;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::protocol::config::{CallConfig, ClientConfig, RetryPolicy};
use crate::protocol::failure::Failure;
use crate::protocol::http::{HttpAnswer, HttpRequest};
use crate::transport::drive::{self, Driver};
use crate::transport::link::Link;
use crate::transport::send::Transport;

use super::cause::safe_cause;
use super::input;
use super::output::{to_clean_error, to_error};

/// What the namespaces of a client share.
pub(crate) struct Core {
    pub(crate) config: ClientConfig,
    transport: Transport,
}

/// The options of one call, with the client's where the call has none.
pub(crate) struct Call {
    pub(crate) timeout_ms: u32,
    pub(crate) strict: bool,
    policy: RetryPolicy,
    signal: Option<AbortSignal>,
}

impl Core {
    pub(crate) fn new(config: ClientConfig, transport: Transport) -> Self {
        Self { config, transport }
    }

    pub(crate) fn read_call(&self, options: &JsValue) -> Result<Call, Failure> {
        let call = CallConfig::read(&input::take(options).read()).map_err(Failure::options)?;
        Ok(self.call_of(&call, options))
    }

    /// A call's own options with the client's behind them.
    pub(crate) fn call_of(&self, call: &CallConfig, options: &JsValue) -> Call {
        let signal = input::member(options, "signal");
        Call {
            timeout_ms: call.timeout_ms.unwrap_or(self.config.timeout_ms),
            strict: call.strict.unwrap_or(self.config.strict),
            policy: call.retry_policy(&self.config),
            signal: signal.filter(JsValue::is_object).map(JsCast::unchecked_into),
        }
    }

    /// What runs a call.
    pub(crate) fn driver<'a>(&'a self, call: &'a Call) -> Driver<'a, Link<'a>> {
        Driver {
            wire: Link { transport: &self.transport, signal: call.signal.as_ref() },
            config: &self.config,
            timeout_ms: call.timeout_ms,
            policy: call.policy,
        }
    }

    /// Reads, and resolves to what the answer is decoded to. All reads go this one way, since what waits in it is
    /// compiled anew for each type.
    pub(crate) fn read(self: &Rc<Self>, prepared: Result<Read, Failure>, decode: Decode) -> Promise {
        let core = Rc::clone(self);
        promise(Box::pin(async move {
            let Read { request, own_id, call } = prepared.map_err(|failure| to_error(&failure, None))?;
            let decode = |answer: &HttpAnswer| decode(&core.config, answer);
            let read = core.driver(&call).read(&request, own_id.as_deref(), decode).await;
            read.map_err(|ending| core.read_error(ending, &call))?
        }))
    }

    /// What a read throws.
    pub(crate) fn read_error(&self, ending: Ending, call: &Call) -> JsValue {
        thrown(ending, call, || self.config.secrets().collect())
    }
}

/// A read that is ready to leave.
pub(crate) struct Read {
    pub(crate) request: HttpRequest,
    /// The merchant's id of the order, where the caller gave it.
    pub(crate) own_id: Option<String>,
    pub(crate) call: Call,
}

/// Makes a plain object of an answer.
pub(crate) type Decode = fn(&ClientConfig, &HttpAnswer) -> Result<Result<JsValue, JsValue>, Failure>;

/// How a call of JS ends without a result.
pub(crate) type Ending = drive::Ending<Option<JsValue>>;

/// What a call throws. Only here does it get a cause: what was thrown below may hold secrets.
pub(crate) fn thrown<'a>(ending: Ending, call: &Call, secrets: impl FnOnce() -> Vec<&'a str>) -> JsValue {
    match ending {
        Ending::Failed(caught) => {
            let secrets = secrets();
            let cause = caught.cause.map(|cause| safe_cause(&cause, &secrets));
            to_clean_error(&caught.failure, &secrets, cause.as_ref())
        }
        Ending::Aborted(None) => call.abort_reason(),
        Ending::Aborted(Some(failure)) => to_error(&failure, Some(&call.abort_reason())),
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
