//! The orders of a sandbox, and what lies before them. Nothing is forgotten while it runs.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use sha2::{Digest, Sha256};

use paystar_model::id::OrderId;
use paystar_protocol::pipeline::Pipeline;

use super::order::{Order, Stage};

/// The place of an order in the sandbox.
pub(super) type Index = usize;

/// Something that happens to an order at a time. Of those at the same time, the earlier planned one is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event {
    pub(super) at: u64,
    number: u64,
    pub(super) order: Index,
    pub(super) stage: Stage,
}

/// Orders by the merchant's ids. An id without an order is reserved.
type ByMerchant = HashMap<String, Option<Index>>;

/// All orders, by both of their ids. Merchants' ids are unique within a pipeline.
#[derive(Default)]
pub(super) struct Orders {
    seed: u32,
    uuids: u64,
    list: Vec<Order>,
    by_external_id: HashMap<String, Index>,
    payouts: ByMerchant,
    deposits: ByMerchant,
    planned: u64,
    ahead: BinaryHeap<Reverse<Event>>,
}

impl Orders {
    pub(super) fn new(seed: u32) -> Self {
        Self { seed, ..Self::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// All orders in the order that they were made.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Order> {
        self.list.iter()
    }

    /// Orders and reserved ids.
    pub(super) fn count(&self, pipeline: Pipeline) -> usize {
        self.of(pipeline).len()
    }

    pub(super) fn get(&self, index: Index) -> Option<&Order> {
        self.list.get(index)
    }

    pub(super) fn get_mut(&mut self, index: Index) -> Option<&mut Order> {
        self.list.get_mut(index)
    }

    /// An order of a pipeline: one of the other pipeline is not found.
    pub(super) fn find(&self, pipeline: Pipeline, id: &OrderId) -> Option<Index> {
        let index = match id {
            OrderId::External(id) => *self.by_external_id.get(id.as_str())?,
            OrderId::Merchant(id) => (*self.of(pipeline).get(id.as_str())?)?,
        };
        (self.get(index)?.pipeline() == pipeline).then_some(index)
    }

    /// Whether an id is taken, by an order or for one.
    pub(super) fn contains(&self, pipeline: Pipeline, external_transaction_id: &str) -> bool {
        self.of(pipeline).contains_key(external_transaction_id)
    }

    /// Takes an id for an order that is still to come.
    pub(super) fn reserve(&mut self, pipeline: Pipeline, external_transaction_id: String) {
        self.of_mut(pipeline).insert(external_transaction_id, None);
    }

    pub(super) fn add(&mut self, order: Order) -> Index {
        let index = self.list.len();
        self.by_external_id.insert(order.external_id.clone(), index);
        self.of_mut(order.pipeline()).insert(order.external_transaction_id.clone(), Some(index));
        self.list.push(order);
        index
    }

    /// Plans all that lies before an order that begins now.
    pub(super) fn begin(&mut self, index: Index, now: u64) {
        let Some(order) = self.list.get(index) else { return };
        for (stage, after_ms) in order.stages() {
            self.planned = self.planned.saturating_add(1);
            let at = now.saturating_add(u64::from(after_ms));
            self.ahead.push(Reverse(Event { at, number: self.planned, order: index, stage }));
        }
    }

    /// When the next thing happens.
    pub(super) fn next_at(&self) -> Option<u64> {
        self.ahead.peek().map(|Reverse(event)| event.at)
    }

    /// What has happened by now and was not taken yet, oldest first.
    pub(super) fn take_due(&mut self, now: u64) -> Option<Event> {
        if self.next_at()? > now {
            return None;
        }
        self.ahead.pop().map(|Reverse(event)| event)
    }

    /// The same ids again for the same seed.
    pub(super) fn next_uuid(&mut self) -> String {
        self.uuids = self.uuids.wrapping_add(1);
        let hash = Sha256::digest(format!("paystar sandbox {} {}", self.seed, self.uuids));
        let hex = base16ct::lower::encode_string(&hash);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        // Version 4, variant 1, as random ids are.
        format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }

    fn of(&self, pipeline: Pipeline) -> &ByMerchant {
        match pipeline {
            Pipeline::Payouts => &self.payouts,
            Pipeline::Deposits => &self.deposits,
        }
    }

    fn of_mut(&mut self, pipeline: Pipeline) -> &mut ByMerchant {
        match pipeline {
            Pipeline::Payouts => &mut self.payouts,
            Pipeline::Deposits => &mut self.deposits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_that_follow_from_the_seed() {
        let (mut one, mut same, mut other) = (Orders::new(1), Orders::new(1), Orders::new(2));
        let id = one.next_uuid();
        assert_eq!(id, same.next_uuid());
        assert_ne!(id, other.next_uuid());
        assert_ne!(id, one.next_uuid());
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
}
