//! The calls of `create` in a plan.

use fastrand::Rng;
use paystar_protocol::call_config::{OnDuplicate, RetryPolicy};

use crate::interruption::Interruption;

const MAX_CALLS: usize = 3;
/// The calls with faults for an order start within this time, so some of them run at the same time.
pub(crate) const STARTS_WITHIN_MS: u64 = 20_000;
/// When the last call for an order starts. All other calls have ended by then, because no deadline is this long.
pub(crate) const LAST_START_MS: u64 = 3_600_000;

/// The amounts of the requests. The first two are the same amount with different digits. The third is from another
/// program of the merchant, which uses the same id for another order.
pub(crate) const AMOUNTS: [(&str, &str); 3] = [("100.10", "USD"), ("100.1", "USD"), ("5.00", "EUR")];
const OTHER_AMOUNT: usize = 2;

/// One call of `create`.
#[derive(Debug, Clone)]
pub(crate) struct CreateCall {
    pub(crate) start_ms: u64,
    /// An index of [`AMOUNTS`].
    pub(crate) amount: usize,
    pub(crate) timeout_ms: u32,
    pub(crate) policy: RetryPolicy,
    pub(crate) on_duplicate: OnDuplicate,
    pub(crate) interruption: Option<Interruption>,
    /// Whether the requests of this call can have faults.
    pub(crate) has_faults: bool,
}

impl CreateCall {
    pub(crate) fn has_other_amount(&self) -> bool {
        self.amount == OTHER_AMOUNT
    }
}

/// The create calls for one order. The last call has no faults: the merchant asks for the order again, and must get it.
pub(crate) fn random_create_calls(random: &mut Rng) -> Vec<CreateCall> {
    let mut calls: Vec<CreateCall> = (0..random.usize(1..=MAX_CALLS))
        .map(|_| CreateCall {
            start_ms: random.u64(..STARTS_WITHIN_MS),
            amount: [0, 0, 0, 0, 1, OTHER_AMOUNT][random.usize(..6)],
            timeout_ms: random.u32(100..5000),
            policy: RetryPolicy { max_retries: random.u32(..5), deadline_ms: random.u32(1..30_000) },
            on_duplicate: if random.bool() { OnDuplicate::Throw } else { OnDuplicate::Return },
            interruption: Interruption::random(random, 10_000, 100_000),
            has_faults: true,
        })
        .collect();
    calls.push(CreateCall {
        start_ms: LAST_START_MS,
        amount: 0,
        timeout_ms: 5000,
        policy: RetryPolicy { max_retries: 2, deadline_ms: 20_000 },
        on_duplicate: OnDuplicate::Return,
        interruption: None,
        has_faults: false,
    });
    calls
}
