//! What all worlds have in common: the options of the client and of the sandbox, and how requests are made of them.

use std::rc::Rc;

use paystar_engine::task::{Read, ReadTarget};
use paystar_model::id::OrderId;
use paystar_model::input::Input;
use paystar_model::request::OrderRequest;
use paystar_protocol::config::{ClientConfig, Platform};
use paystar_protocol::endpoint::Endpoint;
use paystar_protocol::orders::{Creation, read_request};
use paystar_sandbox::Sandbox;
use paystar_sandbox::config::SandboxConfig;

use crate::check::Ledger;
use crate::network::BASE_URL;
use crate::plan::{Plan, SUMS};

/// The options that every world has, read once.
pub(crate) struct Setting {
    pub(crate) client: Rc<ClientConfig>,
    sandbox: Input<'static>,
}

impl Setting {
    pub(crate) fn new() -> Result<Self, String> {
        let keys = |public, private| record(&[("publicKey", text(public)), ("privateKey", text(private))]);
        let pipelines = [("payouts", keys("pk_out", "sk_out")), ("deposits", keys("pk_in", "sk_in"))];
        let client = record(&[&pipelines[..], &[("baseUrl", text(BASE_URL))]].concat());
        let sandbox = record(&[&pipelines[..], &[("callbacks", Input::Bool(false))]].concat());
        let client =
            ClientConfig::read(&client, Platform::default()).map_err(|issues| format!("{issues:?}"))?;
        Ok(Self { client: Rc::new(client), sandbox })
    }

    /// A sandbox in which the orders go the way that the plan has for them.
    pub(crate) fn sandbox(&self, plan: &Plan) -> Result<Sandbox, String> {
        let config = SandboxConfig::read(&self.sandbox).map_err(|issues| format!("{issues:?}"))?;
        let mut sandbox = Sandbox::new(config);
        for (order, course) in plan.courses.iter().enumerate() {
            sandbox.set_scenario(&Ledger::id_of(plan, order), course.scenario()?);
        }
        Ok(sandbox)
    }

    /// The creation that a visit asks for.
    pub(crate) fn creation(&self, plan: &Plan, order: usize, visit: usize) -> Result<Creation, String> {
        let (endpoint, kind, key, value) = plan.kind_of(order);
        let (amount, currency) = SUMS[plan.orders[order][visit].sum];
        // The URL is only there to see whose request made an order.
        let (id, mark) = (Ledger::id_of(plan, order), Ledger::mark_of((order, visit)));
        let input = record(&[
            ("amount", text(amount)),
            ("currency", text(currency)),
            ("externalTransactionId", text(&id)),
            ("callbackUrl", text(&mark)),
            ("additionalFields", record(&[(key, text(value))])),
        ]);
        let (request, issues) = OrderRequest::check(&input, kind, false);
        let request = request.ok_or_else(|| format!("{issues:?}"))?;
        Creation::new(&self.client, endpoint, &request).map_err(|failure| failure.message)
    }

    /// The read of an order's status by this id.
    pub(crate) fn read(&self, plan: &Plan, order: usize, id: OrderId) -> Result<Read, String> {
        let endpoint = Endpoint::Status(plan.kind_of(order).0.pipeline(), &id);
        let request = read_request(&self.client, endpoint).map_err(|failure| failure.message)?;
        Ok(Read { request, target: ReadTarget::State(id) })
    }
}

fn text(value: &str) -> Input<'_> {
    Input::Text(value)
}

fn record<'a>(entries: &[(&'a str, Input<'a>)]) -> Input<'a> {
    Input::Record(entries.to_vec())
}
