//! Results as plain JS objects, failures as errors of their classes.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::protocol::failure::Failure;
#[cfg(feature = "client")]
use crate::protocol::redact::redact_json;

#[wasm_bindgen(module = "/src/js/errors.js")]
extern "C" {
    #[wasm_bindgen(js_name = makeError)]
    fn make_error(details: &JsValue, cause: &JsValue) -> JsValue;
}

/// A plain object. Of the sandbox's results few are asked for, so they cross member by member.
#[cfg(feature = "sandbox")]
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(JsValue::from)
}

/// A plain object. It crosses as one JSON text: member by member took five times as long and 3 KiB more.
#[cfg(not(feature = "sandbox"))]
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, JsValue> {
    let json = serde_json::to_string(value)
        .map_err(|_| js_sys::Error::new("The result cannot be written as JSON."))?;
    js_sys::JSON::parse(&json)
}

/// How every operation ends: the value as a plain object, or the failure as its error.
#[cfg(feature = "client")]
pub(crate) fn finish<T: Serialize>(result: Result<T, Failure>) -> Result<JsValue, JsValue> {
    match result {
        Ok(value) => to_js(&value),
        Err(failure) => Err(to_error(&failure, None)),
    }
}

/// The error that the failure of a request is thrown as, without a secret in any of PayStar's words.
#[cfg(feature = "client")]
pub(crate) fn to_clean_error(failure: &Failure, secrets: &[&str], cause: Option<&JsValue>) -> JsValue {
    let own_id = failure.external_transaction_id.as_deref();
    let details = serde_json::to_string(failure).unwrap_or_default();
    match js_sys::JSON::parse(&redact_json(&details, own_id, secrets)) {
        Ok(details) => make_error(&details, cause.unwrap_or(&JsValue::UNDEFINED)),
        Err(error) => error,
    }
}

/// The error that a failure is thrown as.
pub(crate) fn to_error(failure: &Failure, cause: Option<&JsValue>) -> JsValue {
    match to_js(failure) {
        Ok(details) => make_error(&details, cause.unwrap_or(&JsValue::UNDEFINED)),
        Err(error) => error,
    }
}
