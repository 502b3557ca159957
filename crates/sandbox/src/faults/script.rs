//! Which fault hits which request: by a script of rules, then by a seed.

use paystar_json::Members;
use paystar_model::id::OrderId;
use paystar_model::issue::{Issue, IssueCode, Issues};

use super::super::orders::Orders;
use super::super::route::Route;
use super::{Fault, SeededFaults};

/// Rules with times left.
pub(super) const MOST_RULES: usize = 10_000;

/// What a request does, for the rules that hit only one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Target {
    Create,
    Status,
    Balance,
}

/// What a request does, and with which order.
pub(in super::super) struct Call {
    target: Target,
    external_transaction_id: Option<String>,
}

impl Call {
    /// A hosted page is none.
    pub(in super::super) fn of(route: &Route, body: &[u8], orders: &Orders) -> Option<Self> {
        let (target, external_transaction_id) = match route {
            Route::Create(_) => {
                let mut members = Members::from_body(body).unwrap_or_default();
                (Target::Create, members.take_text("externalTransactionId").ok().flatten())
            }
            Route::Status(_, OrderId::Merchant(id)) => (Target::Status, Some(id.to_string())),
            Route::Status(pipeline, id) => {
                let order = orders.find(*pipeline, id).and_then(|index| orders.get(index));
                (Target::Status, order.map(|order| order.external_transaction_id.clone()))
            }
            Route::Balance(_) => (Target::Balance, None),
            Route::ShowPage(_) | Route::SubmitPage(_) => return None,
        };
        Some(Self { target, external_transaction_id })
    }
}

/// A line of the script: a fault and the requests that it hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    pub(super) fault: Fault,
    /// All requests where there is none.
    pub(super) target: Option<Target>,
    /// All orders where there is none.
    pub(super) external_transaction_id: Option<String>,
    /// How many requests it still passes over.
    pub(super) skip: u32,
    /// How many requests it still hits.
    pub(super) times: u32,
}

impl FaultRule {
    fn matches(&self, call: &Call) -> bool {
        self.target.is_none_or(|target| target == call.target)
            && self
                .external_transaction_id
                .as_ref()
                .is_none_or(|id| call.external_transaction_id.as_ref() == Some(id))
    }

    /// Whether it hits a request that matches, which it counts.
    fn hits(&mut self) -> bool {
        let hits = self.skip == 0;
        if hits {
            self.times = self.times.saturating_sub(1);
        } else {
            self.skip = self.skip.saturating_sub(1);
        }
        hits
    }
}

/// The faults of a sandbox.
#[derive(Debug, Default)]
pub(in super::super) struct Faults {
    pub(super) script: Vec<FaultRule>,
    pub(super) seeded: Option<SeededFaults>,
}

impl Faults {
    pub(in super::super) fn are_none(&self) -> bool {
        self.script.is_empty() && self.seeded.is_none()
    }

    /// The first rule that matches takes the request; what no rule takes is left to the seed. A rule that passes over a
    /// request leaves it to the rules behind it.
    pub(in super::super) fn choose(&mut self, call: &Call) -> Option<Fault> {
        let hit = self.script.iter_mut().position(|rule| rule.matches(call) && rule.hits());
        let Some((at, rule)) = hit.and_then(|at| Some((at, self.script.get(at)?))) else {
            return self.seeded.as_mut()?.draw(call.target == Target::Create);
        };
        let fault = rule.fault;
        if rule.times == 0 {
            self.script.remove(at);
        }
        Some(fault)
    }

    /// Adds a rule behind the others.
    pub(in super::super) fn add(&mut self, rule: FaultRule) -> Result<(), Vec<Issue>> {
        if self.script.len() >= MOST_RULES {
            let mut issues = Issues::default();
            let message = format!("There are {MOST_RULES} rules already. clearFaults() takes them away.");
            issues.error("rule", IssueCode::TooLong, message);
            return Err(issues.into_vec());
        }
        self.script.push(rule);
        Ok(())
    }
}
