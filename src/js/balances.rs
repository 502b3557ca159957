//! The namespace `paystar.balances`.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::model::issue::{IssueCode, Issues};
use crate::model::request::read_currency;
use crate::protocol::config::{CALL_KEYS, CallConfig, ClientConfig};
use crate::protocol::endpoint::{Endpoint, Pipeline};
use crate::protocol::failure::Failure;
use crate::protocol::http::HttpAnswer;
use crate::protocol::orders::{read_balance, read_request};

use super::core::{Core, Read};
use super::input;
use super::output::to_js;

/// Balances of the merchant and its pipelines.
#[wasm_bindgen]
pub struct Balances {
    core: Rc<Core>,
}

impl Balances {
    pub(crate) fn new(core: &Rc<Core>) -> Self {
        Self { core: Rc::clone(core) }
    }

    fn prepare(&self, currency: &JsValue, options: &JsValue) -> Result<Read, Failure> {
        let crossed = input::take(options);
        let read = crossed.read();
        let (call, mut issues) = CallConfig::read_with(&read, &[CALL_KEYS, &["pipeline"]].concat());
        let pipeline = match issues.optional_text("pipeline", read.get("pipeline")) {
            None => self.usual_pipeline(),
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
        let crossed = input::take(currency);
        match read_currency(&crossed.read(), &mut issues).filter(|_| !issues.has_errors()) {
            Some(currency) => {
                let request = read_request(&self.core.config, Endpoint::Balance(pipeline, currency))?;
                let (currency, call) = (currency.to_owned(), self.core.call_of(&call, options));
                let decode = Box::new(move |config: &ClientConfig, answer: &HttpAnswer| {
                    Ok(to_js(&read_balance(config, answer, &currency)?))
                });
                Ok(Read { request, own_id: None, call, decode })
            }
            None => Err(Failure::validation(issues.into_vec(), None)),
        }
    }

    /// Payouts, unless the client has keys for deposits alone.
    fn usual_pipeline(&self) -> Pipeline {
        let has = |pipeline| self.core.config.credentials(pipeline).is_some();
        if has(Pipeline::Deposits) && !has(Pipeline::Payouts) {
            Pipeline::Deposits
        } else {
            Pipeline::Payouts
        }
    }
}

#[wasm_bindgen]
impl Balances {
    /// Reads what the merchant and one of its pipelines have in a currency. Amounts are decimal strings.
    ///
    /// PayStar documentation: `merchant_balance`.
    #[wasm_bindgen(unchecked_return_type = "Promise<Balance>")]
    pub fn get(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] currency: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "BalanceOptions")] options: &JsValue,
    ) -> Promise {
        self.core.read(self.prepare(currency, options))
    }
}
