//! Causes of errors, kept where they hold no secret.

use wasm_bindgen::prelude::*;

use crate::protocol::redact::redact;

#[wasm_bindgen(module = "/src/js/cause.js")]
extern "C" {
    #[wasm_bindgen(js_name = safeCause)]
    fn safe_cause_by(thrown: &JsValue, redact: &dyn Fn(String) -> String) -> JsValue;
}

/// What may stand as the cause of an error: the thrown value itself, or a copy of its words where it holds what
/// could carry a secret along.
pub(crate) fn safe_cause(thrown: &JsValue, secrets: &[&str]) -> JsValue {
    safe_cause_by(thrown, &|text| redact(&text, secrets))
}
