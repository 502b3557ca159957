//! Free functions that need no client: nothing is sent.

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use crate::model::issue::{Issue, IssueCode, Issues};
use crate::model::money::{self, Decimal};
use crate::model::order::OrderStatus;
use crate::model::{additional_fields, card, currency, history, telecom_operator};
use crate::protocol::explain;
use crate::protocol::failure::Failure;

use super::input;
use super::output::{to_error, to_js};

#[wasm_bindgen(typescript_custom_section)]
const HELPERS: &str = include_str!("helpers.d.ts");

#[wasm_bindgen]
extern "C" {
    // Catching: the value may be no date, or one that does not exist.
    #[wasm_bindgen(catch, js_namespace = ["Date", "prototype", "toISOString"], js_name = call)]
    fn iso_text(date: &JsValue) -> Result<String, JsValue>;
}

/// Decodes an `action` of an order's history, newer (`4.1.4.63`) or legacy (`2.2.3.1`). Any text is taken; what is not
/// known of it is left out.
///
/// PayStar documentation: payment-history-v2, payment-history-backward-compatibility, order-history.
///
/// @throws ValidationError where the argument is no string.
#[wasm_bindgen(js_name = decodeHistoryAction, unchecked_return_type = "HistoryAction")]
pub fn decode_history_action(
    #[wasm_bindgen(unchecked_param_type = "string")] action: &JsValue,
) -> Result<JsValue, JsValue> {
    to_js(&history::decode(&text("action", action)?))
}

/// Explains an error of this package, or a code as text: an `ErrorCode`, a label (`LIMITS_ERROR`), a
/// `statusDescription` (`1-4007`) or a history code (`4.1.4.63`). What is not known is told as unknown.
///
/// PayStar documentation: error-discriptions, status-discriptions.
#[wasm_bindgen(unchecked_return_type = "Explanation")]
pub fn explain(
    #[wasm_bindgen(unchecked_param_type = "PayStarError | string")] subject: &JsValue,
) -> Result<JsValue, JsValue> {
    to_js(&explain::explain(&input::take(subject).read()))
}

/// Whether an order with this status can no longer change: `Success` and `Failed`. A status that is not known is not
/// final.
///
/// @throws ValidationError where the argument is no string.
#[wasm_bindgen(js_name = isFinalStatus)]
pub fn is_final_status(
    #[wasm_bindgen(unchecked_param_type = "OrderStatus")] status: &JsValue,
) -> Result<bool, JsValue> {
    Ok(OrderStatus::from(text("status", status)?).is_final())
}

/// The telecom operators that PayStar knows, for the additional field `telecomOperator`. With a country, only its own:
/// `United Kingdom`, `GB` or `GBR`, in any letter case.
///
/// PayStar documentation: telecom-operator.
///
/// @throws ValidationError where the argument is no string.
#[wasm_bindgen(js_name = telecomOperators, unchecked_return_type = "TelecomOperator[]")]
pub fn telecom_operators(
    #[wasm_bindgen(unchecked_optional_param_type = "string")] country: &JsValue,
) -> Result<JsValue, JsValue> {
    let country = if country.is_undefined() { None } else { Some(text("country", country)?) };
    to_js(&telecom_operator::list(country.as_deref()))
}

/// The currencies of ISO 4217 with their minor units. Which of them PayStar takes is not public.
#[wasm_bindgen(unchecked_return_type = "Currency[]")]
pub fn currencies() -> Result<JsValue, JsValue> {
    to_js(&currency::list().collect::<Vec<_>>())
}

/// The currency of an ISO 4217 code, in any letter case. `undefined` where ISO does not list it.
///
/// @throws ValidationError where the argument is no string.
#[wasm_bindgen(js_name = findCurrency, unchecked_return_type = "Currency | undefined")]
pub fn find_currency(
    #[wasm_bindgen(unchecked_param_type = "string")] code: &JsValue,
) -> Result<JsValue, JsValue> {
    currency::find(&text("code", code)?).map_or(Ok(JsValue::UNDEFINED), |found| to_js(&found))
}

/// The documented keys of `additionalFields`, for forms. The list is open: any other key is sent too.
///
/// PayStar documentation: additionalfields.
#[wasm_bindgen(js_name = additionalFieldKeys, unchecked_return_type = "AdditionalFieldKey[]")]
pub fn additional_field_keys() -> Result<JsValue, JsValue> {
    to_js(&additional_fields::keys().collect::<Vec<_>>())
}

/// The brand of a card number, or of as much of one as has been typed. `undefined` where it is not clear. Spaces,
/// dashes and the stars of a mask are taken.
///
/// @throws ValidationError where the argument is no string.
#[wasm_bindgen(
    js_name = cardBrand,
    unchecked_return_type = "\"visa\" | \"mastercard\" | \"american-express\" | \"diners-club\" | \"discover\" | \"jcb\" | \"unionpay\" | \"maestro\" | \"mir\" | undefined"
)]
pub fn card_brand(
    #[wasm_bindgen(unchecked_param_type = "string")] number: &JsValue,
) -> Result<JsValue, JsValue> {
    Ok(card::brand(&text("number", number)?).into())
}

/// Whether the check digit of a card number is right (Luhn). Spaces and dashes are taken.
///
/// @throws ValidationError where the argument is no string.
#[wasm_bindgen(js_name = isLuhnValid)]
pub fn is_luhn_valid(
    #[wasm_bindgen(unchecked_param_type = "string")] number: &JsValue,
) -> Result<bool, JsValue> {
    Ok(card::is_luhn_valid(&text("number", number)?))
}

/// Whether a card number is as long as its brand has them; of an unknown brand, 12 to 19 digits. Spaces and dashes are
/// taken.
///
/// @throws ValidationError where the argument is no string.
#[wasm_bindgen(js_name = hasCardLength)]
pub fn has_card_length(
    #[wasm_bindgen(unchecked_param_type = "string")] number: &JsValue,
) -> Result<bool, JsValue> {
    Ok(card::has_length(&text("number", number)?))
}

/// What may be shown of a card number: the first six and the last four digits, without spaces and dashes. Text that is
/// no card number of 13 to 19 digits becomes nothing but stars.
///
/// @throws ValidationError where the argument is no string.
#[wasm_bindgen(js_name = maskCardNumber)]
pub fn mask_card_number(
    #[wasm_bindgen(unchecked_param_type = "string")] number: &JsValue,
) -> Result<String, JsValue> {
    Ok(card::mask_number(&text("number", number)?))
}

/// Whether a card is past the last day of its month (UTC). `undefined` where month (`MM`) or year (`YY`) have another
/// form.
///
/// @param at - The moment to ask for; now unless given.
///
/// @throws ValidationError where the moment is no valid date, or month or year are no strings.
#[wasm_bindgen(js_name = isCardExpired, unchecked_return_type = "boolean | undefined")]
pub fn is_card_expired(
    #[wasm_bindgen(unchecked_param_type = "string")] month: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] year: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "Date")] at: &JsValue,
) -> Result<JsValue, JsValue> {
    let now = if at.is_undefined() { js_sys::Date::new_0().into() } else { at.clone() };
    let (now_year, now_month) = year_and_month(&now).ok_or_else(|| {
        let mut issues = Issues::default();
        issues.error("at", IssueCode::InvalidType, "at must be a valid Date.");
        wrong_argument(issues.into_vec())
    })?;
    let expired = card::is_expired(&text("month", month)?, &text("year", year)?, now_year, now_month);
    Ok(expired.map_or(JsValue::UNDEFINED, JsValue::from_bool))
}

fn year_and_month(date: &JsValue) -> Option<(i32, u8)> {
    let text = iso_text(date).ok()?;
    // A year before 0 begins with a minus sign, so it has no first part.
    let mut parts = text.split('-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Reads an amount by the rules of a request, and gives the digits that a request would send.
///
/// @throws ValidationError where a request with it would be refused; `issues` says why.
#[wasm_bindgen(js_name = parseAmount)]
pub fn parse_amount(
    #[wasm_bindgen(unchecked_param_type = "string | number")] value: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] currency: &JsValue,
) -> Result<String, JsValue> {
    money::parse_amount(&input::take(value).read(), &input::take(currency).read()).map_err(wrong_argument)
}

/// Compares two amounts exactly: -1 where the first is less, 1 where it is more, 0 where they are equal (`1.5` and
/// `1.50`). Fit for `sort`.
///
/// @throws ValidationError where one is no decimal; `issues` names it.
#[wasm_bindgen(js_name = compareAmounts, unchecked_return_type = "-1 | 0 | 1")]
pub fn compare_amounts(
    #[wasm_bindgen(unchecked_param_type = "string")] a: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] b: &JsValue,
) -> Result<i32, JsValue> {
    let mut issues = Issues::default();
    let a = Decimal::read("a", &input::take(a).read(), &mut issues);
    let b = Decimal::read("b", &input::take(b).read(), &mut issues);
    match (a, b) {
        (Some(a), Some(b)) => Ok(a.compare(b) as i32),
        _ => Err(wrong_argument(issues.into_vec())),
    }
}

/// Adds amounts exactly, negative ones too, and keeps the larger count of decimals: `1.50` and `2` are `3.50`. Without
/// any, the sum is `0`.
///
/// @throws ValidationError where one is no decimal, or the sum has more than 18 digits before the point.
#[wasm_bindgen(js_name = addAmounts, variadic)]
pub fn add_amounts(
    #[wasm_bindgen(unchecked_param_type = "string[]")] amounts: &JsValue,
) -> Result<String, JsValue> {
    money::sum(&input::take(amounts).read()).map(|sum| sum.to_string()).map_err(wrong_argument)
}

/// An amount in plain digits with at least the decimals of its currency: `100.1` of `USD` is `100.10`. Digits beyond
/// them stay.
///
/// @throws ValidationError where the amount is no decimal or the currency no code.
#[wasm_bindgen(js_name = formatAmount)]
pub fn format_amount(
    #[wasm_bindgen(unchecked_param_type = "string")] amount: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] currency: &JsValue,
) -> Result<String, JsValue> {
    money::format_amount(&input::take(amount).read(), &input::take(currency).read()).map_err(wrong_argument)
}

/// A string. Half of a surrogate pair in it becomes U+FFFD, which is as unknown to these functions as the half is.
fn text(name: &str, value: &JsValue) -> Result<String, JsValue> {
    if let Some(text) = value.dyn_ref::<JsString>() {
        return Ok(text.into());
    }
    let mut issues = Issues::default();
    issues.wrong_type(name, "a string", &input::take(value).read());
    Err(wrong_argument(issues.into_vec()))
}

/// A failure in which no request is involved.
fn wrong_argument(issues: Vec<Issue>) -> JsValue {
    let message = issues.iter().map(|issue| issue.message.as_str()).collect::<Vec<_>>().join(" ");
    let advice = "Mend the arguments that issues names.";
    to_error(&Failure { message, advice, ..Failure::validation(issues, None) }, None)
}
