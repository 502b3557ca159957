//! The responses of PayStar, with bodies exactly as documented.
//!
//! PayStar documentation: create-payout-h2h, deposit-h2h, get-patout-status, get-deposit-status,
//! merchant_balance, error-discriptions, status-discriptions.

use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

use paystar_model::decimal::Decimal;
use paystar_model::id::ExternalId;
use paystar_protocol::pipeline::Pipeline;

use super::creation_request::OrderKind;
use super::dates::timestamp;
use super::history_codes::HistoryCodes;
use super::http::Response;
use super::ledger::Account;
use super::order::Order;
use super::route::PAGES;

/// PayStar's samples have at least two decimals.
const LEAST_DECIMALS: usize = 2;

const PATHS: &str = "The sandbox does not know this method and path. It knows:
POST /api/v1/integration/withdrawal-order/
GET  /api/v1/integration/withdrawal-order/{externalId}/status
GET  /api/v1/integration/withdrawal-order/{externalTransactionId}/status-by-external-transaction-id
POST /api/v1/integration/deposit-order/
GET  /api/v1/integration/deposit-order/{externalId}/status
GET  /api/v1/integration/deposit-order/{externalTransactionId}/status-by-external-transaction-id
GET  /api/v1/balance/merchant?currency=USD
";

/// The member `externalParams`: the card that paid.
#[allow(clippy::struct_field_names, reason = "PayStar's names")]
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExternalParams<'a> {
    card_token: Option<&'a str>,
    card_storage_token: Option<&'a str>,
    card_holder: Option<&'a str>,
    card_number: Option<&'a str>,
}

impl<'a> ExternalParams<'a> {
    /// The members of a payout are empty, as at PayStar.
    pub(crate) fn of(order: &'a Order) -> Self {
        let card = (order.pipeline() == Pipeline::Deposits).then_some(&order.card);
        let tokens = order.tokens.as_ref();
        Self {
            card_token: tokens.map(|tokens| tokens.bank.as_str()),
            card_storage_token: tokens.map(|tokens| tokens.storage.as_str()),
            card_holder: card.and_then(|card| card.holder.as_deref()),
            card_number: card.and_then(|card| card.number.as_deref()),
        }
    }
}

/// One step of `orderHistory`.
#[derive(serde::Serialize)]
struct Step<'a> {
    time: String,
    action: &'a str,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct CreatedBody<'a> {
    external_id: &'a ExternalId,
    order_status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_details: Option<PaymentDetails<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    form_url: Option<&'a str>,
}

/// Where the customer of a deposit from person to person pays.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentDetails<'a> {
    bank_name: &'static str,
    card_number: &'static str,
    card_holder: &'static str,
    amount: JsonNumber,
    currency: &'a str,
}

/// The bank, the card and the person in the payment details of every deposit from person to person.
pub(crate) const PAYEE: [&str; 3] = ["SuperBank", "4111111111111111", "SANDBOX PAYEE"];

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusBody<'a> {
    external_id: &'a ExternalId,
    order_status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<JsonNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_params: Option<ExternalParams<'a>>,
    order_history: Vec<Step<'a>>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct BalanceBody<'a> {
    currency: &'a str,
    merchant_balance: JsonNumber,
    merchant_overdraft: JsonNumber,
    pipeline_balance: JsonNumber,
    pipeline_available_balance: JsonNumber,
    pipeline_processing_orders_deposit: JsonNumber,
    pipeline_processing_orders_withdrawals: JsonNumber,
}

/// A sum as a JSON number. No digit is lost.
struct JsonNumber(Decimal);

impl Serialize for JsonNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(sum_text(self.0)).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// A sum in responses and on the hosted page: `2600.00`, `0.125`.
pub(crate) fn sum_text(sum: Decimal) -> String {
    sum.with_least_decimals(LEAST_DECIMALS).to_string()
}

impl Response {
    fn json<T: Serialize>(status: u16, body: &T) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => Self::with_json(status, body),
            Err(_) => Self::without_body(500),
        }
    }

    /// PayStar does not document the names of links and payment details, so these names are the sandbox's own.
    pub(crate) fn created(order: &Order, origin: &str) -> Self {
        let page = format!("{origin}{PAGES}{}", order.external_id);
        let link_of = |kind| (order.kind == kind).then_some(page.as_str());
        let [bank_name, card_number, card_holder] = PAYEE;
        let payment_details = (order.kind == OrderKind::PersonToPerson).then(|| PaymentDetails {
            bank_name,
            card_number,
            card_holder,
            amount: JsonNumber(order.sum),
            currency: &order.currency,
        });
        Self::json(
            200,
            &CreatedBody {
                external_id: &order.external_id,
                order_status: order.status.as_str(),
                redirect_url: link_of(OrderKind::CardDeposit),
                payment_url: link_of(OrderKind::HostedDeposit),
                payment_details,
                form_url: link_of(OrderKind::PersonToPerson),
            },
        )
    }

    pub(crate) fn status(order: &Order, codes: HistoryCodes) -> Self {
        let is_deposit = order.pipeline() == Pipeline::Deposits;
        let step = |(at, action)| Step { time: timestamp(at), action: codes.write(action) };
        let body = StatusBody {
            external_id: &order.external_id,
            order_status: order.status.as_str(),
            amount: is_deposit.then_some(JsonNumber(order.sum)),
            external_params: is_deposit.then(|| ExternalParams::of(order)),
            order_history: order.steps().map(step).collect(),
        };
        Self::json(200, &body)
    }

    pub(crate) fn balance(currency: &str, account: &Account, overdraft: Decimal) -> Self {
        let body = BalanceBody {
            currency,
            merchant_balance: JsonNumber(account.balance),
            merchant_overdraft: JsonNumber(overdraft),
            pipeline_balance: JsonNumber(account.balance),
            pipeline_available_balance: JsonNumber(account.available()),
            pipeline_processing_orders_deposit: JsonNumber(account.in_progress.deposits),
            pipeline_processing_orders_withdrawals: JsonNumber(account.in_progress.payouts),
        };
        Self::json(200, &body)
    }

    pub(crate) fn validation(message: &str) -> Self {
        let body =
            format!(r#"{{"label":"VALIDATION_ERROR.","message":"{message}","statusDescrption":"0-0000"}}"#);
        Self::with_json(400, body)
    }

    pub(crate) fn duplicate() -> Self {
        let body = r#"{"label":"VALIDATION_ERROR.","statusDescrption":"1-4007","message":"Order with this external_transaction_id already exist"}"#;
        Self::with_json(400, body.to_owned())
    }

    pub(crate) fn limit(limit_id: &str) -> Self {
        let body = format!(
            r#"{{"label":"LIMITS_ERROR","message":"Limit id: {limit_id} was reached","statusDescrption":"0001-0","externalTransactionId":null}}"#
        );
        Self::with_json(400, body)
    }

    /// PayStar documents only the first three words of this message, and no label.
    pub(crate) fn temporary() -> Self {
        let body = r#"{"message":"There is currently (the sandbox does not know the rest)","statusDescrption":"0000-1"}"#;
        Self::with_json(423, body.to_owned())
    }

    /// The response of a gateway when PayStar did not respond. It has a body, so that a fault can cut it.
    pub(crate) fn gateway_timeout() -> Self {
        Self::with_json(504, r#"{"message":"The sandbox has not handled this request"}"#.to_owned())
    }

    /// A response with this status. It has a body if PayStar documents one.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            400 => Self::validation("A fault of the sandbox refuses this request"),
            423 => Self::temporary(),
            status => Self::without_body(status),
        }
    }

    pub(crate) fn unauthorized() -> Self {
        Self::without_body(401)
    }

    pub(crate) fn forbidden() -> Self {
        Self::without_body(403)
    }

    /// PayStar does not document its response for an unknown id, so this is the sandbox's own.
    pub(crate) fn not_found() -> Self {
        Self::without_body(404)
    }

    /// Plain text, because a client must not read it as PayStar's response about an order.
    pub(crate) fn unknown_path() -> Self {
        Self::with_text(404, PATHS.to_owned())
    }
}
