//! Creations that were taken and whose orders appear later.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::request::CreateRequest;
use super::scenario::Course;

/// How much later an order appears, and whether its id is taken until then.
#[derive(Clone, Copy)]
pub(super) struct Delay {
    pub(super) after_ms: u32,
    pub(super) is_reserved: bool,
}

/// An order that is still to appear.
pub(super) struct Late {
    pub(super) at: u64,
    number: u64,
    pub(super) request: CreateRequest,
    pub(super) course: Course,
    pub(super) is_reserved: bool,
}

/// All that are still to appear. Of those at the same time, the earlier taken one is first.
#[derive(Default)]
pub(super) struct Commits {
    taken: u64,
    ahead: BinaryHeap<Reverse<Late>>,
}

impl Commits {
    pub(super) fn len(&self) -> usize {
        self.ahead.len()
    }

    /// `request` waits for as long as the delay says.
    pub(super) fn add(&mut self, request: CreateRequest, course: Course, delay: Delay, now: u64) {
        self.taken = self.taken.saturating_add(1);
        let at = now.saturating_add(u64::from(delay.after_ms));
        let late = Late { at, number: self.taken, request, course, is_reserved: delay.is_reserved };
        self.ahead.push(Reverse(late));
    }

    /// When the next one appears.
    pub(super) fn next_at(&self) -> Option<u64> {
        self.ahead.peek().map(|Reverse(late)| late.at)
    }

    /// One that appears by now, the first one first.
    pub(super) fn take_due(&mut self, now: u64) -> Option<Late> {
        if self.next_at()? > now {
            return None;
        }
        self.ahead.pop().map(|Reverse(late)| late)
    }
}

impl Late {
    fn rank(&self) -> (u64, u64) {
        (self.at, self.number)
    }
}

impl PartialEq for Late {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Late {}

impl PartialOrd for Late {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Late {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}
