//! What happens in the world of one seed: who comes when, and what goes wrong with which request.

use std::collections::HashSet;
use std::fmt;

use fastrand::Rng;
use paystar_core::model::request::RequestKind;
use paystar_core::protocol::config::{OnDuplicate, RetryPolicy};
use paystar_core::protocol::endpoint::{Endpoint, Pipeline};
use paystar_core::sandbox::faults::{Commit, Fault, FaultKind, RetryAfter};

const MOST_ORDERS: usize = 3;
const MOST_VISITS: usize = 3;
/// Visits of one order begin within this time, so that some of them meet.
const VISITS_WITHIN_MS: u64 = 20_000;
/// Longer than any deadline: by then all is quiet.
pub(crate) const LAST_VISIT_AT_MS: u64 = 3_600_000;

const STATUSES: [u16; 12] = [401, 403, 404, 408, 423, 429, 499, 500, 502, 503, 504, 599];

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

/// Answers of machines between the caller and PayStar that no reader may take for PayStar's.
const PAGES: [&[u8]; 9] = [
    b"<html>blocked</html>",
    b"\xEF\xBB\xBF<html>blocked</html>",
    b"\xC2\xA0<html>blocked</html>",
    b"\xFF\xFE<\0h\0t\0m\0l\0>\0",
    b"\x1F\x8B\x08\0\0\0\0\0",
    b"404 page not found",
    b"default backend - 404",
    b"[]",
    br#"{"message":"blocked","message":"twice"}"#,
];
const PAGE_STATUSES: [u16; 8] = [200, 202, 400, 401, 403, 404, 404, 423];
const OTHER_SUCCESSES: [u16; 4] = [201, 202, 203, 206];

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

/// What happens to a visit from outside, so many milliseconds after it began.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Interruption {
    /// The program dies.
    Crash { after_ms: u64 },
    /// The caller's signal ends the call.
    Abort { after_ms: u64 },
    /// The machine sleeps: the clock jumps, and timers are late.
    Sleep { after_ms: u64, for_ms: u64 },
}

/// Which request of which visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RequestId {
    pub(crate) order: usize,
    pub(crate) visit: usize,
    pub(crate) request: usize,
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "order {}, visit {}, request {}", self.order, self.visit, self.request)
    }
}

/// What a machine on the way sends instead of PayStar's answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Forgery {
    /// A page of its own.
    Page { status: u16, body: &'static [u8] },
    /// A success that PayStar does not document, with an order that PayStar does not have.
    OtherSuccess { status: u16 },
    /// An answer about another order.
    OtherOrder,
    /// An error about another order, or with an order in it.
    OtherError { status: u16, body: &'static [u8] },
}

/// What becomes of a request on its way and at the sandbox.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// It arrives, and meets a fault or none. The caller hears the answer, or a forgery of it.
    Arrives { after_ms: u64, fault: Option<Fault>, forgery: Option<Forgery> },
    /// It arrives twice, and the caller hears one of the answers.
    ArrivesTwice { after_ms: u64, again_after_ms: u64, hears_first: bool },
    /// No connection: surely nothing was sent.
    Unreachable,
    /// No connection either, but only the time limit tells.
    NeverConnects,
    /// It never arrives, and the connection breaks.
    Lost,
}

/// All that happens in one world.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    fault_rate: f64,
    /// The visits of each order. Each ends with one that meets no faults: the merchant asks once more.
    pub(crate) orders: Vec<Vec<Visit>>,
    /// Requests that meet no faults after all, and orders that nobody comes for: how a failing world is made small.
    pub(crate) calm: HashSet<RequestId>,
    pub(crate) dropped: HashSet<usize>,
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
        let orders = (0..random.usize(1..=MOST_ORDERS)).map(|_| visits(&mut random)).collect();
        Self { seed, fault_rate, orders, calm: HashSet::new(), dropped: HashSet::new() }
    }

    /// Follows from the seed and the request alone, so that nothing else changes where one request is made calm.
    pub(crate) fn fate_of(&self, id: RequestId) -> Fate {
        let mix = |value: u64, part: usize| {
            (value ^ part as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
        };
        let mut random = Rng::with_seed([id.order, id.visit, id.request].into_iter().fold(self.seed, mix));
        let has_faults = self.orders.get(id.order).and_then(|visits| visits.get(id.visit));
        let is_calm = self.calm.contains(&id) || !has_faults.is_some_and(|visit| visit.has_faults);
        let after_ms = random.u64(1..50);
        if is_calm || random.f64() >= self.fault_rate {
            return Fate::Arrives { after_ms, fault: None, forgery: None };
        }
        match random.u8(..16) {
            0 => Fate::Unreachable,
            1 => Fate::NeverConnects,
            2 => Fate::Lost,
            // Long after the caller gave up on it.
            3 => Fate::Arrives { after_ms: random.u64(50..20_000), fault: None, forgery: None },
            4 => Fate::ArrivesTwice {
                after_ms,
                again_after_ms: after_ms + random.u64(..2000),
                hears_first: random.bool(),
            },
            5..8 => {
                let forgery = Some(forgery(&mut random));
                let fault = Some(Fault { kind: FaultKind::None, commit: commit(&mut random) });
                Fate::Arrives { after_ms, fault, forgery }
            }
            _ => Fate::Arrives { after_ms, fault: Some(fault(&mut random)), forgery: None },
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
            interruption: interruption(random),
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

fn interruption(random: &mut Rng) -> Option<Interruption> {
    let after_ms = random.u64(..10_000);
    match random.u8(..8) {
        0 => Some(Interruption::Crash { after_ms }),
        1 => Some(Interruption::Abort { after_ms }),
        2 => Some(Interruption::Sleep { after_ms, for_ms: random.u64(..100_000) }),
        _ => None,
    }
}

fn fault(random: &mut Rng) -> Fault {
    // Statuses come more often than the others: they are many.
    let index = random.usize(..FaultKind::NAMED.len() + 4);
    let status = FaultKind::Status { http_status: 500, retry_after: None };
    let kind = FaultKind::NAMED.get(index).map_or(status, |(_, kind)| *kind);
    let kind = match kind {
        FaultKind::Status { .. } => FaultKind::Status {
            http_status: STATUSES[random.usize(..STATUSES.len())],
            retry_after: match random.u8(..4) {
                0 => Some(RetryAfter::Seconds(random.u32(..10))),
                1 => Some(RetryAfter::Date(random.u32(..10))),
                _ => None,
            },
        },
        FaultKind::Late { .. } => FaultKind::Late { after_ms: random.u32(..8000) },
        FaultKind::SlowBody { .. } => FaultKind::SlowBody { over_ms: random.u32(..8000) },
        FaultKind::ClockJump { .. } => FaultKind::ClockJump { ms: random.i64(-100_000..100_000) },
        other => other,
    };
    let commit = match kind {
        FaultKind::Status { http_status: 401 | 403 | 423, .. } => Commit::Undone,
        _ => commit(random),
    };
    Fault { kind, commit }
}

fn commit(random: &mut Rng) -> Commit {
    match random.u8(..4) {
        0 => Commit::Done,
        1 => Commit::Undone,
        _ => Commit::Later { after_ms: random.u32(..20_000), is_reserved: random.bool() },
    }
}

fn forgery(random: &mut Rng) -> Forgery {
    const OTHER_ERRORS: [(u16, &[u8]); 5] = [
        (404, br#"{"externalId":"PSP-forged","orderStatus":"Created"}"#),
        (404, br#"{"message":"unknown","externalTransactionId":"Order-forged"}"#),
        (403, br#"{"externalId":"PSP-forged","orderStatus":"Created"}"#),
        (423, br#"{"message":"There is currently","externalTransactionId":"Order-forged"}"#),
        (400, br#"{"label":"LIMITS_ERROR","externalTransactionId":"Order-forged"}"#),
    ];
    match random.u8(..8) {
        0 => Forgery::OtherSuccess { status: OTHER_SUCCESSES[random.usize(..OTHER_SUCCESSES.len())] },
        1 => Forgery::OtherOrder,
        2 => {
            let (status, body) = OTHER_ERRORS[random.usize(..OTHER_ERRORS.len())];
            Forgery::OtherError { status, body }
        }
        _ => Forgery::Page {
            status: PAGE_STATUSES[random.usize(..PAGE_STATUSES.len())],
            body: PAGES[random.usize(..PAGES.len())],
        },
    }
}
