//! What goes wrong with which request, on its way and at the sandbox.

use std::fmt;

use fastrand::Rng;
use paystar_sandbox::faults::{Commit, Fault, FaultKind, RetryAfter};

use crate::plan::{CallId, CallKind, Plan};

const STATUSES: [u16; 12] = [401, 403, 404, 408, 423, 429, 499, 500, 502, 503, 504, 599];
/// The statuses that waits and status reads meet.
const READ_STATUSES: [u16; 13] = [400, 401, 403, 404, 408, 423, 429, 499, 500, 502, 503, 504, 599];

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

/// Which request of which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RequestId {
    pub(crate) call: CallId,
    pub(crate) request: usize,
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}, request {}", self.call, self.request)
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

impl Plan {
    /// Follows from the seed and the request alone, so that nothing else changes where one request is made calm.
    pub(crate) fn fate_of(&self, id: RequestId) -> Fate {
        let mix = |value: u64, part: usize| {
            (value ^ part as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
        };
        let CallId { order, kind, number } = id.call;
        let is_wait = kind == CallKind::Wait;
        let number = if is_wait { number + 1000 } else { number };
        let mut random = Rng::with_seed([order, number, id.request].into_iter().fold(self.seed, mix));
        let is_calm = self.calm.contains(&id) || !self.has_faults(id.call);
        let after_ms = random.u64(1..50);
        if is_calm || random.f64() >= self.fault_rate {
            return Fate::Arrives { after_ms, fault: None, forgery: None };
        }
        let statuses: &[u16] = if is_wait { &READ_STATUSES } else { &STATUSES };
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
            _ => Fate::Arrives { after_ms, fault: Some(fault(&mut random, statuses)), forgery: None },
        }
    }
}

fn fault(random: &mut Rng, statuses: &[u16]) -> Fault {
    // Statuses come more often than the others: they are many.
    let index = random.usize(..FaultKind::NAMED.len() + 4);
    let status = FaultKind::Status { http_status: 500, retry_after: None };
    let kind = FaultKind::NAMED.get(index).map_or(status, |(_, kind)| *kind);
    let kind = match kind {
        FaultKind::Status { .. } => FaultKind::Status {
            http_status: statuses[random.usize(..statuses.len())],
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
