//! What happens in the world of one seed: who comes when, and what goes wrong with which request.

use std::collections::HashSet;
use std::fmt;

use fastrand::Rng;
use paystar_model::request::RequestKind;
use paystar_protocol::config::{OnDuplicate, RetryPolicy};
use paystar_protocol::endpoint::Endpoint;
use paystar_protocol::pipeline::Pipeline;

use crate::fate::RequestId;
use crate::wait::{Course, Wait, waits};

const MOST_ORDERS: usize = 3;
const MOST_VISITS: usize = 3;
/// Visits of one order begin within this time, so that some of them meet.
pub(crate) const VISITS_WITHIN_MS: u64 = 20_000;
/// Longer than any deadline: by then all is quiet.
pub(crate) const LAST_VISIT_AT_MS: u64 = 3_600_000;

/// The kinds of orders: how each is created, and with what.
const KINDS: [(Endpoint, RequestKind, &str, &str); 4] = [
    (Endpoint::CreatePayout, RequestKind::Payout, "cardNumber", "4111111111111111"),
    (Endpoint::CreateDeposit, RequestKind::Deposit, "cardNumber", "4111111111111111"),
    (Endpoint::CreateTokenDeposit, RequestKind::TokenDeposit, "cardToken", "BankToken-7"),
    (Endpoint::CreateHostedDeposit, RequestKind::HostedDeposit, "email", "customer@example.com"),
];

/// What a visit asks for under the order's id: the usual sum, the same in other digits, or what another program of the
/// merchant uses the id for.
pub(crate) const SUMS: [(&str, &str); 3] = [("100.10", "USD"), ("100.1", "USD"), ("5.00", "EUR")];
const OTHER_SUM: usize = 2;

/// One call of `create`.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) at_ms: u64,
    /// Which of [`SUMS`] it asks for.
    pub(crate) sum: usize,
    pub(crate) timeout_ms: u32,
    pub(crate) policy: RetryPolicy,
    pub(crate) on_duplicate: OnDuplicate,
    pub(crate) interruption: Option<Interruption>,
    /// Whether requests of this visit may meet faults.
    has_faults: bool,
}

/// Which call of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CallId {
    pub(crate) order: usize,
    pub(crate) kind: CallKind,
    /// Its number among the visits, or among the waits, of its order.
    pub(crate) number: usize,
}

/// Whether a call creates an order, or reads its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CallKind {
    Visit,
    Wait,
}

impl CallId {
    pub(crate) fn visit(order: usize, number: usize) -> Self {
        Self { order, kind: CallKind::Visit, number }
    }

    pub(crate) fn wait(order: usize, number: usize) -> Self {
        Self { order, kind: CallKind::Wait, number }
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let kind = if self.kind == CallKind::Visit { "visit" } else { "wait" };
        write!(formatter, "order {}, {kind} {}", self.order, self.number)
    }
}

/// What happens to a call from outside, so many milliseconds after it began.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Interruption {
    /// The program dies.
    Crash { after_ms: u64 },
    /// The caller's signal ends the call.
    Abort { after_ms: u64 },
    /// The machine sleeps: the clock jumps, and timers are late.
    Sleep { after_ms: u64, for_ms: u64 },
}

/// All that happens in one world.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) fault_rate: f64,
    /// The visits of each order. Each ends with one that meets no faults: the merchant asks once more.
    pub(crate) orders: Vec<Vec<Visit>>,
    /// The waits and status reads of each order.
    pub(crate) waits: Vec<Vec<Wait>>,
    /// What becomes of each order once it exists.
    pub(crate) courses: Vec<Course>,
    /// Requests that meet no faults after all, orders that nobody comes for, and waits that nobody begins: how a failing
    /// world is made small.
    pub(crate) calm: HashSet<RequestId>,
    pub(crate) dropped: HashSet<usize>,
    pub(crate) dropped_waits: HashSet<CallId>,
}

impl Plan {
    /// How this order is created, and with what.
    pub(crate) fn kind_of(
        &self,
        order: usize,
    ) -> (Endpoint<'static>, RequestKind, &'static str, &'static str) {
        KINDS[(self.seed as usize).wrapping_add(order) % KINDS.len()]
    }

    /// Whether two visits of an order ask for different sums, and a status of the order tells which one it has.
    pub(crate) fn tells_apart(&self, order: usize, one: usize, other: usize) -> bool {
        let is_other = |visit: usize| self.orders[order][visit].sum == OTHER_SUM;
        self.kind_of(order).0.pipeline() == Pipeline::Deposits && is_other(one) != is_other(other)
    }

    pub(crate) fn of_seed(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let fault_rate = [0.2, 0.5, 0.8][random.usize(..3)];
        let orders: Vec<_> = (0..random.usize(1..=MOST_ORDERS)).map(|_| visits(&mut random)).collect();
        // Of their own, so that a change of the waits leaves the visits of all seeds as they are.
        let mut random = Rng::with_seed(!seed);
        Self {
            seed,
            fault_rate,
            waits: orders.iter().map(|visits| waits(&mut random, visits.len())).collect(),
            courses: orders.iter().map(|_| Course::of(&mut random)).collect(),
            orders,
            calm: HashSet::new(),
            dropped: HashSet::new(),
            dropped_waits: HashSet::new(),
        }
    }

    /// How long after the creation the customer pays on the hosted page, if the order has one and the customer comes.
    pub(crate) fn customer_after_ms(&self, order: usize) -> Option<u64> {
        let has_page = self.kind_of(order).1 == RequestKind::HostedDeposit;
        self.courses[order].customer_after_ms.filter(|_| has_page)
    }

    /// Whether requests of a call may meet faults.
    pub(crate) fn has_faults(&self, call: CallId) -> bool {
        call.kind == CallKind::Wait || self.orders[call.order][call.number].has_faults
    }

    pub(crate) fn interruption_of(&self, call: CallId) -> Option<Interruption> {
        match call.kind {
            CallKind::Visit => self.orders[call.order][call.number].interruption,
            CallKind::Wait => self.waits[call.order][call.number].interruption,
        }
    }
}

fn visits(random: &mut Rng) -> Vec<Visit> {
    let mut visits: Vec<Visit> = (0..random.usize(1..=MOST_VISITS))
        .map(|_| Visit {
            at_ms: random.u64(..VISITS_WITHIN_MS),
            sum: [0, 0, 0, 0, 1, OTHER_SUM][random.usize(..6)],
            timeout_ms: random.u32(100..5000),
            policy: RetryPolicy { max_retries: random.u32(..5), deadline_ms: random.u32(1..30_000) },
            on_duplicate: if random.bool() { OnDuplicate::Throw } else { OnDuplicate::Return },
            interruption: interruption(random, 10_000, 100_000),
            has_faults: true,
        })
        .collect();
    visits.push(Visit {
        at_ms: LAST_VISIT_AT_MS,
        sum: 0,
        timeout_ms: 5000,
        policy: RetryPolicy { max_retries: 2, deadline_ms: 20_000 },
        on_duplicate: OnDuplicate::Return,
        interruption: None,
        has_faults: false,
    });
    visits
}

/// Within so many milliseconds after the call began; a sleep is shorter than the other number.
pub(crate) fn interruption(random: &mut Rng, within_ms: u64, longest_sleep_ms: u64) -> Option<Interruption> {
    let after_ms = random.u64(..within_ms);
    match random.u8(..8) {
        0 => Some(Interruption::Crash { after_ms }),
        1 => Some(Interruption::Abort { after_ms }),
        2 => Some(Interruption::Sleep { after_ms, for_ms: random.u64(..longest_sleep_ms) }),
        _ => None,
    }
}
