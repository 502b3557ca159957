//! Makes a failing world small: leaves out orders, interruptions and faults for as long as it still fails.

use crate::plan::{Fate, Plan, RequestId};
use crate::world::{Setting, World};

/// More requests than a visit can send.
const MOST_REQUESTS: usize = 40;

/// The smallest plan that was found to fail.
pub(crate) fn shrink(setting: &Setting, failing: &Plan) -> Plan {
    let mut plan = failing.clone();
    let try_without = |plan: &mut Plan, change: &dyn Fn(&mut Plan)| {
        let mut smaller = plan.clone();
        change(&mut smaller);
        if World::run(setting, &smaller).is_err() {
            *plan = smaller;
        }
    };
    for order in 0..plan.orders.len() {
        try_without(&mut plan, &|plan| {
            plan.dropped.insert(order);
        });
    }
    for order in 0..plan.orders.len() {
        // The last visit stays: it is the one that asks for the order when all is quiet.
        for visit in (0..plan.orders[order].len().saturating_sub(1)).rev() {
            try_without(&mut plan, &|plan| plan.orders[order][visit].interruption = None);
            for request in 0..MOST_REQUESTS {
                let id = RequestId { order, visit, request };
                if !matches!(plan.fate_of(id), Fate::Arrives { after_ms: ..50, fault: None, forgery: None }) {
                    try_without(&mut plan, &|plan| {
                        plan.calm.insert(id);
                    });
                }
            }
        }
    }
    plan
}
