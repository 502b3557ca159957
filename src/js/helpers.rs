//! Helpers: functions that need no client. They send nothing.

use wasm_bindgen::prelude::*;

use paystar_model::decimal::Decimal;
use paystar_model::input::Input;
use paystar_model::issue::{Issue, IssueCode, Issues};
use paystar_model::order::OrderStatus;
use paystar_model::{additional_fields, card, currency, history, money, telecom_operator};
use paystar_protocol::explain;
use paystar_protocol::failure::Failure;

use super::callbacks::decide_next_status;
use paystar_boundary::input::FlatValue;
use paystar_boundary::output::{failure_text, result_text, undefined_text, value_text};

#[wasm_bindgen(typescript_custom_section)]
const HELPERS: &str = include_str!("helpers.d.ts");

// Codes that Rust and JavaScript share: helpers.
const DECODE_HISTORY_ACTION: u8 = 0;
const EXPLAIN: u8 = 1;
const IS_FINAL_STATUS: u8 = 2;
const TELECOM_OPERATORS: u8 = 3;
const CURRENCIES: u8 = 4;
const FIND_CURRENCY: u8 = 5;
const ADDITIONAL_FIELD_KEYS: u8 = 6;
const CARD_BRAND: u8 = 7;
const IS_LUHN_VALID: u8 = 8;
const HAS_CARD_LENGTH: u8 = 9;
const MASK_CARD_NUMBER: u8 = 10;
const IS_CARD_EXPIRED: u8 = 11;
const PARSE_AMOUNT: u8 = 12;
const COMPARE_AMOUNTS: u8 = 13;
const ADD_AMOUNTS: u8 = 14;
const FORMAT_AMOUNT: u8 = 15;
const NEXT_STATUS: u8 = 16;

/// Calls a helper with its arguments.
#[wasm_bindgen(js_name = callHelper, skip_typescript)]
pub fn call_helper(helper: u8, first: Vec<u8>, second: Vec<u8>) -> String {
    let (first, second) = (FlatValue(first), FlatValue(second));
    let (first, second) = (&first.read(), &second.read());
    let with_text = |name, work: fn(&str) -> String| match text(name, first) {
        Ok(text) => work(text),
        Err(failure) => failure_text(&failure),
    };
    match helper {
        DECODE_HISTORY_ACTION => with_text("action", |action| value_text(&history::decode(action))),
        EXPLAIN => value_text(&explain::explain(first)),
        IS_FINAL_STATUS => {
            with_text("status", |status| value_text(&OrderStatus::from(status.to_owned()).is_final()))
        }
        TELECOM_OPERATORS if first.is_absent() => value_text(&telecom_operator::list(None)),
        TELECOM_OPERATORS => {
            with_text("country", |country| value_text(&telecom_operator::list(Some(country))))
        }
        CURRENCIES => value_text(&currency::list().collect::<Vec<_>>()),
        FIND_CURRENCY => {
            with_text("code", |code| currency::find(code).map_or_else(undefined_text, |it| value_text(&it)))
        }
        ADDITIONAL_FIELD_KEYS => value_text(&additional_fields::keys().collect::<Vec<_>>()),
        CARD_BRAND => {
            with_text("number", |number| card::brand(number).map_or_else(undefined_text, value_text))
        }
        IS_LUHN_VALID => with_text("number", |number| value_text(&card::is_luhn_valid(number))),
        HAS_CARD_LENGTH => with_text("number", |number| value_text(&card::has_length(number))),
        MASK_CARD_NUMBER => with_text("number", |number| value_text(&card::mask_number(number))),
        IS_CARD_EXPIRED => is_card_expired(first, second),
        PARSE_AMOUNT => result_text(money::parse_amount(first, second).map_err(wrong_argument)),
        COMPARE_AMOUNTS => compare_amounts(first, second),
        ADD_AMOUNTS => result_text(money::sum(first).map(|sum| sum.to_string()).map_err(wrong_argument)),
        FORMAT_AMOUNT => result_text(money::format_amount(first, second).map_err(wrong_argument)),
        NEXT_STATUS.. => result_text(decide_next_status(first, second).map_err(wrong_argument)),
    }
}

/// `card` is a list of the month and the year of the card, `now` of the year and the month now. A year that is not a
/// number means that the date is not valid.
fn is_card_expired(card: &Input, now: &Input) -> String {
    let (Input::List(card), Input::List(now)) = (card, now) else { return undefined_text() };
    let number = |input: Option<&Input>| match input {
        Some(Input::Number(digits)) => digits.parse::<i32>().ok(),
        _ => None,
    };
    let (now_year, now_month) = (number(now.first()), number(now.get(1)));
    let Some((now_year, now_month)) = now_year.zip(now_month.and_then(|month| u8::try_from(month).ok()))
    else {
        let mut issues = Issues::default();
        issues.error("at", IssueCode::InvalidType, "at must be a valid Date.");
        return failure_text(&wrong_argument(issues.into_vec()));
    };
    let part = |name, index| text(name, card.get(index).unwrap_or(&Input::Absent));
    match part("month", 0).and_then(|month| Ok((month, part("year", 1)?))) {
        Ok((month, year)) => card::is_expired(month, year, now_year, now_month)
            .map_or_else(undefined_text, |expired| value_text(&expired)),
        Err(failure) => failure_text(&failure),
    }
}

fn compare_amounts(a: &Input, b: &Input) -> String {
    let mut issues = Issues::default();
    let (a, b) = (Decimal::read("a", a, &mut issues), Decimal::read("b", b, &mut issues));
    match (a, b) {
        (Some(a), Some(b)) => value_text(&(a.cmp(&b) as i32)),
        _ => failure_text(&wrong_argument(issues.into_vec())),
    }
}

/// A string. If it has half of a surrogate pair, it becomes U+FFFD: no helper knows either of them.
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

/// The failure of a helper: an argument is not valid. The message does not mention a request.
fn wrong_argument(issues: Vec<Issue>) -> Failure {
    let message = issues.iter().map(|issue| issue.message.as_str()).collect::<Vec<_>>().join(" ");
    Failure { message, ..Failure::validation(issues, None) }
}
