//! The options of a sandbox, checked.

use std::collections::HashMap;

use crate::model::currency;
use crate::model::input::Input;
use crate::model::issue::{Issue, IssueCode, Issues};
use crate::protocol::credentials::Credentials;

use super::scenario::Scenario;

const KEYS: &[&str] =
    &["payouts", "deposits", "processingAfterMs", "finalAfterMs", "clock", "scenarios", "currencies", "seed"];
const LONGEST_DELAY_MS: u32 = 31_536_000;

/// The options of a sandbox.
pub struct SandboxConfig {
    pub(super) payouts: Option<Credentials>,
    pub(super) processing_after_ms: u32,
    pub(super) final_after_ms: u32,
    pub(super) scenarios: HashMap<String, Scenario>,
    pub(super) seed: u32,
    currencies: Option<Vec<String>>,
    /// Whether time only moves by hand.
    pub has_manual_clock: bool,
}

impl SandboxConfig {
    /// Reads the options of a sandbox.
    pub fn read(input: &Input) -> Result<Self, Vec<Issue>> {
        let mut issues = Issues::default();
        if !matches!(input, Input::Record(_)) {
            issues.wrong_type("options", "an object such as { payouts: { publicKey, privateKey } }", input);
            return Err(issues.into_vec());
        }
        issues.unknown_keys("", input, KEYS);
        let payouts = Credentials::read("payouts", input.get("payouts"), &mut issues);
        Credentials::read("deposits", input.get("deposits"), &mut issues);
        if input.get("payouts").is_absent() && input.get("deposits").is_absent() {
            let message =
                "Give the keys that the sandbox shall take, as payouts or deposits: the ones of your client.";
            issues.error("payouts", IssueCode::Required, message);
        }
        let mut delay =
            |key, default| issues.optional_whole(key, input.get(key), 0, LONGEST_DELAY_MS).unwrap_or(default);
        let processing_after_ms = delay("processingAfterMs", 1000);
        let final_after_ms = delay("finalAfterMs", 3000);
        let has_manual_clock = match issues.optional_text("clock", input.get("clock")) {
            None | Some("system") => false,
            Some("manual") => true,
            Some(_) => {
                issues.error("clock", IssueCode::UnknownValue, "clock must be \"system\" or \"manual\".");
                false
            }
        };
        let scenarios = read_scenarios(input.get("scenarios"), &mut issues);
        let currencies = read_currencies(input.get("currencies"), &mut issues);
        let seed = issues.optional_whole("seed", input.get("seed"), 0, u32::MAX).unwrap_or(0);
        if issues.has_errors() {
            return Err(issues.into_vec());
        }
        Ok(Self {
            payouts,
            processing_after_ms,
            final_after_ms,
            scenarios,
            seed,
            currencies,
            has_manual_clock,
        })
    }

    /// PayStar's list of currencies is not public: ISO 4217 unless the options have another.
    pub(super) fn knows_currency(&self, code: &str) -> bool {
        match &self.currencies {
            Some(listed) => listed.iter().any(|listed| listed == code),
            None => currency::is_listed(code),
        }
    }
}

fn read_scenarios(input: &Input, issues: &mut Issues) -> HashMap<String, Scenario> {
    match input {
        Input::Absent => HashMap::new(),
        Input::Record(entries) => entries
            .iter()
            .filter_map(|(id, scenario)| {
                let scenario = Scenario::read_into(&format!("scenarios.{id}"), scenario, issues)?;
                Some((id.clone(), scenario))
            })
            .collect(),
        other => {
            issues.wrong_type("scenarios", "an object of scenarios by externalTransactionId", other);
            HashMap::new()
        }
    }
}

fn read_currencies(input: &Input, issues: &mut Issues) -> Option<Vec<String>> {
    match input {
        Input::Absent => None,
        Input::List(codes) => codes
            .iter()
            .enumerate()
            .map(|(index, code)| {
                issues.required_text(&format!("currencies[{index}]"), code).map(str::to_owned)
            })
            .collect(),
        other => {
            issues.wrong_type("currencies", "an array of codes", other);
            None
        }
    }
}
