//! One order of a sandbox: what it was made with, how it stands, what happened to it.

use paystar_model::amount::Amount;
use paystar_model::order::OrderStatus;
use paystar_protocol::pipeline::Pipeline;

use super::money::Money;
use super::request::{Card, CreateRequest, OrderKind, Redirects};
use super::scenario::{End, Plan};

/// More than the hosted page and changes of an amount bring about.
const MOST_STEPS: usize = 200;

/// The two tokens of a stored card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CardTokens {
    pub(super) bank: String,
    pub(super) storage: String,
}

/// An order in the sandbox.
pub(super) struct Order {
    pub(super) external_id: String,
    pub(super) external_transaction_id: String,
    pub(super) kind: OrderKind,
    pub(super) status: OrderStatus,
    /// As the merchant wrote it.
    pub(super) amount: Amount,
    pub(super) sum: Money,
    pub(super) currency: String,
    pub(super) plan: Plan,
    /// Whether the ledger holds money for it while it is in progress.
    pub(super) is_held: bool,
    /// Where callbacks go; none where nobody asked for them.
    pub(super) callback_url: Option<String>,
    pub(super) redirects: Redirects,
    pub(super) card: Card,
    /// The stored card that it is paid with.
    pub(super) stored_card: Option<CardTokens>,
    /// The tokens that PayStar tells once it has succeeded.
    pub(super) tokens: Option<CardTokens>,
    steps: Vec<(u64, String)>,
}

impl Order {
    /// An order that has just been made, and not begun.
    pub(super) fn new(external_id: String, request: CreateRequest, plan: Plan, now: u64) -> Self {
        let mut order = Self {
            external_id,
            external_transaction_id: request.external_transaction_id,
            kind: request.kind,
            status: OrderStatus::Init,
            amount: request.amount,
            sum: request.sum,
            currency: request.currency,
            plan,
            is_held: false,
            callback_url: request.callback_url,
            redirects: request.redirects,
            card: request.card,
            stored_card: None,
            tokens: None,
            steps: Vec::new(),
        };
        order.note(now, "1.1.1.00");
        order
    }

    pub(super) fn pipeline(&self) -> Pipeline {
        self.kind.pipeline()
    }

    /// PayStar's word for the kind, in callbacks.
    pub(super) fn order_type(&self) -> &'static str {
        match self.pipeline() {
            Pipeline::Payouts => "Withdrawal",
            Pipeline::Deposits => "Deposit",
        }
    }

    /// Adds a step to the history, in codes of v2.
    pub(super) fn note(&mut self, at: u64, action: &str) {
        if self.steps.len() < MOST_STEPS {
            self.steps.push((at, action.to_owned()));
        }
    }

    pub(super) fn has_noted(&self, action: &str) -> bool {
        self.steps.iter().any(|(_, noted)| noted == action)
    }

    /// Times and codes of v2, oldest first.
    pub(super) fn steps(&self) -> impl Iterator<Item = (u64, &str)> {
        self.steps.iter().map(|(at, action)| (*at, action.as_str()))
    }

    /// Moves the order on and notes it. An order that fails before it reaches the gateway has no step there.
    pub(super) fn enter(&mut self, stage: Stage, at: u64) {
        match (stage, self.plan.end.clone()) {
            (Stage::Processing, end) => {
                self.status = OrderStatus::Processing;
                let reaches_gateway = !matches!(&end, End::Failed(action) if action.starts_with(['1', '2']));
                if reaches_gateway {
                    self.note(at, "2.1.1.00");
                }
            }
            (Stage::Final, End::Failed(action)) => {
                self.status = OrderStatus::Failed;
                self.note(at, &action);
            }
            (Stage::Final, _) => {
                self.status = OrderStatus::Success;
                self.note(at, "4.1.3.00");
            }
        }
    }

    /// The steps that lie before an order which has begun, and after how many milliseconds.
    pub(super) fn stages(&self) -> impl Iterator<Item = (Stage, u32)> + use<> {
        let Plan { end, processing_after_ms, final_after_ms } = &self.plan;
        let processing = (Stage::Processing, (*processing_after_ms).min(*final_after_ms));
        let last = (Stage::Final, *final_after_ms);
        let stages = match end {
            End::StayCreated => [None, None],
            End::StayProcessing => [Some((Stage::Processing, *processing_after_ms)), None],
            End::Success | End::Failed(_) => [Some(processing), Some(last)],
        };
        stages.into_iter().flatten()
    }
}

/// What time brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Processing,
    Final,
}
