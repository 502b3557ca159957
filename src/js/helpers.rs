//! Free functions that need no client. Nothing is sent.

use wasm_bindgen::prelude::*;

use crate::model::input::Input;
use crate::model::issue::{Issue, IssueCode, Issues};
use crate::model::money::{self, Decimal};
use crate::model::order::OrderStatus;
use crate::model::{additional_fields, card, currency, history, telecom_operator};
use crate::protocol::explain;
use crate::protocol::failure::Failure;

use super::input::Crossed;
use super::output::{done, failed, nothing};

#[wasm_bindgen(typescript_custom_section)]
const HELPERS: &str = include_str!("helpers.d.ts");

#[wasm_bindgen(js_name = decodeHistoryAction, skip_typescript)]
pub fn decode_history_action(action: Vec<u8>) -> String {
    with_text("action", action, |action| done(&history::decode(action)))
}

#[wasm_bindgen(skip_typescript)]
pub fn explain(subject: Vec<u8>) -> String {
    done(&explain::explain(&Crossed(subject).read()))
}

#[wasm_bindgen(js_name = isFinalStatus, skip_typescript)]
pub fn is_final_status(status: Vec<u8>) -> String {
    with_text("status", status, |status| done(&OrderStatus::from(status.to_owned()).is_final()))
}

#[wasm_bindgen(js_name = telecomOperators, skip_typescript)]
pub fn telecom_operators(country: Vec<u8>) -> String {
    match Crossed(country).read() {
        Input::Absent => done(&telecom_operator::list(None)),
        input => match text("country", &input) {
            Ok(country) => done(&telecom_operator::list(Some(country))),
            Err(failure) => failed(&failure),
        },
    }
}

#[wasm_bindgen(skip_typescript)]
pub fn currencies() -> String {
    done(&currency::list().collect::<Vec<_>>())
}

#[wasm_bindgen(js_name = findCurrency, skip_typescript)]
pub fn find_currency(code: Vec<u8>) -> String {
    with_text("code", code, |code| currency::find(code).map_or_else(nothing, |found| done(&found)))
}

#[wasm_bindgen(js_name = additionalFieldKeys, skip_typescript)]
pub fn additional_field_keys() -> String {
    done(&additional_fields::keys().collect::<Vec<_>>())
}

#[wasm_bindgen(js_name = cardBrand, skip_typescript)]
pub fn card_brand(number: Vec<u8>) -> String {
    with_text("number", number, |number| card::brand(number).map_or_else(nothing, done))
}

#[wasm_bindgen(js_name = isLuhnValid, skip_typescript)]
pub fn is_luhn_valid(number: Vec<u8>) -> String {
    with_text("number", number, |number| done(&card::is_luhn_valid(number)))
}

#[wasm_bindgen(js_name = hasCardLength, skip_typescript)]
pub fn has_card_length(number: Vec<u8>) -> String {
    with_text("number", number, |number| done(&card::has_length(number)))
}

#[wasm_bindgen(js_name = maskCardNumber, skip_typescript)]
pub fn mask_card_number(number: Vec<u8>) -> String {
    with_text("number", number, |number| done(&card::mask_number(number)))
}

/// Whether a card is expired in a year and a month. A year of `NaN` is no valid date.
#[wasm_bindgen(js_name = isCardExpired, skip_typescript)]
pub fn is_card_expired(month: Vec<u8>, year: Vec<u8>, now_year: f64, now_month: u8) -> String {
    if now_year.is_nan() {
        let mut issues = Issues::default();
        issues.error("at", IssueCode::InvalidType, "at must be a valid Date.");
        return failed(&wrong_argument(issues.into_vec()));
    }
    #[allow(clippy::cast_possible_truncation)]
    let now_year = now_year as i32;
    with_text("month", month, |month| {
        with_text("year", year, |year| {
            card::is_expired(month, year, now_year, now_month).map_or_else(nothing, |expired| done(&expired))
        })
    })
}

#[wasm_bindgen(js_name = parseAmount, skip_typescript)]
pub fn parse_amount(value: Vec<u8>, currency: Vec<u8>) -> String {
    finish(money::parse_amount(&Crossed(value).read(), &Crossed(currency).read()))
}

#[wasm_bindgen(js_name = compareAmounts, skip_typescript)]
pub fn compare_amounts(a: Vec<u8>, b: Vec<u8>) -> String {
    let mut issues = Issues::default();
    let a = Decimal::read("a", &Crossed(a).read(), &mut issues);
    let b = Decimal::read("b", &Crossed(b).read(), &mut issues);
    match (a, b) {
        (Some(a), Some(b)) => done(&(a.compare(b) as i32)),
        _ => failed(&wrong_argument(issues.into_vec())),
    }
}

#[wasm_bindgen(js_name = addAmounts, skip_typescript)]
pub fn add_amounts(amounts: Vec<u8>) -> String {
    finish(money::sum(&Crossed(amounts).read()).map(|sum| sum.to_string()))
}

#[wasm_bindgen(js_name = formatAmount, skip_typescript)]
pub fn format_amount(amount: Vec<u8>, currency: Vec<u8>) -> String {
    finish(money::format_amount(&Crossed(amount).read(), &Crossed(currency).read()))
}

fn finish(result: Result<String, Vec<Issue>>) -> String {
    match result {
        Ok(text) => done(&text),
        Err(issues) => failed(&wrong_argument(issues)),
    }
}

fn with_text(name: &str, value: Vec<u8>, work: impl FnOnce(&str) -> String) -> String {
    match text(name, &Crossed(value).read()) {
        Ok(text) => work(text),
        Err(failure) => failed(&failure),
    }
}

/// A string. One with half of a surrogate pair is as unknown to these functions as U+FFFD is.
fn text<'a>(name: &str, input: &Input<'a>) -> Result<&'a str, Failure> {
    match input {
        Input::Text(text) => Ok(text),
        Input::IllFormedText => Ok("\u{FFFD}"),
        other => {
            let mut issues = Issues::default();
            issues.wrong_type(name, "a string", other);
            Err(wrong_argument(issues.into_vec()))
        }
    }
}

/// A failure in which no request is involved.
fn wrong_argument(issues: Vec<Issue>) -> Failure {
    let message = issues.iter().map(|issue| issue.message.as_str()).collect::<Vec<_>>().join(" ");
    let advice = "Correct the arguments that issues names.";
    Failure { message, advice, ..Failure::validation(issues, None) }
}
