//! Chooses the fault of each request. The rules of the script come first. Then comes the seed.

use paystar_model::id::ExternalTransactionId;
use paystar_model::issue::{Issue, IssueCode, Issues};

use super::fault::Fault;
use super::seeded::SeededFaults;

/// How many rules a script can have.
pub(super) const MOST_RULES: usize = 10_000;

/// An operation of PayStar's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Create,
    Status,
    Balance,
}

/// A request to PayStar's API.
pub(crate) struct ApiCall {
    pub(crate) operation: Operation,
    /// The order of the request.
    pub(crate) external_transaction_id: Option<ExternalTransactionId>,
}

/// A rule of the script: a fault, and the requests that get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    pub(super) fault: Fault,
    /// `None` for all operations.
    pub(super) operation: Option<Operation>,
    /// `None` for all orders.
    pub(super) external_transaction_id: Option<ExternalTransactionId>,
    /// How many matching requests it still leaves to the rules after it.
    pub(super) skip: u32,
    /// To how many requests it still applies.
    pub(super) times: u32,
}

impl FaultRule {
    fn matches(&self, call: &ApiCall) -> bool {
        let id = &self.external_transaction_id;
        self.operation.is_none_or(|operation| operation == call.operation)
            && (id.is_none() || *id == call.external_transaction_id)
    }

    /// Whether the rule applies to a matching request. It counts the request.
    fn applies(&mut self) -> bool {
        let applies = self.skip == 0;
        if applies {
            self.times = self.times.saturating_sub(1);
        } else {
            self.skip = self.skip.saturating_sub(1);
        }
        applies
    }
}

/// The faults of a sandbox.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(super) script: Vec<FaultRule>,
    pub(super) seeded: Option<SeededFaults>,
}

impl Faults {
    pub(crate) fn are_none(&self) -> bool {
        self.script.is_empty() && self.seeded.is_none()
    }

    /// The first rule that applies gives the fault. If no rule applies, the seed gives it.
    pub(crate) fn choose(&mut self, call: &ApiCall) -> Option<Fault> {
        let first = self.script.iter_mut().position(|rule| rule.matches(call) && rule.applies());
        let Some((at, rule)) = first.and_then(|at| Some((at, self.script.get(at)?))) else {
            return self.seeded.as_mut()?.draw(call.operation == Operation::Create);
        };
        let fault = rule.fault;
        if rule.times == 0 {
            self.script.remove(at);
        }
        Some(fault)
    }

    /// Adds a rule at the end of the script.
    pub(crate) fn add(&mut self, rule: FaultRule) -> Result<(), Vec<Issue>> {
        if self.script.len() >= MOST_RULES {
            let mut issues = Issues::default();
            let message =
                format!("The script already has {MOST_RULES} rules. Remove them with clearFaults().");
            issues.error("rule", IssueCode::TooLong, message);
            return Err(issues.into_vec());
        }
        self.script.push(rule);
        Ok(())
    }
}
