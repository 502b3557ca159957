//! Callbacks: PayStar sends the merchant the status of an order.

use serde::Serialize;

use super::amount::is_plain_decimal;
use super::id::ExternalId;
use super::order::{ExternalParams, OrderStatus};
use paystar_json::{Extra, Members};

/// The kind of an order. The list is open.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(type = "\"Deposit\" | \"Withdrawal\" | (string & {})"))]
pub struct OrderType(pub String);

impl Serialize for OrderType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A callback with a verified signature. The signature does **not** cover the members of `unsigned`.
///
/// PayStar documentation: callbacks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Callback {
    /// PayStar's id of the order. Signed.
    #[cfg_attr(feature = "typescript", tsify(type = "string"))]
    pub external_id: ExternalId,
    /// The status of the order. Signed.
    pub status: OrderStatus,
    /// Whether the status cannot change any more: `Success` or `Failed`.
    pub is_final: bool,
    /// The amount, with the digits of the body. Signed.
    pub amount: String,
    /// `Deposit` or `Withdrawal`. Signed.
    pub order_type: OrderType,
    /// The members that the signature does not cover. Anybody who has seen a callback can change them. If you need them,
    /// read the status of the order.
    pub unsigned: UnsignedPart,
}

/// The members of a callback that its signature does not cover.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct UnsignedPart {
    /// The currency. Missing if the body has no currency. Not signed.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The card of a deposit. Missing if the body has no card. Not signed.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_params: Option<ExternalParams>,
    /// All other members of the body, with PayStar's names. A number is a string of its digits. Not signed.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub extra: Extra,
}

/// Why a body is not a valid callback.
#[derive(Debug, PartialEq, Eq)]
pub enum CallbackError {
    /// The body does not have the format of a callback. The text is the reason.
    Invalid(String),
    /// The body contains a member twice, so two programs may read two values.
    DuplicateKey(&'static str),
    /// A signed value contains `;`, which is the separator of the signed text.
    AmbiguousValue(&'static str),
}

impl From<String> for CallbackError {
    fn from(reason: String) -> Self {
        Self::Invalid(reason)
    }
}

impl Callback {
    /// Reads a body. PayStar documents two forms: `externalId` with the amount as text, and `externald` with the amount as
    /// a number.
    pub fn from_body(body: &[u8]) -> Result<Self, CallbackError> {
        let mut members = Members::with_duplicates(body)?;
        if members.has_duplicate() {
            return Err(CallbackError::DuplicateKey("it has a member twice"));
        }
        let external_id = match (members.take_text("externalId")?, members.take_text("externald")?) {
            (Some(_), Some(_)) => {
                return Err(CallbackError::DuplicateKey("it has externalId and externald"));
            }
            (Some(id), None) | (None, Some(id)) => id,
            (None, None) => return Err("it has no externalId".to_owned().into()),
        };
        let status = members.take_required_text("status")?;
        let amount = members.take("amount");
        let amount = amount.and_then(|value| value.number().map(str::to_owned).or_else(|| value.text()));
        let amount = amount
            .filter(|text| is_plain_decimal(text))
            .ok_or_else(|| "it has no amount with plain digits".to_owned())?;
        let order_type = members.take_required_text("orderType")?;
        if [&external_id, &status, &order_type].iter().any(|value| value.contains(';')) {
            return Err(CallbackError::AmbiguousValue("a signed value contains a semicolon"));
        }
        let status = OrderStatus::from(status);
        Ok(Self {
            external_id: external_id.into(),
            is_final: status.is_final(),
            status,
            amount,
            order_type: OrderType(order_type),
            unsigned: UnsignedPart {
                currency: members.take_text("currency")?,
                external_params: ExternalParams::take(&mut members)?,
                extra: members.into_rest(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_documented_forms_are_read() {
        let text = Callback::from_body(
            br#"{"externalId":"ord-1","status":"Success","amount":"100","orderType":"Deposit","currency":"EUR",
                "externalParams":{"cardToken":null,"cardNumber":"411111******1111"},"attempt":2}"#,
        )
        .unwrap();
        assert_eq!(text.amount, "100");
        assert!(text.is_final);
        assert_eq!(text.unsigned.currency.as_deref(), Some("EUR"));
        assert_eq!(text.unsigned.external_params.unwrap().card_number.as_deref(), Some("411111******1111"));
        assert_ne!(text.unsigned.extra, Extra::default());
        let number = Callback::from_body(
            br#"{"externald":"ord-2","status":"Queued","amount":2600.00,"orderType":"Withdrawal"}"#,
        )
        .unwrap();
        assert_eq!((number.external_id.as_str(), number.amount.as_str()), ("ord-2", "2600.00"));
        assert!(!number.is_final);
    }

    #[test]
    fn a_body_that_can_be_read_in_two_ways_is_refused() {
        for body in [
            r#"{"externalId":"a","externalId":"b","status":"S","amount":1,"orderType":"D"}"#,
            r#"{"externalId":"a","externald":"b","status":"S","amount":1,"orderType":"D"}"#,
            r#"{"externalId":"a","status":"S","status":"S","amount":1,"orderType":"D"}"#,
            r#"{"externalId":"a;b","status":"S","amount":1,"orderType":"D"}"#,
            r#"{"externalId":"a","status":"S;T","amount":1,"orderType":"D"}"#,
            r#"{"externalId":"a","status":"S","amount":1,"orderType":"D;"}"#,
        ] {
            let is_semicolon = body.contains(';');
            match Callback::from_body(body.as_bytes()) {
                Err(CallbackError::DuplicateKey(_)) => assert!(!is_semicolon, "{body}"),
                Err(CallbackError::AmbiguousValue(_)) => assert!(is_semicolon, "{body}"),
                other => panic!("{body}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_invalid_callback_has_a_reason() {
        for (body, reason) in [
            ("", "it is empty"),
            (r#"{"status":"S","amount":1,"orderType":"D"}"#, "it has no externalId"),
            (r#"{"externalId":"a","amount":1,"orderType":"D"}"#, "it has no status"),
            (r#"{"externalId":"a","status":"S","orderType":"D"}"#, "it has no amount with plain digits"),
            (
                r#"{"externalId":"a","status":"S","amount":"1;2","orderType":"D"}"#,
                "it has no amount with plain digits",
            ),
            (
                r#"{"externalId":"a","status":"S","amount":1e2,"orderType":"D"}"#,
                "it has no amount with plain digits",
            ),
            (r#"{"externalId":"a","status":"S","amount":1}"#, "it has no orderType"),
            (r#"{"externalId":7,"status":"S","amount":1,"orderType":"D"}"#, "its externalId is not a string"),
        ] {
            assert_eq!(
                Callback::from_body(body.as_bytes()),
                Err(CallbackError::Invalid(reason.to_owned())),
                "{body}"
            );
        }
    }
}
