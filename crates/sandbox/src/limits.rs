//! The option `limits`: which orders the sandbox refuses with `LIMITS_ERROR`.

use paystar_model::decimal::Decimal;
use paystar_model::input::Input;
use paystar_model::issue::Issues;
use paystar_protocol::pipeline::{PerPipeline, Pipeline};

use super::option_values::read_sum;

/// The limits of a pipeline.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    max_amount: Option<Decimal>,
    max_orders: Option<u32>,
}

impl Limits {
    /// Reads the option of both pipelines.
    pub(crate) fn read(input: &Input, issues: &mut Issues) -> PerPipeline<Self> {
        if !matches!(input, Input::Absent | Input::Record(_)) {
            issues.wrong_type("limits", "an object such as { payouts: { maxAmount: \"500\" } }", input);
        }
        issues.unknown_keys("limits.", input, &Pipeline::ALL.map(Pipeline::as_str));
        PerPipeline::from_fn(|pipeline| {
            let name = pipeline.as_str();
            Self::read_pipeline(&format!("limits.{name}"), input.get(name), issues)
        })
    }

    fn read_pipeline(path: &str, input: &Input, issues: &mut Issues) -> Self {
        if !matches!(input, Input::Absent | Input::Record(_)) {
            issues.wrong_type(path, "an object such as { maxAmount: \"500\" }", input);
        }
        issues.unknown_keys(&format!("{path}."), input, &["maxAmount", "maxOrders"]);
        let most_orders = format!("{path}.maxOrders");
        Self {
            max_amount: read_sum(&format!("{path}.maxAmount"), input.get("maxAmount"), issues),
            max_orders: issues.optional_whole(&most_orders, input.get("maxOrders"), 0, u32::MAX),
        }
    }

    /// Whether the pipeline accepts one more order. `orders` is how many orders it has.
    pub(crate) fn allow(&self, sum: Decimal, orders: usize) -> bool {
        self.max_amount.is_none_or(|most| sum <= most)
            && self.max_orders.is_none_or(|most| u32::try_from(orders).is_ok_and(|orders| orders < most))
    }
}
