//! Orders: payouts and deposits, their statuses and their history.

use serde::Serialize;

use super::amount::take_decimal;
use super::id::{ExternalId, ExternalTransactionId};
use super::order_history::OrderHistory;
use paystar_json::{Extra, Members, Raw};

/// The status of an order.
///
/// - `Init`: the deposit waits for the card data of the customer.
/// - `Created`: the order exists, but its processing has not started.
/// - `Processing`: the order is in progress.
/// - `Success`: final, the money was transferred.
/// - `Failed`: final, the money was not transferred.
///
/// The list is open. A status that this version does not know is passed on unchanged, and it is not final.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(
    feature = "typescript",
    tsify(type = "\"Init\" | \"Created\" | \"Processing\" | \"Success\" | \"Failed\" | (string & {})")
)]
pub enum OrderStatus {
    /// A deposit waits for card data.
    Init,
    /// The processing has not started.
    Created,
    /// In progress.
    Processing,
    /// Final.
    Success,
    /// Final.
    Failed,
    /// A status that this version does not know.
    Other(String),
}

impl OrderStatus {
    /// The name that PayStar uses.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Init => "Init",
            Self::Created => "Created",
            Self::Processing => "Processing",
            Self::Success => "Success",
            Self::Failed => "Failed",
            Self::Other(word) => word,
        }
    }

    /// Whether the status cannot change any more.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Failed)
    }
}

impl From<String> for OrderStatus {
    fn from(word: String) -> Self {
        match word.as_str() {
            "Init" => Self::Init,
            "Created" => Self::Created,
            "Processing" => Self::Processing,
            "Success" => Self::Success,
            "Failed" => Self::Failed,
            _ => Self::Other(word),
        }
    }
}

impl Serialize for OrderStatus {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// How the client got the data of an order.
///
/// - `answer`: from the response to the request that created the order.
/// - `lookup`: from a status read with your own id, after a response was lost. If the status has an amount or a currency,
///   they are equal to those of your request. According to PayStar's documentation, the status of a payout has neither:
///   compare the order with your stored data before you use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum ResolvedBy {
    /// From the response to the creation.
    Answer,
    /// From a status read.
    Lookup,
}

/// An order that PayStar created.
///
/// PayStar documentation: create-payout-h2h, deposit-h2h, deposit-by-token-h2h, deposit-h2c.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// PayStar's id of the order: a UUID, or text with a prefix, such as `PSP-…`.
    #[cfg_attr(feature = "typescript", tsify(type = "string"))]
    pub external_id: ExternalId,
    /// Your own id of the order.
    #[cfg_attr(feature = "typescript", tsify(type = "string"))]
    pub external_transaction_id: ExternalTransactionId,
    /// The status: `Created` in all samples of PayStar's documentation.
    pub order_status: OrderStatus,
    /// How the client got the data of the order.
    pub resolved_by: ResolvedBy,
    /// The amount, with the digits that PayStar sent. Only with `resolvedBy: "lookup"`, and only if the status has an
    /// amount. According to PayStar's documentation, the status of a payout has no amount.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The currency. Only with `resolvedBy: "lookup"`, and only if the status has a currency. PayStar does not document
    /// this member.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// All other members of the response, with PayStar's names. A number is a string of its digits. For a deposit, the
    /// link to 3-D Secure, the payment details or the link to PayStar's page are here. PayStar does not document their
    /// names.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub extra: Extra,
}

impl Order {
    /// Reads the response to a creation. The error is the reason why the response is not valid.
    pub fn from_body(body: &[u8], external_transaction_id: &ExternalTransactionId) -> Result<Self, String> {
        let mut members = Members::from_body(body)?;
        let external_id = members.take_required_text("externalId")?.into();
        let order_status = members.take_required_text("orderStatus")?.into();
        refuse_other_order(&mut members, external_transaction_id)?;
        let is_found = members.take("paystarPanel").and_then(Raw::text).as_deref() == Some("lookup");
        let (amount, currency) = if is_found {
            (take_decimal(&mut members, "amount")?, take_currency(&mut members)?)
        } else {
            (None, None)
        };
        Ok(Self {
            external_id,
            external_transaction_id: external_transaction_id.clone(),
            order_status,
            // The panel of a backend says if its client found the order by a lookup.
            resolved_by: if is_found { ResolvedBy::Lookup } else { ResolvedBy::Answer },
            amount,
            currency,
            extra: members.into_rest(),
        })
    }

    /// PayStar's id, the status and the merchant's id, if the order has no other data and is from the response to its
    /// creation.
    pub fn usual_texts(&self) -> Option<[&str; 3]> {
        let Self {
            external_id,
            external_transaction_id,
            order_status,
            resolved_by: ResolvedBy::Answer,
            amount: None,
            currency: None,
            extra,
        } = self
        else {
            return None;
        };
        let texts = [external_id.as_str(), order_status.as_str(), external_transaction_id.as_str()];
        (*extra == Extra::default()).then_some(texts)
    }

    /// The order that a status read has found.
    pub fn found(state: OrderState, external_transaction_id: &ExternalTransactionId) -> Self {
        Self {
            external_id: state.external_id,
            external_transaction_id: external_transaction_id.clone(),
            order_status: state.order_status,
            resolved_by: ResolvedBy::Lookup,
            amount: state.amount,
            currency: state.currency,
            extra: state.extra,
        }
    }
}

/// The state of an order.
///
/// PayStar documentation: get-patout-status, get-patout-status-merch-id, get-deposit-status,
/// get-deposit-status-by-merch-id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct OrderState {
    /// PayStar's id of the order.
    #[cfg_attr(feature = "typescript", tsify(type = "string"))]
    pub external_id: ExternalId,
    /// The status of the order.
    pub order_status: OrderStatus,
    /// Whether the status cannot change any more: `Success` or `Failed`.
    pub is_final: bool,
    /// The amount, with the digits that PayStar sent: `"2600.00"`. Missing if the response has no amount.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The currency. Missing if the response has no currency: PayStar does not document this member.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The card of a deposit. Missing if the response has no card.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_params: Option<ExternalParams>,
    /// The steps of the order, oldest first. New steps may appear for about ten minutes after the final status.
    #[cfg_attr(feature = "typescript", tsify(type = "OrderHistoryEntry[]"))]
    pub order_history: OrderHistory,
    /// All other members of the response, with PayStar's names. A number is a string of its digits.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub extra: Extra,
}

impl OrderState {
    /// Reads the response to a status read. The error is the reason why the response is not valid.
    pub fn from_body(body: &[u8]) -> Result<Self, String> {
        Self::take(Members::from_body(body)?)
    }

    /// Reads the response to a status read by PayStar's id. A response about another order is not valid.
    pub fn with_external_id(body: &[u8], external_id: &ExternalId) -> Result<Self, String> {
        let state = Self::from_body(body)?;
        if state.external_id == *external_id {
            Ok(state)
        } else {
            Err("its externalId is the id of another order".to_owned())
        }
    }

    /// Reads the response to a status read by the merchant's id. A response about another order is not valid.
    pub fn with_transaction_id(
        body: &[u8],
        external_transaction_id: &ExternalTransactionId,
    ) -> Result<Self, String> {
        let mut members = Members::from_body(body)?;
        refuse_other_order(&mut members, external_transaction_id)?;
        Self::take(members)
    }

    fn take(mut members: Members) -> Result<Self, String> {
        let external_id = members.take_required_text("externalId")?.into();
        let order_status = OrderStatus::from(members.take_required_text("orderStatus")?);
        Ok(Self {
            external_id,
            is_final: order_status.is_final(),
            order_status,
            amount: take_decimal(&mut members, "amount")?,
            currency: take_currency(&mut members)?,
            external_params: ExternalParams::take(&mut members)?,
            order_history: OrderHistory::take(&mut members)?,
            extra: members.into_rest(),
        })
    }
}

fn take_currency(members: &mut Members) -> Result<Option<String>, String> {
    Ok(members.take_text("currency")?.filter(|currency| !currency.is_empty()))
}

fn refuse_other_order(
    members: &mut Members,
    external_transaction_id: &ExternalTransactionId,
) -> Result<(), String> {
    match members.take_text("externalTransactionId")? {
        Some(other) if other != external_transaction_id.as_str() => {
            Err("its externalTransactionId is the id of another order".to_owned())
        }
        _ => Ok(()),
    }
}

/// The card of a deposit. You may store the tokens.
///
/// PayStar documentation: get-deposit-status, callbacks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct ExternalParams {
    /// The token of the card at the bank.
    #[cfg_attr(feature = "typescript", tsify(type = "string | null"))]
    pub card_token: Option<String>,
    /// The token of the card at PayStar.
    #[cfg_attr(feature = "typescript", tsify(type = "string | null"))]
    pub card_storage_token: Option<String>,
    /// The name on the card.
    #[cfg_attr(feature = "typescript", tsify(type = "string | null"))]
    pub card_holder: Option<String>,
    /// The masked card number. In one of PayStar's samples, it is swapped with `cardHolder`.
    #[cfg_attr(feature = "typescript", tsify(type = "string | null"))]
    pub card_number: Option<String>,
    /// All other members, with PayStar's names. A number is a string of its digits.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub extra: Extra,
}

impl ExternalParams {
    /// Reads the optional member `externalParams`.
    pub(crate) fn take(members: &mut Members) -> Result<Option<Self>, String> {
        let Some(params) = members.take("externalParams") else { return Ok(None) };
        let mut params = params.object().ok_or_else(|| "its externalParams is not an object".to_owned())?;
        Ok(Some(Self {
            card_token: params.take_text("cardToken")?,
            card_storage_token: params.take_text("cardStorageToken")?,
            card_holder: params.take_text("cardHolder")?,
            card_number: params.take_text("cardNumber")?,
            extra: params.into_rest(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_to_a_creation_keeps_unknown_members() {
        let body =
            br#"{"externalId":"PSP-1","orderStatus":"Queued","fee":1.50,"next":{"n":[1e2,null,true]}}"#;
        let order = Order::from_body(body, &"Order-7".into()).unwrap();
        assert_eq!(order.order_status, OrderStatus::Other("Queued".to_owned()));
        assert_eq!(
            serde_json::to_string(&order).unwrap(),
            r#"{"externalId":"PSP-1","externalTransactionId":"Order-7","orderStatus":"Queued","resolvedBy":"answer","extra":{"fee":"1.50","next":{"n":["1e2",null,true]}}}"#
        );
    }

    #[test]
    fn an_invalid_response_to_a_creation_has_a_reason() {
        for (body, reason) in [
            ("", "it is empty"),
            ("{}", "it has no externalId"),
            (r#"{"externalId":""}"#, "it has no externalId"),
            (r#"{"externalId":5}"#, "its externalId is not a string"),
            (r#"{"externalId":"x"}"#, "it has no orderStatus"),
            (r#"{"externalId":"x","orderStatus":["Created"]}"#, "its orderStatus is not a string"),
            (
                r#"{"externalId":"x","orderStatus":"Created","externalTransactionId":"Order-8"}"#,
                "its externalTransactionId is the id of another order",
            ),
        ] {
            assert_eq!(Order::from_body(body.as_bytes(), &"Order-7".into()).unwrap_err(), reason);
        }
    }

    #[test]
    fn a_status_keeps_the_digits_of_the_amount_and_the_history() {
        let body = br#"{"externalId":"PSP-1","orderStatus":"Success","amount":2600.00,
            "orderHistory":[{"time":"2025-07-28T09:29:51.339832","action":"1.1.0.0"}]}"#;
        let status = OrderState::from_body(body).unwrap();
        assert_eq!(status.amount.as_deref(), Some("2600.00"));
        assert_eq!(status.order_history.entries().next().unwrap().action, "1.1.0.0");
        assert!(status.is_final && status.extra == Extra::default());
        let bare = OrderState::from_body(br#"{"externalId":"PSP-1","orderStatus":"Processing"}"#).unwrap();
        assert!(!bare.is_final && bare.amount.is_none() && bare.order_history == OrderHistory::default());
    }

    #[test]
    fn a_status_with_members_of_wrong_types_is_refused() {
        for wrong in [
            r#""amount":true"#,
            r#""amount":"many""#,
            r#""orderHistory":{}"#,
            r#""orderHistory":[1]"#,
            r#""orderHistory":[{"time":"t"}]"#,
        ] {
            let body = format!(r#"{{"externalId":"PSP-1","orderStatus":"Success",{wrong}}}"#);
            assert!(OrderState::from_body(body.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_success_and_failed_are_final() {
        for (word, is_final) in [
            ("Init", false),
            ("Created", false),
            ("Processing", false),
            ("Success", true),
            ("Failed", true),
            ("Successful", false),
            ("success", false),
        ] {
            let status = OrderStatus::from(word.to_owned());
            assert_eq!((status.as_str(), status.is_final()), (word, is_final));
        }
    }
}
