//! Reads the option `faults` and the rules of a script.

use paystar_model::input::Input;
use paystar_model::issue::{Issue, IssueCode, Issues};

use super::fault::{Commit, Fault, FaultKind, RetryAfter};
use super::script::{FaultRule, Faults, MOST_RULES, Operation};
use super::seeded::SeededFaults;
use crate::option_values::{LONGEST_DELAY_MS, choice};

const EXAMPLE: &str = "an object such as { fault: \"lost\" }";
const KEYS: &[&str] = &[
    "fault",
    "commit",
    "commitAfterMs",
    "reservesId",
    "on",
    "externalTransactionId",
    "skip",
    "times",
    "httpStatus",
    "retryAfter",
    "retryAfterAs",
    "afterMs",
    "overMs",
    "answer",
    "jumpMs",
];
/// Keys that are allowed only with one value of another key.
const BOUND_KEYS: &[(&str, &str, &str)] = &[
    ("commitAfterMs", "commit", "later"),
    ("reservesId", "commit", "later"),
    ("httpStatus", "fault", "status"),
    ("retryAfter", "fault", "status"),
    ("retryAfterAs", "fault", "status"),
    ("afterMs", "fault", "late"),
    ("overMs", "fault", "slowBody"),
    ("answer", "fault", "sentTwice"),
    ("jumpMs", "fault", "clockJump"),
];
/// A day.
const LONGEST_RETRY_AFTER_S: u32 = 86_400;
/// A year.
const LONGEST_JUMP_MS: u64 = 31_536_000_000;

impl Faults {
    /// Reads a list of rules, or `{ seed, rate, kinds }`.
    pub(crate) fn read(input: &Input, issues: &mut Issues) -> Self {
        let mut faults = Self::default();
        match input {
            Input::Absent => {}
            Input::List(rules) if rules.len() > MOST_RULES => {
                issues.error(
                    "faults",
                    IssueCode::TooLong,
                    format!("faults has more than {MOST_RULES} rules."),
                );
            }
            Input::List(rules) => {
                let read = |(index, rule)| FaultRule::read_into(&format!("faults[{index}]"), rule, issues);
                faults.script = rules.iter().enumerate().filter_map(read).collect();
            }
            Input::Record(_) => faults.seeded = read_seeded(input, issues),
            other => issues.wrong_type("faults", "an array of rules, or { seed, rate }", other),
        }
        faults
    }
}

fn read_seeded(input: &Input, issues: &mut Issues) -> Option<SeededFaults> {
    issues.unknown_keys("faults.", input, &["seed", "rate", "kinds"]);
    for key in ["seed", "rate"] {
        if input.get(key).is_absent() {
            issues.wrong_type(&format!("faults.{key}"), "a number", input.get(key));
        }
    }
    let seed = issues.optional_whole("faults.seed", input.get("seed"), 0, u32::MAX);
    let rate = read_rate("faults.rate", input.get("rate"), issues);
    let kinds = read_kinds("faults.kinds", input.get("kinds"), issues);
    Some(SeededFaults::new(u64::from(seed?), rate?, &kinds?))
}

fn read_rate(path: &str, input: &Input, issues: &mut Issues) -> Option<f64> {
    match input {
        Input::Absent => None,
        Input::Number(text) => {
            let rate = text.parse().ok().filter(|rate| (0.0..=1.0).contains(rate));
            if rate.is_none() {
                issues.error(path, IssueCode::OutOfRange, format!("{path} must be a number from 0 to 1."));
            }
            rate
        }
        other => {
            issues.wrong_type(path, "a number", other);
            None
        }
    }
}

/// The default is every kind except `none`.
fn read_kinds(path: &str, input: &Input, issues: &mut Issues) -> Option<Vec<FaultKind>> {
    let all = FaultKind::NAMED.iter().filter(|(_, kind)| *kind != FaultKind::None);
    match input {
        Input::Absent => Some(all.map(|(_, kind)| *kind).collect()),
        Input::List(list) if list.is_empty() || list.len() > FaultKind::NAMED.len() => {
            let message = format!("{path} must have 1 to {} entries.", FaultKind::NAMED.len());
            issues.error(path, IssueCode::OutOfRange, message);
            None
        }
        Input::List(list) => {
            let names: Vec<&str> = all.map(|(name, _)| *name).collect();
            let read = |(index, name): (usize, &Input)| {
                let path = format!("{path}[{index}]");
                issues.required_text(&path, name)?;
                FaultKind::named(choice(&path, name, &names, issues)?)
            };
            list.iter().enumerate().map(read).collect()
        }
        other => {
            issues.wrong_type(path, "an array of kinds such as [\"lost\", \"stall\"]", other);
            None
        }
    }
}

impl FaultRule {
    /// Reads one rule of a script.
    pub fn read(path: &str, input: &Input) -> Result<Self, Vec<Issue>> {
        let mut issues = Issues::default();
        let rule = Self::read_into(path, input, &mut issues);
        rule.ok_or_else(|| issues.into_vec())
    }

    fn read_into(path: &str, input: &Input, issues: &mut Issues) -> Option<Self> {
        if !matches!(input, Input::Record(_)) {
            issues.wrong_type(path, EXAMPLE, input);
            return None;
        }
        issues.unknown_keys(&format!("{path}."), input, KEYS);
        for (key, owner, value) in BOUND_KEYS {
            if !input.get(key).is_absent() && *input.get(owner) != Input::Text(value) {
                let path = format!("{path}.{key}");
                let message = format!("{path} is allowed only with {owner}: \"{value}\".");
                issues.error(path, IssueCode::UnknownKey, message);
            }
        }
        let kind = read_kind(path, input, issues);
        let commit = read_commit(path, input, kind, issues);
        let member = |key: &str| (format!("{path}.{key}"), input.get(key));
        let (on, word) = member("on");
        let operation = match choice(&on, word, &["any", "create", "status", "balance"], issues) {
            Some("create") => Some(Operation::Create),
            Some("status") => Some(Operation::Status),
            Some("balance") => Some(Operation::Balance),
            _ => None,
        };
        let (id_path, id) = member("externalTransactionId");
        let external_transaction_id = issues.optional_text(&id_path, id).map(Into::into);
        let mut count = |key: &str, least| {
            let (path, number) = member(key);
            issues.optional_whole(&path, number, least, u32::MAX)
        };
        let (skip, times) = (count("skip", 0).unwrap_or(0), count("times", 1).unwrap_or(1));
        let fault = Fault { kind: kind?, commit };
        (!issues.has_errors()).then_some(Self { fault, operation, external_transaction_id, skip, times })
    }
}

fn read_kind(path: &str, input: &Input, issues: &mut Issues) -> Option<FaultKind> {
    let names = FaultKind::NAMED.map(|(name, _)| name);
    let name_path = format!("{path}.fault");
    issues.required_text(&name_path, input.get("fault"))?;
    let kind = FaultKind::named(choice(&name_path, input.get("fault"), &names, issues)?)?;
    let mut whole = |key: &str, least, most, default| {
        issues.optional_whole(&format!("{path}.{key}"), input.get(key), least, most).unwrap_or(default)
    };
    Some(match kind {
        FaultKind::Late { after_ms } => {
            FaultKind::Late { after_ms: whole("afterMs", 0, LONGEST_DELAY_MS, after_ms) }
        }
        FaultKind::SlowBody { over_ms } => {
            FaultKind::SlowBody { over_ms: whole("overMs", 0, LONGEST_DELAY_MS, over_ms) }
        }
        FaultKind::Status { http_status, .. } => FaultKind::Status {
            http_status: u16::try_from(whole("httpStatus", 400, 599, u32::from(http_status)))
                .unwrap_or(http_status),
            retry_after: read_retry_after(path, input, issues),
        },
        FaultKind::SentTwice { .. } => {
            let path = format!("{path}.answer");
            let word = choice(&path, input.get("answer"), &["first", "second"], issues);
            FaultKind::SentTwice { hears_first: word == Some("first") }
        }
        FaultKind::ClockJump { ms } => FaultKind::ClockJump {
            ms: read_jump(&format!("{path}.jumpMs"), input.get("jumpMs"), issues).unwrap_or(ms),
        },
        other => other,
    })
}

fn read_retry_after(path: &str, input: &Input, issues: &mut Issues) -> Option<RetryAfter> {
    let (form_path, seconds_path) = (format!("{path}.retryAfterAs"), format!("{path}.retryAfter"));
    let form = choice(&form_path, input.get("retryAfterAs"), &["seconds", "date"], issues);
    let seconds = input.get("retryAfter");
    if form.is_some() && seconds.is_absent() {
        issues.wrong_type(&seconds_path, "a number of seconds", seconds);
    }
    let seconds = issues.optional_whole(&seconds_path, seconds, 0, LONGEST_RETRY_AFTER_S)?;
    Some(if form == Some("date") { RetryAfter::Date(seconds) } else { RetryAfter::Seconds(seconds) })
}

fn read_jump(path: &str, input: &Input, issues: &mut Issues) -> Option<i64> {
    let Input::Number(text) = input else {
        if !input.is_absent() {
            issues.wrong_type(path, "a number", input);
        }
        return None;
    };
    let ms = text.parse().ok().filter(|ms: &i64| ms.unsigned_abs() <= LONGEST_JUMP_MS);
    if ms.is_none() {
        let message = format!("{path} must be a whole number from -{LONGEST_JUMP_MS} to {LONGEST_JUMP_MS}.");
        issues.error(path, IssueCode::OutOfRange, message);
    }
    ms
}

fn read_commit(path: &str, input: &Input, kind: Option<FaultKind>, issues: &mut Issues) -> Commit {
    let commit_path = format!("{path}.commit");
    let word = choice(&commit_path, input.get("commit"), &["done", "undone", "later"], issues);
    let mut delay =
        |key: &str| issues.optional_whole(&format!("{path}.{key}"), input.get(key), 0, LONGEST_DELAY_MS);
    let after_ms = delay("commitAfterMs").unwrap_or(1000);
    let is_reserved =
        issues.optional_bool(&format!("{path}.reservesId"), input.get("reservesId")).unwrap_or_default();
    let is_refusal = kind.is_some_and(FaultKind::is_refusal);
    if is_refusal && matches!(word, Some("done" | "later")) {
        let message = format!(
            "{commit_path} must be \"undone\": PayStar documents that a response with this status creates no order."
        );
        issues.error(&commit_path, IssueCode::UnknownValue, message);
    }
    match word {
        Some("later") => Commit::Later { after_ms, is_reserved },
        Some("undone") => Commit::Undone,
        _ if is_refusal => Commit::Undone,
        _ => Commit::Done,
    }
}
