//! Callbacks and alerts, and the order of callbacks. Nothing is sent.

use wasm_bindgen::prelude::*;

use paystar_engine::callback_order::{CallbackDecision, OrderStanding, next_status};
use paystar_model::input::Input;
use paystar_model::issue::{Issue, Issues};
use paystar_model::order::OrderStatus;
use paystar_model::plain_callback::PlainCallback;
use paystar_protocol::call_config::VerifyConfig;
use paystar_protocol::config::ClientConfig;
use paystar_protocol::diagnosis::Diagnosis;
use paystar_protocol::error_code::ErrorCode;
use paystar_protocol::failure::Failure;
use paystar_protocol::signature::Signature;
use paystar_protocol::{alerts, callbacks};

use super::clients::{config_of, with_config};
use super::exchange::with_exchange;
use paystar_boundary::input::FlatValue;
use paystar_boundary::output::{failure_text, result_text, value_text};

// Codes that Rust and JavaScript share: an operation with a signed body.
const VERIFY: u8 = 0;
const DIAGNOSE: u8 = 1;
const SIGN: u8 = 2;
const VERIFY_ALERT: u8 = 3;

/// Verifies, diagnoses or signs a callback, or verifies an alert. `body` is `None` if it is neither text nor bytes.
#[wasm_bindgen(js_name = handleSigned, skip_typescript)]
pub fn handle_signed(
    client: usize,
    operation: u8,
    body: Option<Vec<u8>>,
    signature: Vec<u8>,
    options: Vec<u8>,
) -> String {
    let (config, options) = match read(client, options) {
        Ok(read) => read,
        Err(failure) => return failure_text(&failure),
    };
    let signature = FlatValue(signature);
    // A header that is not a text is not a signature.
    let signature = match signature.read() {
        Input::Absent => None,
        Input::Text(text) => Some(text),
        _ => Some("not text"),
    };
    let body = read_body(body);
    let body = match (operation, body) {
        (DIAGNOSE, Err(failure)) => return value_text(&Diagnosis::of_body(failure)),
        (_, Err(failure)) => return failure_text(&failure),
        (_, Ok(body)) => body,
    };
    match operation {
        VERIFY => result_text(callbacks::verify(&config, &options, &body, signature)),
        DIAGNOSE => value_text(&callbacks::diagnose(&config, &options, &body, signature)),
        SIGN => result_text(callbacks::sign(&config, &options, &body).map(Signature::to_hex)),
        VERIFY_ALERT.. => result_text(alerts::verify(&config, &options, &body, signature)),
    }
}

// Codes that Rust and JavaScript share: the result of `verifyPlain`.
const IS_ACCEPTED: u32 = 1;
const IS_FINAL: u32 = 2;
const HAS_PARAMS: u32 = 4;
const FIRST_COUNT: u32 = 8;

/// Verifies a callback in its usual form. The result is 0 for all others, which does not mean that they are not valid.
/// Otherwise, it is flags and the number of parts with additional members. The words are the start and the end of each value
/// in the body, and the start of a missing value is 0. The parts and the numbers inside them come last.
#[wasm_bindgen(js_name = verifyPlain, skip_typescript)]
pub fn verify_plain(client: usize, body_length: usize, length: usize) -> u32 {
    with_exchange(|exchange| {
        let mut accept = || {
            let (text, words) = exchange.parts(length)?;
            let (body, header) = text.split_at_checked(body_length)?;
            let callback = with_config(client, |config| callbacks::verify_plain(config, body, header))??;
            let params = callback.external_params.unwrap_or_default();
            let PlainCallback { external_id, status, amount, order_type, currency, .. } = callback;
            let known = [Some(external_id), Some(status), Some(amount), Some(order_type), currency];
            let extra = callback.extra.iter().chain(&callback.extra_numbers).copied().map(Some);
            let values = known.into_iter().chain(params).chain(extra).chain([None]);
            let mut places = words.iter_mut();
            for value in values {
                let (start, end) = value.map_or((0, 0), |value| place_of(value, body));
                (*places.next()?, *places.next()?) = (start, end);
            }
            let flag = |flag: u32, is_set: bool| if is_set { flag } else { 0 };
            let is_final = OrderStatus::from(status.to_owned()).is_final();
            let count = u32::try_from(callback.extra.len()).ok()?.checked_mul(FIRST_COUNT)?;
            let flags = flag(IS_FINAL, is_final) | flag(HAS_PARAMS, callback.external_params.is_some());
            Some(IS_ACCEPTED | flags | count)
        };
        accept().unwrap_or_default()
    })
}

/// The start and the end of a value in the body that contains it.
fn place_of(value: &str, body: &str) -> (u32, u32) {
    let start = value.as_ptr().addr().wrapping_sub(body.as_ptr().addr());
    let number = |place: usize| u32::try_from(place).unwrap_or_default();
    (number(start), number(start.wrapping_add(value.len())))
}

fn read(client: usize, options: Vec<u8>) -> Result<(std::rc::Rc<ClientConfig>, VerifyConfig), Failure> {
    let config = config_of(client)?;
    let options = VerifyConfig::read(&FlatValue(options).read()).map_err(Failure::options)?;
    Ok((config, options))
}

fn read_body(body: Option<Vec<u8>>) -> Result<Vec<u8>, Failure> {
    body.ok_or_else(|| {
        let message = "The body must be a string or a Uint8Array, exactly as you received it. A parsed object no \
                       longer has the text that was signed.";
        Failure::signature(ErrorCode::BodyInvalid, message)
    })
}

/// Decides what a callback means for an order whose status is known as `current`.
pub(super) fn decide_next_status(current: &Input, callback: &Input) -> Result<CallbackDecision, Vec<Issue>> {
    let mut issues = Issues::default();
    let current = match current {
        Input::Absent => None,
        input => read_standing("current", input, &mut issues),
    };
    let callback = read_standing("callback", callback, &mut issues);
    match callback.filter(|_| !issues.has_errors()) {
        Some(callback) => Ok(next_status(current.as_ref(), &callback)),
        None => Err(issues.into_vec()),
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
