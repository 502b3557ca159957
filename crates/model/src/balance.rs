//! Balances of a merchant and of a pipeline.

use serde::Serialize;

use super::amount::take_decimal;
use paystar_json::{Extra, Members};

/// The balances of a merchant and of one of its pipelines, in one currency. An amount is a decimal string with the digits
/// that PayStar sent. It can be negative.
///
/// PayStar documentation: merchant_balance.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// The currency of all amounts.
    pub currency: String,
    /// The balance of the merchant.
    pub merchant_balance: String,
    /// How far the balance of the merchant can go below zero.
    pub merchant_overdraft: String,
    /// The balance of the pipeline.
    pub pipeline_balance: String,
    /// The part of the pipeline's balance that can be paid out now. Older responses do not have this member.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline_available_balance: Option<String>,
    /// The sum of the deposits in progress.
    pub pipeline_processing_orders_deposit: String,
    /// The sum of the payouts in progress.
    pub pipeline_processing_orders_withdrawals: String,
    /// All other members of the response, with PayStar's names. A number is a string of its digits.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub extra: Extra,
}

impl Balance {
    /// Reads the response to a read of the balances in a currency. The error is the reason why the response is not valid.
    pub fn from_body(body: &[u8], currency: &str) -> Result<Self, String> {
        let mut members = Members::from_body(body)?;
        let mut required =
            |name: &str| take_decimal(&mut members, name)?.ok_or_else(|| format!("it has no {name}"));
        let balance = Self {
            merchant_balance: required("merchantBalance")?,
            merchant_overdraft: required("merchantOverdraft")?,
            pipeline_balance: required("pipelineBalance")?,
            pipeline_processing_orders_deposit: required("pipelineProcessingOrdersDeposit")?,
            pipeline_processing_orders_withdrawals: required("pipelineProcessingOrdersWithdrawals")?,
            pipeline_available_balance: take_decimal(&mut members, "pipelineAvailableBalance")?,
            currency: members.take_required_text("currency")?,
            extra: members.into_rest(),
        };
        let has_currency = balance.currency.eq_ignore_ascii_case(currency);
        if has_currency { Ok(balance) } else { Err("its currency is not the requested currency".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_keeps_its_digits_and_its_sign() {
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
    fn a_balance_without_its_amounts_is_not_valid() {
        let bare = br#"{"currency":"EUR"}"#;
        assert_eq!(Balance::from_body(bare, "EUR").unwrap_err(), "it has no merchantBalance");
    }
}
