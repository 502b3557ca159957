//! Calls that send requests. JavaScript runs each call step by step. The contract of the loop is in `paystar_engine::call`.

use core::cell::RefCell;

use wasm_bindgen::prelude::*;

use paystar_engine::call::Call;
use paystar_engine::step::{FailureWithCause, NoResponse, Output, Step};
use paystar_engine::task::{Limits, Read, ReadTarget, Task};
use paystar_model::id::{ExternalTransactionId, OrderId};
use paystar_model::input::Input;
use paystar_model::issue::Issues;
use paystar_model::order::{Order, OrderState};
use paystar_model::request::{OrderRequest, RequestKind};
use paystar_model::{currency, id};
use paystar_protocol::call_config::{CALL_KEYS, CallConfig, CreateConfig, RetryPolicy, WaitConfig};
use paystar_protocol::config::ClientConfig;
use paystar_protocol::endpoint::Endpoint;
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{Departure, HttpRequest, HttpResponse};
use paystar_protocol::orders::{Creation, read_request};
use paystar_protocol::pipeline::Pipeline;
use paystar_protocol::redact::{redact as redact_text, redact_json};

use super::clients::{DEPOSIT, config_of, kind_of};
use super::exchange::with_exchange;
use paystar_boundary::handles::HandleTable;
use paystar_boundary::input::{FlatValue, read_text};
use paystar_boundary::number::to_u64;
use paystar_boundary::output::{FAILURE, VALUE, failure_text, json, tagged_json};

/// The number under which JavaScript keeps the exception.
type Cause = Option<u32>;

thread_local! {
    static CALLS: RefCell<HandleTable<Call<Cause>>> = const { RefCell::new(HandleTable::new()) };
}

// Codes that Rust and JavaScript share: the task of a call. The tasks below 8 are creations of a kind of order. `GET` and
// `WAIT` are for payouts and by PayStar's id. The flags `DEPOSIT` and `OWN_ID` change that.
const GET: u8 = 8;
const WAIT: u8 = 12;
const BALANCE: u8 = 16;
const OWN_ID: u8 = 2;

// Codes that Rust and JavaScript share: how an exchange ended.
const RESPONSE: u8 = 0;
const TOO_LONG: u8 = 1;
const TIMED_OUT: u8 = 2;
const ABORTED: u8 = 3;
const FAILED: u8 = 4;

// Codes that Rust and JavaScript share: whether a request can have been sent.
const NOTHING_SENT: u8 = 0;
const MAY_HAVE_BEEN_SENT: u8 = 1;

// Codes that Rust and JavaScript share: why a call resumes.
const WAITED: u8 = 0;
const REPORTED: u8 = 1;
const STOPPED: u8 = 2;

// Codes that Rust and JavaScript share: the first character of a step. The last step has the character of a result.
const STEP_SEND: &str = "s";
const STEP_WAIT: &str = "w";
const STEP_REPORT: &str = "r";
const STEP_ABORTED: &str = "a";
const STEP_STATE: &str = "h";
const STEP_ORDER: &str = "o";

/// Starts a call with its first argument and its options. Returns its first step.
#[wasm_bindgen(js_name = startCall, skip_typescript)]
pub fn start_call(
    client: usize,
    call: usize,
    task: u8,
    first: Vec<u8>,
    options: Vec<u8>,
    now: f64,
) -> String {
    start(client, call, task, &FlatValue(first).read(), &FlatValue(options).read(), now)
}

/// Starts a call without options. The text of its first argument is in the shared memory.
#[wasm_bindgen(js_name = startPlainCall, skip_typescript)]
pub fn start_plain_call(client: usize, call: usize, task: u8, length: usize, now: f64) -> String {
    with_exchange(|exchange| {
        let first = exchange.parts(length).map_or(Input::Absent, |(text, _)| read_text(text));
        start(client, call, task, &first, &Input::Absent, now)
    })
}

fn start(client: usize, call: usize, task: u8, first: &Input, options: &Input, now: f64) -> String {
    let prepared = config_of(client).and_then(|config| {
        let (limits, task) = match task {
            GET..WAIT => {
                let read = read_state(&config, task & DEPOSIT == 0, read_id(task & OWN_ID != 0, first));
                let call = CallConfig::read(options).map_err(Failure::options)?;
                (limits(&config, &call), Task::Read(read?))
            }
            WAIT..BALANCE => prepare_wait(&config, task & DEPOSIT == 0, first, options)?,
            BALANCE => prepare_balance(&config, first, options)?,
            kind => prepare_creation(&config, kind_of(kind), first, options)?,
        };
        Ok((config, limits, task))
    });
    match prepared {
        Ok((config, limits, task)) => {
            let (started, step) = Call::start(&config, limits, task, to_u64(now));
            let text = step_text(&started, step);
            CALLS.with_borrow_mut(|calls| calls.insert(call, started));
            text
        }
        Err(failure) => failure_text(&failure),
    }
}

fn prepare_creation(
    config: &ClientConfig,
    kind: RequestKind,
    request: &Input,
    options: &Input,
) -> Result<(Limits, Task), Failure> {
    let own_id = match request.get("externalTransactionId") {
        Input::Text(id) => Some(ExternalTransactionId::from(*id)),
        _ => None,
    };
    let create =
        CreateConfig::read(options).map_err(|issues| Failure::options(issues).of_order(own_id.as_ref()))?;
    match OrderRequest::check(request, kind, create.call.strict.unwrap_or(config.strict)) {
        (Some(request), _) => {
            let creation = Creation::new(config, endpoint_of(kind), &request)?;
            let task = Task::Create { creation, on_duplicate: create.on_duplicate };
            Ok((limits(config, &create.call), task))
        }
        (None, issues) => Err(Failure::validation(issues, own_id)),
    }
}

fn prepare_wait(
    config: &ClientConfig,
    is_payout: bool,
    which: &Input,
    options: &Input,
) -> Result<(Limits, Task), Failure> {
    let wait = WaitConfig::read(options).map_err(Failure::options)?;
    let mut issues = Issues::default();
    issues.unknown_keys("", which, &["externalId", "externalTransactionId"]);
    if issues.has_errors() {
        return Err(Failure::validation(issues.into_vec(), None));
    }
    let by_own_id = which.get("externalId").is_absent();
    let id = which.get(if by_own_id { "externalTransactionId" } else { "externalId" });
    let read = read_state(config, is_payout, read_id(by_own_id, id))?;
    let timeout_ms = wait.call.timeout_ms.unwrap_or(config.timeout_ms);
    let policy = RetryPolicy { max_retries: 0, deadline_ms: wait.deadline_ms };
    let task = Task::WaitUntilFinal { read, interval_ms: wait.interval_ms };
    Ok((Limits { timeout_ms, policy }, task))
}

fn prepare_balance(
    config: &ClientConfig,
    currency: &Input,
    options: &Input,
) -> Result<(Limits, Task), Failure> {
    let (call, mut issues) = CallConfig::read_with(options, &[CALL_KEYS, &["pipeline"]].concat());
    let pipeline = Pipeline::read_optional(options.get("pipeline"), &mut issues)
        .unwrap_or_else(|| default_pipeline(config));
    if issues.has_errors() {
        return Err(Failure::options(issues.into_vec()));
    }
    let mut issues = Issues::default();
    match currency::read(currency, &mut issues).filter(|_| !issues.has_errors()) {
        Some(currency) => {
            let request = read_request(config, Endpoint::Balance(pipeline, currency))?;
            let read = Read { request, target: ReadTarget::Balance(currency.to_owned()) };
            Ok((limits(config, &call), Task::Read(read)))
        }
        None => Err(Failure::validation(issues.into_vec(), None)),
    }
}

/// Resumes a call after an exchange. Returns its next step. `cause` is the number of the exception.
#[wasm_bindgen(skip_typescript)]
#[allow(clippy::too_many_arguments, reason = "an object with these values would take more time")]
pub fn exchanged(
    call: usize,
    kind: u8,
    departure: u8,
    status: u16,
    retry_after_ms: f64,
    body: Vec<u8>,
    code: Vec<u8>,
    cause: u32,
    now: f64,
    random: u32,
) -> String {
    let departure = match departure {
        NOTHING_SENT => Departure::NothingSent,
        MAY_HAVE_BEEN_SENT.. => Departure::MayHaveBeenSent,
    };
    let result = match kind {
        RESPONSE => {
            let retry_after_ms = (retry_after_ms >= 0.0).then(|| to_u64(retry_after_ms));
            Ok(HttpResponse { status, body, retry_after_ms })
        }
        TOO_LONG => Err(NoResponse::Unusable { status, reason: "it is longer than 4 MiB" }),
        TIMED_OUT => Err(NoResponse::Timeout { departure }),
        ABORTED => Err(NoResponse::Aborted { departure }),
        FAILED.. => {
            let code = FlatValue(code).text().unwrap_or_default();
            Err(NoResponse::Connection { departure, code, cause: Some(cause) })
        }
    };
    resume(call, |call| call.exchanged(result, to_u64(now), random))
}

/// Resumes a call after a wait or a report, or after something stopped them. Returns its next step.
#[wasm_bindgen(js_name = resumeCall, skip_typescript)]
pub fn resume_call(call: usize, reason: u8, now: f64, random: u32) -> String {
    resume(call, |call| match reason {
        WAITED => call.waited(to_u64(now)),
        REPORTED => call.reported(to_u64(now), random),
        STOPPED.. => call.aborted(to_u64(now)),
    })
}

/// Removes the secrets of a call that failed from a text.
#[wasm_bindgen(skip_typescript)]
pub fn redact(call: usize, text: Vec<u8>) -> String {
    let text = FlatValue(text).text().unwrap_or_default();
    CALLS.with_borrow(|calls| redact_text(&text, &calls.get(call).map(Call::secrets).unwrap_or_default()))
}

/// Forgets a call that failed.
#[wasm_bindgen(js_name = closeCall, skip_typescript)]
pub fn close_call(call: usize) {
    CALLS.with_borrow_mut(|calls| calls.remove(call));
}

fn resume(handle: usize, next_step: impl FnOnce(&mut Call<Cause>) -> Step<Cause>) -> String {
    CALLS.with_borrow_mut(|calls| {
        let Some(call) = calls.get_mut(handle) else { return failure_text(&Failure::aborted()) };
        let step = next_step(call);
        // JavaScript closes a call that failed, after it read the causes.
        let is_done = matches!(step, Step::Done(_));
        let text = step_text(call, step);
        if is_done {
            calls.remove(handle);
        }
        text
    })
}

/// A step as one text, because each text that goes to JavaScript takes time. `steps.js` reads it.
fn step_text(call: &Call<Cause>, step: Step<Cause>) -> String {
    match step {
        Step::Send { operation, limit_ms } => request_text(limit_ms, &call.request(operation)),
        Step::Wait(ms) => tagged_json(STEP_WAIT, &ms),
        Step::Report { limit_ms } => {
            let state = call.state().cloned().map(state_text);
            [&tagged_json(STEP_REPORT, &limit_ms), "\n", &state.unwrap_or_default()].concat()
        }
        Step::Done(Output::State(state)) => [STEP_STATE, &state_text(*state)].concat(),
        Step::Done(Output::Order(order)) => order_text(&order),
        Step::Done(output) => tagged_json(VALUE, &output),
        Step::Failed(failed) => [FAILURE, &caused_failure(call, &failed)].concat(),
        Step::Late { failure, last } => {
            let last = last.map(|failed| ["\n", &caused_failure(call, &failed)].concat());
            [FAILURE, "\n", &clean_json(call, &failure), &last.unwrap_or_default()].concat()
        }
        Step::Aborted(failure) => {
            let failure = failure.map(|failure| clean_json(call, &failure));
            [STEP_ABORTED, &failure.unwrap_or_default()].concat()
        }
    }
}

/// An order. Most orders are three lines, which are faster than JSON.
fn order_text(order: &Order) -> String {
    match order.usual_texts() {
        Some([external_id, status, own_id]) if ![external_id, status].concat().contains('\n') => {
            [STEP_ORDER, external_id, "\n", status, "\n", own_id].concat()
        }
        _ => tagged_json(VALUE, order),
    }
}

/// A state. It has a line for the meanings of its history, and a line for the steps of its history. Then the state follows
/// without its history. A long history repeats few meanings, so JavaScript reads each meaning once.
fn state_text(mut state: OrderState) -> String {
    let history = core::mem::take(&mut state.order_history);
    [&json(history.meanings()), "\n", &history.steps_json(), "\n", &json(&state)].concat()
}

/// A line with the number of the cause, and a line with the failure.
fn caused_failure(
    call: &Call<Cause>,
    FailureWithCause { failure, cause }: &FailureWithCause<Cause>,
) -> String {
    let cause = cause.map(|number| json(&number)).unwrap_or_default();
    [&cause, "\n", &clean_json(call, failure)].concat()
}

/// A failure as JSON, without the secrets that a response of PayStar may repeat.
fn clean_json(call: &Call<Cause>, failure: &Failure) -> String {
    redact_json(
        &json(failure),
        failure.external_transaction_id.as_ref().map(ExternalTransactionId::as_str),
        &call.secrets(),
    )
}

/// A request. It has a line for the time limit, for the method, for the URL, and for each name and each value of the
/// headers. Then an empty line and the body follow.
fn request_text(limit_ms: u32, request: &HttpRequest) -> String {
    let limit = tagged_json(STEP_SEND, &limit_ms);
    let mut lines = vec![limit.as_str(), request.method.as_str(), &request.url];
    lines.extend(request.headers.iter().flat_map(|(name, value)| [*name, value.as_str()]));
    lines.extend(["", request.body.as_deref().unwrap_or_default()]);
    lines.join("\n")
}

fn limits(config: &ClientConfig, call: &CallConfig) -> Limits {
    Limits { timeout_ms: call.timeout_ms.unwrap_or(config.timeout_ms), policy: config.retry_policy(call) }
}

fn endpoint_of(kind: RequestKind) -> Endpoint<'static> {
    match kind {
        RequestKind::Payout => Endpoint::CreatePayout,
        RequestKind::Deposit => Endpoint::CreateDeposit,
        RequestKind::TokenDeposit => Endpoint::CreateTokenDeposit,
        RequestKind::HostedDeposit => Endpoint::CreateHostedDeposit,
    }
}

fn read_state(config: &ClientConfig, is_payout: bool, id: Result<OrderId, Failure>) -> Result<Read, Failure> {
    let id = id?;
    let pipeline = if is_payout { Pipeline::Payouts } else { Pipeline::Deposits };
    let request = read_request(config, Endpoint::Status(pipeline, &id))
        .map_err(|failure| failure.of_order(id.external_transaction_id()))?;
    Ok(Read { request, target: ReadTarget::State(id) })
}

fn read_id(by_own_id: bool, input: &Input) -> Result<OrderId, Failure> {
    let mut issues = Issues::default();
    let name = if by_own_id { "externalTransactionId" } else { "externalId" };
    match id::read(name, input, &mut issues) {
        Some(id) if by_own_id => Ok(OrderId::Merchant(id.into())),
        Some(id) => Ok(OrderId::External(id.into())),
        None => Err(Failure::validation(issues.into_vec(), None)),
    }
}

/// Payouts. Deposits if the client has keys for deposits only.
fn default_pipeline(config: &ClientConfig) -> Pipeline {
    let has = |pipeline| config.credentials(pipeline).is_some();
    if has(Pipeline::Deposits) && !has(Pipeline::Payouts) { Pipeline::Deposits } else { Pipeline::Payouts }
}
