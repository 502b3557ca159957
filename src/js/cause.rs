//! Causes of errors, kept where they hold no secret.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::protocol::redact::scrub;

#[wasm_bindgen(module = "/src/js/cause.js")]
extern "C" {
    #[wasm_bindgen(js_name = holdsOnlyPlainData)]
    fn holds_only_plain_data(thrown: &JsValue, secrets: &Array) -> bool;
    #[wasm_bindgen(js_name = messageOf)]
    fn message_of(thrown: &JsValue) -> String;
    #[wasm_bindgen(js_name = copyError)]
    fn copy_error(thrown: &JsValue, message: &str) -> JsValue;
}

/// What may stand as the cause of an error: the thrown value itself, or a copy of its words where it holds what
/// could carry a secret along.
pub(crate) fn safe_cause(thrown: &JsValue, secrets: &[&str]) -> JsValue {
    let list: Array = secrets.iter().map(|secret| JsValue::from_str(secret)).collect();
    if holds_only_plain_data(thrown, &list) {
        thrown.clone()
    } else {
        copy_error(thrown, &scrub(&message_of(thrown), secrets))
    }
}
