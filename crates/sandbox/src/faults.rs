//! What goes wrong on purpose between a client and the sandbox: answers that are lost, cut, late or wrong, and orders
//! that appear later than their creation.

mod options;
mod script;
mod seeded;

pub use script::FaultRule;
pub(super) use script::{Call, Faults};
pub use seeded::SeededFaults;

use super::answers::Answer;
use super::commits::Delay;
use super::history::http_date;
use super::route::Route;
use super::{Arrival, Sandbox};

const HTML: &str = "<!doctype html><html><body><h1>Something went wrong</h1></body></html>";

/// One thing that goes wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What becomes of the answer.
    pub kind: FaultKind,
    /// What becomes of the request.
    pub commit: Commit,
}

/// What the sandbox does with the request that a fault hits. Only creations change anything: for all other requests
/// this is [`Commit::Done`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// It is handled as usual.
    Done,
    /// It is never handled.
    Undone,
    /// It is taken, but its order appears only later.
    Later {
        /// After how many milliseconds.
        after_ms: u32,
        /// Whether the id is taken from the beginning: a second creation with it is refused with `1-4007`, although a
        /// status read does not find it yet. Otherwise, the first order to appear has the id, and the others never
        /// appear.
        is_reserved: bool,
    },
}

/// What becomes of an answer.
///
/// The answer to a creation that is not handled, or handled later, is a 504: there is no order yet that another one
/// could tell of. What the sandbox would refuse anyway is refused at once, unless it is [`Commit::Undone`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It is sent as it should be.
    None,
    /// The connection ends without a byte.
    Lost,
    /// The connection is reset in the middle of the headers.
    ResetInHeaders,
    /// The connection is reset in the middle of the body.
    ResetInBody,
    /// Nothing is sent, and the connection stays open.
    Stall,
    /// Headers and half of the body are sent, then nothing, and the connection stays open.
    StallInBody,
    /// Another status is sent. One that PayStar documents as a refusal goes with [`Commit::Undone`] alone: see
    /// [`is_refusal`].
    Status {
        /// 400 to 599.
        http_status: u16,
        /// The header `Retry-After`.
        retry_after: Option<RetryAfter>,
    },
    /// Half of the JSON is sent, as a whole answer. An answer without a body stays as it is.
    TruncatedJson,
    /// A page is sent, with status 200.
    Html,
    /// The header `content-length` promises more than is sent before the connection ends.
    WrongLength,
    /// It is sent late.
    Late {
        /// By how many milliseconds.
        after_ms: u32,
    },
    /// Its body is sent slowly.
    SlowBody {
        /// Over how many milliseconds.
        over_ms: u32,
    },
    /// The request arrives twice, as networks and runtimes below a client do at times, and one of the two answers is sent.
    /// The commit is that of the first copy; the second one is handled as usual, at once after it.
    SentTwice {
        /// Whether it is the answer to the first copy.
        hears_first: bool,
    },
    /// The sandbox's clock jumps, then all is as it should be.
    ClockJump {
        /// By how many milliseconds; below zero it jumps back.
        ms: i64,
    },
}

/// The header `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// As a number of seconds.
    Seconds(u32),
    /// As the date, by the sandbox's clock, that lies so many seconds ahead.
    Date(u32),
}

/// An answer, and how it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// What is sent, or would be.
    pub answer: Answer,
    /// How much of it, and when.
    pub sending: Sending,
    /// How far the sandbox's clock has jumped. Whoever owns the sandbox adds it to all times from now on.
    pub clock_jump_ms: i64,
}

/// How much of an answer is sent, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// All of it at once.
    Whole,
    /// All of it, after so many milliseconds.
    Late(u32),
    /// All of it, the body over so many milliseconds.
    Slow(u32),
    /// Nothing, and the connection ends.
    Lost,
    /// A part of the headers, and the connection is reset.
    CutInHeaders,
    /// Headers and half of the body, and the connection is reset.
    CutInBody,
    /// Nothing, and the connection stays open.
    Stalled,
    /// Headers and half of the body, and the connection stays open.
    StalledInBody,
    /// All of it, but the headers promise more, and the connection ends.
    Short,
}

/// Whether PayStar documents that an answer with this status makes no order.
pub fn is_refusal(http_status: u16) -> bool {
    matches!(http_status, 400 | 401 | 403 | 423)
}

impl FaultKind {
    /// All kinds by their names in JS, with parameters that serve where none are given.
    pub const NAMED: [(&'static str, Self); 14] = [
        ("none", Self::None),
        ("lost", Self::Lost),
        ("resetInHeaders", Self::ResetInHeaders),
        ("resetInBody", Self::ResetInBody),
        ("stall", Self::Stall),
        ("stallInBody", Self::StallInBody),
        ("status", Self::Status { http_status: 503, retry_after: None }),
        ("truncatedJson", Self::TruncatedJson),
        ("html", Self::Html),
        ("wrongLength", Self::WrongLength),
        ("late", Self::Late { after_ms: 1000 }),
        ("slowBody", Self::SlowBody { over_ms: 1000 }),
        ("sentTwice", Self::SentTwice { hears_first: false }),
        ("clockJump", Self::ClockJump { ms: 3_600_000 }),
    ];

    /// The kind with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// Whether only a request that is not handled can be answered so.
    pub(super) fn refuses(self) -> bool {
        matches!(self, Self::Status { http_status, .. } if is_refusal(http_status))
    }

    fn sending(self) -> Sending {
        match self {
            Self::Lost => Sending::Lost,
            Self::ResetInHeaders => Sending::CutInHeaders,
            Self::ResetInBody => Sending::CutInBody,
            Self::Stall => Sending::Stalled,
            Self::StallInBody => Sending::StalledInBody,
            Self::WrongLength => Sending::Short,
            Self::Late { after_ms } => Sending::Late(after_ms),
            Self::SlowBody { over_ms } => Sending::Slow(over_ms),
            Self::None
            | Self::Status { .. }
            | Self::TruncatedJson
            | Self::Html
            | Self::SentTwice { .. }
            | Self::ClockJump { .. } => Sending::Whole,
        }
    }

    /// What is sent instead of an answer.
    fn distort(self, mut answer: Answer, now: u64) -> Answer {
        match self {
            Self::Status { http_status, retry_after } => {
                let mut answer = Answer::of_status(http_status);
                answer.headers.extend(retry_after.map(|wait| ("retry-after", wait.text(now))));
                answer
            }
            Self::TruncatedJson => {
                let half = answer.body.len() / 2;
                answer.body.truncate(answer.body.floor_char_boundary(half));
                answer
            }
            Self::Html => Answer::html(HTML),
            _ => answer,
        }
    }
}

impl RetryAfter {
    fn text(self, now: u64) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Date(seconds) => http_date(now.saturating_add(u64::from(seconds).saturating_mul(1000))),
        }
    }
}

impl Sandbox {
    /// Answers one request with the faults of the sandbox's own options: the script comes first, then the seed.
    pub fn reply(&mut self, arrival: &Arrival, now: u64) -> Reply {
        let route = Route::of(arrival);
        let fault = route.as_ref().and_then(|route| self.choose_fault(route, arrival));
        self.reply_to(route, arrival, fault, now)
    }

    /// Answers one request with this fault. Hosted pages have none.
    pub fn reply_with(&mut self, arrival: &Arrival, fault: Option<&Fault>, now: u64) -> Reply {
        self.reply_to(Route::of(arrival), arrival, fault.copied(), now)
    }

    fn choose_fault(&mut self, route: &Route, arrival: &Arrival) -> Option<Fault> {
        let faults = &mut self.config.faults;
        if faults.are_none() {
            return None;
        }
        let call = Call::of(route, arrival.body, &self.orders)?;
        faults.choose(&call)
    }

    fn reply_to(&mut self, route: Option<Route>, arrival: &Arrival, fault: Option<Fault>, now: u64) -> Reply {
        let fault = fault.filter(|_| route.as_ref().is_some_and(Route::is_api));
        let kind = fault.map_or(FaultKind::None, |fault| fault.kind);
        let clock_jump_ms = if let FaultKind::ClockJump { ms } = kind { ms } else { 0 };
        let now = now.saturating_add_signed(clock_jump_ms);
        self.settle(now);
        let is_creation = matches!(route, Some(Route::Create(_)));
        let commit = fault.map(|fault| fault.commit).filter(|_| is_creation);
        let mut answer = match commit {
            _ if is_creation && kind.refuses() => Answer::gateway_timeout(),
            Some(Commit::Undone) => Answer::gateway_timeout(),
            Some(Commit::Later { after_ms, is_reserved }) => {
                self.handle(route, arrival, Some(Delay { after_ms, is_reserved }), now)
            }
            Some(Commit::Done) | None => self.handle(route, arrival, None, now),
        };
        if let FaultKind::SentTwice { hears_first } = kind {
            let second = self.handle(Route::of(arrival), arrival, None, now);
            if !hears_first {
                answer = second;
            }
        }
        let mut answer = kind.distort(answer, now);
        answer.headers.push(("date", http_date(now)));
        Reply { answer, sending: kind.sending(), clock_jump_ms }
    }
}
