//! What can happen in a world, and how far its calls have come.

use paystar_model::id::OrderId;
use paystar_protocol::http::{Departure, HttpRequest};

use crate::call::{Call, News};
use crate::network::Treatment;
use crate::plan::CallId;

/// Something that happens at a time.
pub(crate) enum Event {
    VisitBegins(CallId),
    WaitBegins {
        call: CallId,
        id: OrderId,
    },
    Crashes(CallId),
    Aborts(CallId),
    Arrives {
        call: CallId,
        wish: usize,
        request: HttpRequest,
        treatment: Treatment,
    },
    Hears {
        call: CallId,
        wish: usize,
        news: News,
        is_forged: bool,
    },
    /// The customer fills in the hosted page of a deposit.
    CustomerPays {
        external_id: String,
    },
}

/// A call of the plan, as far as it has come.
pub(crate) struct Run {
    pub(crate) call: Option<Call>,
    /// The number of the wish that is open; news of older ones come too late.
    pub(crate) wish: usize,
    /// Whether no request is under way: the call pauses, or its caller looks at a status.
    pub(crate) is_waiting: bool,
    /// Whether the request under way may have been sent.
    pub(crate) departure: Departure,
    pub(crate) requests: usize,
    /// From when until when the caller's machine sleeps.
    pub(crate) sleeps: Option<(u64, u64)>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            call: None,
            wish: 0,
            is_waiting: false,
            departure: Departure::NothingSent,
            requests: 0,
            sleeps: None,
        }
    }
}
