//! What payouts and deposits have in common: create, read, wait, validate.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use crate::engine::polling::{Next, Polling, Seen};
use crate::model::input::Input;
use crate::model::issue::Issues;
use crate::model::order;
use crate::model::request::{OrderRequest, RequestKind};
use crate::protocol::config::{CreateConfig, OnDuplicate, WaitConfig};
use crate::protocol::endpoint::{Endpoint, OrderId, Pipeline};
use crate::protocol::failure::Failure;
use crate::protocol::http::{HttpAnswer, HttpRequest};
use crate::protocol::orders::{Creation, read_request, read_state};
use crate::protocol::redact::scrub;
use crate::transport::drive::Wire;

use super::core::{Call, Core, Ending, Read, promise, thrown};
use super::input;
use super::output::{to_error, to_js};

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
            let (creation, call, on_duplicate) = prepared.map_err(|failure| to_error(&failure, None))?;
            match core.driver(&call).create(&creation, on_duplicate).await {
                Ok(order) => to_js(&order),
                Err(ending) => Err(thrown(ending, &call, || creation.secrets(&core.config))),
            }
        }))
    }

    pub(crate) fn validate(
        &self,
        kind: RequestKind,
        request: &JsValue,
        options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let call = self.core.read_call(options).map_err(|failure| to_error(&failure, None))?;
        let issues = OrderRequest::check(&input::take(request).read(), kind, call.strict).1;
        // Most requests have none.
        if issues.is_empty() { Ok(Array::new().into()) } else { to_js(&issues) }
    }

    pub(crate) fn get(&self, external_id: &JsValue, options: &JsValue) -> Promise {
        self.read(check_id("externalId", &input::take(external_id).read()).map(OrderId::ExternalId), options)
    }

    pub(crate) fn get_by_external_transaction_id(&self, id: &JsValue, options: &JsValue) -> Promise {
        self.read(
            check_id("externalTransactionId", &input::take(id).read()).map(OrderId::ExternalTransactionId),
            options,
        )
    }

    fn read(&self, id: Result<OrderId, Failure>, options: &JsValue) -> Promise {
        let prepared = self.core.read_call(options).and_then(|call| {
            let id = id?;
            let own_id = id.external_transaction_id().map(str::to_owned);
            Ok(Read { request: self.read_request(&id)?, own_id, call })
        });
        self.core.read(prepared, |config, answer| Ok(to_js(&read_state(config, answer)?)))
    }

    fn read_request(&self, id: &OrderId) -> Result<HttpRequest, Failure> {
        read_request(&self.core.config, Endpoint::Status(self.pipeline, id))
            .map_err(|failure| failure.of_order(id.external_transaction_id()))
    }

    pub(crate) fn wait_until_final(&self, which: &JsValue, options: &JsValue) -> Promise {
        let orders = self.clone();
        let prepared = prepare_wait(&self.core, which, options);
        let on_status = on_status(options);
        promise(Box::pin(async move {
            let (id, wait, call) = prepared.map_err(|failure| to_error(&failure, None))?;
            let request = orders.read_request(&id).map_err(|failure| to_error(&failure, None))?;
            let (core, own_id) = (&orders.core, id.external_transaction_id());
            let driver = core.driver(&call);
            let wire = &driver.wire;
            let decode = |answer: &HttpAnswer| read_state(&core.config, answer);
            let mut polling = Polling::start(wait.interval_ms, wait.deadline_ms, wire.now());
            let mut last_status: Option<String> = None;
            loop {
                let limit_ms = polling.read_limit_ms(call.timeout_ms, wire.now());
                let read = driver.read_once(&request, limit_ms, own_id, &decode).await;
                let seen = match &read {
                    Ok(state) if state.is_final => Seen::Final,
                    Ok(_) => Seen::Open,
                    Err(Ending::Failed(caught)) if !caught.failure.code.is_refusal() => Seen::Failed,
                    Err(_) => Seen::Refused,
                };
                if let Ok(state) = &read
                    && last_status.as_deref() != Some(state.order_status.as_str())
                {
                    last_status = Some(state.order_status.as_str().to_owned());
                    if let Some(on_status) = &on_status {
                        on_status.call1(&JsValue::UNDEFINED, &to_js(state)?)?;
                    }
                }
                match (polling.after(seen, wire.now(), wire.random()), read) {
                    (Next::Wait(ms), _) if wire.sleep(ms).await => {}
                    (Next::Wait(_), _) => return Err(core.read_error(Ending::Aborted(None), &call)),
                    (Next::Done, Ok(state)) => return to_js(&state),
                    (Next::GiveUp, Err(ending)) => return Err(core.read_error(ending, &call)),
                    (_, read) => {
                        let secrets: Vec<_> = core.config.secrets().collect();
                        let last_status = last_status.map(|status| scrub(&status, &secrets));
                        let failure = Failure::deadline(wait.deadline_ms, last_status.as_deref());
                        let cause = read.err().map(|ending| core.read_error(ending, &call));
                        return Err(to_error(&failure.of_order(own_id), cause.as_ref()));
                    }
                }
            }
        }))
    }
}

fn prepare(
    core: &Core,
    endpoint: Endpoint,
    kind: RequestKind,
    request: &JsValue,
    options: &JsValue,
) -> Result<(Creation, Call, OnDuplicate), Failure> {
    let crossed = input::take(request);
    let input = crossed.read();
    let own_id = match input.get("externalTransactionId") {
        Input::Text(id) => Some((*id).to_owned()),
        _ => None,
    };
    let create = CreateConfig::read(&input::take(options).read())
        .map_err(|issues| Failure::options(issues).of_order(own_id.as_deref()))?;
    let call = core.call_of(&create.call, options);
    match OrderRequest::check(&input, kind, call.strict) {
        (Some(request), _) => {
            Ok((Creation::new(&core.config, endpoint, &request)?, call, create.on_duplicate))
        }
        (None, issues) => Err(Failure::validation(issues, own_id)),
    }
}

fn prepare_wait(
    core: &Core,
    which: &JsValue,
    options: &JsValue,
) -> Result<(OrderId, WaitConfig, Call), Failure> {
    let wait = WaitConfig::read(&input::take(options).read()).map_err(Failure::options)?;
    let call = core.call_of(&wait.call, options);
    let crossed = input::take(which);
    let which = crossed.read();
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
    order::check_id(name, id, &mut issues)
        .map(str::to_owned)
        .ok_or_else(|| Failure::validation(issues.into_vec(), None))
}
