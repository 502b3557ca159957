//! The orders of a sandbox. Nothing is forgotten while it runs, and nothing runs: how an order stands follows
//! from the time.

use std::collections::HashMap;

use serde::Serialize;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use super::config::SandboxConfig;
use super::scenario::{Course, End};

/// A payout in the sandbox.
pub(super) struct Order {
    external_id: String,
    created_at: u64,
    processing_at: u64,
    final_at: u64,
    end: End,
}

/// One step of an order's history, as it stands on the wire.
#[derive(Serialize)]
pub(super) struct Step<'a> {
    time: String,
    action: &'a str,
}

impl Order {
    pub(super) fn external_id(&self) -> &str {
        &self.external_id
    }

    pub(super) fn status(&self, now: u64) -> &'static str {
        match &self.end {
            End::StayCreated => "Created",
            _ if now < self.processing_at => "Created",
            End::StayProcessing => "Processing",
            _ if now < self.final_at => "Processing",
            End::Success => "Success",
            End::Failed(_) => "Failed",
        }
    }

    /// Steps in codes of v2. An order that fails before it reaches the gateway has no step there.
    pub(super) fn history(&self, now: u64) -> Vec<Step<'_>> {
        let step = |at: u64, action| Step { time: timestamp(at), action };
        let mut steps = vec![step(self.created_at, "1.1.1.00")];
        let status = self.status(now);
        let reaches_gateway = !matches!(&self.end, End::Failed(action) if action.starts_with(['1', '2']));
        if status != "Created" && reaches_gateway {
            steps.push(step(self.processing_at, "2.1.1.00"));
        }
        match (&self.end, status) {
            (End::Success, "Success") => steps.push(step(self.final_at, "4.1.3.00")),
            (End::Failed(action), "Failed") => steps.push(step(self.final_at, action)),
            _ => {}
        }
        steps
    }
}

/// All orders, by both of their ids.
pub(super) struct Orders {
    seed: u32,
    uuids: u64,
    list: Vec<Order>,
    by_external_id: HashMap<String, usize>,
    by_external_transaction_id: HashMap<String, usize>,
}

impl Orders {
    pub(super) fn new(seed: u32) -> Self {
        Self {
            seed,
            uuids: 0,
            list: Vec::new(),
            by_external_id: HashMap::new(),
            by_external_transaction_id: HashMap::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn by_external_id(&self, id: &str) -> Option<&Order> {
        self.list.get(*self.by_external_id.get(id)?)
    }

    pub(super) fn by_external_transaction_id(&self, id: &str) -> Option<&Order> {
        self.list.get(*self.by_external_transaction_id.get(id)?)
    }

    pub(super) fn add(&mut self, id: &str, course: &Course, config: &SandboxConfig, now: u64) -> &Order {
        let external_id = self.next_uuid();
        let after =
            |given: Option<u32>, default: u32| now.saturating_add(u64::from(given.unwrap_or(default)));
        let final_at = after(course.final_after_ms, config.final_after_ms);
        let index = self.list.len();
        self.by_external_id.insert(external_id.clone(), index);
        self.by_external_transaction_id.insert(id.to_owned(), index);
        let order = Order {
            external_id,
            created_at: now,
            processing_at: after(course.processing_after_ms, config.processing_after_ms).min(final_at),
            final_at,
            end: course.end.clone(),
        };
        self.list.push_mut(order)
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
}

/// As in PayStar's newer samples: `2025-07-28T09:29:51.339000Z`.
fn timestamp(ms: u64) -> String {
    let since_1970 = Duration::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX));
    let at = OffsetDateTime::UNIX_EPOCH.checked_add(since_1970).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second, micro) = at.to_hms_micro();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z", u8::from(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_in_paystars_samples() {
        assert_eq!(timestamp(1_753_694_991_339), "2025-07-28T09:29:51.339000Z");
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(timestamp(u64::MAX), "1970-01-01T00:00:00.000000Z");
    }

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
