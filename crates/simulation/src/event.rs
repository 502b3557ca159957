//! The events of a world, their queue, and the progress of the calls.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use paystar_model::id::{ExternalId, OrderId};
use paystar_protocol::http::{Departure, HttpRequest};

use crate::call::{Call, StepResult};
use crate::ids::CallId;
use crate::network::Handling;

/// Far more events than the calls of a world can cause.
const MAX_EVENTS: usize = 10_000;

pub(crate) enum Event {
    CreateCallStarts(CallId),
    StatusCallStarts {
        call: CallId,
        id: OrderId,
    },
    ProgramCrashes(CallId),
    CallerAborts(CallId),
    /// A request arrives at the sandbox.
    RequestArrives {
        call: CallId,
        step: usize,
        request: HttpRequest,
        handling: Handling,
    },
    /// A step of a call ends on the caller's machine.
    StepEnds {
        call: CallId,
        step: usize,
        result: StepResult,
        is_from_proxy: bool,
    },
    /// The customer fills in the hosted page of a deposit.
    CustomerPays {
        external_id: ExternalId,
    },
}

/// Events in the order of their times. Events at the same time keep the order in which they were added.
#[derive(Default)]
pub(crate) struct EventQueue {
    /// The time of each event, and its index in `events`.
    times: BinaryHeap<Reverse<(u64, usize)>>,
    events: Vec<Option<Event>>,
}

impl EventQueue {
    pub(crate) fn push(&mut self, at: u64, event: Event) {
        self.times.push(Reverse((at, self.events.len())));
        self.events.push(Some(event));
    }

    /// The next event and its time. Fails if there are too many events.
    pub(crate) fn pop(&mut self) -> Result<Option<(u64, Event)>, String> {
        let Some(Reverse((at, index))) = self.times.pop() else { return Ok(None) };
        if index >= MAX_EVENTS {
            return Err("a call never ends: it causes more and more events".to_owned());
        }
        Ok(self.events[index].take().map(|event| (at, event)))
    }
}

/// The progress of one call of the plan.
pub(crate) struct Progress {
    /// `None` before the call starts and after it ends.
    pub(crate) call: Option<Call>,
    /// The number of the current step. The call ignores results of earlier steps.
    pub(crate) step: usize,
    /// Whether no request is running: the call waits, or reports a status.
    pub(crate) is_waiting: bool,
    /// Whether the current request may have been sent.
    pub(crate) departure: Departure,
    pub(crate) requests: usize,
    /// The start and the end of the time in which the caller's machine sleeps.
    pub(crate) sleep: Option<(u64, u64)>,
}

impl Progress {
    /// When the caller's machine wakes up or woke up, if it fell asleep before now.
    pub(crate) fn sleep_end(&self, now: u64) -> Option<u64> {
        self.sleep.filter(|(start, _)| now >= *start).map(|(_, end)| end)
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            call: None,
            step: 0,
            is_waiting: false,
            departure: Departure::NothingSent,
            requests: 0,
            sleep: None,
        }
    }
}
