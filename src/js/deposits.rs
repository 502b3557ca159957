//! The namespace `paystar.deposits`.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::model::request::RequestKind;
use crate::protocol::endpoint::{Endpoint, Pipeline};

use super::core::Core;
use super::orders::Orders;

/// Deposits: money from a customer to you.
///
/// What the customer needs next (a link to 3-D Secure, payment details, PayStar's page) is in the answer's `extra`:
/// PayStar does not document under which names.
#[wasm_bindgen]
pub struct Deposits {
    orders: Orders,
}

impl Deposits {
    pub(crate) fn new(core: &Rc<Core>) -> Self {
        Self { orders: Orders::new(core, Pipeline::Deposits) }
    }
}

#[wasm_bindgen]
impl Deposits {
    /// Creates a deposit by card or from person to person, whose data you send (H2H). Card data needs PCI DSS.
    ///
    /// Errors are those of `payouts.create`.
    ///
    /// PayStar documentation: deposit-h2h.
    #[wasm_bindgen(unchecked_return_type = "Promise<DepositOrder>")]
    pub fn create(
        &self,
        #[wasm_bindgen(unchecked_param_type = "DepositRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CreateOptions")] options: &JsValue,
    ) -> Promise {
        self.orders.create(Endpoint::CreateDeposit, RequestKind::Deposit, request, options)
    }

    /// Creates a deposit with a stored card: its token is `additionalFields.cardToken`. Which of the two tokens of
    /// `externalParams` PayStar wants is not documented; ask your account manager.
    ///
    /// Errors are those of `payouts.create`.
    ///
    /// PayStar documentation: deposit-by-token-h2h.
    #[wasm_bindgen(js_name = createWithToken, unchecked_return_type = "Promise<DepositOrder>")]
    pub fn create_with_token(
        &self,
        #[wasm_bindgen(unchecked_param_type = "DepositRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CreateOptions")] options: &JsValue,
    ) -> Promise {
        self.orders.create(Endpoint::CreateTokenDeposit, RequestKind::TokenDeposit, request, options)
    }

    /// Creates a deposit whose card the customer enters on PayStar's page (H2C). Card data in `additionalFields` is
    /// refused, since it must not be sent.
    ///
    /// Errors are those of `payouts.create`.
    ///
    /// PayStar documentation: deposit-h2c.
    #[wasm_bindgen(js_name = createHosted, unchecked_return_type = "Promise<DepositOrder>")]
    pub fn create_hosted(
        &self,
        #[wasm_bindgen(unchecked_param_type = "DepositRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CreateOptions")] options: &JsValue,
    ) -> Promise {
        self.orders.create(Endpoint::CreateHostedDeposit, RequestKind::HostedDeposit, request, options)
    }

    /// Reads a deposit's status by PayStar's id.
    ///
    /// PayStar documentation: get-deposit-status.
    #[wasm_bindgen(unchecked_return_type = "Promise<DepositStatus>")]
    pub fn get(
        &self,
        #[wasm_bindgen(js_name = externalId, unchecked_param_type = "string")] external_id: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Promise {
        self.orders.get(external_id, options)
    }

    /// Reads a deposit's status by your own id: what to do whenever an `outcome` was `"unknown"`.
    ///
    /// PayStar documentation: get-deposit-status-by-merch-id.
    #[wasm_bindgen(js_name = getByExternalTransactionId, unchecked_return_type = "Promise<DepositStatus>")]
    pub fn get_by_external_transaction_id(
        &self,
        #[wasm_bindgen(js_name = externalTransactionId, unchecked_param_type = "string")]
        external_transaction_id: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Promise {
        self.orders.get_by_external_transaction_id(external_transaction_id, options)
    }

    /// Reads a deposit's status again and again until it is final, as `payouts.waitUntilFinal` does.
    #[wasm_bindgen(js_name = waitUntilFinal, unchecked_return_type = "Promise<DepositStatus>")]
    pub fn wait_until_final(
        &self,
        #[wasm_bindgen(unchecked_param_type = "OrderReference")] which: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "WaitOptions")] options: &JsValue,
    ) -> Promise {
        self.orders.wait_until_final(which, options)
    }

    /// Finds everything that is wrong with a request for `create`. Nothing is sent.
    #[wasm_bindgen(unchecked_return_type = "Issue[]")]
    pub fn validate(
        &self,
        #[wasm_bindgen(unchecked_param_type = "DepositRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        self.orders.validate(RequestKind::Deposit, request, options)
    }

    /// Finds everything that is wrong with a request for `createWithToken`. Nothing is sent.
    #[wasm_bindgen(js_name = validateWithToken, unchecked_return_type = "Issue[]")]
    pub fn validate_with_token(
        &self,
        #[wasm_bindgen(unchecked_param_type = "DepositRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        self.orders.validate(RequestKind::TokenDeposit, request, options)
    }

    /// Finds everything that is wrong with a request for `createHosted`. Nothing is sent.
    #[wasm_bindgen(js_name = validateHosted, unchecked_return_type = "Issue[]")]
    pub fn validate_hosted(
        &self,
        #[wasm_bindgen(unchecked_param_type = "DepositRequest")] request: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        self.orders.validate(RequestKind::HostedDeposit, request, options)
    }
}
