//! Makes a failing world smaller: removes orders, status calls, interruptions and faults while it still fails.

use crate::config::CommonConfig;
use crate::delivery::Delivery;
use crate::ids::{CallId, RequestId};
use crate::plan::Plan;
use crate::world::World;

/// Only a few long waits send more requests.
const MAX_REQUESTS: usize = 40;

/// The smallest failing plan that it finds.
pub(crate) fn shrink(config: &CommonConfig, failing: &Plan) -> Plan {
    let mut plan = failing.clone();
    let try_change = |plan: &mut Plan, change: &dyn Fn(&mut Plan)| {
        let mut smaller = plan.clone();
        change(&mut smaller);
        if World::run(config, &smaller).is_err() {
            *plan = smaller;
        }
    };
    let try_without_faults = |plan: &mut Plan, call: CallId| {
        for id in (0..MAX_REQUESTS).map(|request| RequestId { call, request }) {
            if !Delivery::of_request(id, plan).is_normal() {
                try_change(plan, &|plan| {
                    plan.requests_without_fault.insert(id);
                });
            }
        }
    };
    for order in 0..plan.create_calls.len() {
        try_change(&mut plan, &|plan| {
            plan.skipped_orders.insert(order);
        });
    }
    for order in 0..plan.create_calls.len() {
        for number in 0..plan.status_calls[order].len() {
            try_change(&mut plan, &|plan| {
                plan.skipped_status_calls.insert(CallId::status(order, number));
            });
        }
    }
    for order in 0..plan.create_calls.len() {
        for number in 0..plan.status_calls[order].len() {
            try_change(&mut plan, &|plan| plan.status_calls[order][number].interruption = None);
            try_change(&mut plan, &|plan| plan.status_calls[order][number].report_ms = Some(0));
            try_without_faults(&mut plan, CallId::status(order, number));
        }
        // The last create call stays unchanged: the rules need it to find lost orders.
        for number in (0..plan.create_calls[order].len().saturating_sub(1)).rev() {
            try_change(&mut plan, &|plan| plan.create_calls[order][number].interruption = None);
            try_without_faults(&mut plan, CallId::create(order, number));
        }
    }
    plan
}
