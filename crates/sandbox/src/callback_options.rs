//! The options `callbackUrl` and `callbacks`: where the sandbox sends callbacks, and their form.

use paystar_model::format::is_http_url;
use paystar_model::input::Input;
use paystar_model::issue::{IssueCode, Issues};
use paystar_protocol::pipeline::{PerPipeline, Pipeline};

use super::option_values::{LONGEST_DELAY_MS, choice};

const MOST_RETRIES: usize = 20;
/// PayStar does not document whether it repeats callbacks, so these waits are the sandbox's own.
const RETRY_AFTER_MS: [u32; 3] = [1000, 5000, 30_000];

/// PayStar documents two bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    Newer,
    Sister,
}

/// The form of callbacks.
#[allow(clippy::struct_excessive_bools, reason = "each is a separate option")]
#[derive(Debug, Clone)]
pub(crate) struct CallbackOptions {
    pub(crate) is_on: bool,
    pub(crate) edition: Edition,
    pub(crate) has_number_amount: bool,
    pub(crate) is_sent_twice: bool,
    pub(crate) is_shuffled: bool,
    pub(crate) has_upper_case_signature: bool,
    pub(crate) retry_after_ms: Vec<u32>,
}

impl CallbackOptions {
    pub(crate) fn read(input: &Input, issues: &mut Issues) -> Self {
        const KEYS: &[&str] =
            &["amountAs", "edition", "duplicates", "shuffled", "signatureCase", "retryAfterMs"];
        let is_on = match input {
            Input::Absent | Input::Record(_) | Input::Bool(true) => true,
            Input::Bool(false) => false,
            other => {
                issues.wrong_type("callbacks", "false, or an object such as { duplicates: true }", other);
                false
            }
        };
        issues.unknown_keys("callbacks.", input, KEYS);
        let edition = choice("callbacks.edition", input.get("edition"), &["newer", "sister"], issues);
        let edition = if edition == Some("sister") { Edition::Sister } else { Edition::Newer };
        let amount_as = choice("callbacks.amountAs", input.get("amountAs"), &["string", "number"], issues);
        let case = choice("callbacks.signatureCase", input.get("signatureCase"), &["lower", "upper"], issues);
        let mut flag =
            |key: &str| issues.optional_bool(&format!("callbacks.{key}"), input.get(key)).unwrap_or_default();
        Self {
            is_on,
            is_sent_twice: flag("duplicates"),
            is_shuffled: flag("shuffled"),
            edition,
            has_number_amount: amount_as.map_or(edition == Edition::Sister, |form| form == "number"),
            has_upper_case_signature: case == Some("upper"),
            retry_after_ms: read_retries(input.get("retryAfterMs"), issues),
        }
    }
}

fn read_retries(input: &Input, issues: &mut Issues) -> Vec<u32> {
    const PATH: &str = "callbacks.retryAfterMs";
    match input {
        Input::Absent => RETRY_AFTER_MS.to_vec(),
        Input::List(list) if list.len() > MOST_RETRIES => {
            issues.error(PATH, IssueCode::TooLong, format!("{PATH} has more than {MOST_RETRIES} entries."));
            Vec::new()
        }
        Input::List(list) => list
            .iter()
            .enumerate()
            .filter_map(|(index, ms)| {
                let path = format!("{PATH}[{index}]");
                if ms.is_absent() {
                    issues.wrong_type(&path, "a number", ms);
                }
                issues.optional_whole(&path, ms, 0, LONGEST_DELAY_MS)
            })
            .collect(),
        other => {
            issues.wrong_type(PATH, "an array of milliseconds", other);
            Vec::new()
        }
    }
}

/// Reads the URL for the orders of each pipeline that have no `callbackUrl`. The option is one URL, or an object.
pub(crate) fn read_callback_urls(input: &Input, issues: &mut Issues) -> PerPipeline<Option<String>> {
    const PATH: &str = "callbackUrl";
    match input {
        Input::Record(_) => {
            issues.unknown_keys(&format!("{PATH}."), input, &Pipeline::ALL.map(Pipeline::as_str));
            PerPipeline::from_fn(|pipeline| {
                let name = pipeline.as_str();
                read_url(&format!("{PATH}.{name}"), input.get(name), issues)
            })
        }
        input => {
            let url = read_url(PATH, input, issues);
            PerPipeline { payouts: url.clone(), deposits: url }
        }
    }
}

fn read_url(path: &str, input: &Input, issues: &mut Issues) -> Option<String> {
    let url = issues.optional_text(path, input)?;
    if !is_http_url(url) {
        issues.error(path, IssueCode::InvalidFormat, format!("{path} must be an http or https URL."));
        return None;
    }
    Some(url.to_owned())
}
