//! Payouts: money from the merchant to a customer (PayStar: withdrawal order).

use serde::Serialize;
use serde_json::Value;

use super::additional_fields::{self, AdditionalField};
use super::amount::Amount;
use super::currency;
use super::format;
use super::input::Input;
use super::issue::{Issue, IssueCode, Issues};
use super::json::Members;
use super::order::{self, OrderHistoryEntry, OrderStatus, take_amount, take_history};

/// A payout to create.
///
/// PayStar documentation: create-payout-h2h, additionalfields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct PayoutRequest {
    /// How much, in units of the currency: `"100.10"`. Digits of a string are sent as they stand. A number
    /// that is not exact in the currency's minor unit (`0.1 + 0.2`) is refused.
    #[cfg_attr(feature = "client", tsify(type = "string | number"))]
    #[serde(serialize_with = "Amount::as_json_number")]
    pub amount: Amount,
    /// ISO 4217 code, such as `USD`. Codes that ISO does not list pass through.
    pub currency: String,
    /// Your own id of this payout, and its idempotency key: PayStar refuses a second order with it. Store it
    /// before you send, and never make a new one for the same payout.
    pub external_transaction_id: String,
    /// Where PayStar sends callbacks about this payout, instead of the URL set for the pipeline.
    #[cfg_attr(feature = "client", tsify(optional, type = "string | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// Where the customer is led while the payout is processed.
    #[cfg_attr(feature = "client", tsify(optional, type = "string | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processing_redirect_url: Option<String>,
    /// Where the customer is led after a failure.
    #[cfg_attr(feature = "client", tsify(optional, type = "string | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_redirect_url: Option<String>,
    /// Where the customer is led after success.
    #[cfg_attr(feature = "client", tsify(optional, type = "string | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_redirect_url: Option<String>,
    /// What the flow needs (agreed with your account manager), as an object or as PayStar's own array:
    /// `{ cardNumber: "…", bankName: "…" }` or `[{ key: "cardNumber", value: "…" }]`.
    #[cfg_attr(
        feature = "client",
        tsify(optional, type = "Record<string, string> | readonly AdditionalField[] | undefined")
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_fields: Vec<AdditionalField>,
}

const KEYS: &[&str] = &[
    "amount",
    "currency",
    "externalTransactionId",
    "callbackUrl",
    "processingRedirectUrl",
    "failedRedirectUrl",
    "successRedirectUrl",
    "additionalFields",
];

impl PayoutRequest {
    /// Checks a request and finds all that is wrong with it. The request is there when no issue stops it.
    ///
    /// With `strict`, a card number whose check digit is wrong stops it too.
    pub fn check(input: &Input, strict: bool) -> (Option<Self>, Vec<Issue>) {
        let mut issues = Issues::default();
        let request = Self::read(input, strict, &mut issues);
        let is_sound = !issues.has_errors();
        (request.filter(|_| is_sound), issues.into_vec())
    }

    fn read(input: &Input, strict: bool, issues: &mut Issues) -> Option<Self> {
        if !matches!(input, Input::Record(_)) {
            issues.error(
                "",
                IssueCode::InvalidType,
                format!("The request must be an object, not {}.", input.kind()),
            );
            return None;
        }
        issues.unknown_keys("", input, KEYS);
        let currency = read_currency(input.get("currency"), issues);
        let amount = read_amount(input.get("amount"), currency.as_deref(), issues);
        let external_transaction_id =
            order::read_id("externalTransactionId", input.get("externalTransactionId"), issues);
        let callback_url = read_url("callbackUrl", input, issues);
        let processing_redirect_url = read_url("processingRedirectUrl", input, issues);
        let failed_redirect_url = read_url("failedRedirectUrl", input, issues);
        let success_redirect_url = read_url("successRedirectUrl", input, issues);
        let additional_fields = additional_fields::read(input.get("additionalFields"), strict, issues);
        Some(Self {
            amount: amount?,
            currency: currency?,
            external_transaction_id: external_transaction_id?,
            callback_url,
            processing_redirect_url,
            failed_redirect_url,
            success_redirect_url,
            additional_fields,
        })
    }

    /// The JSON body, in PayStar's order of keys.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Values of this request that must not show up in an error or a log.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.additional_fields
            .iter()
            .filter(|field| additional_fields::SECRET_KEYS.contains(&field.key.as_str()))
            .map(|field| field.value.as_str())
    }
}

fn read_currency(input: &Input, issues: &mut Issues) -> Option<String> {
    const PATH: &str = "currency";
    let code = issues.required_text(PATH, input)?;
    if !currency::is_code(code) {
        let message = format!("{PATH} must be a code of 2 to 16 Latin letters and digits, such as USD.");
        issues.error(PATH, IssueCode::InvalidFormat, message);
        return None;
    }
    if let Some(listed) = currency::listed_in_other_case(code) {
        let message = format!("{PATH} must be in capital letters: {listed}.");
        issues.error(PATH, IssueCode::InvalidFormat, message);
    }
    Some(code.to_owned())
}

fn read_amount(input: &Input, code: Option<&str>, issues: &mut Issues) -> Option<Amount> {
    const PATH: &str = "amount";
    let minor_units = code.and_then(currency::minor_units);
    let amount = match input {
        Input::Text(text) => Amount::from_text(text, minor_units),
        Input::Number(shortest) => Amount::from_number(shortest, minor_units),
        other => {
            issues.wrong_type(PATH, "a decimal string or a number", other);
            return None;
        }
    };
    amount
        .map_err(|error| {
            let units = match (error.code, code, minor_units) {
                (IssueCode::TooManyDecimals | IssueCode::NotExact, Some(code), Some(units)) => {
                    format!(" {code} has {units}.")
                }
                _ => String::new(),
            };
            issues.error(PATH, error.code, format!("{PATH} {}{units}", error.advice));
        })
        .ok()
}

fn read_url(path: &str, request: &Input, issues: &mut Issues) -> Option<String> {
    const LONGEST: usize = 2048;
    let url = issues.optional_text(path, request.get(path))?;
    if url.len() > LONGEST {
        issues.error(path, IssueCode::TooLong, format!("{path} is longer than {LONGEST} bytes."));
    } else if !format::is_http_url(url) {
        let message = format!("{path} must be an absolute http or https URL without a user name.");
        issues.error(path, IssueCode::InvalidFormat, message);
    }
    Some(url.to_owned())
}

/// How the client learnt of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum ResolvedBy {
    /// From the answer to the request that made it.
    Answer,
    /// From reading its status, after an answer was lost.
    Lookup,
}

/// A payout that PayStar made.
///
/// PayStar documentation: create-payout-h2h.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct PayoutOrder {
    /// PayStar's id of the order: a UUID, or text with a prefix such as `PSP-…`.
    pub external_id: String,
    /// Your own id, as it was sent.
    pub external_transaction_id: String,
    /// How the order stands: `Created` in all samples.
    pub order_status: OrderStatus,
    /// How the client learnt of the order.
    pub resolved_by: ResolvedBy,
    /// All other members of PayStar's answer, under PayStar's names. Numbers are strings of their digits.
    #[cfg_attr(feature = "client", tsify(type = "Record<string, JsonValue>"))]
    #[serde(serialize_with = "extra_as_map")]
    pub extra: Vec<(String, Value)>,
}

impl PayoutOrder {
    /// Reads the answer to a creation; otherwise the reason why it is none.
    pub fn from_body(body: &[u8], external_transaction_id: &str) -> Result<Self, String> {
        let mut members = Members::from_body(body)?;
        let external_id = members.take_required_text("externalId")?;
        let order_status = members.take_required_text("orderStatus")?.into();
        if let Some(other) = members.take_text("externalTransactionId")?
            && other != external_transaction_id
        {
            return Err("its externalTransactionId is another one".to_owned());
        }
        Ok(Self {
            external_id,
            external_transaction_id: external_transaction_id.to_owned(),
            order_status,
            resolved_by: ResolvedBy::Answer,
            extra: members.into_rest(),
        })
    }
}

/// A payout as a status read shows it.
///
/// PayStar documentation: get-patout-status, get-patout-status-merch-id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "client", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct PayoutStatus {
    /// PayStar's id of the order.
    pub external_id: String,
    /// How the order stands.
    pub order_status: OrderStatus,
    /// Whether the status can no longer change: `Success` or `Failed`.
    pub is_final: bool,
    /// The amount with PayStar's own digits, where the answer has one: `"2600.00"`.
    #[cfg_attr(feature = "client", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// What happened, oldest first. It may grow for about ten minutes after the final status.
    pub order_history: Vec<OrderHistoryEntry>,
    /// All other members of PayStar's answer, under PayStar's names. Numbers are strings of their digits.
    #[cfg_attr(feature = "client", tsify(type = "Record<string, JsonValue>"))]
    #[serde(serialize_with = "extra_as_map")]
    pub extra: Vec<(String, Value)>,
}

impl PayoutStatus {
    /// Reads the answer to a status read; otherwise the reason why it is none.
    pub fn from_body(body: &[u8]) -> Result<Self, String> {
        let mut members = Members::from_body(body)?;
        let external_id = members.take_required_text("externalId")?;
        let order_status = OrderStatus::from(members.take_required_text("orderStatus")?);
        Ok(Self {
            external_id,
            is_final: order_status.is_final(),
            order_status,
            amount: take_amount(&mut members, "amount")?,
            order_history: take_history(&mut members)?,
            extra: members.into_rest(),
        })
    }
}

/// Members that no model has, with each number as a string of its digits: a JS number would round them.
fn extra_as_map<S: serde::Serializer>(extra: &[(String, Value)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(extra.iter().map(|(name, value)| (name, digits_as_text(value))))
}

fn digits_as_text(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.as_str().to_owned()),
        Value::Array(list) => Value::Array(list.iter().map(digits_as_text).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), digits_as_text(value))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::build::{number, record, text};
    use super::super::issue::Severity;
    use super::*;

    fn request(changes: &[(&str, Input)]) -> Input {
        let mut entries = vec![
            ("amount", text("100.10")),
            ("currency", text("USD")),
            ("externalTransactionId", text("Order-7")),
        ];
        for (key, value) in changes {
            entries.retain(|(name, _)| name != key);
            entries.push((key, value.clone()));
        }
        record(&entries)
    }

    fn issues(changes: &[(&str, Input)]) -> Vec<(String, IssueCode)> {
        let (_, issues) = PayoutRequest::check(&request(changes), false);
        issues.into_iter().map(|issue| (issue.path, issue.code)).collect()
    }

    fn one(path: &str, code: IssueCode) -> Vec<(String, IssueCode)> {
        vec![(path.to_owned(), code)]
    }

    #[test]
    fn the_body_has_paystars_keys_in_order_and_the_amounts_own_digits() {
        let input = request(&[
            ("callbackUrl", text("https://shop.example/callback")),
            (
                "additionalFields",
                record(&[("cardNumber", text("4111111111111111")), ("bankName", text("all"))]),
            ),
        ]);
        let (request, issues) = PayoutRequest::check(&input, true);
        assert_eq!(issues, []);
        assert_eq!(
            request.unwrap().to_json().unwrap(),
            r#"{"amount":100.10,"currency":"USD","externalTransactionId":"Order-7","callbackUrl":"https://shop.example/callback","additionalFields":[{"key":"cardNumber","value":"4111111111111111"},{"key":"bankName","value":"all"}]}"#
        );
    }

    #[test]
    fn a_string_amount_beyond_any_double_travels_exactly() {
        let (request, _) = PayoutRequest::check(&request(&[("amount", text("9007199254740993.01"))]), false);
        assert!(request.unwrap().to_json().unwrap().starts_with(r#"{"amount":9007199254740993.01,"#));
    }

    #[test]
    fn a_sum_of_floats_is_refused_and_says_what_to_do() {
        let (request, issues) =
            PayoutRequest::check(&request(&[("amount", number("0.30000000000000004"))]), false);
        assert_eq!(request, None);
        assert_eq!(issues[0].code, IssueCode::NotExact);
        assert!(issues[0].message.contains("give a string") && issues[0].message.ends_with("USD has 2."));
    }

    #[test]
    fn all_issues_come_at_once() {
        let found = issues(&[
            ("amount", text("-5")),
            ("currency", text("usd")),
            ("externalTransactionId", Input::Absent),
            ("callbackURL", text("https://shop.example")),
            ("successRedirectUrl", text("shop.example")),
            ("additionalFields", record(&[("email", text("none"))])),
        ]);
        assert_eq!(
            found,
            [
                ("callbackURL".to_owned(), IssueCode::UnknownKey),
                ("currency".to_owned(), IssueCode::InvalidFormat),
                ("amount".to_owned(), IssueCode::Negative),
                ("externalTransactionId".to_owned(), IssueCode::Required),
                ("successRedirectUrl".to_owned(), IssueCode::InvalidFormat),
                ("additionalFields.email".to_owned(), IssueCode::InvalidFormat),
            ]
        );
    }

    #[test]
    fn minor_units_are_the_currencys_own() {
        assert_eq!(issues(&[("currency", text("JPY"))]), one("amount", IssueCode::TooManyDecimals));
        assert_eq!(issues(&[("currency", text("KWD")), ("amount", text("1.001"))]), []);
        assert_eq!(issues(&[("currency", text("USDT_TRC20")), ("amount", text("1.00000001"))]), []);
    }

    #[test]
    fn values_of_other_types_are_issues() {
        for wrong in [Input::Bool(true), Input::Other("a bigint"), Input::List(vec![]), Input::IllFormedText]
        {
            assert_eq!(issues(&[("amount", wrong.clone())]), one("amount", IssueCode::InvalidType));
            assert_eq!(
                issues(&[("externalTransactionId", wrong)]),
                one("externalTransactionId", IssueCode::InvalidType)
            );
        }
        for whole in [Input::Absent, text("x"), Input::List(vec![])] {
            let (request, issues) = PayoutRequest::check(&whole, false);
            assert_eq!((request, issues[0].code), (None, IssueCode::InvalidType));
        }
    }

    #[test]
    fn both_published_examples_pass_with_the_check_digit_as_a_warning() {
        let card = ("cardNumber", text("1234123412341234"));
        for fields in [
            [
                card.clone(),
                ("payeerIdentifier", text("Merch-12345")),
                ("email", text("Jhon.Wick@Continental-Hotel.com")),
            ]
            .to_vec(),
            [card.clone(), ("bankName", text("SuperBank"))].to_vec(),
        ] {
            let (request, issues) = PayoutRequest::check(
                &record(&[
                    ("amount", number("100")),
                    ("currency", text("RUB")),
                    ("externalTransactionId", text("Merch12345")),
                    ("callbackUrl", text("https://merch.com/callbackUrl")),
                    ("additionalFields", record(&fields)),
                ]),
                false,
            );
            assert!(request.is_some());
            assert_eq!(issues.len(), 1);
            assert_eq!((issues[0].code, issues[0].severity), (IssueCode::LuhnFailed, Severity::Warning));
        }
    }

    #[test]
    fn secrets_are_the_card_data() {
        let fields = record(&[
            ("cardNumber", text("4111111111111111")),
            ("bankName", text("b")),
            ("cardCvv", text("123")),
        ]);
        let (request, _) = PayoutRequest::check(&request(&[("additionalFields", fields)]), false);
        assert_eq!(request.unwrap().secrets().collect::<Vec<_>>(), ["4111111111111111", "123"]);
    }

    #[test]
    fn a_creation_answer_keeps_what_it_does_not_know() {
        let body =
            br#"{"externalId":"PSP-1","orderStatus":"Queued","fee":1.50,"next":{"n":[1.0e+2,null,true]}}"#;
        let order = PayoutOrder::from_body(body, "Order-7").unwrap();
        assert_eq!(order.order_status, OrderStatus::Other("Queued".to_owned()));
        assert_eq!(
            serde_json::to_string(&order).unwrap(),
            r#"{"externalId":"PSP-1","externalTransactionId":"Order-7","orderStatus":"Queued","resolvedBy":"answer","extra":{"fee":"1.50","next":{"n":["1.0e+2",null,true]}}}"#
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
            assert_eq!(PayoutOrder::from_body(body.as_bytes(), "Order-7").unwrap_err(), reason);
        }
    }

    #[test]
    fn a_status_keeps_amount_digits_and_history() {
        let body = br#"{"externalId":"PSP-1","orderStatus":"Success","amount":2600.00,
            "orderHistory":[{"time":"2025-07-28T09:29:51.339832","action":"1.1.0.0"}]}"#;
        let status = PayoutStatus::from_body(body).unwrap();
        assert_eq!(status.amount.as_deref(), Some("2600.00"));
        assert_eq!(status.order_history[0].action, "1.1.0.0");
        assert!(status.is_final && status.extra.is_empty());
        let bare = PayoutStatus::from_body(br#"{"externalId":"PSP-1","orderStatus":"Processing"}"#).unwrap();
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
            assert!(PayoutStatus::from_body(body.as_bytes()).is_err(), "{wrong}");
        }
    }
}
