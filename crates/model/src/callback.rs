//! Callbacks: PayStar tells the merchant how an order stands.

use serde::Serialize;

use super::amount::is_plain_decimal;
use super::id::ExternalId;
use super::order::{ExternalParams, OrderStatus};
use paystar_json::{Extra, Members};

/// What kind of order a callback is about. An open list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(feature = "typescript", tsify(type = "\"Deposit\" | \"Withdrawal\" | (string & {})"))]
pub struct OrderType(pub String);

impl Serialize for OrderType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A callback whose signature was verified. The signature covers the members here; it does **not** cover what is
/// under `unsigned`.
///
/// PayStar documentation: callbacks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Callback {
    /// PayStar's id of the order. Signed.
    #[cfg_attr(feature = "typescript", tsify(type = "string"))]
    pub external_id: ExternalId,
    /// How the order stands. Signed.
    pub status: OrderStatus,
    /// Whether the status can no longer change.
    pub is_final: bool,
    /// The amount with the very digits of the body. Signed.
    pub amount: String,
    /// `Deposit` or `Withdrawal`. Signed.
    pub order_type: OrderType,
    /// What the signature does not cover: whoever could see one callback could have changed it. Read the order's
    /// status where it matters.
    pub unsigned: UnsignedPart,
}

/// The members of a callback that its signature does not cover.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct UnsignedPart {
    /// The currency, where the body has it. Not signed.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The card that paid a deposit, where the body has it. Not signed.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_params: Option<ExternalParams>,
    /// All other members of the body, under PayStar's names. Numbers are strings of their digits. Not signed.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub extra: Extra,
}

/// Why a body is no callback.
#[derive(Debug, PartialEq, Eq)]
pub enum NoCallback {
    /// It is not what PayStar sends.
    Invalid(String),
    /// A member stands twice.
    DuplicateKey(&'static str),
    /// A signed value has the sign in it that parts the values.
    AmbiguousValue(&'static str),
}

impl From<String> for NoCallback {
    fn from(reason: String) -> Self {
        Self::Invalid(reason)
    }
}

impl Callback {
    /// Reads a body of either edition: `externalId` with an amount as text, `externald` with a number.
    pub fn from_body(body: &[u8]) -> Result<Self, NoCallback> {
        let mut members = Members::with_duplicates(body)?;
        if members.has_duplicate() {
            return Err(NoCallback::DuplicateKey("it has a member twice"));
        }
        let external_id = match (members.take_text("externalId")?, members.take_text("externald")?) {
            (Some(_), Some(_)) => return Err(NoCallback::DuplicateKey("it has externalId and externald")),
            (Some(id), None) | (None, Some(id)) => id,
            (None, None) => return Err("it has no externalId".to_owned().into()),
        };
        let status = members.take_required_text("status")?;
        let amount = members.take("amount");
        let amount = amount.and_then(|value| value.number().map(str::to_owned).or_else(|| value.text()));
        let amount = amount
            .filter(|text| is_plain_decimal(text))
            .ok_or_else(|| "it has no amount in plain digits".to_owned())?;
        let order_type = members.take_required_text("orderType")?;
        if [&external_id, &status, &order_type].iter().any(|value| value.contains(';')) {
            return Err(NoCallback::AmbiguousValue("a signed value has a semicolon in it"));
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
    fn both_editions_are_read() {
        let newer = Callback::from_body(
            br#"{"externalId":"ord-1","status":"Success","amount":"100","orderType":"Deposit","currency":"EUR",
                "externalParams":{"cardToken":null,"cardNumber":"411111******1111"},"attempt":2}"#,
        )
        .unwrap();
        assert_eq!(newer.amount, "100");
        assert!(newer.is_final);
        assert_eq!(newer.unsigned.currency.as_deref(), Some("EUR"));
        assert_eq!(newer.unsigned.external_params.unwrap().card_number.as_deref(), Some("411111******1111"));
        assert_ne!(newer.unsigned.extra, Extra::default());
        let sister = Callback::from_body(
            br#"{"externald":"ord-2","status":"Queued","amount":2600.00,"orderType":"Withdrawal"}"#,
        )
        .unwrap();
        assert_eq!((sister.external_id.as_str(), sister.amount.as_str()), ("ord-2", "2600.00"));
        assert!(!sister.is_final);
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
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
                Err(NoCallback::DuplicateKey(_)) => assert!(!is_semicolon, "{body}"),
                Err(NoCallback::AmbiguousValue(_)) => assert!(is_semicolon, "{body}"),
                other => panic!("{body}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_is_no_callback_says_why() {
        for (body, reason) in [
            ("", "it is empty"),
            (r#"{"status":"S","amount":1,"orderType":"D"}"#, "it has no externalId"),
            (r#"{"externalId":"a","amount":1,"orderType":"D"}"#, "it has no status"),
            (r#"{"externalId":"a","status":"S","orderType":"D"}"#, "it has no amount in plain digits"),
            (
                r#"{"externalId":"a","status":"S","amount":"1;2","orderType":"D"}"#,
                "it has no amount in plain digits",
            ),
            (
                r#"{"externalId":"a","status":"S","amount":1e2,"orderType":"D"}"#,
                "it has no amount in plain digits",
            ),
            (r#"{"externalId":"a","status":"S","amount":1}"#, "it has no orderType"),
            (r#"{"externalId":7,"status":"S","amount":1,"orderType":"D"}"#, "its externalId is not a string"),
        ] {
            assert_eq!(
                Callback::from_body(body.as_bytes()),
                Err(NoCallback::Invalid(reason.to_owned())),
                "{body}"
            );
        }
    }
}
