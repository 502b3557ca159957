//! Balances of a merchant and a pipeline.

use serde::Serialize;

use super::order::take_amount;
use paystar_json::{Extra, Members};

/// What a merchant and one of its pipelines have in a currency. Amounts are decimal strings with PayStar's own digits;
/// they may be negative.
///
/// PayStar documentation: merchant_balance.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// The currency of all amounts.
    pub currency: String,
    /// What the merchant has.
    pub merchant_balance: String,
    /// How far the merchant's balance may go below zero.
    pub merchant_overdraft: String,
    /// What the pipeline has.
    pub pipeline_balance: String,
    /// What of it can be paid out now. PayStar's older answers do not have it.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline_available_balance: Option<String>,
    /// Deposits in progress.
    pub pipeline_processing_orders_deposit: String,
    /// Payouts in progress.
    pub pipeline_processing_orders_withdrawals: String,
    /// All other members of PayStar's answer, under PayStar's names. Numbers are strings of their digits.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub extra: Extra,
}

impl Balance {
    /// Reads the answer to a read of the balances in a currency; otherwise the reason why it cannot be used.
    pub fn from_body(body: &[u8], currency: &str) -> Result<Self, String> {
        let mut members = Members::from_body(body)?;
        let mut required =
            |name: &str| take_amount(&mut members, name)?.ok_or_else(|| format!("it has no {name}"));
        let balance = Self {
            merchant_balance: required("merchantBalance")?,
            merchant_overdraft: required("merchantOverdraft")?,
            pipeline_balance: required("pipelineBalance")?,
            pipeline_processing_orders_deposit: required("pipelineProcessingOrdersDeposit")?,
            pipeline_processing_orders_withdrawals: required("pipelineProcessingOrdersWithdrawals")?,
            pipeline_available_balance: take_amount(&mut members, "pipelineAvailableBalance")?,
            currency: members.take_required_text("currency")?,
            extra: members.into_rest(),
        };
        let is_asked_for = balance.currency.eq_ignore_ascii_case(currency);
        if is_asked_for { Ok(balance) } else { Err("its currency is another one".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_digits_and_their_sign() {
        let body =
            br#"{"currency":"EUR","merchantBalance":-12.50,"merchantOverdraft":0,"pipelineBalance":5000.00,
            "pipelineProcessingOrdersDeposit":0.00,"pipelineProcessingOrdersWithdrawals":"7","frozen":1.0}"#;
        let balance = Balance::from_body(body, "EUR").unwrap();
        assert_eq!(balance.merchant_balance, "-12.50");
        assert_eq!(balance.pipeline_balance, "5000.00");
        assert_eq!(balance.pipeline_processing_orders_withdrawals, "7");
        assert_eq!(balance.pipeline_available_balance, None);
        assert_ne!(balance.extra, Extra::default());
    }

    #[test]
    fn a_balance_without_its_amounts_is_none() {
        let bare = br#"{"currency":"EUR"}"#;
        assert_eq!(Balance::from_body(bare, "EUR").unwrap_err(), "it has no merchantBalance");
    }
}
