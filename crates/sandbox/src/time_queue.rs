//! Items that wait for their time.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A queue ordered by time. Items with the same time leave in the order in which they were added.
pub(crate) struct TimeQueue<T> {
    added: u64,
    // A BTreeMap needs no order of entries, but it costs four more kilobytes of wasm.
    waiting: BinaryHeap<Reverse<Entry<T>>>,
}

struct Entry<T> {
    at: u64,
    number: u64,
    item: T,
}

impl<T> TimeQueue<T> {
    pub(crate) fn new() -> Self {
        Self { added: 0, waiting: BinaryHeap::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn add(&mut self, at: u64, item: T) {
        self.added = self.added.saturating_add(1);
        self.waiting.push(Reverse(Entry { at, number: self.added, item }));
    }

    /// The time of the first item.
    pub(crate) fn next_at(&self) -> Option<u64> {
        self.waiting.peek().map(|Reverse(first)| first.at)
    }

    /// Removes the first item if its time has come.
    pub(crate) fn take_due(&mut self, now: u64) -> Option<T> {
        self.next_at().filter(|at| *at <= now)?;
        self.waiting.pop().map(|Reverse(first)| first.item)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_leave_in_the_order_of_their_times() {
        let mut queue = TimeQueue::new();
        for (at, item) in [(5, "third"), (1, "first"), (1, "second"), (9, "late")] {
            queue.add(at, item);
        }
        assert_eq!((queue.len(), queue.next_at(), queue.take_due(0)), (4, Some(1), None));
        let taken: Vec<_> = std::iter::from_fn(|| queue.take_due(5)).collect();
        assert_eq!(taken, ["first", "second", "third"]);
        assert_eq!((queue.len(), queue.next_at()), (1, Some(9)));
    }
}
