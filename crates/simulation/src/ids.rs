//! Names for the calls of a world and for their requests.

use std::fmt;

/// One call of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CallId {
    /// The index of its order in the plan.
    pub(crate) order: usize,
    pub(crate) kind: CallKind,
    /// Its index among the calls of the same kind and order.
    pub(crate) number: usize,
}

/// Whether a call creates an order, or reads its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CallKind {
    Create,
    Status,
}

const CALLBACK_HOST: &str = "https://merchant.example";

impl CallId {
    pub(crate) fn create(order: usize, number: usize) -> Self {
        Self { order, kind: CallKind::Create, number }
    }

    pub(crate) fn status(order: usize, number: usize) -> Self {
        Self { order, kind: CallKind::Status, number }
    }

    /// The callback URL in the request of this create call. It shows later which call created an order.
    pub(crate) fn callback_url(self) -> String {
        format!("{CALLBACK_HOST}/{}/{}", self.order, self.number)
    }

    /// The create call whose request had this callback URL.
    pub(crate) fn from_callback_url(url: &str) -> Option<Self> {
        let (order, number) = url.strip_prefix(CALLBACK_HOST)?.strip_prefix('/')?.split_once('/')?;
        Some(Self::create(order.parse().ok()?, number.parse().ok()?))
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let kind = if self.kind == CallKind::Create { "create call" } else { "status call" };
        write!(formatter, "order {}, {kind} {}", self.order, self.number)
    }
}

/// One request of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RequestId {
    pub(crate) call: CallId,
    /// The index of the request in the call.
    pub(crate) request: usize,
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}, request {}", self.call, self.request)
    }
}
