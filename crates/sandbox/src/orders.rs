//! The orders of a sandbox. The sandbox never deletes an order.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use paystar_model::id::{ExternalId, ExternalTransactionId, OrderId};
use paystar_protocol::pipeline::{PerPipeline, Pipeline};

use super::order::{Order, Transition};
use super::time_queue::TimeQueue;

/// The position of an order in the list.
pub(crate) type Index = usize;

/// All orders, by both of their ids. The ids of the merchant are unique within a pipeline.
pub(crate) struct Orders {
    seed: u32,
    uuids: u64,
    list: Vec<Order>,
    by_external_id: HashMap<ExternalId, Index>,
    /// A reserved id has no order yet.
    by_external_transaction_id: PerPipeline<HashMap<ExternalTransactionId, Option<Index>>>,
    /// The transitions of all orders in progress.
    pub(crate) transitions: TimeQueue<(Index, Transition)>,
}

impl Orders {
    pub(crate) fn new(seed: u32) -> Self {
        Self {
            seed,
            uuids: 0,
            list: Vec::new(),
            by_external_id: HashMap::new(),
            by_external_transaction_id: PerPipeline::default(),
            transitions: TimeQueue::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// All orders, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Order> {
        self.list.iter()
    }

    /// The number of orders and reserved ids.
    pub(crate) fn count(&self, pipeline: Pipeline) -> usize {
        self.by_external_transaction_id.of(pipeline).len()
    }

    pub(crate) fn get(&self, index: Index) -> Option<&Order> {
        self.list.get(index)
    }

    pub(crate) fn get_mut(&mut self, index: Index) -> Option<&mut Order> {
        self.list.get_mut(index)
    }

    /// Finds an order of this pipeline only.
    pub(crate) fn find(&self, pipeline: Pipeline, id: &OrderId) -> Option<Index> {
        let index = match id {
            OrderId::External(id) => *self.by_external_id.get(id)?,
            OrderId::Merchant(id) => (*self.by_external_transaction_id.of(pipeline).get(id)?)?,
        };
        (self.get(index)?.pipeline() == pipeline).then_some(index)
    }

    /// Whether an order has this id, or the id is reserved.
    pub(crate) fn has_id(&self, pipeline: Pipeline, id: &ExternalTransactionId) -> bool {
        self.by_external_transaction_id.of(pipeline).contains_key(id)
    }

    /// Reserves an id for an order that appears later.
    pub(crate) fn reserve(&mut self, pipeline: Pipeline, id: ExternalTransactionId) {
        self.by_external_transaction_id.of_mut(pipeline).insert(id, None);
    }

    pub(crate) fn add(&mut self, order: Order) -> Index {
        let index = self.list.len();
        let by_id = self.by_external_transaction_id.of_mut(order.pipeline());
        by_id.insert(order.external_transaction_id.clone(), Some(index));
        self.by_external_id.insert(order.external_id.clone(), index);
        self.list.push(order);
        index
    }

    /// Schedules the transitions of an order that starts now.
    pub(crate) fn schedule(&mut self, index: Index, now: u64) {
        let Some(order) = self.list.get(index) else { return };
        for (transition, after_ms) in order.transitions() {
            self.transitions.add(now.saturating_add(u64::from(after_ms)), (index, transition));
        }
    }

    /// The same seed gives the same ids.
    pub(crate) fn next_uuid(&mut self) -> String {
        self.uuids = self.uuids.wrapping_add(1);
        let hash = Sha256::digest(format!("paystar sandbox {} {}", self.seed, self.uuids));
        let hex = base16ct::lower::encode_string(&hash);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        // Version 4 and variant 1, as in random ids.
        format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_that_depend_on_the_seed() {
        let (mut one, mut same, mut other) = (Orders::new(1), Orders::new(1), Orders::new(2));
        let id = one.next_uuid();
        assert_eq!(id, same.next_uuid());
        assert_ne!(id, other.next_uuid());
        assert_ne!(id, one.next_uuid());
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
}
