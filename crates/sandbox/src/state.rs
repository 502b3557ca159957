//! The state of a sandbox: its orders, its money, its cards and its callbacks. The functions here change all of them
//! together.

use std::collections::HashMap;

use paystar_model::amount::Amount;
use paystar_model::decimal::Decimal;
use paystar_model::order::OrderStatus;
use paystar_protocol::pipeline::Pipeline;

use super::callbacks::Callbacks;
use super::config::SandboxConfig;
use super::creation_request::{Card, CreationRequest, OrderKind};
use super::ledger::Ledger;
use super::order::{CardTokens, Order, Transition};
use super::orders::{Index, Orders};
use super::scenario::{OrderScenario, Outcome};
use super::time_queue::TimeQueue;

/// With more orders, the sandbox refuses creations with 423.
const MOST_ORDERS: usize = 500_000;

/// How much later than its creation an order appears.
#[derive(Clone, Copy)]
pub(crate) struct CreationDelay {
    pub(crate) after_ms: u32,
    /// Whether no other order can get the id in the meantime.
    pub(crate) reserves_id: bool,
}

/// A creation whose order has not appeared yet.
pub(crate) struct DelayedOrder {
    request: CreationRequest,
    scenario: OrderScenario,
    has_reserved_id: bool,
}

/// Why the sandbox cannot create an order.
pub(crate) enum Refusal {
    Duplicate,
    Limit { id: String },
    TooManyOrders,
}

/// A card that has paid.
#[derive(Clone)]
struct StoredCard {
    card: Card,
    tokens: CardTokens,
}

/// The state of a sandbox.
pub(crate) struct State {
    pub(crate) config: SandboxConfig,
    pub(crate) orders: Orders,
    pub(crate) delayed_orders: TimeQueue<DelayedOrder>,
    pub(crate) ledger: Ledger,
    pub(crate) callbacks: Callbacks,
    /// Whether a callback was added. Without callbacks, nobody has to wait for the next transition.
    has_callbacks: bool,
    /// Each card is stored under both of its tokens.
    stored_cards: HashMap<String, StoredCard>,
}

impl State {
    pub(crate) fn new(config: SandboxConfig) -> Self {
        Self {
            orders: Orders::new(config.seed),
            delayed_orders: TimeQueue::new(),
            ledger: Ledger::new(&config.balances, config.overdraft),
            callbacks: Callbacks::default(),
            has_callbacks: false,
            stored_cards: HashMap::new(),
            config,
        }
    }

    /// Applies everything that happens until this time.
    pub(crate) fn advance_to(&mut self, now: u64) {
        while let Some(at) = self.next_at().filter(|at| *at <= now) {
            if let Some(delayed) = self.delayed_orders.take_due(at) {
                self.create_delayed(delayed, at);
            } else if let Some((index, transition)) = self.orders.transitions.take_due(at) {
                self.apply(index, transition, at);
            }
        }
    }

    fn next_at(&self) -> Option<u64> {
        [self.delayed_orders.next_at(), self.orders.transitions.next_at()].into_iter().flatten().min()
    }

    /// When the owner of the sandbox must ask for callbacks again. `None` if no callback can become due.
    pub(crate) fn next_callback_at(&self) -> Option<u64> {
        let transition = self.orders.transitions.next_at().filter(|_| self.has_callbacks);
        [self.callbacks.next_at(), self.delayed_orders.next_at(), transition].into_iter().flatten().min()
    }

    /// Why a creation is refused now. Reserved ids and delayed orders count as orders.
    pub(crate) fn refusal(&mut self, request: &CreationRequest) -> Option<Refusal> {
        let pipeline = request.kind.pipeline();
        if self.orders.has_id(pipeline, &request.external_transaction_id) {
            return Some(Refusal::Duplicate);
        }
        if !self.config.limits.of(pipeline).allow(request.sum, self.orders.count(pipeline)) {
            return Some(Refusal::Limit { id: self.orders.next_uuid() });
        }
        let count = self.orders.len().saturating_add(self.delayed_orders.len());
        (count >= MOST_ORDERS).then_some(Refusal::TooManyOrders)
    }

    /// Creates an order.
    pub(crate) fn create(&mut self, request: CreationRequest, scenario: OrderScenario, now: u64) -> Index {
        let kind = request.kind;
        let stored = request.token.as_ref().and_then(|token| self.stored_cards.get(token)).cloned();
        let delays = scenario.delays(self.config.delays);
        let external_id = self.orders.next_uuid().into();
        let mut order = Order::new(external_id, request, scenario.outcome, delays, now);
        if let Some(StoredCard { card, tokens }) = stored {
            order.card = card;
            order.stored_card = Some(tokens);
        } else if kind == OrderKind::TokenDeposit {
            // PayStar does not document the code for an unknown token. This code says that the gateway refuses.
            order.outcome = Outcome::Failed("2.2.4.22".to_owned());
        }
        let index = self.orders.add(order);
        if kind != OrderKind::HostedDeposit {
            self.start(index, now);
        }
        index
    }

    /// Accepts a creation whose order appears later.
    pub(crate) fn create_later(
        &mut self,
        mut request: CreationRequest,
        scenario: OrderScenario,
        delay: CreationDelay,
        now: u64,
    ) {
        if delay.reserves_id {
            self.orders.reserve(request.kind.pipeline(), request.external_transaction_id.clone());
        }
        request.card_number = None;
        let at = now.saturating_add(u64::from(delay.after_ms));
        self.delayed_orders.add(at, DelayedOrder { request, scenario, has_reserved_id: delay.reserves_id });
    }

    /// A delayed order appears. It never appears if another order has its id, because PayStar accepts an id only once.
    fn create_delayed(&mut self, delayed: DelayedOrder, at: u64) {
        if delayed.has_reserved_id || self.refusal(&delayed.request).is_none() {
            self.create(delayed.request, delayed.scenario, at);
        }
    }

    /// Starts an order that has all its data: holds its money and schedules its transitions.
    pub(crate) fn start(&mut self, index: Index, now: u64) {
        let Some(order) = self.orders.get_mut(index) else { return };
        order.status = OrderStatus::Created;
        let pipeline = order.pipeline();
        order.is_held = self.ledger.hold(pipeline, &order.currency, order.sum);
        if !order.is_held {
            let action = if pipeline == Pipeline::Payouts { "1.2.4.31" } else { "1.2.4.32" };
            order.outcome = Outcome::Failed(action.to_owned());
        }
        self.orders.schedule(index, now);
        self.call_back(index, now);
    }

    fn apply(&mut self, index: Index, transition: Transition, at: u64) {
        let Some(order) = self.orders.get_mut(index) else { return };
        order.apply(transition, at);
        let pipeline = order.pipeline();
        let was_held = order.is_held;
        order.is_held = was_held && transition != Transition::Finish;
        match order.status {
            OrderStatus::Success => {
                self.ledger.complete(pipeline, &order.currency, order.sum);
                self.store_card(index);
            }
            OrderStatus::Failed if was_held => self.ledger.release(pipeline, &order.currency, order.sum),
            _ => {}
        }
        self.call_back(index, at);
    }

    /// Stores the card of a successful deposit, so that its tokens can pay other deposits.
    fn store_card(&mut self, index: Index) {
        let (bank, storage) = (self.orders.next_uuid(), self.orders.next_uuid());
        let Some(order) = self.orders.get_mut(index) else { return };
        if order.pipeline() == Pipeline::Payouts || order.card.number.is_none() {
            return;
        }
        let new = || CardTokens { bank: format!("BankToken-{bank}"), storage };
        let tokens = order.stored_card.clone().unwrap_or_else(new);
        for token in [&tokens.bank, &tokens.storage] {
            let stored = StoredCard { card: order.card.clone(), tokens: tokens.clone() };
            self.stored_cards.insert(token.clone(), stored);
        }
        order.tokens = Some(tokens);
    }

    /// Changes the amount of an order. `false` if that is not possible. PayStar does not document the codes of this
    /// step. The sandbox builds them from documented segments.
    pub(crate) fn change_amount(&mut self, index: Index, amount: Amount, now: u64) -> bool {
        let (Some(order), Ok(sum)) = (self.orders.get_mut(index), Decimal::parse(amount.as_str())) else {
            return false;
        };
        let (pipeline, from) = (order.pipeline(), order.sum);
        let mut change_in_progress =
            || !order.is_held || self.ledger.change_in_progress(pipeline, &order.currency, from, sum);
        let (is_changed, action) = match order.status {
            OrderStatus::Failed | OrderStatus::Other(_) => return false,
            OrderStatus::Init => (true, "1.0.0.35"),
            OrderStatus::Success => {
                (self.ledger.change_completed(pipeline, &order.currency, from, sum), "1.0.3.35")
            }
            _ if !order.is_held => (true, "1.0.1.35"),
            OrderStatus::Created => (change_in_progress(), "1.0.1.35"),
            OrderStatus::Processing => (change_in_progress(), "1.0.2.35"),
        };
        if is_changed {
            order.amount = amount;
            order.sum = sum;
            order.add_step(now, action);
            self.call_back(index, now);
        }
        is_changed
    }

    /// Adds a callback about the status of an order. A pipeline without a private key
    /// has no callbacks, because the sandbox cannot calculate the signature.
    pub(crate) fn call_back(&mut self, index: Index, at: u64) {
        let options = &self.config.callbacks;
        let Some(order) = self.orders.get(index).filter(|order| order.callback_url.is_some()) else { return };
        let credentials = self.config.credentials(order.pipeline());
        let private_key = credentials.and_then(|credentials| credentials.private_keys().next());
        let Some(private_key) = private_key.filter(|_| options.is_on) else { return };
        self.has_callbacks = true;
        self.callbacks.queue(index, order, private_key, options, self.config.seed, at);
    }
}
