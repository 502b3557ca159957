//! The namespaces `paystar.callbacks` and `paystar.alerts`, and the order of callbacks.

use std::rc::Rc;

use js_sys::{JsString, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::engine::callback_order::{Standing, next_status};
use crate::model::input::Input;
use crate::model::issue::Issues;
use crate::protocol::config::{ClientConfig, VerifyConfig};
use crate::protocol::failure::{ErrorCode, Failure};
use crate::protocol::{alerts, callbacks};

use super::core::Core;
use super::input;
use super::output::{finish, to_error, to_js};

/// Callbacks that PayStar sends to your `callbackUrl`. Nothing here is sent or awaited.
#[wasm_bindgen]
pub struct Callbacks {
    core: Rc<Core>,
}

/// Alerts that PayStar sends about your account.
#[wasm_bindgen]
pub struct Alerts {
    core: Rc<Core>,
}

impl Callbacks {
    pub(crate) fn new(core: &Rc<Core>) -> Self {
        Self { core: Rc::clone(core) }
    }
}

impl Alerts {
    pub(crate) fn new(core: &Rc<Core>) -> Self {
        Self { core: Rc::clone(core) }
    }
}

#[wasm_bindgen]
impl Callbacks {
    /// Verifies a callback and reads it. Give the body exactly as it came, before any JSON parser, and the header
    /// `Signature`.
    ///
    /// The key is the one of the order's pipeline; both editions of the body and all forms of the amount are
    /// understood. The result says which members the signature covers, and which it does not (`unsigned`).
    ///
    /// PayStar documentation: callbacks.
    ///
    /// @throws SignatureError whose `code` says why the callback is not to be believed; ConfigurationError.
    #[wasm_bindgen(unchecked_return_type = "Callback")]
    pub fn verify(
        &self,
        #[wasm_bindgen(js_name = rawBody, unchecked_param_type = "string | Uint8Array")] raw_body: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string | null | undefined")] signature: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "VerifyOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        verify_with(&self.core, raw_body, signature, options, callbacks::verify)
    }

    /// Says in words why a callback does not verify: the header, the other pipeline's key, a body that was parsed and
    /// written again, a changed field. It never prints a key. For logs and support; do not decide on it.
    #[wasm_bindgen(unchecked_return_type = "Diagnosis")]
    pub fn diagnose(
        &self,
        #[wasm_bindgen(js_name = rawBody, unchecked_param_type = "string | Uint8Array")] raw_body: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string | null | undefined")] signature: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "VerifyOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let config = &self.core.config;
        finish(read_options(options).map(|options| match read_body(&options, raw_body) {
            Ok(body) => callbacks::diagnose(config, &options, &body, read_header(signature).as_deref()),
            Err(failure) => callbacks::Diagnosis::of_body(failure),
        }))
    }

    /// Signs a body as PayStar does, for your tests.
    ///
    /// @throws SignatureError where the body is no callback or there is no private key.
    pub fn sign(
        &self,
        #[wasm_bindgen(js_name = rawBody, unchecked_param_type = "string | Uint8Array")] raw_body: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "VerifyOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        let config = &self.core.config;
        read_options(options)
            .and_then(|options| callbacks::sign(config, &options, &read_body(&options, raw_body)?))
            .map(crate::protocol::signature::Signature::to_hex)
            .map_err(|failure| to_error(&failure, None))
    }
}

#[wasm_bindgen]
impl Alerts {
    /// Verifies an alert and reads it, with the private key of the client's option `alerts`. Give the body exactly
    /// as it came, and the header `Signature`.
    ///
    /// PayStar documentation: alerting.
    ///
    /// @throws SignatureError whose `code` says why the alert is not to be believed; ConfigurationError.
    #[wasm_bindgen(unchecked_return_type = "Alert")]
    pub fn verify(
        &self,
        #[wasm_bindgen(js_name = rawBody, unchecked_param_type = "string | Uint8Array")] raw_body: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string | null | undefined")] signature: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "VerifyOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        verify_with(&self.core, raw_body, signature, options, alerts::verify)
    }
}

/// Decides what a callback is to you, who know `current` of the order (nothing yet: `undefined`): news to store
/// (`applied`), a repetition (`duplicate`), older than what you know (`stale`), or a contradiction of a final status
/// (`conflict`: read the order's status). Answer PayStar 200 in every case.
///
/// Give the amount you know too: another amount with the same status is news, even after a final one.
///
/// @throws ValidationError where an argument is none.
#[wasm_bindgen(js_name = nextStatus, unchecked_return_type = "CallbackDecision")]
pub fn decide_next_status(
    #[wasm_bindgen(unchecked_param_type = "OrderStatus | OrderStanding | undefined")] current: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "OrderStanding")] callback: &JsValue,
) -> Result<JsValue, JsValue> {
    let mut issues = Issues::default();
    let current = match input::take(current).read() {
        Input::Absent => None,
        input => read_standing("current", &input, &mut issues),
    };
    let callback = read_standing("callback", &input::take(callback).read(), &mut issues);
    match callback.filter(|_| !issues.has_errors()) {
        Some(callback) => to_js(&next_status(current.as_ref(), &callback)),
        None => Err(to_error(&Failure::validation(issues.into_vec(), None), None)),
    }
}

fn read_standing(path: &str, input: &Input, issues: &mut Issues) -> Option<Standing> {
    let (status, amount) = match input {
        Input::Text(_) => (input, None),
        Input::Record(_) => {
            (input.get("status"), issues.optional_text(&format!("{path}.amount"), input.get("amount")))
        }
        other => {
            issues.wrong_type(path, "a status, or an object with status and amount", other);
            return None;
        }
    };
    let status = issues.required_text(&format!("{path}.status"), status)?;
    Some(Standing { status: status.to_owned().into(), amount: amount.map(str::to_owned) })
}

type Verify<T> = fn(&ClientConfig, &VerifyConfig, &[u8], Option<&str>) -> Result<T, Failure>;

/// Verifies a body that came with a signature, as the protocol does for what it is.
fn verify_with<T: Serialize>(
    core: &Core,
    raw_body: &JsValue,
    signature: &JsValue,
    options: &JsValue,
    verify: Verify<T>,
) -> Result<JsValue, JsValue> {
    finish(read_options(options).and_then(|options| {
        let body = read_body(&options, raw_body)?;
        verify(&core.config, &options, &body, read_header(signature).as_deref())
    }))
}

fn read_options(options: &JsValue) -> Result<VerifyConfig, Failure> {
    VerifyConfig::read(&input::take(options).read()).map_err(Failure::options)
}

/// Text or bytes. An object was parsed already, which loses digits of the amount.
fn read_body(options: &VerifyConfig, body: &JsValue) -> Result<Vec<u8>, Failure> {
    if let Some(text) = body.dyn_ref::<JsString>() {
        callbacks::check_length(options, text.length() as usize)?;
        return Ok(input::text_bytes(text));
    }
    if let Some(bytes) = body.dyn_ref::<Uint8Array>() {
        callbacks::check_length(options, bytes.length() as usize)?;
        return Ok(bytes.to_vec());
    }
    let message =
        "The body must be a string or a Uint8Array, as it came: a parsed object has lost what was signed.";
    Err(Failure::signature(ErrorCode::BodyInvalid, message))
}

/// A header that came twice is none.
fn read_header(signature: &JsValue) -> Option<String> {
    let is_missing = signature.is_undefined() || signature.is_null();
    if is_missing { None } else { Some(signature.as_string().unwrap_or_else(|| "not text".to_owned())) }
}
