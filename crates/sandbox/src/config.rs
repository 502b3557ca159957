//! The options of a sandbox, checked.

use std::collections::HashMap;

use paystar_model::currency;
use paystar_model::input::Input;
use paystar_model::issue::{Issue, IssueCode, Issues};
use paystar_protocol::credentials::Credentials;
use paystar_protocol::pipeline::Pipeline;

use super::callback_options::{CallbackOptions, CallbackUrls};
use super::faults::Faults;
use super::history::HistoryCodes;
use super::limits::Limits;
use super::money::Money;
use super::scenario::Scenario;
use super::values::{LONGEST_DELAY_MS, choice, read_money};

const KEYS: &[&str] = &[
    "payouts",
    "deposits",
    "processingAfterMs",
    "finalAfterMs",
    "clock",
    "scenarios",
    "currencies",
    "seed",
    "historyCodes",
    "balances",
    "overdraft",
    "limits",
    "inactive",
    "allowedAddresses",
    "callbackUrl",
    "callbacks",
    "faults",
];

/// The options of a sandbox.
pub struct SandboxConfig {
    payouts: Option<Credentials>,
    deposits: Option<Credentials>,
    pub(super) processing_after_ms: u32,
    pub(super) final_after_ms: u32,
    pub(super) scenarios: HashMap<String, Scenario>,
    pub(super) seed: u32,
    pub(super) history_codes: HistoryCodes,
    pub(super) balances: HashMap<String, Money>,
    pub(super) overdraft: Money,
    pub(super) limits: Limits,
    pub(super) callback_urls: CallbackUrls,
    pub(super) callbacks: CallbackOptions,
    pub(super) faults: Faults,
    inactive: Vec<String>,
    allowed_addresses: Option<Vec<String>>,
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
        let deposits = Credentials::read("deposits", input.get("deposits"), &mut issues);
        if input.get("payouts").is_absent() && input.get("deposits").is_absent() {
            let message =
                "Give the keys that the sandbox shall take, as payouts or deposits: the ones of your client.";
            issues.error("payouts", IssueCode::Required, message);
        }
        let mut delay =
            |key, default| issues.optional_whole(key, input.get(key), 0, LONGEST_DELAY_MS).unwrap_or(default);
        let processing_after_ms = delay("processingAfterMs", 1000);
        let final_after_ms = delay("finalAfterMs", 3000);
        let clock = choice("clock", input.get("clock"), &["system", "manual"], &mut issues);
        let codes = choice("historyCodes", input.get("historyCodes"), &["v2", "legacy"], &mut issues);
        let inactive = read_texts("inactive", input.get("inactive"), &mut issues).unwrap_or_default();
        for (index, name) in inactive.iter().enumerate() {
            let pipeline = Input::Text(name);
            choice(&format!("inactive[{index}]"), &pipeline, &["payouts", "deposits"], &mut issues);
        }
        let config = Self {
            payouts,
            deposits,
            processing_after_ms,
            final_after_ms,
            scenarios: read_scenarios(input.get("scenarios"), &mut issues),
            seed: issues.optional_whole("seed", input.get("seed"), 0, u32::MAX).unwrap_or(0),
            history_codes: if codes == Some("legacy") { HistoryCodes::Legacy } else { HistoryCodes::V2 },
            balances: read_balances(input.get("balances"), &mut issues),
            overdraft: read_money("overdraft", input.get("overdraft"), &mut issues).unwrap_or_default(),
            limits: Limits::read(input.get("limits"), &mut issues),
            callback_urls: CallbackUrls::read(input.get("callbackUrl"), &mut issues),
            callbacks: CallbackOptions::read(input.get("callbacks"), &mut issues),
            faults: Faults::read(input.get("faults"), &mut issues),
            inactive,
            allowed_addresses: read_texts("allowedAddresses", input.get("allowedAddresses"), &mut issues),
            currencies: read_texts("currencies", input.get("currencies"), &mut issues),
            has_manual_clock: clock == Some("manual"),
        };
        if issues.has_errors() { Err(issues.into_vec()) } else { Ok(config) }
    }

    /// The keys of a pipeline.
    pub(super) fn keys(&self, pipeline: Pipeline) -> Option<&Credentials> {
        match pipeline {
            Pipeline::Payouts => self.payouts.as_ref(),
            Pipeline::Deposits => self.deposits.as_ref(),
        }
    }

    pub(super) fn is_active(&self, pipeline: Pipeline) -> bool {
        !self.inactive.iter().any(|name| name == pipeline.as_str())
    }

    /// Whether requests may come from an address. In one process there is none.
    pub(super) fn allows_address(&self, address: Option<&str>) -> bool {
        match (&self.allowed_addresses, address) {
            (Some(allowed), Some(address)) => {
                // How an IPv4 address looks on a socket that takes IPv6 too.
                let address = address.strip_prefix("::ffff:").unwrap_or(address);
                allowed.iter().any(|allowed| allowed == address)
            }
            _ => true,
        }
    }

    /// PayStar's list of currencies is not public: ISO 4217 unless the options have another.
    pub(super) fn knows_currency(&self, code: &str) -> bool {
        match &self.currencies {
            Some(listed) => listed.iter().any(|listed| listed == code),
            None => currency::is_listed(code),
        }
    }
}

fn read_balances(input: &Input, issues: &mut Issues) -> HashMap<String, Money> {
    match input {
        Input::Absent => HashMap::new(),
        Input::Record(entries) => entries
            .iter()
            .filter_map(|(currency, sum)| {
                let path = format!("balances.{currency}");
                issues.required_text(&path, sum)?;
                Some(((*currency).to_owned(), read_money(&path, sum, issues)?))
            })
            .collect(),
        other => {
            issues.wrong_type("balances", "an object of amounts by currency", other);
            HashMap::new()
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
                Some(((*id).to_owned(), scenario))
            })
            .collect(),
        other => {
            issues.wrong_type("scenarios", "an object of scenarios by externalTransactionId", other);
            HashMap::new()
        }
    }
}

fn read_texts(path: &str, input: &Input, issues: &mut Issues) -> Option<Vec<String>> {
    match input {
        Input::Absent => None,
        Input::List(texts) => texts
            .iter()
            .enumerate()
            .map(|(index, text)| issues.required_text(&format!("{path}[{index}]"), text).map(str::to_owned))
            .collect(),
        other => {
            issues.wrong_type(path, "an array of strings", other);
            None
        }
    }
}
