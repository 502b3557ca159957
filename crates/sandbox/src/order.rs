//! One order of a sandbox: its data, its status and its history.

use paystar_model::amount::Amount;
use paystar_model::decimal::Decimal;
use paystar_model::id::{ExternalId, ExternalTransactionId};
use paystar_model::order::OrderStatus;
use paystar_protocol::pipeline::Pipeline;

use super::creation_request::{Card, CreationRequest, OrderKind, Redirects};
use super::scenario::{Delays, Outcome};

/// Without a limit, repeated changes of the amount could fill the memory.
const MOST_STEPS: usize = 200;

/// The two tokens of a stored card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CardTokens {
    pub(crate) bank: String,
    pub(crate) storage: String,
}

/// An order in the sandbox.
pub(crate) struct Order {
    pub(crate) external_id: ExternalId,
    pub(crate) external_transaction_id: ExternalTransactionId,
    pub(crate) kind: OrderKind,
    pub(crate) status: OrderStatus,
    /// The digits of the merchant.
    pub(crate) amount: Amount,
    pub(crate) sum: Decimal,
    pub(crate) currency: String,
    pub(crate) outcome: Outcome,
    pub(crate) delays: Delays,
    /// Whether the ledger holds the sum while the order is in progress.
    pub(crate) is_held: bool,
    pub(crate) callback_url: Option<String>,
    pub(crate) redirects: Redirects,
    pub(crate) card: Card,
    /// The tokens of the stored card that pays this order.
    pub(crate) stored_card: Option<CardTokens>,
    /// The tokens in responses and callbacks. An order gets them when it succeeds.
    pub(crate) tokens: Option<CardTokens>,
    steps: Vec<(u64, String)>,
}

impl Order {
    /// An order that was created, but has not started.
    pub(crate) fn new(
        external_id: ExternalId,
        request: CreationRequest,
        outcome: Outcome,
        delays: Delays,
        now: u64,
    ) -> Self {
        let mut order = Self {
            external_id,
            external_transaction_id: request.external_transaction_id,
            kind: request.kind,
            status: OrderStatus::Init,
            amount: request.amount,
            sum: request.sum,
            currency: request.currency,
            outcome,
            delays,
            is_held: false,
            callback_url: request.callback_url,
            redirects: request.redirects,
            card: request.card,
            stored_card: None,
            tokens: None,
            steps: Vec::new(),
        };
        order.add_step(now, "1.1.1.00");
        order
    }

    pub(crate) fn pipeline(&self) -> Pipeline {
        self.kind.pipeline()
    }

    /// The member `orderType` of callbacks.
    pub(crate) fn order_type(&self) -> &'static str {
        match self.pipeline() {
            Pipeline::Payouts => "Withdrawal",
            Pipeline::Deposits => "Deposit",
        }
    }

    /// Adds a step to the history. The code is one of v2.
    pub(crate) fn add_step(&mut self, at: u64, action: &str) {
        if self.steps.len() < MOST_STEPS {
            self.steps.push((at, action.to_owned()));
        }
    }

    pub(crate) fn has_step(&self, action: &str) -> bool {
        self.steps.iter().any(|(_, known)| known == action)
    }

    /// Times and codes of v2, oldest first.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (u64, &str)> {
        self.steps.iter().map(|(at, action)| (*at, action.as_str()))
    }

    /// Changes the status and adds a step. An order that fails before the gateway has no step of the gateway.
    pub(crate) fn apply(&mut self, transition: Transition, at: u64) {
        match (transition, self.outcome.clone()) {
            (Transition::Process, outcome) => {
                self.status = OrderStatus::Processing;
                let reaches_gateway =
                    !matches!(&outcome, Outcome::Failed(action) if action.starts_with(['1', '2']));
                if reaches_gateway {
                    self.add_step(at, "2.1.1.00");
                }
            }
            (Transition::Finish, Outcome::Failed(action)) => {
                self.status = OrderStatus::Failed;
                self.add_step(at, &action);
            }
            (Transition::Finish, _) => {
                self.status = OrderStatus::Success;
                self.add_step(at, "4.1.3.00");
            }
        }
    }

    /// The transitions of an order that starts now, each with its delay in milliseconds.
    pub(crate) fn transitions(&self) -> impl Iterator<Item = (Transition, u32)> + use<> {
        let Delays { processing_after_ms, final_after_ms } = self.delays;
        let transitions = match self.outcome {
            Outcome::StayCreated => [None, None],
            Outcome::StayProcessing => [Some((Transition::Process, processing_after_ms)), None],
            Outcome::Success | Outcome::Failed(_) => [
                Some((Transition::Process, processing_after_ms.min(final_after_ms))),
                Some((Transition::Finish, final_after_ms)),
            ],
        };
        transitions.into_iter().flatten()
    }
}

/// A change of the status that happens at its time, without a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transition {
    Process,
    Finish,
}
