//! The option `limits`: what the sandbox refuses with `LIMITS_ERROR`.

use paystar_model::input::Input;
use paystar_model::issue::Issues;
use paystar_protocol::pipeline::Pipeline;

use super::money::Money;
use super::values::read_money;

/// The limits of both pipelines.
#[derive(Debug, Default)]
pub(super) struct Limits {
    payouts: Limit,
    deposits: Limit,
}

#[derive(Debug, Default)]
struct Limit {
    max_amount: Option<Money>,
    max_orders: Option<u32>,
}

impl Limits {
    pub(super) fn read(input: &Input, issues: &mut Issues) -> Self {
        if !matches!(input, Input::Absent | Input::Record(_)) {
            issues.wrong_type("limits", "an object such as { payouts: { maxAmount: \"500\" } }", input);
        }
        issues.unknown_keys("limits.", input, &["payouts", "deposits"]);
        Self {
            payouts: Limit::read("limits.payouts", input.get("payouts"), issues),
            deposits: Limit::read("limits.deposits", input.get("deposits"), issues),
        }
    }

    /// Whether one more order is within the limits of its pipeline that has `orders` already.
    pub(super) fn allow(&self, pipeline: Pipeline, sum: Money, orders: usize) -> bool {
        let limit = match pipeline {
            Pipeline::Payouts => &self.payouts,
            Pipeline::Deposits => &self.deposits,
        };
        limit.max_amount.is_none_or(|most| sum <= most)
            && limit.max_orders.is_none_or(|most| u32::try_from(orders).is_ok_and(|orders| orders < most))
    }
}

impl Limit {
    fn read(path: &str, input: &Input, issues: &mut Issues) -> Self {
        if !matches!(input, Input::Absent | Input::Record(_)) {
            issues.wrong_type(path, "an object such as { maxAmount: \"500\" }", input);
        }
        issues.unknown_keys(&format!("{path}."), input, &["maxAmount", "maxOrders"]);
        Self {
            max_amount: read_money(&format!("{path}.maxAmount"), input.get("maxAmount"), issues),
            max_orders: issues.optional_whole(
                &format!("{path}.maxOrders"),
                input.get("maxOrders"),
                0,
                u32::MAX,
            ),
        }
    }
}
