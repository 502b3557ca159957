//! The functions of the sandbox's wasm module. The public class is in `sandbox.js`, with the clock, the sockets and the
//! timers.

#![cfg(target_arch = "wasm32")]
// wasm-bindgen exports only public functions, and passes bytes by value.
#![allow(unreachable_pub, clippy::needless_pass_by_value, clippy::unnecessary_wraps)]

use core::cell::RefCell;

use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use paystar_model::issue::{Issue, Issues};
use paystar_protocol::endpoint::HOST_HEADER;
use paystar_protocol::failure::Failure;
use paystar_protocol::pipeline::Pipeline;
use paystar_sandbox::config::SandboxConfig;
use paystar_sandbox::faults::FaultRule;
use paystar_sandbox::scenario::Scenario;
use paystar_sandbox::{ReceivedRequest, Reply, Sandbox, Transmission};

use paystar_boundary::handles::HandleTable;
use paystar_boundary::input::FlatValue;
use paystar_boundary::number::to_u64;
use paystar_boundary::output::{failure_text, undefined_text, value_text};

#[wasm_bindgen(typescript_custom_section)]
const SURFACE: &str = include_str!("sandbox.d.ts");

/// A JavaScript value that a function returns. As one value it could end the whole process, see `src/transport/fetch.rs`.
type Returned<T> = Result<T, JsValue>;

thread_local! {
    static SANDBOXES: RefCell<HandleTable<Sandbox>> = const { RefCell::new(HandleTable::new()) };
}

/// The values of a new sandbox that JavaScript needs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    has_manual_clock: bool,
    /// The header in which the client names PayStar's host.
    host_header: &'static str,
}

/// Creates the sandbox with this number.
#[wasm_bindgen(js_name = openSandbox, skip_typescript)]
pub fn open_sandbox(sandbox: usize, options: Vec<u8>) -> String {
    match SandboxConfig::read(&FlatValue(options).read()) {
        Ok(config) => {
            let opened = Opened { has_manual_clock: config.has_manual_clock, host_header: HOST_HEADER };
            SANDBOXES.with_borrow_mut(|all| all.insert(sandbox, Sandbox::new(config)));
            value_text(&opened)
        }
        Err(issues) => failure_text(&Failure::options(issues)),
    }
}

/// Deletes a sandbox.
#[wasm_bindgen(js_name = closeSandbox, skip_typescript)]
pub fn close_sandbox(sandbox: usize) {
    SANDBOXES.with_borrow_mut(|all| all.remove(sandbox));
}

/// Replies to a request: `[status, headers, body, transmission, milliseconds, jump of the clock]`.
#[wasm_bindgen(skip_typescript)]
#[allow(clippy::too_many_arguments, reason = "a request has so many parts")]
pub fn reply(
    sandbox: usize,
    method: String,
    target: String,
    authorization: Option<String>,
    host: Option<String>,
    named_host: Option<String>,
    address: Option<String>,
    origin: String,
    body: Vec<u8>,
    now: f64,
) -> Returned<Array> {
    let request = ReceivedRequest {
        method: &method,
        target: &target,
        authorization: authorization.as_deref(),
        host: host.as_deref(),
        named_host: named_host.as_deref(),
        address: address.as_deref(),
        origin: &origin,
        body: &body,
    };
    let Some(reply) = with(sandbox, |sandbox| sandbox.reply(&request, to_u64(now))) else {
        return Ok(Array::new());
    };
    let Reply { response, transmission, clock_jump_ms } = reply;
    let headers: Array =
        response.headers.iter().map(|(name, value)| Array::of2(&(*name).into(), &value.into())).collect();
    let (transmission, ms) = code_of(transmission);
    #[allow(clippy::cast_precision_loss)]
    let jump = clock_jump_ms as f64;
    let values: [JsValue; 6] = [
        response.status.into(),
        headers.into(),
        response.body.into(),
        transmission.into(),
        ms.into(),
        jump.into(),
    ];
    Ok(values.iter().collect())
}

/// The callbacks to send now.
#[wasm_bindgen(js_name = dueCallbacks, skip_typescript)]
pub fn due_callbacks(sandbox: usize, now: f64) -> Returned<JsValue> {
    Ok(to_js(&with(sandbox, |sandbox| sandbox.due_callbacks(to_u64(now))).unwrap_or_default()))
}

/// Takes the result of a callback.
#[wasm_bindgen(js_name = callbackAnswered, skip_typescript)]
pub fn callback_answered(sandbox: usize, id: f64, status: Option<u16>, now: f64) {
    with(sandbox, |sandbox| sandbox.callback_answered(to_u64(id), status, to_u64(now)));
}

/// When the next callback is due, in milliseconds since 1970.
#[wasm_bindgen(js_name = nextCallbackAt, skip_typescript)]
#[allow(clippy::cast_precision_loss)]
pub fn next_callback_at(sandbox: usize) -> Option<f64> {
    with(sandbox, |sandbox| sandbox.next_callback_at())?.map(|at| at as f64)
}

/// The callbacks that were sent.
#[wasm_bindgen(js_name = listCallbacks, skip_typescript)]
pub fn list_callbacks(sandbox: usize) -> Returned<JsValue> {
    Ok(with(sandbox, |sandbox| to_js(&sandbox.sent_callbacks())).unwrap_or_default())
}

/// The orders at this time.
#[wasm_bindgen(js_name = listOrders, skip_typescript)]
pub fn list_orders(sandbox: usize, now: f64) -> Returned<JsValue> {
    let list = with(sandbox, |sandbox| {
        sandbox.advance_to(to_u64(now));
        to_js(&sandbox.orders().collect::<Vec<_>>())
    });
    Ok(list.unwrap_or_default())
}

/// The number of orders at this time.
#[wasm_bindgen(js_name = orderCount, skip_typescript)]
pub fn order_count(sandbox: usize, now: f64) -> usize {
    let count = with(sandbox, |sandbox| {
        sandbox.advance_to(to_u64(now));
        sandbox.order_count()
    });
    count.unwrap_or_default()
}

/// Changes the amount of an order.
#[wasm_bindgen(js_name = changeAmount, skip_typescript)]
pub fn change_amount(
    sandbox: usize,
    external_transaction_id: Vec<u8>,
    amount: Vec<u8>,
    pipeline: Vec<u8>,
    now: f64,
) -> String {
    let (id, amount, pipeline) = (FlatValue(external_transaction_id), FlatValue(amount), FlatValue(pipeline));
    let mut issues = Issues::default();
    let pipeline = Pipeline::read_optional(&pipeline.read(), &mut issues).unwrap_or(Pipeline::Deposits);
    let id = id.read();
    let id = issues.required_text(EXTERNAL_TRANSACTION_ID, &id).filter(|_| !issues.has_errors());
    finish(match id {
        Some(id) => {
            changed(with(sandbox, |sandbox| sandbox.change_amount(id, &amount.read(), pipeline, to_u64(now))))
        }
        None => Err(issues.into_vec()),
    })
}

/// Chooses what happens to an order.
#[wasm_bindgen(js_name = setScenario, skip_typescript)]
pub fn set_scenario(sandbox: usize, external_transaction_id: Vec<u8>, scenario: Vec<u8>) -> String {
    let mut issues = Issues::default();
    let id = FlatValue(external_transaction_id);
    let id = id.read();
    let scenario = match issues.required_text(EXTERNAL_TRANSACTION_ID, &id) {
        Some(id) => Scenario::read("scenario", &FlatValue(scenario).read()).map(|scenario| (id, scenario)),
        None => Err(issues.into_vec()),
    };
    finish(scenario.and_then(|(id, scenario)| {
        changed(with(sandbox, |sandbox| {
            sandbox.set_scenario(id, scenario);
            Ok(())
        }))
    }))
}

/// Adds a rule to the script of faults.
#[wasm_bindgen(js_name = injectFault, skip_typescript)]
pub fn inject_fault(sandbox: usize, rule: Vec<u8>) -> String {
    let rule = FaultRule::read("rule", &FlatValue(rule).read());
    finish(rule.and_then(|rule| changed(with(sandbox, |sandbox| sandbox.inject_fault(rule)))))
}

/// Removes all faults.
#[wasm_bindgen(js_name = clearFaults, skip_typescript)]
pub fn clear_faults(sandbox: usize) {
    with(sandbox, Sandbox::clear_faults);
}

const EXTERNAL_TRANSACTION_ID: &str = "externalTransactionId";

fn with<T>(sandbox: usize, work: impl FnOnce(&mut Sandbox) -> T) -> Option<T> {
    SANDBOXES.with_borrow_mut(|all| all.get_mut(sandbox).map(work))
}

fn changed(result: Option<Result<(), Vec<Issue>>>) -> Result<(), Vec<Issue>> {
    result.unwrap_or_else(|| Err(Vec::new()))
}

fn finish(result: Result<(), Vec<Issue>>) -> String {
    match result {
        Ok(()) => undefined_text(),
        Err(issues) => failure_text(&Failure::options(issues)),
    }
}

fn to_js<T: Serialize + ?Sized>(value: &T) -> JsValue {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default()
}

// Codes that Rust and JavaScript share: how a response is sent.
const WHOLE: u8 = 0;
const LATE: u8 = 1;
const SLOW: u8 = 2;
const LOST: u8 = 3;
const CUT_IN_HEADERS: u8 = 4;
const CUT_IN_BODY: u8 = 5;
const STALLED: u8 = 6;
const STALLED_IN_BODY: u8 = 7;
const SHORT: u8 = 8;

/// The code of a transmission, and its milliseconds.
fn code_of(transmission: Transmission) -> (u8, u32) {
    match transmission {
        Transmission::Whole => (WHOLE, 0),
        Transmission::Late(ms) => (LATE, ms),
        Transmission::Slow(ms) => (SLOW, ms),
        Transmission::Lost => (LOST, 0),
        Transmission::CutInHeaders => (CUT_IN_HEADERS, 0),
        Transmission::CutInBody => (CUT_IN_BODY, 0),
        Transmission::Stalled => (STALLED, 0),
        Transmission::StalledInBody => (STALLED_IN_BODY, 0),
        Transmission::Short => (SHORT, 0),
    }
}
