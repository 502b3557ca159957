//! How the network and the sandbox handle a request, and with which fault.

use fastrand::Rng;
use paystar_protocol::http::Departure;
use paystar_sandbox::faults::{Commit, Fault, FaultKind, RetryAfter};

use crate::ids::{CallId, CallKind, RequestId};
use crate::panel::{REPORTS, Report};
use crate::plan::Plan;

/// HTTP statuses of faults in create calls.
const CREATE_STATUSES: [u16; 12] = [401, 403, 404, 408, 423, 429, 499, 500, 502, 503, 504, 599];
/// HTTP statuses of faults in status calls.
const READ_STATUSES: [u16; 13] = [400, 401, 403, 404, 408, 423, 429, 499, 500, 502, 503, 504, 599];

/// Bodies of a proxy. The client must see that these responses do not come from PayStar.
const PAGES: [&[u8]; 11] = [
    b"<html>blocked</html>",
    b"\xEF\xBB\xBF<html>blocked</html>",
    b"\xC2\xA0<html>blocked</html>",
    b"\xFF\xFE<\0h\0t\0m\0l\0>\0",
    b"\x1F\x8B\x08\0\0\0\0\0",
    b"404 page not found",
    b"default backend - 404",
    b"[]",
    br#"{"message":"blocked","message":"twice"}"#,
    br#"{"paystarPanel":{"operation":"payouts.create","code":"rejected","outcome":"rejected"}}"#,
    br#"{"paystarPanel":{"operation":"payouts.create","code":"connection_failed","outcome":"notSent"}}"#,
];
const PAGE_STATUSES: [u16; 8] = [200, 202, 400, 401, 403, 404, 404, 423];
const OTHER_SUCCESSES: [u16; 4] = [201, 202, 203, 206];

/// A response that a proxy sends instead of PayStar's response.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ProxyResponse {
    /// The proxy's own page.
    Page { status: u16, body: &'static [u8] },
    /// A success with a status that PayStar does not document, and with an order that PayStar does not have.
    OtherSuccess { status: u16 },
    /// The status of another order.
    OtherOrder,
    /// An error that contains an order, or that is about another order.
    OtherError { status: u16, body: &'static [u8] },
}

/// What happens to a request on its way to the sandbox.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Delivery {
    /// It arrives. The caller gets the sandbox's response, or the response of a proxy.
    Arrives { after_ms: u64, fault: Option<Fault>, proxy_response: Option<ProxyResponse> },
    /// It arrives twice, and the caller gets one of the two responses.
    ArrivesTwice { after_ms: u64, again_after_ms: u64, returns_first: bool },
    /// The connection is refused: it is certain that nothing was sent.
    Unreachable,
    /// The connection never opens. The client sees only that the time limit passes.
    NeverConnects,
    /// It never arrives, and the connection breaks.
    Lost,
    /// The panel reports an error, and sends nothing to PayStar.
    EndsAtPanel(Report),
}

impl Delivery {
    /// The result depends only on the seed and on the request, so a fault less in one request changes no other request.
    pub(crate) fn of_request(id: RequestId, plan: &Plan) -> Self {
        let mix = |value: u64, part: usize| {
            (value ^ part as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
        };
        let CallId { order, kind, number } = id.call;
        let is_status_call = kind == CallKind::Status;
        let number = if is_status_call { number + 1000 } else { number };
        let mut random = Rng::with_seed([order, number, id.request].into_iter().fold(plan.seed, mix));
        let after_ms = random.u64(1..50);
        if !plan.can_have_fault(id) || random.f64() >= plan.fault_rate {
            return Self::Arrives { after_ms, fault: None, proxy_response: None };
        }
        if plan.is_behind_panel() && !is_status_call && random.u8(..6) == 0 {
            return Self::EndsAtPanel(REPORTS[random.usize(..REPORTS.len())]);
        }
        let statuses: &[u16] = if is_status_call { &READ_STATUSES } else { &CREATE_STATUSES };
        match random.u8(..16) {
            0 => Self::Unreachable,
            1 => Self::NeverConnects,
            2 => Self::Lost,
            // Possibly long after the time limit of the caller.
            3 => Self::Arrives { after_ms: random.u64(50..20_000), fault: None, proxy_response: None },
            4 => Self::ArrivesTwice {
                after_ms,
                again_after_ms: after_ms + random.u64(..2000),
                returns_first: random.bool(),
            },
            5..8 => {
                let proxy_response = Some(random_proxy_response(&mut random));
                let fault = Some(Fault { kind: FaultKind::None, commit: random_commit(&mut random) });
                Self::Arrives { after_ms, fault, proxy_response }
            }
            _ => {
                let fault = Some(random_fault(&mut random, statuses));
                Self::Arrives { after_ms, fault, proxy_response: None }
            }
        }
    }

    /// What the caller knows about the request when its time limit passes.
    pub(crate) fn departure(&self) -> Departure {
        match self {
            Self::NeverConnects => Departure::NothingSent,
            _ => Departure::MayHaveBeenSent,
        }
    }

    /// Whether the request arrives soon and without a fault.
    pub(crate) fn is_normal(&self) -> bool {
        matches!(self, Self::Arrives { after_ms: ..50, fault: None, proxy_response: None })
    }
}

fn random_fault(random: &mut Rng, statuses: &[u16]) -> Fault {
    // There are many statuses, so each status needs more chances than another fault.
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
        _ => random_commit(random),
    };
    Fault { kind, commit }
}

fn random_commit(random: &mut Rng) -> Commit {
    match random.u8(..4) {
        0 => Commit::Done,
        1 => Commit::Undone,
        _ => Commit::Later { after_ms: random.u32(..20_000), is_reserved: random.bool() },
    }
}

fn random_proxy_response(random: &mut Rng) -> ProxyResponse {
    const OTHER_ERRORS: [(u16, &[u8]); 6] = [
        (
            500,
            br#"{"paystarPanel":{"operation":"payouts.create","externalTransactionId":"Order-other","code":"connection_failed","outcome":"notSent"}}"#,
        ),
        (404, br#"{"externalId":"PSP-other","orderStatus":"Created"}"#),
        (404, br#"{"message":"unknown","externalTransactionId":"Order-other"}"#),
        (403, br#"{"externalId":"PSP-other","orderStatus":"Created"}"#),
        (423, br#"{"message":"There is currently","externalTransactionId":"Order-other"}"#),
        (400, br#"{"label":"LIMITS_ERROR","externalTransactionId":"Order-other"}"#),
    ];
    match random.u8(..8) {
        0 => ProxyResponse::OtherSuccess { status: OTHER_SUCCESSES[random.usize(..OTHER_SUCCESSES.len())] },
        1 => ProxyResponse::OtherOrder,
        2 => {
            let (status, body) = OTHER_ERRORS[random.usize(..OTHER_ERRORS.len())];
            ProxyResponse::OtherError { status, body }
        }
        _ => ProxyResponse::Page {
            status: PAGE_STATUSES[random.usize(..PAGE_STATUSES.len())],
            body: PAGES[random.usize(..PAGES.len())],
        },
    }
}
