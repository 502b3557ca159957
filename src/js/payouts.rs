//! The namespace `paystar.payouts`.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::model::request::RequestKind;
use crate::protocol::endpoint::{Endpoint, Pipeline};

use super::core::Core;
use super::orders::Orders;

/// Payouts: money from you to a customer (PayStar: withdrawal orders).
#[wasm_bindgen]
pub struct Payouts {
    orders: Orders,
}

impl Payouts {
    pub(crate) fn new(core: &Rc<Core>) -> Self {
        Self { orders: Orders::new(core, Pipeline::Payouts) }
    }
}

#[wasm_bindgen]
impl Payouts {
    /// Creates a payout, or finds out whether it exists before it tries again.
    ///
    /// Where an answer is lost, the status is read by `externalTransactionId`: a payout that exists is the result
    /// (`resolvedBy: "lookup"`), and only one that PayStar does not know is sent again, always with the same id.
    ///
    /// Every error has `outcome`: `"notSent"` and `"rejected"` mean that this call made no order; after
    /// `"unknown"` one may exist, so read its status by `externalTransactionId` before anything else. `attempts`
    /// tells what was tried.
    ///
    /// PayStar documentation: create-payout-h2h.
    ///
    /// @throws ValidationError, ConfigurationError, ApiError, ConnectionError, TimeoutError, AbortedError
    #[wasm_bindgen(unchecked_return_type = "Promise<PayoutOrder>")]
    pub fn create(
        &self,
        #[wasm_bindgen(unchecked_param_type = "PayoutRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CreateOptions")] options: &JsValue,
    ) -> Promise {
        self.orders.create(Endpoint::CreatePayout, RequestKind::Payout, request, options)
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
        self.orders.get(external_id, options)
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
        self.orders.get_by_external_transaction_id(external_transaction_id, options)
    }

    /// Reads a payout's status again and again until it is final. A status that this version does not know is not
    /// final; a read that fails is tried again.
    ///
    /// @throws TimeoutError (`deadline_exceeded`) where it is not final by `deadlineMs`; AuthenticationError,
    /// ValidationError and ConfigurationError at once; the signal's own reason after an abort.
    #[wasm_bindgen(js_name = waitUntilFinal, unchecked_return_type = "Promise<PayoutStatus>")]
    pub fn wait_until_final(
        &self,
        #[wasm_bindgen(unchecked_param_type = "OrderReference")] which: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "WaitOptions")] options: &JsValue,
    ) -> Promise {
        self.orders.wait_until_final(which, options)
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
        self.orders.validate(RequestKind::Payout, request, options)
    }
}
