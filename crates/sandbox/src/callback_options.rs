//! The options `callbackUrl` and `callbacks`: where callbacks go, and in which form.

use paystar_model::format::is_http_url;
use paystar_model::input::Input;
use paystar_model::issue::{IssueCode, Issues};
use paystar_protocol::pipeline::Pipeline;

use super::values::{LONGEST_DELAY_MS, choice};

const MOST_RETRIES: usize = 20;
/// Whether, when and how often PayStar sends a callback again is not documented: the sandbox's own.
const RETRY_AFTER_MS: [u32; 3] = [1000, 5000, 30_000];

/// Which of PayStar's two documented bodies is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edition {
    Newer,
    Sister,
}

/// The form of callbacks.
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[derive(Debug, Clone)]
pub(super) struct CallbackOptions {
    pub(super) is_on: bool,
    pub(super) edition: Edition,
    pub(super) has_number_amount: bool,
    pub(super) is_sent_twice: bool,
    pub(super) is_shuffled: bool,
    pub(super) has_upper_case_signature: bool,
    pub(super) retry_after_ms: Vec<u32>,
}

impl CallbackOptions {
    pub(super) fn read(input: &Input, issues: &mut Issues) -> Self {
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

/// The URLs that are fixed for a pipeline: one for both, or one each.
#[derive(Debug, Default)]
pub(super) struct CallbackUrls {
    payouts: Option<String>,
    deposits: Option<String>,
}

impl CallbackUrls {
    pub(super) fn read(input: &Input, issues: &mut Issues) -> Self {
        const PATH: &str = "callbackUrl";
        match input {
            Input::Record(_) => {
                issues.unknown_keys(&format!("{PATH}."), input, &["payouts", "deposits"]);
                let mut url = |key: &str| read_url(&format!("{PATH}.{key}"), input.get(key), issues);
                Self { payouts: url("payouts"), deposits: url("deposits") }
            }
            input => {
                let url = read_url(PATH, input, issues);
                Self { payouts: url.clone(), deposits: url }
            }
        }
    }

    pub(super) fn of(&self, pipeline: Pipeline) -> Option<&str> {
        match pipeline {
            Pipeline::Payouts => self.payouts.as_deref(),
            Pipeline::Deposits => self.deposits.as_deref(),
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
