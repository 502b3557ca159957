//! Faults: responses that are lost, cut, late or wrong, and orders that appear later than their creation.

mod fault;
mod options;
mod script;
mod seeded;

pub use fault::{Commit, Fault, FaultKind, RetryAfter, is_refusal};
pub use script::FaultRule;
pub(crate) use script::{ApiCall, Faults, Operation};
pub use seeded::SeededFaults;
