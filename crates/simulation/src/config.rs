//! The options of the client and of the sandbox, and the requests that follow from them. They are the same in all worlds.

use std::rc::Rc;

use paystar_engine::task::{Read, ReadTarget};
use paystar_model::id::OrderId;
use paystar_model::input::Input;
use paystar_model::request::OrderRequest;
use paystar_protocol::config::{Access, ClientConfig, Platform};
use paystar_protocol::endpoint::Endpoint;
use paystar_protocol::orders::{Creation, read_request};
use paystar_sandbox::Sandbox;
use paystar_sandbox::config::SandboxConfig;

use crate::create_call::AMOUNTS;
use crate::ids::CallId;
use crate::network::BASE_URL;
use crate::plan::Plan;

/// When the sandbox's clock starts: 2026-01-01T00:00:00Z.
pub(crate) const SERVER_START_MS: u64 = 1_767_225_600_000;

pub(crate) struct CommonConfig {
    with_keys: Rc<ClientConfig>,
    without_keys: Rc<ClientConfig>,
    sandbox: Input<'static>,
}

impl CommonConfig {
    pub(crate) fn new() -> Result<Self, String> {
        let keys = |public, private| record(&[("publicKey", text(public)), ("privateKey", text(private))]);
        let pipelines = [("payouts", keys("pk_out", "sk_out")), ("deposits", keys("pk_in", "sk_in"))];
        let base_url = [("baseUrl", text(BASE_URL))];
        let client = |options: &[(&'static str, Input<'static>)]| {
            let read = ClientConfig::read(&record(options), Platform::default());
            read.map(Rc::new).map_err(|issues| format!("{issues:?}"))
        };
        let sandbox = record(&[&pipelines[..], &[("callbacks", Input::Bool(false))]].concat());
        Ok(Self {
            with_keys: client(&[&pipelines[..], &base_url].concat())?,
            without_keys: client(&base_url)?,
            sandbox,
        })
    }

    /// The client of a world.
    pub(crate) fn client(&self, plan: &Plan) -> &Rc<ClientConfig> {
        if plan.is_behind_panel() { &self.without_keys } else { &self.with_keys }
    }

    /// The token that the panel adds to a request about an order, if the world has a panel.
    pub(crate) fn panel_token(&self, plan: &Plan, order: usize) -> Option<String> {
        match self.with_keys.access(plan.kind_of(order).0.pipeline()) {
            Access::Token(credentials) if plan.is_behind_panel() => Some(credentials.authorization()),
            _ => None,
        }
    }

    /// A sandbox whose orders have the lifecycles of the plan.
    pub(crate) fn sandbox(&self, plan: &Plan) -> Result<Sandbox, String> {
        let config = SandboxConfig::read(&self.sandbox).map_err(|issues| format!("{issues:?}"))?;
        let mut sandbox = Sandbox::new(config);
        for (order, lifecycle) in plan.lifecycles.iter().enumerate() {
            sandbox.set_scenario(plan.merchant_id(order).as_str(), lifecycle.scenario()?);
        }
        Ok(sandbox)
    }

    /// The creation of a create call.
    pub(crate) fn creation(&self, plan: &Plan, call: CallId) -> Result<Creation, String> {
        let (endpoint, kind, key, value) = plan.kind_of(call.order);
        let (amount, currency) = AMOUNTS[plan.create_calls[call.order][call.number].amount];
        let (id, callback_url) = (plan.merchant_id(call.order), call.callback_url());
        let input = record(&[
            ("amount", text(amount)),
            ("currency", text(currency)),
            ("externalTransactionId", text(id.as_str())),
            ("callbackUrl", text(&callback_url)),
            ("additionalFields", record(&[(key, text(value))])),
        ]);
        let (request, issues) = OrderRequest::check(&input, kind, false);
        let request = request.ok_or_else(|| format!("{issues:?}"))?;
        Creation::new(self.client(plan), endpoint, &request).map_err(|failure| failure.message)
    }

    /// The read of an order's status with this id.
    pub(crate) fn read(&self, plan: &Plan, order: usize, id: OrderId) -> Result<Read, String> {
        let endpoint = Endpoint::Status(plan.kind_of(order).0.pipeline(), &id);
        let request = read_request(self.client(plan), endpoint).map_err(|failure| failure.message)?;
        Ok(Read { request, target: ReadTarget::State(id) })
    }
}

fn text(value: &str) -> Input<'_> {
    Input::Text(value)
}

fn record<'a>(entries: &[(&'a str, Input<'a>)]) -> Input<'a> {
    Input::Record(entries.to_vec())
}
