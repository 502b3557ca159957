//! Callbacks and alerts, and the order of callbacks. Nothing is sent.

use wasm_bindgen::prelude::*;

use paystar_engine::callback_order::{OrderStanding, next_status};
use paystar_model::input::Input;
use paystar_model::issue::Issues;
use paystar_protocol::config::{ClientConfig, VerifyConfig};
use paystar_protocol::error_code::ErrorCode;
use paystar_protocol::failure::Failure;
use paystar_protocol::signature::Signature;
use paystar_protocol::{alerts, callbacks};

use super::clients::config_of;
use paystar_boundary::input::Crossed;
use paystar_boundary::output::{done, failed, finish};

// What is done with a signed body, as client.js knows it.
const VERIFY: u8 = 0;
const DIAGNOSE: u8 = 1;
const SIGN: u8 = 2;

/// Verifies, diagnoses or signs a callback, or verifies an alert. A body that is neither text nor bytes is missing.
#[wasm_bindgen(skip_typescript)]
pub fn signed(
    client: usize,
    what: u8,
    body: Option<Vec<u8>>,
    signature: Vec<u8>,
    options: Vec<u8>,
) -> String {
    let (config, options) = match read(client, options) {
        Ok(read) => read,
        Err(failure) => return failed(&failure),
    };
    let signature = Crossed(signature);
    // A header that is not one text is not a signature.
    let signature = match signature.read() {
        Input::Absent => None,
        Input::Text(text) => Some(text),
        _ => Some("not text"),
    };
    let body = read_body(body);
    match (what, body) {
        (VERIFY, Ok(body)) => finish(callbacks::verify(&config, &options, &body, signature)),
        (DIAGNOSE, Ok(body)) => done(&callbacks::diagnose(&config, &options, &body, signature)),
        (DIAGNOSE, Err(failure)) => done(&paystar_protocol::diagnosis::Diagnosis::of_body(failure)),
        (SIGN, Ok(body)) => finish(callbacks::sign(&config, &options, &body).map(Signature::to_hex)),
        (_, Ok(body)) => finish(alerts::verify(&config, &options, &body, signature)),
        (_, Err(failure)) => failed(&failure),
    }
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
pub(super) fn decide_next_status(current: &Input, callback: &Input) -> String {
    let mut issues = Issues::default();
    let current = match current {
        Input::Absent => None,
        input => read_standing("current", input, &mut issues),
    };
    let callback = read_standing("callback", callback, &mut issues);
    match callback.filter(|_| !issues.has_errors()) {
        Some(callback) => done(&next_status(current.as_ref(), &callback)),
        None => failed(&Failure::validation(issues.into_vec(), None)),
    }
}

fn read_standing(path: &str, input: &Input, issues: &mut Issues) -> Option<OrderStanding> {
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
    Some(OrderStanding { status: status.to_owned().into(), amount: amount.map(str::to_owned) })
}
