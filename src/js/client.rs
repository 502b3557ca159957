//! The class `PayStar`.

use core::future::Future;
use core::pin::Pin;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::model::issue::{Issue, IssueCode, Severity};
use crate::protocol::config::{CallConfig, ClientConfig};
use crate::protocol::failure::Failure;
use crate::protocol::http::{HttpAnswer, HttpRequest};
use crate::protocol::redact::scrub;
use crate::transport::connection;
use crate::transport::send::{NoAnswer, Transport};

use super::cause::safe_cause;
use super::environment;
use super::input;
use super::output::to_error;
use super::payouts::Payouts;

#[wasm_bindgen(typescript_custom_section)]
const SHARED: &str = include_str!("shared.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const SURFACE: &str = include_str!("surface.d.ts");

/// A client of the PayStar merchant API.
///
/// One client serves a whole process: it keeps no state between calls but its options, and any number of calls
/// may run at once.
#[wasm_bindgen]
pub struct PayStar {
    payouts: JsValue,
}

#[wasm_bindgen]
impl PayStar {
    /// Makes a client. Nothing is sent.
    ///
    /// @throws ConfigurationError where an option is wrong; `issues` names each.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "PayStarOptions")] options: &JsValue,
    ) -> Result<PayStar, JsValue> {
        let config = ClientConfig::read(&input::read(options), environment::is_browser())
            .and_then(refuse_unusable_url)
            .map_err(|issues| to_error(&Failure::options(issues), None))?;
        let injected = Reflect::get(options, &"fetch".into())?.dyn_into::<Function>().ok();
        let core = Rc::new(Core { config, transport: Transport::new(injected) });
        Ok(Self { payouts: Payouts::new(core).into() })
    }

    /// Payouts: money from you to a customer.
    #[wasm_bindgen(getter, unchecked_return_type = "Payouts")]
    pub fn payouts(&self) -> JsValue {
        self.payouts.clone()
    }
}

/// The platform knows some URLs to be none that the rules of the model let through, such as `http://1.2.3.4.5`.
fn refuse_unusable_url(config: ClientConfig) -> Result<ClientConfig, Vec<Issue>> {
    match &config.base_url {
        Some(url) if !environment::is_url(url) => Err(vec![Issue {
            path: "baseUrl".to_owned(),
            code: IssueCode::InvalidFormat,
            message: "baseUrl is not a URL that this platform can use.".to_owned(),
            severity: Severity::Error,
        }]),
        _ => Ok(config),
    }
}

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
