//! What a callback means for the stored status of an order. Callbacks can repeat, and can arrive in any order.

use serde::Serialize;

use paystar_model::amount::{canonical, is_plain_decimal};
use paystar_model::order::OrderStatus;

/// What a merchant knows about an order, or what a callback says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderStanding {
    /// The status.
    pub status: OrderStatus,
    /// The amount, if it is known.
    pub amount: Option<String>,
}

/// What to do with a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum CallbackDecision {
    /// It is new: store its status and amount.
    Applied,
    /// It repeats what you know: respond with 200 and do nothing.
    Duplicate,
    /// It is older than what you know: respond with 200 and do nothing.
    Stale,
    /// It contradicts a final status: read the status of the order.
    Conflict,
}

/// Decides what a callback means to a merchant who knows `current`, or nothing yet.
///
/// After a final status, only the same status with another amount is applied.
pub fn next_status(current: Option<&OrderStanding>, callback: &OrderStanding) -> CallbackDecision {
    let Some(current) = current else { return CallbackDecision::Applied };
    if current.status == callback.status {
        return if is_same_amount(current, callback) {
            CallbackDecision::Duplicate
        } else {
            CallbackDecision::Applied
        };
    }
    if current.status.is_final() {
        return if callback.status.is_final() { CallbackDecision::Conflict } else { CallbackDecision::Stale };
    }
    match (rank(&current.status), rank(&callback.status)) {
        (Some(known), Some(next)) if next < known => CallbackDecision::Stale,
        // This version does not know the status, so it only knows that the status comes after the creation.
        (None, Some(next)) if next <= CREATED => CallbackDecision::Stale,
        _ => CallbackDecision::Applied,
    }
}

const CREATED: u8 = 1;

/// The position of a status in the life of an order. `None` for a status that this version does not know.
fn rank(status: &OrderStatus) -> Option<u8> {
    match status {
        OrderStatus::Init => Some(0),
        OrderStatus::Created => Some(CREATED),
        OrderStatus::Processing => Some(2),
        OrderStatus::Success | OrderStatus::Failed => Some(3),
        OrderStatus::Other(_) => None,
    }
}

/// `100` and `100.00` are the same amount. An unknown amount is not a different amount.
fn is_same_amount(current: &OrderStanding, callback: &OrderStanding) -> bool {
    match (&current.amount, &callback.amount) {
        (Some(known), Some(next)) if is_plain_decimal(known) && is_plain_decimal(next) => {
            canonical(known) == canonical(next)
        }
        (Some(known), Some(next)) => known == next,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn standing(status: &str, amount: &str) -> OrderStanding {
        OrderStanding {
            status: status.to_owned().into(),
            amount: Some(amount.to_owned()).filter(|amount| !amount.is_empty()),
        }
    }

    #[test]
    fn each_pair_of_statuses_is_decided() {
        use CallbackDecision::{Applied, Conflict, Duplicate, Stale};
        for (current, callback, decision) in [
            (("Init", "1"), ("Created", "1"), Applied),
            (("Created", "1"), ("Processing", "1"), Applied),
            (("Created", "1"), ("Success", "1"), Applied),
            (("Processing", "1"), ("Failed", "1"), Applied),
            (("Processing", "1"), ("Created", "1"), Stale),
            (("Created", "1"), ("Init", "1"), Stale),
            (("Processing", "1"), ("Processing", "1.00"), Duplicate),
            (("Processing", ""), ("Processing", "1"), Duplicate),
            (("Success", "1"), ("Success", "1"), Duplicate),
            (("Success", "1"), ("Success", "2"), Applied),
            (("Success", "1"), ("Processing", "1"), Stale),
            (("Success", "1"), ("Processing", "2"), Stale),
            (("Success", "1"), ("Failed", "1"), Conflict),
            (("Failed", "1"), ("Success", "1"), Conflict),
            (("Created", "1"), ("Reviewing", "1"), Applied),
            (("Reviewing", "1"), ("Reviewing", "1"), Duplicate),
            (("Reviewing", "1"), ("Created", "1"), Stale),
            (("Reviewing", "1"), ("Processing", "1"), Applied),
            (("Reviewing", "1"), ("Success", "1"), Applied),
            (("Success", "1"), ("Reviewing", "1"), Stale),
        ] {
            let decided =
                next_status(Some(&standing(current.0, current.1)), &standing(callback.0, callback.1));
            assert_eq!(decided, decision, "{current:?} {callback:?}");
        }
        assert_eq!(next_status(None, &standing("Failed", "1")), Applied);
    }

    proptest! {
        #[test]
        fn a_final_status_never_changes_and_a_repeat_never_applies(
            statuses in proptest::collection::vec("Init|Created|Processing|Success|Failed|Other", 1..20)
        ) {
            let mut known: Option<OrderStanding> = None;
            for status in statuses {
                let callback = standing(&status, "5");
                let before = known.clone();
                if next_status(known.as_ref(), &callback) == CallbackDecision::Applied {
                    known = Some(callback.clone());
                }
                if let Some(before) = before.filter(|before| before.status.is_final()) {
                    prop_assert_eq!(known.as_ref(), Some(&before));
                }
                prop_assert_ne!(next_status(known.as_ref(), &callback), CallbackDecision::Applied);
            }
        }
    }
}
