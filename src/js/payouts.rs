//! The namespace `paystar.payouts`.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::model::input::Input;
use crate::model::issue::Issues;
use crate::model::order;
use crate::model::payout::PayoutRequest;
use crate::protocol::endpoint::Endpoint;
use crate::protocol::failure::Failure;
use crate::protocol::payouts::{Creation, read_status, status_request};

use super::core::{Call, Core, promise};
use super::input;
use super::output::{to_error, to_js};

/// Payouts: money from you to a customer (PayStar: withdrawal orders).
#[wasm_bindgen]
pub struct Payouts {
    core: Rc<Core>,
}

impl Payouts {
    pub(crate) fn new(core: Rc<Core>) -> Self {
        Self { core }
    }
}

#[wasm_bindgen]
impl Payouts {
    /// Creates a payout.
    ///
    /// Every error has `outcome`: `"notSent"` and `"rejected"` mean that this call made no order; after
    /// `"unknown"` one may exist, so read its status by `externalTransactionId` before anything else.
    ///
    /// PayStar documentation: create-payout-h2h.
    ///
    /// @throws ValidationError, ConfigurationError, ApiError, ConnectionError, TimeoutError, AbortedError
    #[wasm_bindgen(unchecked_return_type = "Promise<PayoutOrder>")]
    pub fn create(
        &self,
        #[wasm_bindgen(unchecked_param_type = "PayoutRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Promise {
        let core = Rc::clone(&self.core);
        let prepared = prepare(&core, request, options);
        promise(Box::pin(async move {
            let (creation, call) = prepared.map_err(|failure| to_error(&failure, None))?;
            let id = Some(creation.external_transaction_id.as_str());
            let secrets = creation.secrets(&core.config);
            let answer = core.exchange(&creation.http, &call, id, &secrets).await?;
            match creation.read(&core.config, &answer) {
                Ok(order) => to_js(&order),
                Err(failure) => Err(to_error(&failure, None)),
            }
        }))
    }

    /// Reads a payout's status by PayStar's id.
    ///
    /// PayStar documentation: get-patout-status.
    #[wasm_bindgen(unchecked_return_type = "Promise<PayoutStatus>")]
    pub fn get(
        &self,
        #[wasm_bindgen(js_name = externalId, unchecked_param_type = "string")] external_id: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Promise {
        self.read("externalId", external_id, options, |id| Endpoint::PayoutStatus(id))
    }

    /// Reads a payout's status by your own id: what to do whenever an `outcome` was `"unknown"`.
    ///
    /// PayStar documentation: get-patout-status-merch-id.
    #[wasm_bindgen(js_name = getByExternalTransactionId, unchecked_return_type = "Promise<PayoutStatus>")]
    pub fn get_by_external_transaction_id(
        &self,
        #[wasm_bindgen(js_name = externalTransactionId, unchecked_param_type = "string")]
        external_transaction_id: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Promise {
        self.read("externalTransactionId", external_transaction_id, options, |id| {
            Endpoint::PayoutStatusByExternalTransactionId(id)
        })
    }

    /// Finds everything that is wrong with a request. Nothing is sent. An empty array means that `create` would
    /// send it; so does one with warnings only.
    ///
    /// @throws ConfigurationError where the options are wrong.
    #[wasm_bindgen(unchecked_return_type = "Issue[]")]
    pub fn validate(
        &self,
        #[wasm_bindgen(unchecked_param_type = "PayoutRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let call = self.core.read_call(options).map_err(|failure| to_error(&failure, None))?;
        to_js(&PayoutRequest::check(&input::read(request), call.strict).1)
    }

    fn read(
        &self,
        name: &'static str,
        id: &JsValue,
        options: &JsValue,
        endpoint: fn(&str) -> Endpoint<'_>,
    ) -> Promise {
        let core = Rc::clone(&self.core);
        let prepared = core.read_call(options).and_then(|call| {
            let id = check_id(name, &input::read(id))?;
            status_request(&core.config, endpoint(&id)).map(|request| (request, call, id))
        });
        promise(Box::pin(async move {
            let (request, call, id) = prepared.map_err(|failure| to_error(&failure, None))?;
            let own_id = (name == "externalTransactionId").then_some(id.as_str());
            let secrets: Vec<&str> = core.config.secrets().collect();
            let answer = core.exchange(&request, &call, own_id, &secrets).await?;
            match read_status(&core.config, &answer) {
                Ok(status) => to_js(&status),
                Err(failure) => {
                    let failure = match own_id {
                        Some(id) => failure.of_order(id),
                        None => failure,
                    };
                    Err(to_error(&failure, None))
                }
            }
        }))
    }
}

fn prepare(core: &Core, request: &JsValue, options: &JsValue) -> Result<(Creation, Call), Failure> {
    let input = input::read(request);
    let own_id = match input.get("externalTransactionId") {
        Input::Text(id) => Some(id.clone()),
        _ => None,
    };
    let call = core.read_call(options).map_err(|failure| match &own_id {
        Some(id) => failure.of_order(id),
        None => failure,
    })?;
    match PayoutRequest::check(&input, call.strict) {
        (Some(request), _) => Ok((Creation::new(&core.config, &request)?, call)),
        (None, issues) => Err(Failure::validation(issues, own_id)),
    }
}

fn check_id(name: &str, id: &Input) -> Result<String, Failure> {
    let mut issues = Issues::default();
    match order::read_id(name, id, &mut issues) {
        Some(id) => Ok(id),
        None => Err(Failure::validation(issues.into_vec(), None)),
    }
}
