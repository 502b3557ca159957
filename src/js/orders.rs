//! What payouts and deposits have in common: create, read, wait, validate.

use std::rc::Rc;

use js_sys::{Date, Function, Math, Promise};
use wasm_bindgen::prelude::*;

use crate::engine::polling::{Next, Polling, Seen};
use crate::model::input::Input;
use crate::model::issue::Issues;
use crate::model::order::{self, OrderState};
use crate::model::request::{OrderRequest, RequestKind};
use crate::protocol::config::WaitConfig;
use crate::protocol::endpoint::{Endpoint, OrderId, Pipeline};
use crate::protocol::failure::{ErrorCode, Failure};
use crate::protocol::orders::{Creation, read_request, read_state};

use super::core::{Call, Core, promise, unanswered_error};
use super::input;
use super::output::{finish, to_error, to_js};

/// The operations of one pipeline.
#[derive(Clone)]
pub(crate) struct Orders {
    core: Rc<Core>,
    pipeline: Pipeline,
}

impl Orders {
    pub(crate) fn new(core: &Rc<Core>, pipeline: Pipeline) -> Self {
        Self { core: Rc::clone(core), pipeline }
    }

    pub(crate) fn create(
        &self,
        endpoint: Endpoint,
        kind: RequestKind,
        request: &JsValue,
        options: &JsValue,
    ) -> Promise {
        let core = Rc::clone(&self.core);
        let prepared = prepare(&core, endpoint, kind, request, options);
        promise(Box::pin(async move {
            let (creation, call) = prepared.map_err(|failure| to_error(&failure, None))?;
            let answer = core.exchange(&creation.http, &call).await.map_err(|unanswered| {
                let id = Some(creation.external_transaction_id.as_str());
                unanswered_error(&unanswered, &creation.http, &call, id, &creation.secrets(&core.config))
            })?;
            finish(creation.read(&core.config, &answer))
        }))
    }

    pub(crate) fn validate(
        &self,
        kind: RequestKind,
        request: &JsValue,
        options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let call = self.core.read_call(options).map_err(|failure| to_error(&failure, None))?;
        to_js(&OrderRequest::check(&input::read(request), kind, call.strict).1)
    }

    pub(crate) fn get(&self, external_id: &JsValue, options: &JsValue) -> Promise {
        self.read(check_id("externalId", &input::read(external_id)).map(OrderId::ExternalId), options)
    }

    pub(crate) fn get_by_external_transaction_id(&self, id: &JsValue, options: &JsValue) -> Promise {
        self.read(
            check_id("externalTransactionId", &input::read(id)).map(OrderId::ExternalTransactionId),
            options,
        )
    }

    fn read(&self, id: Result<OrderId, Failure>, options: &JsValue) -> Promise {
        let orders = self.clone();
        let prepared = self.core.read_call(options).and_then(|call| Ok((id?, call)));
        promise(Box::pin(async move {
            let (id, call) = prepared.map_err(|failure| to_error(&failure, None))?;
            match orders.read_once(&id, &call).await {
                Ok(state) => to_js(&state),
                Err(no_state) => Err(no_state.error),
            }
        }))
    }

    async fn read_once(&self, id: &OrderId, call: &Call) -> Result<OrderState, NoState> {
        let core = &self.core;
        let own_id = id.external_transaction_id();
        let refused = |failure: Failure| {
            let failure = failure.of_order(own_id);
            NoState { seen: seen_of(failure.code), error: to_error(&failure, None) }
        };
        let request = read_request(&core.config, Endpoint::Status(self.pipeline, id)).map_err(refused)?;
        let answer = core.exchange(&request, call).await.map_err(|unanswered| {
            let secrets: Vec<&str> = core.config.secrets().collect();
            NoState {
                seen: if unanswered.is_abort() { Seen::Refused } else { Seen::Failed },
                error: unanswered_error(&unanswered, &request, call, own_id, &secrets),
            }
        })?;
        read_state(&core.config, &answer).map_err(refused)
    }

    pub(crate) fn wait_until_final(&self, which: &JsValue, options: &JsValue) -> Promise {
        let orders = self.clone();
        let prepared = prepare_wait(&self.core, which, options);
        let on_status = on_status(options);
        promise(Box::pin(async move {
            let (id, wait, mut call) = prepared.map_err(|failure| to_error(&failure, None))?;
            let timeout_ms = call.timeout_ms;
            let mut polling = Polling::start(wait.interval_ms, wait.deadline_ms, now());
            let mut last_status: Option<String> = None;
            loop {
                call.timeout_ms = polling.read_limit_ms(timeout_ms, now());
                let read = orders.read_once(&id, &call).await;
                let seen = match &read {
                    Ok(state) if state.is_final => Seen::Final,
                    Ok(_) => Seen::Open,
                    Err(no_state) => no_state.seen,
                };
                if let Ok(state) = &read
                    && last_status.as_deref() != Some(state.order_status.as_str())
                {
                    last_status = Some(state.order_status.as_str().to_owned());
                    if let Some(on_status) = &on_status {
                        on_status.call1(&JsValue::UNDEFINED, &to_js(state)?)?;
                    }
                }
                match (polling.after(seen, now(), random()), read) {
                    (Next::Wait(ms), _) => orders.core.sleep(ms, &call).await?,
                    (Next::Done, Ok(state)) => return to_js(&state),
                    (Next::GiveUp, Err(no_state)) => return Err(no_state.error),
                    (_, read) => {
                        let failure = Failure::deadline(wait.deadline_ms, last_status.as_deref());
                        let failure = failure.of_order(id.external_transaction_id());
                        return Err(to_error(&failure, read.err().map(|no_state| no_state.error).as_ref()));
                    }
                }
            }
        }))
    }
}

/// A read that showed no status.
struct NoState {
    seen: Seen,
    error: JsValue,
}

/// Whether a later read can show a status where this one did not.
fn seen_of(code: ErrorCode) -> Seen {
    match code {
        ErrorCode::Unauthorized
        | ErrorCode::Forbidden
        | ErrorCode::ConfigurationInvalid
        | ErrorCode::ValidationFailed
        | ErrorCode::RequestRefused => Seen::Refused,
        _ => Seen::Failed,
    }
}

fn prepare(
    core: &Core,
    endpoint: Endpoint,
    kind: RequestKind,
    request: &JsValue,
    options: &JsValue,
) -> Result<(Creation, Call), Failure> {
    let input = input::read(request);
    let own_id = match input.get("externalTransactionId") {
        Input::Text(id) => Some(id.clone()),
        _ => None,
    };
    let call = core.read_call(options).map_err(|failure| failure.of_order(own_id.as_deref()))?;
    match OrderRequest::check(&input, kind, call.strict) {
        (Some(request), _) => Ok((Creation::new(&core.config, endpoint, &request)?, call)),
        (None, issues) => Err(Failure::validation(issues, own_id)),
    }
}

fn prepare_wait(
    core: &Core,
    which: &JsValue,
    options: &JsValue,
) -> Result<(OrderId, WaitConfig, Call), Failure> {
    let wait = WaitConfig::read(&input::read(options)).map_err(Failure::options)?;
    let call = core.call_of(&wait.call, options);
    let which = input::read(which);
    let mut issues = Issues::default();
    issues.unknown_keys("", &which, &["externalId", "externalTransactionId"]);
    if issues.has_errors() {
        return Err(Failure::validation(issues.into_vec(), None));
    }
    let id = if which.get("externalId").is_absent() {
        check_id("externalTransactionId", which.get("externalTransactionId"))
            .map(OrderId::ExternalTransactionId)
    } else {
        check_id("externalId", which.get("externalId")).map(OrderId::ExternalId)
    };
    Ok((id?, wait, call))
}

fn on_status(options: &JsValue) -> Option<Function> {
    input::member(options, "onStatus")?.dyn_into().ok()
}

fn check_id(name: &str, id: &Input) -> Result<String, Failure> {
    let mut issues = Issues::default();
    order::read_id(name, id, &mut issues).ok_or_else(|| Failure::validation(issues.into_vec(), None))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn now() -> u64 {
    Date::now() as u64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn random() -> u32 {
    (Math::random() * f64::from(u32::MAX)) as u32
}
