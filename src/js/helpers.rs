//! Free functions that need no client. Nothing is sent.

use wasm_bindgen::prelude::*;

use paystar_model::input::Input;
use paystar_model::issue::{Issue, IssueCode, Issues};
use paystar_model::money::{self, Decimal};
use paystar_model::order::OrderStatus;
use paystar_model::{additional_fields, card, currency, history, telecom_operator};
use paystar_protocol::explain;
use paystar_protocol::failure::Failure;

use super::callbacks::decide_next_status;
use paystar_boundary::input::Crossed;
use paystar_boundary::output::{done, failed, nothing};

#[wasm_bindgen(typescript_custom_section)]
const HELPERS: &str = include_str!("helpers.d.ts");

/// Calls the helper of a number. Its numbers are the places in `HELPERS` of helpers.js.
#[wasm_bindgen(skip_typescript)]
pub fn help(helper: u8, first: Vec<u8>, second: Vec<u8>) -> String {
    let (first, second) = (Crossed(first), Crossed(second));
    let (first, second) = (&first.read(), &second.read());
    let with_text = |name, work: fn(&str) -> String| match text(name, first) {
        Ok(text) => work(text),
        Err(failure) => failed(&failure),
    };
    match helper {
        0 => with_text("action", |action| done(&history::decode(action))),
        1 => done(&explain::explain(first)),
        2 => with_text("status", |status| done(&OrderStatus::from(status.to_owned()).is_final())),
        3 if first.is_absent() => done(&telecom_operator::list(None)),
        3 => with_text("country", |country| done(&telecom_operator::list(Some(country)))),
        4 => done(&currency::list().collect::<Vec<_>>()),
        5 => with_text("code", |code| currency::find(code).map_or_else(nothing, |found| done(&found))),
        6 => done(&additional_fields::keys().collect::<Vec<_>>()),
        7 => with_text("number", |number| card::brand(number).map_or_else(nothing, done)),
        8 => with_text("number", |number| done(&card::is_luhn_valid(number))),
        9 => with_text("number", |number| done(&card::has_length(number))),
        10 => with_text("number", |number| done(&card::mask_number(number))),
        11 => is_card_expired(first, second),
        12 => finish(money::parse_amount(first, second)),
        13 => compare_amounts(first, second),
        14 => finish(money::sum(first).map(|sum| sum.to_string())),
        15 => finish(money::format_amount(first, second)),
        _ => decide_next_status(first, second),
    }
}

/// `card` is its month and its year, `now` the year and the month. A year that is not a number is not a valid date.
fn is_card_expired(card: &Input, now: &Input) -> String {
    let (Input::List(card), Input::List(now)) = (card, now) else { return nothing() };
    let number = |input: Option<&Input>| match input {
        Some(Input::Number(digits)) => digits.parse::<i32>().ok(),
        _ => None,
    };
    let (now_year, now_month) = (number(now.first()), number(now.get(1)));
    let Some((now_year, now_month)) = now_year.zip(now_month.and_then(|month| u8::try_from(month).ok()))
    else {
        let mut issues = Issues::default();
        issues.error("at", IssueCode::InvalidType, "at must be a valid Date.");
        return failed(&wrong_argument(issues.into_vec()));
    };
    let part = |name, index| text(name, card.get(index).unwrap_or(&Input::Absent));
    match part("month", 0).and_then(|month| Ok((month, part("year", 1)?))) {
        Ok((month, year)) => {
            card::is_expired(month, year, now_year, now_month).map_or_else(nothing, |expired| done(&expired))
        }
        Err(failure) => failed(&failure),
    }
}

fn compare_amounts(a: &Input, b: &Input) -> String {
    let mut issues = Issues::default();
    let (a, b) = (Decimal::read("a", a, &mut issues), Decimal::read("b", b, &mut issues));
    match (a, b) {
        (Some(a), Some(b)) => done(&(a.compare(b) as i32)),
        _ => failed(&wrong_argument(issues.into_vec())),
    }
}

fn finish(result: Result<String, Vec<Issue>>) -> String {
    match result {
        Ok(text) => done(&text),
        Err(issues) => failed(&wrong_argument(issues)),
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
    Failure { message, ..Failure::validation(issues, None) }
}
