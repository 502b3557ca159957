//! Calls that send something. JS drives each step by step; the contract is that of [`Call`].

use core::cell::RefCell;

use wasm_bindgen::prelude::*;

use paystar_engine::call::Call;
use paystar_engine::step::FailureWithCause;
use paystar_engine::step::{NoResponse, Step};
use paystar_engine::task::{Limits, Read, ReadTarget, Task};
use paystar_model::id::{ExternalTransactionId, OrderId};
use paystar_model::input::Input;
use paystar_model::issue::{IssueCode, Issues};
use paystar_model::request::{OrderRequest, RequestKind};
use paystar_model::{currency, id};
use paystar_protocol::config::{CALL_KEYS, CallConfig, ClientConfig, CreateConfig, RetryPolicy, WaitConfig};
use paystar_protocol::endpoint::Endpoint;
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{Departure, HttpRequest, HttpResponse};
use paystar_protocol::orders::{Creation, read_request};
use paystar_protocol::pipeline::Pipeline;
use paystar_protocol::redact::{redact as redact_text, redact_json};

use super::clients::{config_of, kind_of};
use paystar_boundary::input::Crossed;
use paystar_boundary::output::{failed, json, tagged};
use paystar_boundary::slots::Slots;

/// The number under which JS keeps what was thrown.
type Cause = Option<u32>;

thread_local! {
    static CALLS: RefCell<Slots<Call<Cause>>> = const { RefCell::new(Slots::new()) };
}

// What a call is to do, as client.js knows it: a kind of creation (`kind_of`), or one of these with its flags.
const GET: u8 = 8;
const WAIT: u8 = 12;
const BALANCE: u8 = 16;
const DEPOSIT: u8 = 1;
const OWN_ID: u8 = 2;
// How an exchange ends, as the transports in JS know it.
const ANSWERED: u8 = 0;
const TOO_LONG: u8 = 1;
const TIMED_OUT: u8 = 2;
const ABORTED: u8 = 3;
// What else a call goes on after.
const WAITED: u8 = 0;
const REPORTED: u8 = 1;

/// Begins a call. `what` says which, `first` is its first argument.
#[wasm_bindgen(skip_typescript)]
pub fn start(client: usize, call: usize, what: u8, first: Vec<u8>, options: Vec<u8>, now: f64) -> String {
    let (first, options) = (Crossed(first), Crossed(options));
    let (first, options) = (first.read(), options.read());
    let prepared = config_of(client).and_then(|config| {
        let (limits, task) = match what {
            GET.. if what < WAIT => {
                let read = read_state(&config, what & DEPOSIT == 0, read_id(what & OWN_ID != 0, &first));
                let call = CallConfig::read(&options).map_err(Failure::options)?;
                (limits(&config, &call), Task::Read(read?))
            }
            WAIT.. if what < BALANCE => prepare_wait(&config, what & DEPOSIT == 0, &first, &options)?,
            BALANCE => prepare_balance(&config, &first, &options)?,
            kind => prepare_creation(&config, kind_of(kind), &first, &options)?,
        };
        Ok((config, limits, task))
    });
    match prepared {
        Ok((config, limits, task)) => {
            let (started, step) = Call::start(&config, limits, task, whole(now));
            let text = write(&started, step);
            CALLS.with_borrow_mut(|calls| calls.put(call, started));
            text
        }
        Err(failure) => failed(&failure),
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
    let pipeline = match issues.optional_text("pipeline", options.get("pipeline")) {
        None => usual_pipeline(config),
        Some(name) => Pipeline::named(name).unwrap_or_else(|| {
            let message = "pipeline must be \"payouts\" or \"deposits\".";
            issues.error("pipeline", IssueCode::UnknownValue, message);
            Pipeline::Payouts
        }),
    };
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

/// Goes on with a call after an exchange. `cause` is the number of what was thrown.
#[wasm_bindgen(skip_typescript)]
#[allow(clippy::too_many_arguments, reason = "an object for them would cost more than the crossing")]
pub fn answered(
    call: usize,
    ending: u8,
    nothing_sent: bool,
    status: u16,
    retry_after_ms: f64,
    body: Vec<u8>,
    code: Vec<u8>,
    cause: u32,
    now: f64,
    random: u32,
) -> String {
    let departure = if nothing_sent { Departure::NothingSent } else { Departure::MayHaveBeenSent };
    let result = match ending {
        ANSWERED => {
            let retry_after_ms = (retry_after_ms >= 0.0).then(|| whole(retry_after_ms));
            Ok(HttpResponse { status, body, retry_after_ms })
        }
        TOO_LONG => Err(NoResponse::Unusable { status, reason: "it is longer than 4 MiB" }),
        TIMED_OUT => Err(NoResponse::Timeout { departure }),
        ABORTED => Err(NoResponse::Aborted { departure }),
        _ => {
            let code = Crossed(code).text().unwrap_or_default();
            Err(NoResponse::Connection { departure, code, cause: Some(cause) })
        }
    };
    go_on(call, |call| call.exchanged(result, whole(now), random))
}

/// Goes on with a call after a wait or a report, or after the caller ended one of them.
#[wasm_bindgen(skip_typescript)]
pub fn resume(call: usize, after: u8, now: f64, random: u32) -> String {
    go_on(call, |call| match after {
        WAITED => call.waited(whole(now)),
        REPORTED => call.reported(whole(now), random),
        _ => call.aborted(whole(now)),
    })
}

/// A text without the secrets of a call that failed.
#[wasm_bindgen(skip_typescript)]
pub fn redact(call: usize, text: Vec<u8>) -> String {
    let text = Crossed(text).text().unwrap_or_default();
    CALLS.with_borrow(|calls| redact_text(&text, &calls.get(call).map(Call::secrets).unwrap_or_default()))
}

/// Forgets a call that failed.
#[wasm_bindgen(js_name = closeCall, skip_typescript)]
pub fn close_call(call: usize) {
    CALLS.with_borrow_mut(|calls| calls.take(call));
}

fn go_on(number: usize, step: impl FnOnce(&mut Call<Cause>) -> Step<Cause>) -> String {
    CALLS.with_borrow_mut(|calls| {
        let Some(call) = calls.get_mut(number) else { return failed(&Failure::aborted()) };
        let step = step(call);
        let text = write(call, step);
        // A call that failed is kept until its cause is read.
        if text.starts_with('+') {
            calls.take(number);
        }
        text
    })
}

/// What to do next, as JS reads it: a character that says what, then what it needs.
fn write(call: &Call<Cause>, step: Step<Cause>) -> String {
    match step {
        Step::Send { operation, limit_ms } => message(limit_ms, &call.request(operation)),
        Step::Wait(ms) => tagged('w', &ms),
        Step::Report { limit_ms } => [&tagged('r', &limit_ms), "\n", &json(&call.state())].concat(),
        Step::Done(output) => tagged('+', &output),
        Step::Failed(caught) => ["-", &write_caught(call, &caught)].concat(),
        Step::Late { failure, last } => {
            let last = last.map(|caught| ["\n", &write_caught(call, &caught)].concat()).unwrap_or_default();
            ["-\n", &clean_json(call, &failure), &last].concat()
        }
        Step::Aborted(None) => "a".to_owned(),
        Step::Aborted(Some(failure)) => ["a", &clean_json(call, &failure)].concat(),
    }
}

/// The number of the cause, and the failure in the next line.
fn write_caught(call: &Call<Cause>, FailureWithCause { failure, cause }: &FailureWithCause<Cause>) -> String {
    let cause = cause.map(|number| json(&number)).unwrap_or_default();
    [&cause, "\n", &clean_json(call, failure)].concat()
}

/// A failure without a secret in any of PayStar's words.
fn clean_json(call: &Call<Cause>, failure: &Failure) -> String {
    redact_json(
        &json(failure),
        failure.external_transaction_id.as_ref().map(ExternalTransactionId::as_str),
        &call.secrets(),
    )
}

/// A request as one text, because each text that crosses to JS costs time. It has a line for the time limit, the method,
/// the URL, and for each name and each value of the headers. Then an empty line and the body follow.
fn message(limit_ms: u32, request: &HttpRequest) -> String {
    let limit = tagged('s', &limit_ms);
    let mut lines = vec![limit.as_str(), request.method.as_str(), &request.url];
    lines.extend(request.headers.iter().flat_map(|(name, value)| [*name, value.as_str()]));
    lines.extend(["", request.body.as_deref().unwrap_or_default()]);
    lines.join("\n")
}

fn limits(config: &ClientConfig, call: &CallConfig) -> Limits {
    Limits { timeout_ms: call.timeout_ms.unwrap_or(config.timeout_ms), policy: call.retry_policy(config) }
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

/// Payouts, unless the client has keys for deposits alone.
fn usual_pipeline(config: &ClientConfig) -> Pipeline {
    let has = |pipeline| config.credentials(pipeline).is_some();
    if has(Pipeline::Deposits) && !has(Pipeline::Payouts) { Pipeline::Deposits } else { Pipeline::Payouts }
}

/// A saturating cast.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(ms: f64) -> u64 {
    ms as u64
}
