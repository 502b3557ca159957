//! Makes a failing world small: leaves out orders, waits, interruptions and faults for as long as it still fails.

use crate::fate::{Fate, RequestId};
use crate::plan::{CallId, Plan};
use crate::setting::Setting;
use crate::world::World;

/// More requests than a call sends, but for a few long waits.
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
    let try_calm = |plan: &mut Plan, call: CallId| {
        for id in (0..MOST_REQUESTS).map(|request| RequestId { call, request }) {
            if !matches!(plan.fate_of(id), Fate::Arrives { after_ms: ..50, fault: None, forgery: None }) {
                try_without(plan, &|plan| {
                    plan.calm.insert(id);
                });
            }
        }
    };
    for order in 0..plan.orders.len() {
        try_without(&mut plan, &|plan| {
            plan.dropped.insert(order);
        });
    }
    for order in 0..plan.orders.len() {
        for wait in 0..plan.waits[order].len() {
            try_without(&mut plan, &|plan| {
                plan.dropped_waits.insert(CallId::wait(order, wait));
            });
        }
    }
    for order in 0..plan.orders.len() {
        for wait in 0..plan.waits[order].len() {
            try_without(&mut plan, &|plan| plan.waits[order][wait].interruption = None);
            try_without(&mut plan, &|plan| plan.waits[order][wait].report_ms = Some(0));
            try_calm(&mut plan, CallId::wait(order, wait));
        }
        // The last visit stays: it is the one that asks for the order when all is quiet.
        for visit in (0..plan.orders[order].len().saturating_sub(1)).rev() {
            try_without(&mut plan, &|plan| plan.orders[order][visit].interruption = None);
            try_calm(&mut plan, CallId::visit(order, visit));
        }
    }
    plan
}
