//! The plan of a world, made from its seed: the calls, their interruptions, and the lifecycles of the orders.

use std::collections::HashSet;

use fastrand::Rng;
use paystar_model::id::ExternalTransactionId;
use paystar_model::request::RequestKind;
use paystar_protocol::endpoint::Endpoint;
use paystar_protocol::pipeline::Pipeline;

use crate::create_call::{CreateCall, random_create_calls};
use crate::ids::{CallId, CallKind, RequestId};
use crate::interruption::Interruption;
use crate::lifecycle::Lifecycle;
use crate::status_call::{StatusCall, random_status_calls};

const MAX_ORDERS: usize = 3;

/// How a kind of order is created: the endpoint, the kind of its request, and the key and value of one additional field.
type OrderKind = (Endpoint<'static>, RequestKind, &'static str, &'static str);

const ORDER_KINDS: [OrderKind; 4] = [
    (Endpoint::CreatePayout, RequestKind::Payout, "cardNumber", "4111111111111111"),
    (Endpoint::CreateDeposit, RequestKind::Deposit, "cardNumber", "4111111111111111"),
    (Endpoint::CreateTokenDeposit, RequestKind::TokenDeposit, "cardToken", "BankToken-7"),
    (Endpoint::CreateHostedDeposit, RequestKind::HostedDeposit, "email", "customer@example.com"),
];

/// Everything that happens in one world. The faults of the requests are not in the plan: they also follow from the seed.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) fault_rate: f64,
    /// The create calls of each order.
    pub(crate) create_calls: Vec<Vec<CreateCall>>,
    /// The status calls of each order.
    pub(crate) status_calls: Vec<Vec<StatusCall>>,
    pub(crate) lifecycles: Vec<Lifecycle>,
    // The last three members make a failing world smaller.
    pub(crate) requests_without_fault: HashSet<RequestId>,
    pub(crate) skipped_orders: HashSet<usize>,
    pub(crate) skipped_status_calls: HashSet<CallId>,
}

impl Plan {
    pub(crate) fn from_seed(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let fault_rate = [0.2, 0.5, 0.8][random.usize(..3)];
        let create_calls: Vec<_> =
            (0..random.usize(1..=MAX_ORDERS)).map(|_| random_create_calls(&mut random)).collect();
        // A separate generator: a change of the status calls does not change the create calls of any seed.
        let mut random = Rng::with_seed(!seed);
        Self {
            seed,
            fault_rate,
            status_calls: create_calls
                .iter()
                .map(|calls| random_status_calls(&mut random, calls.len()))
                .collect(),
            lifecycles: create_calls.iter().map(|_| Lifecycle::random(&mut random)).collect(),
            create_calls,
            requests_without_fault: HashSet::new(),
            skipped_orders: HashSet::new(),
            skipped_status_calls: HashSet::new(),
        }
    }

    /// Whether the calls have no keys, and a panel sends their requests to PayStar.
    pub(crate) fn is_behind_panel(&self) -> bool {
        self.seed % 4 == 3
    }

    /// The merchant's id of an order.
    pub(crate) fn merchant_id(&self, order: usize) -> ExternalTransactionId {
        format!("Order-{}-{order}", self.seed).into()
    }

    pub(crate) fn kind_of(&self, order: usize) -> OrderKind {
        ORDER_KINDS[(self.seed as usize).wrapping_add(order) % ORDER_KINDS.len()]
    }

    /// Whether two create calls of an order have different amounts, and a client can see this. Only deposits have their
    /// amount in the status.
    pub(crate) fn is_other_amount_visible(&self, order: usize, one: usize, other: usize) -> bool {
        let has_other_amount = |number: usize| self.create_calls[order][number].has_other_amount();
        self.kind_of(order).0.pipeline() == Pipeline::Deposits
            && has_other_amount(one) != has_other_amount(other)
    }

    /// How long after the creation the customer pays on the hosted page. `None`: the order has no hosted page, or the
    /// customer never pays.
    pub(crate) fn customer_pays_after_ms(&self, order: usize) -> Option<u64> {
        let has_page = self.kind_of(order).1 == RequestKind::HostedDeposit;
        self.lifecycles[order].customer_pays_after_ms.filter(|_| has_page)
    }

    /// Whether this request can have a fault.
    pub(crate) fn can_have_fault(&self, id: RequestId) -> bool {
        let CallId { order, kind, number } = id.call;
        let has_faults = kind == CallKind::Status || self.create_calls[order][number].has_faults;
        has_faults && !self.requests_without_fault.contains(&id)
    }

    pub(crate) fn interruption_of(&self, call: CallId) -> Option<Interruption> {
        match call.kind {
            CallKind::Create => self.create_calls[call.order][call.number].interruption,
            CallKind::Status => self.status_calls[call.order][call.number].interruption,
        }
    }
}
