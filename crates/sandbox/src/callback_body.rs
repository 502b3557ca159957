//! The body of a callback, in the two editions that PayStar documents.
//!
//! PayStar documentation: callbacks.

use serde::Serialize;
use serde_json::value::RawValue;

use paystar_model::id::ExternalId;

use super::callback_options::{CallbackOptions, Edition};
use super::order::Order;
use super::responses::ExternalParams;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewerBody<'a> {
    external_id: &'a ExternalId,
    status: &'a str,
    amount: Box<RawValue>,
    order_type: &'static str,
    currency: &'a str,
    external_params: ExternalParams<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SisterBody<'a> {
    /// The spelling of PayStar's sister brand.
    externald: &'a ExternalId,
    status: &'a str,
    amount: Box<RawValue>,
    order_type: &'static str,
}

/// Writes the body. Its amount has the digits that are signed.
pub(crate) fn write(order: &Order, options: &CallbackOptions) -> String {
    let digits = order.amount.as_str();
    let amount = if options.has_number_amount { digits.to_owned() } else { format!("\"{digits}\"") };
    let Ok(amount) = RawValue::from_string(amount) else { return String::new() };
    let (status, order_type) = (order.status.as_str(), order.order_type());
    let written = match options.edition {
        Edition::Newer => serde_json::to_string(&NewerBody {
            external_id: &order.external_id,
            status,
            amount,
            order_type,
            currency: &order.currency,
            external_params: ExternalParams::of(order),
        }),
        Edition::Sister => {
            serde_json::to_string(&SisterBody { externald: &order.external_id, status, amount, order_type })
        }
    };
    written.unwrap_or_default()
}
