//! The options of calls, checked.

use paystar_model::input::{Input, Kind};
use paystar_model::issue::{Issue, IssueCode, Issues};

use super::credentials::read_key_list;

/// The default time limit of one attempt.
pub(super) const DEFAULT_TIMEOUT_MS: u32 = 30_000;
const LONGEST_TIMEOUT_MS: u32 = 3_600_000;
/// PayStar recommends a read every two minutes.
const DEFAULT_INTERVAL_MS: u32 = 120_000;
const DEFAULT_DEADLINE_MS: u32 = 86_400_000;
const LONGEST_DEADLINE_MS: u32 = 2_147_483_647;
/// Much longer than any callback.
const DEFAULT_BODY_BYTES: u32 = 64 * 1024;
const MOST_BODY_BYTES: u32 = 16 * 1024 * 1024;
pub(super) const DEFAULT_RETRIES: u32 = 2;
const MOST_RETRIES: u32 = 10;
/// The default time limit of a whole call, in time limits of one attempt.
pub(super) const DEADLINE_ATTEMPTS: u32 = 4;

/// The options of every call.
pub const CALL_KEYS: &[&str] = &["signal", "timeoutMs", "deadlineMs", "maxRetries", "strict"];

/// How often a call may retry, and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often it may retry after the first attempt.
    pub max_retries: u32,
    /// How long the whole call may take, including waits.
    pub deadline_ms: u32,
}

/// What to do if PayStar has an order with the id already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDuplicate {
    /// Throw an error that has this order.
    Throw,
    /// Return this order.
    Return,
}

/// The options of one call. An option that is missing comes from the client.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CallConfig {
    /// How long one attempt may take, including the body of the response.
    pub timeout_ms: Option<u32>,
    /// How long the whole call may take.
    pub deadline_ms: Option<u32>,
    /// How often the call may retry.
    pub max_retries: Option<u32>,
    /// Whether a wrong check digit of a card number stops a request.
    pub strict: Option<bool>,
}

impl CallConfig {
    /// Reads the options of a call.
    pub fn read(input: &Input) -> Result<Self, Vec<Issue>> {
        let (call, issues) = Self::read_with(input, CALL_KEYS);
        if issues.has_errors() { Err(issues.into_vec()) } else { Ok(call) }
    }

    /// Reads these options from an object that may have other keys, too.
    pub fn read_with(input: &Input, known: &[&str]) -> (Self, Issues) {
        let mut issues = Issues::default();
        if !matches!(input, Input::Absent | Input::Record(_)) {
            issues.wrong_type("options", "an object such as { signal, timeoutMs }", input);
        }
        issues.unknown_options("", input, known);
        let timeout_ms = read_timeout(input, &mut issues);
        let deadline_ms = read_deadline(input, &mut issues);
        let max_retries = read_retries(input, &mut issues);
        let strict = issues.optional_bool("strict", input.get("strict"));
        if !matches!(input.get("signal"), Input::Absent | Input::Other(Kind::AbortSignal)) {
            issues.wrong_type("signal", "an AbortSignal", input.get("signal"));
        }
        (Self { timeout_ms, deadline_ms, max_retries, strict }, issues)
    }
}

/// The options of a creation.
#[derive(Debug, PartialEq, Eq)]
pub struct CreateConfig {
    /// What to do if PayStar has an order with the id already.
    pub on_duplicate: OnDuplicate,
    /// The options of every call.
    pub call: CallConfig,
}

impl CreateConfig {
    /// Reads the options of a creation.
    pub fn read(input: &Input) -> Result<Self, Vec<Issue>> {
        let (call, mut issues) = CallConfig::read_with(input, &[CALL_KEYS, &["onDuplicate"]].concat());
        let on_duplicate = match issues.optional_text("onDuplicate", input.get("onDuplicate")) {
            None | Some("throw") => OnDuplicate::Throw,
            Some("return") => OnDuplicate::Return,
            Some(_) => {
                let message = "onDuplicate must be \"throw\" or \"return\".";
                issues.error("onDuplicate", IssueCode::UnknownValue, message);
                OnDuplicate::Throw
            }
        };
        if issues.has_errors() { Err(issues.into_vec()) } else { Ok(Self { on_duplicate, call }) }
    }
}

/// The options of a verification.
#[derive(Debug, PartialEq, Eq)]
pub struct VerifyConfig {
    /// Keys to use in place of the client's keys.
    pub private_keys: Vec<String>,
    /// The longest body that is read, in bytes.
    pub max_body_bytes: u32,
}

impl VerifyConfig {
    /// Reads the options of a verification.
    pub fn read(input: &Input) -> Result<Self, Vec<Issue>> {
        let mut issues = Issues::default();
        if !matches!(input, Input::Absent | Input::Record(_)) {
            issues.wrong_type("options", "an object such as { maxBodyBytes }", input);
        }
        issues.unknown_options("", input, &["privateKeys", "maxBodyBytes"]);
        let private_keys = read_key_list("privateKeys", input.get("privateKeys"), &mut issues);
        let max_body_bytes = issues
            .optional_whole("maxBodyBytes", input.get("maxBodyBytes"), 1, MOST_BODY_BYTES)
            .unwrap_or(DEFAULT_BODY_BYTES);
        if issues.has_errors() { Err(issues.into_vec()) } else { Ok(Self { private_keys, max_body_bytes }) }
    }
}

/// The options of a wait for the final status.
#[derive(Debug, PartialEq, Eq)]
pub struct WaitConfig {
    /// The first pause between two reads.
    pub interval_ms: u32,
    /// How long the whole wait may take.
    pub deadline_ms: u32,
    /// The options of every call.
    pub call: CallConfig,
}

impl WaitConfig {
    /// Reads the options of a wait.
    pub fn read(input: &Input) -> Result<Self, Vec<Issue>> {
        const KEYS: &[&str] = &["signal", "timeoutMs", "strict", "intervalMs", "deadlineMs", "onStatus"];
        let (call, mut issues) = CallConfig::read_with(input, KEYS);
        let interval_ms = issues
            .optional_whole("intervalMs", input.get("intervalMs"), 1, LONGEST_TIMEOUT_MS)
            .unwrap_or(DEFAULT_INTERVAL_MS);
        let deadline_ms = call.deadline_ms.unwrap_or(DEFAULT_DEADLINE_MS);
        if !matches!(input.get("onStatus"), Input::Absent | Input::Other(Kind::Function)) {
            issues.wrong_type("onStatus", "a function", input.get("onStatus"));
        }
        if issues.has_errors() { Err(issues.into_vec()) } else { Ok(Self { interval_ms, deadline_ms, call }) }
    }
}

pub(super) fn read_timeout(input: &Input, issues: &mut Issues) -> Option<u32> {
    issues.optional_whole("timeoutMs", input.get("timeoutMs"), 1, LONGEST_TIMEOUT_MS)
}

pub(super) fn read_deadline(input: &Input, issues: &mut Issues) -> Option<u32> {
    issues.optional_whole("deadlineMs", input.get("deadlineMs"), 1, LONGEST_DEADLINE_MS)
}

pub(super) fn read_retries(input: &Input, issues: &mut Issues) -> Option<u32> {
    issues.optional_whole("maxRetries", input.get("maxRetries"), 0, MOST_RETRIES)
}
