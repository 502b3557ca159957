//! The two flows of money.

use paystar_model::input::Input;
use paystar_model::issue::{IssueCode, Issues};

/// A flow of money. Each pipeline has different keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipeline {
    /// Money to a customer.
    Payouts,
    /// Money from a customer.
    Deposits,
}

impl Pipeline {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Payouts, Self::Deposits];

    /// The name of the client's option that has its keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payouts => "payouts",
            Self::Deposits => "deposits",
        }
    }

    /// Reads the argument `pipeline`, which may be missing. A value that is not the name of a pipeline is an error in
    /// `issues`.
    pub fn read_optional(input: &Input, issues: &mut Issues) -> Option<Self> {
        const PATH: &str = "pipeline";
        let name = issues.optional_text(PATH, input)?;
        let pipeline = Self::ALL.into_iter().find(|pipeline| pipeline.as_str() == name);
        if pipeline.is_none() {
            issues.error(PATH, IssueCode::UnknownValue, "pipeline must be \"payouts\" or \"deposits\".");
        }
        pipeline
    }
}

/// A value for payouts and one for deposits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PerPipeline<T> {
    /// The value for payouts.
    pub payouts: T,
    /// The value for deposits.
    pub deposits: T,
}

impl<T> PerPipeline<T> {
    /// Makes each value from its pipeline.
    pub fn from_fn(mut make: impl FnMut(Pipeline) -> T) -> Self {
        Self { payouts: make(Pipeline::Payouts), deposits: make(Pipeline::Deposits) }
    }

    /// The value of a pipeline.
    pub fn of(&self, pipeline: Pipeline) -> &T {
        match pipeline {
            Pipeline::Payouts => &self.payouts,
            Pipeline::Deposits => &self.deposits,
        }
    }

    /// Both values, that of payouts first.
    pub fn both(&self) -> core::array::IntoIter<&T, 2> {
        [&self.payouts, &self.deposits].into_iter()
    }

    /// The value of a pipeline, to change it.
    pub fn of_mut(&mut self, pipeline: Pipeline) -> &mut T {
        match pipeline {
            Pipeline::Payouts => &mut self.payouts,
            Pipeline::Deposits => &mut self.deposits,
        }
    }
}
