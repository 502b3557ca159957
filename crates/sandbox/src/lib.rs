//! A simulated PayStar, built from what is documented. What is not documented is marked as this sandbox's own.

// A test may overflow: it fails then, as it should.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

mod answers;
mod callback_options;
mod callbacks;
mod commits;
pub mod config;
mod creation;
pub mod faults;
mod form;
mod history;
mod ledger;
mod limits;
mod money;
mod order;
mod orders;
mod page;
mod request;
mod route;
pub mod scenario;
mod values;

use std::collections::HashMap;

use serde::{Serialize, Serializer};

use paystar_model::amount::Amount;
use paystar_model::id::OrderId;
use paystar_model::input::Input;
use paystar_model::issue::{Issue, IssueCode, Issues};
use paystar_model::order::OrderStatus;
use paystar_protocol::pipeline::Pipeline;

pub use answers::Answer;
use callbacks::Callbacks;
pub use callbacks::{CallbackState, Delivery, SentCallback};
use commits::{Commits, Delay};
use config::SandboxConfig;
use faults::{FaultRule, Faults};
use form::Form;
use ledger::Ledger;
use money::Money;
use order::{CardTokens, Stage};
use orders::{Event, Index, Orders};
use request::{Card, Door};
use route::Route;
use scenario::{End, Scenario};

/// A request as it reaches the sandbox.
#[derive(Clone, Copy, Default)]
pub struct Arrival<'a> {
    /// `GET`, `POST`.
    pub method: &'a str,
    /// The path of the URL, percent-encoded, and its query.
    pub target: &'a str,
    /// The header `Authorization`.
    pub authorization: Option<&'a str>,
    /// The host that the request was sent to.
    pub host: Option<&'a str>,
    /// The host that the request would have been sent to, by the header of the client.
    pub named_host: Option<&'a str>,
    /// The address that it came from; none in one process.
    pub address: Option<&'a str>,
    /// Where the hosted pages are reached: `http://127.0.0.1:4010`.
    pub origin: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// An order that the sandbox has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MadeOrder<'a> {
    /// The pipeline that it belongs to.
    #[serde(serialize_with = "write_pipeline")]
    pub pipeline: Pipeline,
    /// The merchant's own id.
    pub external_transaction_id: &'a str,
    /// PayStar's id.
    pub external_id: &'a str,
    /// Where its callbacks go, if anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<&'a str>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn write_pipeline<S: Serializer>(pipeline: &Pipeline, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(pipeline.as_str())
}

/// The simulated PayStar. Time comes in with each call, in milliseconds since 1970, so that tests can step it by
/// hand. It sends nothing by itself: whoever owns it takes [`Sandbox::due_callbacks`], sends them, and tells
/// [`Sandbox::callback_answered`] how it went.
pub struct Sandbox {
    config: SandboxConfig,
    orders: Orders,
    commits: Commits,
    ledger: Ledger,
    callbacks: Callbacks,
    /// Whether callbacks of orders lie ahead, so that somebody must look when their time comes.
    awaits_callbacks: bool,
    /// Stored cards by either of their tokens.
    cards: HashMap<String, (Card, CardTokens)>,
}

impl Sandbox {
    /// An empty sandbox.
    pub fn new(config: SandboxConfig) -> Self {
        Self {
            orders: Orders::new(config.seed),
            commits: Commits::default(),
            ledger: Ledger::new(&config.balances, config.overdraft),
            callbacks: Callbacks::default(),
            awaits_callbacks: false,
            cards: HashMap::new(),
            config,
        }
    }

    /// Chooses what becomes of the order with this id; it must not exist yet.
    pub fn set_scenario(&mut self, external_transaction_id: &str, scenario: Scenario) {
        self.config.scenarios.insert(external_transaction_id.to_owned(), scenario);
    }

    /// How many orders there are.
    pub fn order_count(&self) -> usize {
        self.orders.len()
    }

    /// The orders, in the order that they were made.
    pub fn made(&self) -> impl Iterator<Item = MadeOrder<'_>> {
        self.orders.iter().map(|order| MadeOrder {
            pipeline: order.pipeline(),
            external_transaction_id: &order.external_transaction_id,
            external_id: &order.external_id,
            callback_url: order.callback_url.as_deref(),
        })
    }

    /// How many creations were taken whose orders are still to appear.
    pub fn commits_ahead(&self) -> usize {
        self.commits.len()
    }

    /// Adds a rule to the script of faults, behind the others.
    pub fn inject_fault(&mut self, rule: FaultRule) -> Result<(), Vec<Issue>> {
        self.config.faults.add(rule)
    }

    /// Ends all faults to come, those by seed too. Orders that are still to appear will appear.
    pub fn clear_faults(&mut self) {
        self.config.faults = Faults::default();
    }

    /// Answers one request, without any fault.
    pub fn answer(&mut self, arrival: &Arrival, now: u64) -> Answer {
        self.handle(Route::of(arrival), arrival, None, now)
    }

    /// With a delay, the order of a creation appears later.
    fn handle(&mut self, route: Option<Route>, arrival: &Arrival, delay: Option<Delay>, now: u64) -> Answer {
        self.settle(now);
        let Some(route) = route else { return Answer::unknown_path() };
        match &route {
            Route::ShowPage(id) => return self.show_page(id, now),
            Route::SubmitPage(id) => return self.submit_page(id, arrival.body, now),
            _ => {}
        }
        if !self.config.allows_address(arrival.address) {
            return Answer::forbidden();
        }
        let Some(pipeline) = self.authorized_pipeline(&route, arrival.authorization) else {
            return Answer::unauthorized();
        };
        if !self.config.is_active(pipeline) {
            return Answer::forbidden();
        }
        match route {
            Route::Create(door) => self.create(door, arrival, delay, now),
            Route::Status(pipeline, id) => self
                .orders
                .find(pipeline, &id)
                .and_then(|index| self.orders.get(index))
                .map_or_else(Answer::not_found, |order| Answer::status(order, self.config.history_codes)),
            Route::Balance(currency) => self.balance(currency.as_deref()),
            Route::ShowPage(_) | Route::SubmitPage(_) => Answer::not_found(),
        }
    }

    /// Changes the amount of an order, as when a customer pays another sum, and calls back. An order that has failed,
    /// or is not there, cannot change.
    pub fn change_amount(
        &mut self,
        external_transaction_id: &str,
        amount: &Input,
        pipeline: Pipeline,
        now: u64,
    ) -> Result<(), Vec<Issue>> {
        self.settle(now);
        let mut issues = Issues::default();
        let read = issues.required_text("amount", amount).map(|text| Amount::from_text(text, None));
        if let Some(Err(error)) = &read {
            issues.error("amount", error.code, format!("amount {}", error.advice));
        }
        let id = OrderId::Merchant(external_transaction_id.into());
        let index = self.orders.find(pipeline, &id);
        if index.is_none() {
            let message =
                format!("There is no order with this externalTransactionId in {}.", pipeline.as_str());
            issues.error("externalTransactionId", IssueCode::UnknownValue, message);
        }
        let (Some(Ok(amount)), Some(index)) = (read, index) else { return Err(issues.into_vec()) };
        if !self.replace_amount(index, amount, now) {
            let message = "The order has failed, or the amount is beyond what the sandbox counts exactly.";
            issues.error("amount", IssueCode::OutOfRange, message);
            return Err(issues.into_vec());
        }
        self.call_back(index, now);
        Ok(())
    }

    /// Takes the callbacks that are to be sent now. Each must be answered.
    pub fn due_callbacks(&mut self, now: u64) -> Vec<Delivery> {
        self.settle(now);
        self.callbacks.take_due(now)
    }

    /// Notes how a delivery went: its HTTP status, or that there was no answer within the time limit.
    pub fn callback_answered(&mut self, id: u64, http_status: Option<u16>, now: u64) {
        self.callbacks.answered(id, http_status, &self.config.callbacks, now);
    }

    /// When to look for callbacks again. `None` while there is nothing to wait for.
    pub fn next_callback_at(&self) -> Option<u64> {
        let ahead = self.orders.next_at().filter(|_| self.awaits_callbacks);
        [self.callbacks.next_at(), self.commits.next_at(), ahead].into_iter().flatten().min()
    }

    /// The last 1,000 callbacks that were sent, in the order of their first attempts.
    pub fn sent_callbacks(&self) -> Vec<&SentCallback> {
        self.callbacks.list()
    }

    /// A balance is read with either pipeline's key, all else with the key of its own.
    fn authorized_pipeline(&self, route: &Route, authorization: Option<&str>) -> Option<Pipeline> {
        let token = authorization?.strip_prefix("Bearer ")?;
        let pipelines: &[Pipeline] = match route {
            Route::Create(Door::Payouts) | Route::Status(Pipeline::Payouts, _) => &[Pipeline::Payouts],
            Route::Create(Door::Deposits(_)) | Route::Status(Pipeline::Deposits, _) => &[Pipeline::Deposits],
            _ => &[Pipeline::Payouts, Pipeline::Deposits],
        };
        let accepts = |pipeline| self.config.keys(pipeline).is_some_and(|keys| keys.accept(token));
        pipelines.iter().copied().find(|pipeline| accepts(*pipeline))
    }

    fn balance(&self, currency: Option<&str>) -> Answer {
        match currency {
            None => Answer::validation("Currency is required property"),
            Some(currency) if !self.config.knows_currency(currency) => {
                Answer::validation("currency has invalide value")
            }
            Some(currency) => {
                Answer::balance(currency, &self.ledger.purse(currency), self.ledger.overdraft())
            }
        }
    }

    fn find_page(&self, external_id: &str) -> Option<Index> {
        self.orders.find(Pipeline::Deposits, &OrderId::External(external_id.into()))
    }

    fn show_page(&mut self, external_id: &str, now: u64) -> Answer {
        let found = self.find_page(external_id);
        let Some(order) = found.and_then(|index| self.orders.get_mut(index)) else {
            return Answer::not_found();
        };
        if order.status == OrderStatus::Init && !order.has_noted("3.0.1.51") {
            order.note(now, "3.0.1.51");
        }
        page::show(order)
    }

    /// Only the first submission counts.
    fn submit_page(&mut self, external_id: &str, body: &[u8], now: u64) -> Answer {
        let found = self.find_page(external_id);
        let Some((index, order)) = found.and_then(|index| Some((index, self.orders.get_mut(index)?))) else {
            return Answer::not_found();
        };
        if order.status != OrderStatus::Init {
            return page::leave(order);
        }
        let form = Form::read(body);
        if form.is_cancelled {
            order.status = OrderStatus::Failed;
            order.note(now, "3.0.4.54");
            self.call_back(index, now);
        } else {
            let problems = form.problems(now);
            if !problems.are_none() {
                return page::form(order, &form, &problems);
            }
            order.card = Card::new(Some(&form.card_number), Some(&form.holder));
            order.note(now, "3.0.1.53");
            order.note(now, "3.1.1.00");
            if order.plan.end == End::Success
                && let Some(Scenario::Order(course)) = Scenario::of_card(&form.card_number)
            {
                order.plan.end = course.end;
            }
            self.begin(index, now);
            self.settle(now);
        }
        self.orders.get(index).map_or_else(Answer::not_found, page::leave)
    }

    /// Lets all happen that lies between the last call and now. All other calls with a time do so, too.
    pub fn settle(&mut self, now: u64) {
        while let Some(at) = self.next_at().filter(|at| *at <= now) {
            if let Some(late) = self.commits.take_due(at) {
                self.commit(late);
            } else if let Some(event) = self.orders.take_due(at) {
                self.step(event);
            }
        }
    }

    /// When something happens by itself again.
    fn next_at(&self) -> Option<u64> {
        [self.commits.next_at(), self.orders.next_at()].into_iter().flatten().min()
    }

    fn step(&mut self, Event { at, order: index, stage, .. }: Event) {
        let Some(order) = self.orders.get_mut(index) else { return };
        order.enter(stage, at);
        let pipeline = order.pipeline();
        let is_held = order.is_held;
        order.is_held = is_held && stage != Stage::Final;
        match order.status {
            OrderStatus::Success => {
                self.ledger.settle(pipeline, &order.currency, order.sum);
                self.store_card(index);
            }
            OrderStatus::Failed if is_held => self.ledger.release(pipeline, &order.currency, order.sum),
            _ => {}
        }
        self.call_back(index, at);
    }

    /// A card that has paid may pay again, by its tokens.
    fn store_card(&mut self, index: Index) {
        let (bank, storage) = (self.orders.next_uuid(), self.orders.next_uuid());
        let Some(order) = self.orders.get_mut(index) else { return };
        if order.pipeline() == Pipeline::Payouts || order.card.number.is_none() {
            return;
        }
        let new = || CardTokens { bank: format!("BankToken-{bank}"), storage };
        let tokens = order.stored_card.clone().unwrap_or_else(new);
        for token in [&tokens.bank, &tokens.storage] {
            self.cards.insert(token.clone(), (order.card.clone(), tokens.clone()));
        }
        order.tokens = Some(tokens);
    }

    /// Whether the amount of an order can be, and is, another one now. The code of this step is put together from
    /// PayStar's documented segments: the sandbox's own.
    fn replace_amount(&mut self, index: Index, amount: Amount, now: u64) -> bool {
        let (Some(order), Some(sum)) = (self.orders.get_mut(index), Money::of(&amount)) else { return false };
        let (pipeline, from) = (order.pipeline(), order.sum);
        let ledger = &mut self.ledger;
        let (is_changed, action) = match order.status {
            OrderStatus::Failed | OrderStatus::Other(_) => return false,
            OrderStatus::Success => (ledger.change_settled(pipeline, &order.currency, from, sum), "1.0.3.35"),
            OrderStatus::Init => (true, "1.0.0.35"),
            _ if !order.is_held => (true, "1.0.1.35"),
            OrderStatus::Created => (ledger.change_held(pipeline, &order.currency, from, sum), "1.0.1.35"),
            OrderStatus::Processing => (ledger.change_held(pipeline, &order.currency, from, sum), "1.0.2.35"),
        };
        if is_changed {
            order.amount = amount;
            order.sum = sum;
            order.note(now, action);
        }
        is_changed
    }

    /// Without a private key nothing can be signed, so nothing is sent.
    fn call_back(&mut self, index: Index, at: u64) {
        let options = &self.config.callbacks;
        let Some(order) = self.orders.get(index).filter(|order| order.callback_url.is_some()) else { return };
        let keys = self.config.keys(order.pipeline());
        let Some(private_key) = keys.and_then(|keys| keys.private_keys().next()).filter(|_| options.is_on)
        else {
            return;
        };
        self.awaits_callbacks = true;
        self.callbacks.queue(index, order, private_key, options, self.config.seed, at);
    }
}

#[cfg(test)]
mod tests;
