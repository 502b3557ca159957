//! What payouts and deposits have in common: ids, statuses, history.

use serde::Serialize;

use super::amount::plain_decimal;
use super::format;
use super::history::{self, HistoryAction};
use super::id::{ExternalId, ExternalTransactionId};
use super::input::Input;
use super::issue::{IssueCode, Issues};
use paystar_json::{Extra, Members, Raw};

/// Longer than any id; PayStar documents no limit.
const LONGEST_ID: usize = 512;

/// How an order stands.
///
/// An open list: a status that PayStar adds tomorrow arrives as it is, and is not final.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[cfg_attr(
    feature = "typescript",
    tsify(type = "\"Init\" | \"Created\" | \"Processing\" | \"Success\" | \"Failed\" | (string & {})")
)]
pub enum OrderStatus {
    /// A deposit that waits for the customer's card data.
    Init,
    /// The order exists; processing has not begun.
    Created,
    /// In progress.
    Processing,
    /// Final: the money moved.
    Success,
    /// Final: the money did not move.
    Failed,
    /// A status that this version does not know.
    Other(String),
}

impl OrderStatus {
    /// PayStar's word.
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

    /// Whether the status can no longer change.
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

/// How the client learnt of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum ResolvedBy {
    /// From the answer to the request that made it.
    Answer,
    /// From reading its status by your own id, after an answer was lost. Where the status tells an amount or a currency,
    /// it is the one that you asked for. Payout statuses tell neither by PayStar's documentation: compare the order with
    /// what you stored before you rely on it.
    Lookup,
}

/// An order that PayStar made.
///
/// PayStar documentation: create-payout-h2h, deposit-h2h, deposit-by-token-h2h, deposit-h2c.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// PayStar's id of the order: a UUID, or text with a prefix such as `PSP-…`.
    #[cfg_attr(feature = "typescript", tsify(type = "string"))]
    pub external_id: ExternalId,
    /// Your own id, as it was sent.
    #[cfg_attr(feature = "typescript", tsify(type = "string"))]
    pub external_transaction_id: ExternalTransactionId,
    /// How the order stands: `Created` in all samples.
    pub order_status: OrderStatus,
    /// How the client learnt of the order.
    pub resolved_by: ResolvedBy,
    /// The amount with PayStar's own digits: only with `resolvedBy: "lookup"`, where the status has one. Statuses of
    /// payouts have none by PayStar's documentation.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The currency: only with `resolvedBy: "lookup"`, where the status has one. PayStar documents none.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// All other members of PayStar's answer, under PayStar's names. Numbers are strings of their digits. A
    /// deposit's link to 3-D Secure, its payment details or its page are here: PayStar does not document under
    /// which names.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub extra: Extra,
}

impl Order {
    /// Reads the answer to a creation; otherwise the reason why it is none.
    pub fn from_body(body: &[u8], external_transaction_id: &ExternalTransactionId) -> Result<Self, String> {
        let mut members = Members::from_body(body)?;
        let external_id = members.take_required_text("externalId")?.into();
        let order_status = members.take_required_text("orderStatus")?.into();
        refuse_other_order(&mut members, external_transaction_id)?;
        Ok(Self {
            external_id,
            external_transaction_id: external_transaction_id.clone(),
            order_status,
            resolved_by: ResolvedBy::Answer,
            amount: None,
            currency: None,
            extra: members.into_rest(),
        })
    }

    /// The order that reading its status has shown.
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

/// An order as a status read shows it.
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
    /// How the order stands.
    pub order_status: OrderStatus,
    /// Whether the status can no longer change: `Success` or `Failed`.
    pub is_final: bool,
    /// The amount with PayStar's own digits, where the answer has one: `"2600.00"`.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The currency, where the answer has it. PayStar documents none.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The card that paid a deposit, where the answer has it.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_params: Option<ExternalParams>,
    /// What happened, oldest first. It may grow for about ten minutes after the final status.
    pub order_history: Vec<OrderHistoryEntry>,
    /// All other members of PayStar's answer, under PayStar's names. Numbers are strings of their digits.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub extra: Extra,
}

impl OrderState {
    /// Reads the answer to a status read; otherwise the reason why it is none.
    pub fn from_body(body: &[u8]) -> Result<Self, String> {
        Self::take(Members::from_body(body)?)
    }

    /// The same of the order with this id of PayStar's: an answer that names another order is refused.
    pub fn with_external_id(body: &[u8], external_id: &ExternalId) -> Result<Self, String> {
        let state = Self::from_body(body)?;
        if state.external_id == *external_id {
            Ok(state)
        } else {
            Err("its externalId is another one".to_owned())
        }
    }

    /// The same of the order with this id of the merchant's: an answer that names another order is refused.
    pub fn of_order(body: &[u8], external_transaction_id: &ExternalTransactionId) -> Result<Self, String> {
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
            amount: take_amount(&mut members, "amount")?,
            currency: members.take_text("currency")?.filter(|currency| !currency.is_empty()),
            external_params: ExternalParams::take(&mut members)?,
            order_history: take_history(&mut members)?,
            extra: members.into_rest(),
        })
    }
}

fn refuse_other_order(
    members: &mut Members,
    external_transaction_id: &ExternalTransactionId,
) -> Result<(), String> {
    match members.take_text("externalTransactionId")? {
        Some(other) if other != external_transaction_id.as_str() => {
            Err("its externalTransactionId is another one".to_owned())
        }
        _ => Ok(()),
    }
}

/// What PayStar tells of the card that paid a deposit. A merchant may store the tokens.
///
/// PayStar documentation: get-deposit-status, callbacks.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct ExternalParams {
    /// The bank's token of the card.
    #[cfg_attr(feature = "typescript", tsify(type = "string | null"))]
    pub card_token: Option<String>,
    /// PayStar's token of the card.
    #[cfg_attr(feature = "typescript", tsify(type = "string | null"))]
    pub card_storage_token: Option<String>,
    /// The name on the card.
    #[cfg_attr(feature = "typescript", tsify(type = "string | null"))]
    pub card_holder: Option<String>,
    /// The masked card number. One of PayStar's samples has it swapped with `cardHolder`.
    #[cfg_attr(feature = "typescript", tsify(type = "string | null"))]
    pub card_number: Option<String>,
    /// All other members, under PayStar's names. Numbers are strings of their digits.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub extra: Extra,
}

impl ExternalParams {
    /// Reads the member `externalParams`, which may be missing.
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

/// One step in the life of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct OrderHistoryEntry {
    /// When, exactly as PayStar wrote it: `2025-07-28T09:29:51.339832`, with or without a fraction and `Z`.
    pub time: String,
    /// What, as a history code: `4.1.3.00` (v2) or `4.1.0.0` (legacy).
    pub action: String,
    /// What the code means, as far as it is known.
    pub decoded: HistoryAction,
}

/// Reads the member `orderHistory`; missing counts as empty.
pub(crate) fn take_history(members: &mut Members) -> Result<Vec<OrderHistoryEntry>, String> {
    let Some(steps) = members.take("orderHistory") else { return Ok(Vec::new()) };
    let entry = |step: Raw| {
        let mut step = step.object()?;
        let (time, action) = (step.take_text("time").ok()??, step.take_text("action").ok()??);
        let is_twice = step.take("time").is_some() || step.take("action").is_some();
        let decoded = history::decode(&action);
        (!is_twice).then_some(OrderHistoryEntry { time, action, decoded })
    };
    let entries: Option<Vec<_>> = steps.list().and_then(|steps| steps.into_iter().map(entry).collect());
    entries.ok_or_else(|| "its orderHistory is not an array of { time, action }".to_owned())
}

/// Reads an amount that PayStar wrote as a number or as text: the digits, as they were written.
pub(crate) fn take_amount(members: &mut Members, name: &str) -> Result<Option<String>, String> {
    let Some(value) = members.take(name) else { return Ok(None) };
    let written = match value.number() {
        Some(digits) => plain_decimal(digits),
        None => value.text().and_then(|text| plain_decimal(&text)),
    };
    written.map(Some).ok_or_else(|| format!("its {name} is not a decimal number"))
}

fn has_control(text: &str) -> bool {
    // Most ids are ASCII, which is looked at much faster.
    if text.is_ascii() {
        text.bytes().any(|byte| byte.is_ascii_control())
    } else {
        text.chars().any(char::is_control)
    }
}

/// Reads an id that will stand in a URL path: one that cannot travel there unchanged is noted.
pub fn check_id<'a>(path: &str, input: &Input<'a>, issues: &mut Issues) -> Option<&'a str> {
    let id = issues.required_text(path, input)?;
    let wrong = if id.len() > LONGEST_ID {
        Some((IssueCode::TooLong, "is longer than any id (512 bytes)."))
    } else if has_control(id) {
        Some((IssueCode::InvalidFormat, "has a control character in it."))
    } else if !format::is_trimmed(id) {
        Some((IssueCode::InvalidFormat, "has white space around it."))
    } else if matches!(id, "." | "..") {
        Some((IssueCode::InvalidFormat, "must not be \".\" or \"..\": URLs take these for folders."))
    } else {
        None
    };
    match wrong {
        None => Some(id),
        Some((code, advice)) => {
            issues.error(path, code, format!("{path} {advice}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::build::text;
    use super::*;

    #[test]
    fn a_creation_answer_keeps_what_it_does_not_know() {
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
    fn a_creation_answer_that_is_none_says_why() {
        for (body, reason) in [
            ("", "it is empty"),
            ("{}", "it has no externalId"),
            (r#"{"externalId":""}"#, "it has no externalId"),
            (r#"{"externalId":5}"#, "its externalId is not a string"),
            (r#"{"externalId":"x"}"#, "it has no orderStatus"),
            (r#"{"externalId":"x","orderStatus":["Created"]}"#, "its orderStatus is not a string"),
            (
                r#"{"externalId":"x","orderStatus":"Created","externalTransactionId":"Order-8"}"#,
                "its externalTransactionId is another one",
            ),
        ] {
            assert_eq!(Order::from_body(body.as_bytes(), &"Order-7".into()).unwrap_err(), reason);
        }
    }

    #[test]
    fn a_status_keeps_amount_digits_and_history() {
        let body = br#"{"externalId":"PSP-1","orderStatus":"Success","amount":2600.00,
            "orderHistory":[{"time":"2025-07-28T09:29:51.339832","action":"1.1.0.0"}]}"#;
        let status = OrderState::from_body(body).unwrap();
        assert_eq!(status.amount.as_deref(), Some("2600.00"));
        assert_eq!(status.order_history[0].action, "1.1.0.0");
        assert!(status.is_final && status.extra == Extra::default());
        let bare = OrderState::from_body(br#"{"externalId":"PSP-1","orderStatus":"Processing"}"#).unwrap();
        assert!(!bare.is_final && bare.amount.is_none() && bare.order_history.is_empty());
    }

    #[test]
    fn a_status_of_wrong_types_is_refused() {
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

    #[test]
    fn ids_that_a_url_would_change_are_refused() {
        for id in ["", ".", "..", " x", "x\n", "a\u{0}b", &"x".repeat(513)] {
            let mut issues = Issues::default();
            assert_eq!(check_id("externalId", &text(id), &mut issues), None, "{id:?}");
            assert!(issues.has_errors());
        }
        let mut issues = Issues::default();
        assert!(check_id("externalId", &Input::IllFormedText, &mut issues).is_none());
        for id in ["Merch-1", "a/b?c#d", "...", "100%", "ключ 1"] {
            assert_eq!(check_id("externalId", &text(id), &mut issues), Some(id));
        }
    }
}
