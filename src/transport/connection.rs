//! What the error of a failed `fetch` tells about the connection.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

/// System calls of Node that come before a connection exists.
const BEFORE_CONNECTION: &[&str] = &["connect", "getaddrinfo"];
/// Errors of Node's `fetch` and TLS that come before the request is written.
const BEFORE_REQUEST: &[&str] = &[
    "UND_ERR_CONNECT_TIMEOUT",
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];
/// Deeper than errors are wrapped, and more than a host has addresses.
const MOST_CAUSES: u8 = 4;
const MOST_ADDRESSES: u32 = 64;

/// What is behind the error that `fetch` rejected with. Node says only "fetch failed" and keeps the system's
/// error as its cause.
pub(crate) fn root_cause(error: &JsValue) -> JsValue {
    let mut current = error.clone();
    for _ in 0..MOST_CAUSES {
        let is_wrapper = text(&current, "message").as_deref() == Some("fetch failed");
        match Reflect::get(&current, &"cause".into()) {
            Ok(cause) if is_wrapper && cause.is_object() => current = cause,
            _ => break,
        }
    }
    current
}

/// The error's code, such as `ECONNREFUSED`, where it is a plain word.
pub(crate) fn code(error: &JsValue) -> String {
    text(error, "code")
        .filter(|code| {
            code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
        .unwrap_or_default()
}

/// Whether the error proves that no byte of the request left. Browsers do not tell refused from reset.
pub(crate) fn proves_nothing_sent(error: &JsValue) -> bool {
    let is_early = |error: &JsValue| {
        let syscall = text(error, "syscall").unwrap_or_default();
        BEFORE_CONNECTION.contains(&syscall.as_str()) || BEFORE_REQUEST.contains(&code(error).as_str())
    };
    if is_early(error) {
        return true;
    }
    // One error an address of the host (AggregateError): all of them must be early.
    match Reflect::get(error, &"errors".into()) {
        Ok(errors) if Array::is_array(&errors) => {
            let errors: Array = errors.unchecked_into();
            (1..=MOST_ADDRESSES).contains(&errors.length()) && errors.iter().all(|error| is_early(&error))
        }
        _ => false,
    }
}

fn text(value: &JsValue, name: &str) -> Option<String> {
    if !value.is_object() {
        return None;
    }
    Reflect::get(value, &name.into()).ok()?.as_string()
}
