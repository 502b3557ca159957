//! Finds all problems of a request. Nothing is sent.

use core::cell::RefCell;

use wasm_bindgen::prelude::*;

use paystar_model::issue::{Found, Issues};
use paystar_model::request::OrderRequest;
use paystar_protocol::call_config::CallConfig;
use paystar_protocol::failure::Failure;

use super::clients::{config_of, kind_of, with_config};
use super::exchange::with_exchange;
use paystar_boundary::input::FlatValue;
use paystar_boundary::issue_numbers::IssueNumbers;
use paystar_boundary::output::{result_text, value_text};
use paystar_boundary::plain_input::PlainInput;

/// Finds all problems of a request.
#[wasm_bindgen(skip_typescript)]
pub fn validate(client: usize, kind: u8, request: Vec<u8>, options: Vec<u8>) -> String {
    result_text(config_of(client).and_then(|config| {
        let call = CallConfig::read(&FlatValue(options).read()).map_err(Failure::options)?;
        let strict = call.strict.unwrap_or(config.strict);
        Ok(OrderRequest::check(&FlatValue(request).read(), kind_of(kind), strict).1)
    }))
}

thread_local! {
    static KEYS: Vec<&'static str> = OrderRequest::known_keys().collect();
    static NUMBERS: RefCell<IssueNumbers> = const { RefCell::new(IssueNumbers::new()) };
}

/// The keys that a plain request contains as numbers.
#[wasm_bindgen(js_name = plainKeys, skip_typescript)]
pub fn plain_keys() -> String {
    KEYS.with(|keys| keys.join(" "))
}

/// Finds the problems of a request in its usual form, with the rules of [`validate`]. The result is the number of issues
/// plus 1, and the words are the numbers of the issues. It is 0 if the request has another form, or if the text of an issue
/// depends on the request: call [`validate`] then.
#[wasm_bindgen(js_name = validatePlain, skip_typescript)]
pub fn validate_plain(client: usize, kind: u8, word_count: usize, length: usize) -> u32 {
    with_exchange(|exchange| {
        let mut find = || {
            let (text, words) = exchange.parts(length)?;
            let strict = with_config(client, |config| config.strict)?;
            let issues = KEYS.with(|keys| {
                let request = PlainInput::new(keys, words.get(..word_count)?, text).read()?;
                Some(OrderRequest::find_issues(&request, kind_of(kind), strict).1)
            })?;
            write_numbers(&issues, words)
        };
        find().unwrap_or_default()
    })
}

fn write_numbers(issues: &Issues, words: &mut [u32]) -> Option<u32> {
    let found = issues.found();
    NUMBERS.with_borrow_mut(|numbers| {
        let mut words = words.iter_mut();
        for found in found {
            let Found::Fixed(issue) = found else { return None };
            *words.next()? = numbers.number_of(issue)?;
        }
        u32::try_from(found.len()).ok()?.checked_add(1)
    })
}

/// The issue with a number.
#[wasm_bindgen(js_name = numberedIssue, skip_typescript)]
pub fn numbered_issue(number: usize) -> String {
    NUMBERS.with_borrow(|numbers| value_text(&numbers.issue(number)))
}
