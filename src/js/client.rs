//! The class `PayStar`.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::model::issue::{Issue, IssueCode, Severity};
use crate::protocol::config::{Carrier, ClientConfig, Platform};
use crate::protocol::failure::Failure;
use crate::transport::node::Node;
use crate::transport::send::Transport;

use super::balances::Balances;
use super::callbacks::{Alerts, Callbacks};
use super::core::Core;
use super::deposits::Deposits;
use super::environment;
use super::input;
use super::output::to_error;
use super::payouts::Payouts;

#[wasm_bindgen(typescript_custom_section)]
const SHARED: &str = include_str!("shared.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const SURFACE: &str = include_str!("surface.d.ts");

/// A client of the PayStar merchant API.
///
/// One client serves a whole process: it keeps no state between calls but its options, and any number of calls
/// may run at once.
#[wasm_bindgen]
pub struct PayStar {
    payouts: JsValue,
    deposits: JsValue,
    balances: JsValue,
    callbacks: JsValue,
    alerts: JsValue,
}

#[wasm_bindgen]
impl PayStar {
    /// Makes a client. Nothing is sent.
    ///
    /// @throws ConfigurationError where an option is wrong; `issues` names each.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "PayStarOptions")] options: &JsValue,
    ) -> Result<PayStar, JsValue> {
        let platform = Platform {
            is_browser: environment::is_browser(),
            has_node_http: environment::has_node_http(),
            page_origin: None,
        };
        let config = ClientConfig::read(&input::take(options).read(), platform)
            .and_then(refuse_unusable_url)
            .map_err(|issues| to_error(&Failure::options(issues), None))?;
        let transport = transport(&config, options);
        let core = Rc::new(Core::new(config, transport));
        Ok(Self {
            payouts: Payouts::new(&core).into(),
            deposits: Deposits::new(&core).into(),
            balances: Balances::new(&core).into(),
            callbacks: Callbacks::new(&core).into(),
            alerts: Alerts::new(&core).into(),
        })
    }

    /// Payouts: money from you to a customer.
    #[wasm_bindgen(getter, unchecked_return_type = "Payouts")]
    pub fn payouts(&self) -> JsValue {
        self.payouts.clone()
    }

    /// Deposits: money from a customer to you.
    #[wasm_bindgen(getter, unchecked_return_type = "Deposits")]
    pub fn deposits(&self) -> JsValue {
        self.deposits.clone()
    }

    /// What you have, per currency and pipeline.
    #[wasm_bindgen(getter, unchecked_return_type = "Balances")]
    pub fn balances(&self) -> JsValue {
        self.balances.clone()
    }

    /// Verifies what PayStar sends to your `callbackUrl`.
    #[wasm_bindgen(getter, unchecked_return_type = "Callbacks")]
    pub fn callbacks(&self) -> JsValue {
        self.callbacks.clone()
    }

    /// Verifies what PayStar sends about your account.
    #[wasm_bindgen(getter, unchecked_return_type = "Alerts")]
    pub fn alerts(&self) -> JsValue {
        self.alerts.clone()
    }
}

fn transport(config: &ClientConfig, options: &JsValue) -> Transport {
    let injected = input::member(options, "fetch").and_then(|fetch| fetch.dyn_into::<Function>().ok());
    match (injected, config.carrier) {
        (Some(fetch), _) => Transport::Injected(fetch),
        (None, Carrier::Fetch) => Transport::Fetch,
        (None, Carrier::Node) => {
            let agent = input::member(options, "agent").filter(JsValue::is_object);
            Transport::Node(Node::with_agent(agent.as_ref()))
        }
    }
}

/// The platform knows some URLs to be none that the rules of the model let through, such as `http://1.2.3.4.5`.
fn refuse_unusable_url(config: ClientConfig) -> Result<ClientConfig, Vec<Issue>> {
    match &config.base_url {
        Some(url) if !environment::is_url(url) => Err(vec![Issue {
            path: "baseUrl".to_owned(),
            code: IssueCode::InvalidFormat,
            message: "baseUrl is not a URL that this platform can use.".to_owned(),
            severity: Severity::Error,
        }]),
        _ => Ok(config),
    }
}
