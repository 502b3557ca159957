//! How orders are made: at once, or later than their creations.

use paystar_model::order::OrderStatus;
use paystar_protocol::pipeline::Pipeline;

use super::answers::Answer;
use super::commits::{Delay, Late};
use super::order::Order;
use super::orders::Index;
use super::request::{CreateRequest, Door, OrderKind};
use super::scenario::{Course, End, Scenario};
use super::{Arrival, Sandbox};

/// Beyond it, creations are refused with 423.
const MOST_ORDERS: usize = 500_000;

impl Sandbox {
    pub(super) fn create(&mut self, door: Door, arrival: &Arrival, delay: Option<Delay>, now: u64) -> Answer {
        let mut request = match CreateRequest::read(arrival.body, door, &self.config) {
            Ok(request) => request,
            Err(message) => return Answer::validation(&message),
        };
        if let Some(answer) = self.refusal(&request) {
            return answer;
        }
        let course = match self.scenario_of(&request) {
            Scenario::RefuseLimit => return Answer::limit(&self.orders.next_uuid()),
            Scenario::RefuseTemporarily => return Answer::temporary(),
            Scenario::Order(course) => course,
        };
        let pipeline = request.kind.pipeline();
        if request.callback_url.is_none() {
            request.callback_url = self.config.callback_urls.of(pipeline).map(str::to_owned);
        }
        if let Some(delay) = delay {
            if delay.is_reserved {
                self.orders.reserve(pipeline, request.external_transaction_id.clone());
            }
            request.card_number = None;
            self.commits.add(request, course, delay, now);
            return Answer::gateway_timeout();
        }
        let index = self.make(request, course, now);
        self.orders.get(index).map_or_else(Answer::not_found, |order| Answer::created(order, arrival.origin))
    }

    /// Why there can be no order of this request now. Ids and orders that are still to come count as if they were there.
    fn refusal(&mut self, request: &CreateRequest) -> Option<Answer> {
        let pipeline = request.kind.pipeline();
        if self.orders.contains(pipeline, &request.external_transaction_id) {
            return Some(Answer::duplicate());
        }
        if !self.config.limits.allow(pipeline, request.sum, self.orders.count(pipeline)) {
            return Some(Answer::limit(&self.orders.next_uuid()));
        }
        let count = self.orders.len().saturating_add(self.commits.len());
        (count >= MOST_ORDERS).then(Answer::temporary)
    }

    fn make(&mut self, request: CreateRequest, course: Course, now: u64) -> Index {
        let kind = request.kind;
        let stored = request.token.as_ref().and_then(|token| self.cards.get(token)).cloned();
        let mut order = Order::new(
            self.orders.next_uuid(),
            request,
            course.plan(self.config.processing_after_ms, self.config.final_after_ms),
            now,
        );
        if let Some((card, _)) = &stored {
            order.card = card.clone();
        }
        order.stored_card = stored.map(|(_, tokens)| tokens);
        if kind == OrderKind::TokenDeposit && order.stored_card.is_none() {
            // The sandbox's own choice among PayStar's codes: the gateway does not allow it.
            order.plan.end = End::Failed("2.2.4.22".to_owned());
        }
        let index = self.orders.add(order);
        if kind != OrderKind::HostedDeposit {
            self.begin(index, now);
        }
        index
    }

    /// Chosen for the id, by the amount, or by a test card of a deposit: the first of these.
    fn scenario_of(&self, request: &CreateRequest) -> Scenario {
        let by_id = self.config.scenarios.get(&request.external_transaction_id).cloned();
        let card_number = request.card_number.as_deref().filter(|_| request.kind == OrderKind::CardDeposit);
        by_id
            .or_else(|| Scenario::of_amount(&request.amount))
            .or_else(|| Scenario::of_card(card_number?))
            .unwrap_or_default()
    }

    /// An order appears, unless another one has its id by now: PayStar takes an id once.
    pub(super) fn commit(&mut self, late: Late) {
        if late.is_reserved || self.refusal(&late.request).is_none() {
            self.make(late.request, late.course, late.at);
        }
    }

    /// An order whose data is complete: its money is held, and it goes its way.
    pub(super) fn begin(&mut self, index: Index, now: u64) {
        let Some(order) = self.orders.get_mut(index) else { return };
        order.status = OrderStatus::Created;
        let pipeline = order.pipeline();
        order.is_held = self.ledger.hold(pipeline, &order.currency, order.sum);
        if !order.is_held {
            let action = if pipeline == Pipeline::Payouts { "1.2.4.31" } else { "1.2.4.32" };
            order.plan.end = End::Failed(action.to_owned());
        }
        self.orders.begin(index, now);
        self.call_back(index, now);
    }
}
