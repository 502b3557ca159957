//! The public interface of the sandbox.

use serde::{Serialize, Serializer};

use paystar_model::amount::Amount;
use paystar_model::id::{ExternalTransactionId, OrderId};
use paystar_model::input::Input;
use paystar_model::issue::{Issue, IssueCode, Issues};
use paystar_protocol::pipeline::Pipeline;

use super::api;
use super::callbacks::{Delivery, SentCallback};
use super::config::SandboxConfig;
use super::faults::{Fault, FaultRule, Faults};
use super::http::{ReceivedRequest, Response};
use super::reply::{Reply, api_call, reply};
use super::route::Route;
use super::scenario::Scenario;
use super::state::State;

/// An order that the sandbox has created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SandboxOrder<'a> {
    /// The pipeline of the order.
    #[serde(serialize_with = "write_pipeline")]
    pub pipeline: Pipeline,
    /// The merchant's id of the order.
    pub external_transaction_id: &'a str,
    /// PayStar's id of the order.
    pub external_id: &'a str,
    /// The URL for its callbacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<&'a str>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn write_pipeline<S: Serializer>(pipeline: &Pipeline, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(pipeline.as_str())
}

/// The simulated PayStar.
///
/// The sandbox has no clock. Each call gets the time, in milliseconds since 1970, so tests can choose it. The sandbox
/// sends nothing. Its owner takes [`Sandbox::due_callbacks`], sends them, and passes the results to
/// [`Sandbox::callback_answered`].
pub struct Sandbox {
    pub(crate) state: State,
    faults: Faults,
}

impl Sandbox {
    /// An empty sandbox.
    pub fn new(mut config: SandboxConfig) -> Self {
        let faults = std::mem::take(&mut config.faults);
        Self { state: State::new(config), faults }
    }

    /// Chooses what happens to the order with this id. The order must not exist yet.
    pub fn set_scenario(&mut self, external_transaction_id: &str, scenario: Scenario) {
        self.state.config.scenarios.insert(external_transaction_id.into(), scenario);
    }

    /// The number of orders.
    pub fn order_count(&self) -> usize {
        self.state.orders.len()
    }

    /// The orders, oldest first.
    pub fn orders(&self) -> impl Iterator<Item = SandboxOrder<'_>> {
        self.state.orders.iter().map(|order| SandboxOrder {
            pipeline: order.pipeline(),
            external_transaction_id: order.external_transaction_id.as_str(),
            external_id: order.external_id.as_str(),
            callback_url: order.callback_url.as_deref(),
        })
    }

    /// The number of accepted creations whose orders have not appeared yet.
    pub fn delayed_order_count(&self) -> usize {
        self.state.delayed_orders.len()
    }

    /// Adds a rule at the end of the script of faults.
    pub fn inject_fault(&mut self, rule: FaultRule) -> Result<(), Vec<Issue>> {
        self.faults.add(rule)
    }

    /// Removes all faults, including random ones. Delayed orders still appear.
    pub fn clear_faults(&mut self) {
        self.faults = Faults::default();
    }

    /// Applies everything that happens until this time. All other calls that get a time do the same.
    pub fn advance_to(&mut self, now: u64) {
        self.state.advance_to(now);
    }

    /// Responds to a request without any fault.
    pub fn respond(&mut self, request: &ReceivedRequest, now: u64) -> Response {
        api::respond(&mut self.state, Route::of(request).as_ref(), request, None, now)
    }

    /// Replies to a request with the faults of the sandbox. The rules of the script come first. Then comes the seed.
    pub fn reply(&mut self, request: &ReceivedRequest, now: u64) -> Reply {
        let route = Route::of(request);
        let fault = route.as_ref().and_then(|route| self.choose_fault(route, request));
        reply(&mut self.state, route.as_ref(), request, fault, now)
    }

    /// Replies to a request with this fault. Hosted pages have no faults.
    pub fn reply_with(&mut self, request: &ReceivedRequest, fault: Option<&Fault>, now: u64) -> Reply {
        reply(&mut self.state, Route::of(request).as_ref(), request, fault.copied(), now)
    }

    fn choose_fault(&mut self, route: &Route, request: &ReceivedRequest) -> Option<Fault> {
        if self.faults.are_none() {
            return None;
        }
        self.faults.choose(&api_call(route, request.body, &self.state.orders)?)
    }

    /// Changes the amount of an order, as if a customer paid another sum, and adds a callback. A failed order cannot
    /// change.
    pub fn change_amount(
        &mut self,
        external_transaction_id: &str,
        amount: &Input,
        pipeline: Pipeline,
        now: u64,
    ) -> Result<(), Vec<Issue>> {
        self.state.advance_to(now);
        let mut issues = Issues::default();
        let amount = issues.required_text("amount", amount).map(|text| Amount::from_text(text, None));
        if let Some(Err(error)) = &amount {
            issues.error("amount", error.code, format!("amount {}", error.advice));
        }
        let id = OrderId::Merchant(ExternalTransactionId::from(external_transaction_id));
        let index = self.state.orders.find(pipeline, &id);
        if index.is_none() {
            let message = format!("No order in {} has this externalTransactionId.", pipeline.as_str());
            issues.error("externalTransactionId", IssueCode::UnknownValue, message);
        }
        let (Some(Ok(amount)), Some(index)) = (amount, index) else { return Err(issues.into_vec()) };
        if !self.state.change_amount(index, amount, now) {
            let message = "The order has failed, or the amount is too large for the sandbox.";
            issues.error("amount", IssueCode::OutOfRange, message);
            return Err(issues.into_vec());
        }
        Ok(())
    }

    /// Takes the callbacks to send now. Each of them needs a call of [`Sandbox::callback_answered`].
    pub fn due_callbacks(&mut self, now: u64) -> Vec<Delivery> {
        self.state.advance_to(now);
        self.state.callbacks.take_due(now)
    }

    /// Takes the result of an attempt: the HTTP status, or `None` if there was no response in time.
    pub fn callback_answered(&mut self, id: u64, http_status: Option<u16>, now: u64) {
        self.state.callbacks.answered(id, http_status, &self.state.config.callbacks, now);
    }

    /// When to take due callbacks again. `None` if no callback can become due.
    pub fn next_callback_at(&self) -> Option<u64> {
        self.state.next_callback_at()
    }

    /// The last 1,000 callbacks that were sent, in the order of their first attempts.
    pub fn sent_callbacks(&self) -> Vec<&SentCallback> {
        self.state.callbacks.list()
    }
}
