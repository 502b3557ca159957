//! The bodies of PayStar's answers, letter for letter.
//!
//! PayStar documentation: create-payout-h2h, deposit-h2h, get-patout-status, get-deposit-status,
//! merchant_balance, error-discriptions, status-discriptions.

use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

use paystar_protocol::pipeline::Pipeline;

use super::history::{HistoryCodes, timestamp};
use super::ledger::Purse;
use super::money::Money;
use super::order::Order;
use super::request::OrderKind;
use super::route::PAGES;

/// An answer of the sandbox. An empty body is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, HTML or nothing.
    pub body: String,
}

const PATHS: &str = "The sandbox has no such method and path. It has:
POST /api/v1/integration/withdrawal-order/
GET  /api/v1/integration/withdrawal-order/{externalId}/status
GET  /api/v1/integration/withdrawal-order/{externalTransactionId}/status-by-external-transaction-id
POST /api/v1/integration/deposit-order/
GET  /api/v1/integration/deposit-order/{externalId}/status
GET  /api/v1/integration/deposit-order/{externalTransactionId}/status-by-external-transaction-id
GET  /api/v1/balance/merchant?currency=USD
";

/// What is told of the card that paid.
#[allow(clippy::struct_field_names, reason = "PayStar's names")]
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExternalParams<'a> {
    card_token: Option<&'a str>,
    card_storage_token: Option<&'a str>,
    card_holder: Option<&'a str>,
    card_number: Option<&'a str>,
}

impl<'a> ExternalParams<'a> {
    /// PayStar shows them of deposits; of payouts they are empty.
    pub(super) fn of(order: &'a Order) -> Self {
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

/// One step of an order's history, as it stands on the wire.
#[derive(serde::Serialize)]
struct Step<'a> {
    time: String,
    action: &'a str,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct CreatedBody<'a> {
    external_id: &'a str,
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

/// Where the customer of a deposit from person to person pays to.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentDetails<'a> {
    bank_name: &'static str,
    card_number: &'static str,
    card_holder: &'static str,
    amount: Written,
    currency: &'a str,
}

/// The bank, card and person that every deposit from person to person is paid to.
pub(super) const PAYEE: [&str; 3] = ["SuperBank", "4111111111111111", "SANDBOX PAYEE"];

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusBody<'a> {
    external_id: &'a str,
    order_status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Written>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_params: Option<ExternalParams<'a>>,
    order_history: Vec<Step<'a>>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct BalanceBody<'a> {
    currency: &'a str,
    merchant_balance: Written,
    merchant_overdraft: Written,
    pipeline_balance: Written,
    pipeline_available_balance: Written,
    pipeline_processing_orders_deposit: Written,
    pipeline_processing_orders_withdrawals: Written,
}

/// A sum as a JSON number with all its digits.
struct Written(Money);

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl Answer {
    pub(super) fn bare(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    fn text(status: u16, body: String) -> Self {
        let headers = vec![("content-type", "application/json; charset=utf-8".to_owned())];
        Self { status, headers, body }
    }

    fn json<T: Serialize>(status: u16, body: &T) -> Self {
        serde_json::to_string(body).map_or_else(|_| Self::bare(500), |body| Self::text(status, body))
    }

    /// The keys of links and payment details are not documented: these are the sandbox's own.
    pub(super) fn created(order: &Order, origin: &str) -> Self {
        let page = format!("{origin}{PAGES}{}", order.external_id);
        let link_of = |kind| (order.kind == kind).then_some(page.as_str());
        let [bank_name, card_number, card_holder] = PAYEE;
        let payment_details = (order.kind == OrderKind::PersonToPerson).then(|| PaymentDetails {
            bank_name,
            card_number,
            card_holder,
            amount: Written(order.sum),
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

    pub(super) fn status(order: &Order, codes: HistoryCodes) -> Self {
        let is_deposit = order.pipeline() == Pipeline::Deposits;
        let step = |(at, action)| Step { time: timestamp(at), action: codes.write(action) };
        let body = StatusBody {
            external_id: &order.external_id,
            order_status: order.status.as_str(),
            amount: is_deposit.then_some(Written(order.sum)),
            external_params: is_deposit.then(|| ExternalParams::of(order)),
            order_history: order.steps().map(step).collect(),
        };
        Self::json(200, &body)
    }

    pub(super) fn balance(currency: &str, purse: &Purse, overdraft: Money) -> Self {
        let body = BalanceBody {
            currency,
            merchant_balance: Written(purse.balance),
            merchant_overdraft: Written(overdraft),
            pipeline_balance: Written(purse.balance),
            pipeline_available_balance: Written(purse.available()),
            pipeline_processing_orders_deposit: Written(purse.incoming),
            pipeline_processing_orders_withdrawals: Written(purse.outgoing),
        };
        Self::json(200, &body)
    }

    pub(super) fn validation(message: &str) -> Self {
        let body =
            format!(r#"{{"label":"VALIDATION_ERROR.","message":"{message}","statusDescrption":"0-0000"}}"#);
        Self::text(400, body)
    }

    pub(super) fn duplicate() -> Self {
        let body = r#"{"label":"VALIDATION_ERROR.","statusDescrption":"1-4007","message":"Order with this external_transaction_id already exist"}"#;
        Self::text(400, body.to_owned())
    }

    pub(super) fn limit(limit_id: &str) -> Self {
        let body = format!(
            r#"{{"label":"LIMITS_ERROR","message":"Limit id: {limit_id} was reached","statusDescrption":"0001-0","externalTransactionId":null}}"#
        );
        Self::text(400, body)
    }

    /// Of this message only the first three words are documented, of the label nothing.
    pub(super) fn temporary() -> Self {
        let body = r#"{"message":"There is currently (the sandbox does not know the rest)","statusDescrption":"0000-1"}"#;
        Self::text(423, body.to_owned())
    }

    /// What a gateway says while PayStar itself has not answered. It has a body, so that it can be cut.
    pub(super) fn gateway_timeout() -> Self {
        Self::text(504, r#"{"message":"The sandbox has not handled this request"}"#.to_owned())
    }

    /// As documented, where PayStar documents a status; otherwise without a body.
    pub(super) fn of_status(status: u16) -> Self {
        match status {
            400 => Self::validation("The sandbox was told to refuse"),
            423 => Self::temporary(),
            status => Self::bare(status),
        }
    }

    pub(super) fn html(page: &str) -> Self {
        let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
        Self { status: 200, headers, body: page.to_owned() }
    }

    pub(super) fn unauthorized() -> Self {
        Self::bare(401)
    }

    pub(super) fn forbidden() -> Self {
        Self::bare(403)
    }

    /// What PayStar answers for an id that it does not know is not documented; this is the sandbox's own.
    pub(super) fn not_found() -> Self {
        Self::bare(404)
    }

    /// Plain text, so that no client takes it for PayStar's word about an order.
    pub(super) fn unknown_path() -> Self {
        let headers = vec![("content-type", "text/plain; charset=utf-8".to_owned())];
        Self { status: 404, headers, body: PATHS.to_owned() }
    }
}
