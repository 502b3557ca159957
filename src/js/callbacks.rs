//! Callbacks and alerts, and the order of callbacks. Nothing is sent.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::engine::callback_order::{Standing, next_status};
use crate::model::input::Input;
use crate::model::issue::Issues;
use crate::protocol::config::{ClientConfig, VerifyConfig};
use crate::protocol::failure::{ErrorCode, Failure};
use crate::protocol::{alerts, callbacks};

use super::clients::config_of;
use super::input::Crossed;
use super::output::{done, failed, finish};

/// Verifies a callback. A body of another type than text or bytes is missing.
#[wasm_bindgen(skip_typescript)]
pub fn verify(client: usize, body: Option<Vec<u8>>, signature: Option<String>, options: Vec<u8>) -> String {
    verify_with(client, body, signature, options, callbacks::verify)
}

/// Verifies an alert.
#[wasm_bindgen(js_name = verifyAlert, skip_typescript)]
pub fn verify_alert(
    client: usize,
    body: Option<Vec<u8>>,
    signature: Option<String>,
    options: Vec<u8>,
) -> String {
    verify_with(client, body, signature, options, alerts::verify)
}

/// Says why a callback does not verify.
#[wasm_bindgen(skip_typescript)]
pub fn diagnose(client: usize, body: Option<Vec<u8>>, signature: Option<String>, options: Vec<u8>) -> String {
    finish(read(client, options).map(|(config, options)| match read_body(body) {
        Ok(body) => callbacks::diagnose(&config, &options, &body, signature.as_deref()),
        Err(failure) => callbacks::Diagnosis::of_body(failure),
    }))
}

/// Signs a body as PayStar does.
#[wasm_bindgen(js_name = signCallback, skip_typescript)]
pub fn sign_callback(
    client: usize,
    body: Option<Vec<u8>>,
    _signature: Option<String>,
    options: Vec<u8>,
) -> String {
    let signed = read(client, options)
        .and_then(|(config, options)| callbacks::sign(&config, &options, &read_body(body)?));
    finish(signed.map(crate::protocol::signature::Signature::to_hex))
}

type Verify<T> = fn(&ClientConfig, &VerifyConfig, &[u8], Option<&str>) -> Result<T, Failure>;

fn verify_with<T: Serialize>(
    client: usize,
    body: Option<Vec<u8>>,
    signature: Option<String>,
    options: Vec<u8>,
    verify: Verify<T>,
) -> String {
    finish(
        read(client, options)
            .and_then(|(config, options)| verify(&config, &options, &read_body(body)?, signature.as_deref())),
    )
}

fn read(client: usize, options: Vec<u8>) -> Result<(std::rc::Rc<ClientConfig>, VerifyConfig), Failure> {
    let config = config_of(client)?;
    let options = VerifyConfig::read(&Crossed(options).read()).map_err(Failure::options)?;
    Ok((config, options))
}

/// A parsed object has lost digits of the amount.
fn read_body(body: Option<Vec<u8>>) -> Result<Vec<u8>, Failure> {
    body.ok_or_else(|| {
        let message = "The body must be a string or a Uint8Array, exactly as you received it. A parsed object has \
                       lost what was signed.";
        Failure::signature(ErrorCode::BodyInvalid, message)
    })
}

/// Decides what a callback means to somebody who knows `current` of the order.
#[wasm_bindgen(js_name = nextStatus, skip_typescript)]
pub fn decide_next_status(current: Vec<u8>, callback: Vec<u8>) -> String {
    let mut issues = Issues::default();
    let current = match Crossed(current).read() {
        Input::Absent => None,
        input => read_standing("current", &input, &mut issues),
    };
    let callback = read_standing("callback", &Crossed(callback).read(), &mut issues);
    match callback.filter(|_| !issues.has_errors()) {
        Some(callback) => done(&next_status(current.as_ref(), &callback)),
        None => failed(&Failure::validation(issues.into_vec(), None)),
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
