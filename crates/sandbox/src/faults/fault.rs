//! A fault: what goes wrong with one request.

use crate::http::Transmission;

/// What goes wrong with one request and its response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What happens to the response.
    pub kind: FaultKind,
    /// What happens to the request.
    pub commit: Commit,
}

/// What the sandbox does with a request that has a fault. Only creations change anything. For all other requests it is
/// [`Commit::Done`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// The sandbox handles the request as usual.
    Done,
    /// The sandbox never handles the request.
    Undone,
    /// The sandbox accepts the request, but the order appears later.
    Later {
        /// The delay in milliseconds.
        after_ms: u32,
        /// Whether the sandbox reserves the id at once. Then it refuses a second creation with this id with `1-4007`,
        /// although a status read does not find the order yet. Otherwise, the first order that appears gets the id, and
        /// the other orders never appear.
        is_reserved: bool,
    },
}

/// What happens to a response.
///
/// A creation that is not handled, or handled later, gets a 504, because it has no order yet. If PayStar refuses a
/// creation anyway, the sandbox also refuses it at once, except with [`Commit::Undone`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The right response is sent.
    None,
    /// The connection ends without a byte.
    Lost,
    /// The connection is reset in the middle of the headers.
    ResetInHeaders,
    /// The connection is reset in the middle of the body.
    ResetInBody,
    /// Nothing is sent, and the connection stays open.
    Stall,
    /// The headers and half of the body are sent. The connection stays open.
    StallInBody,
    /// Another status is sent. If PayStar documents this status as a refusal, the commit is [`Commit::Undone`]: see
    /// [`is_refusal`].
    Status {
        /// 400 to 599.
        http_status: u16,
        /// The header `Retry-After`.
        retry_after: Option<RetryAfter>,
    },
    /// Half of the JSON is sent, as if it were complete. A response without a body stays unchanged.
    TruncatedJson,
    /// An HTML page is sent with status 200.
    Html,
    /// The header `content-length` is too large. Then the connection ends.
    WrongLength,
    /// The right response is sent late.
    Late {
        /// The delay in milliseconds.
        after_ms: u32,
    },
    /// The body is sent slowly.
    SlowBody {
        /// The time that the body takes, in milliseconds.
        over_ms: u32,
    },
    /// The request arrives twice, because networks and runtimes below a client sometimes repeat it. One of the two
    /// responses is sent. The commit applies to the first copy. The sandbox handles the second copy as usual,
    /// immediately after the first one.
    SentTwice {
        /// Whether the response to the first copy is sent.
        hears_first: bool,
    },
    /// The sandbox's clock jumps. Then the right response is sent.
    ClockJump {
        /// The jump in milliseconds. A negative number jumps back.
        ms: i64,
    },
}

/// The header `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u32),
    /// The date after this number of seconds, by the sandbox's clock.
    Date(u32),
}

/// Whether PayStar documents that a response with this status creates no order.
pub fn is_refusal(http_status: u16) -> bool {
    matches!(http_status, 400 | 401 | 403 | 423)
}

impl FaultKind {
    /// All kinds by their names in JavaScript, with default parameters.
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

    /// Whether PayStar sends such a response only if it creates no order.
    pub(crate) fn is_refusal(self) -> bool {
        matches!(self, Self::Status { http_status, .. } if is_refusal(http_status))
    }

    pub(crate) fn transmission(self) -> Transmission {
        match self {
            Self::Lost => Transmission::Lost,
            Self::ResetInHeaders => Transmission::CutInHeaders,
            Self::ResetInBody => Transmission::CutInBody,
            Self::Stall => Transmission::Stalled,
            Self::StallInBody => Transmission::StalledInBody,
            Self::WrongLength => Transmission::Short,
            Self::Late { after_ms } => Transmission::Late(after_ms),
            Self::SlowBody { over_ms } => Transmission::Slow(over_ms),
            Self::None
            | Self::Status { .. }
            | Self::TruncatedJson
            | Self::Html
            | Self::SentTwice { .. }
            | Self::ClockJump { .. } => Transmission::Whole,
        }
    }
}
