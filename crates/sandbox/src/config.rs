//! The options of a sandbox, checked.

use std::collections::HashMap;

use paystar_model::currency;
use paystar_model::decimal::Decimal;
use paystar_model::id::ExternalTransactionId;
use paystar_model::input::Input;
use paystar_model::issue::{Issue, IssueCode, Issues};
use paystar_protocol::credentials::Credentials;
use paystar_protocol::pipeline::{PerPipeline, Pipeline};

use super::callback_options::{CallbackOptions, read_callback_urls};
use super::faults::Faults;
use super::history_codes::HistoryCodes;
use super::limits::Limits;
use super::option_values::{LONGEST_DELAY_MS, choice, read_sum};
use super::scenario::{Delays, Scenario};

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
    credentials: PerPipeline<Option<Credentials>>,
    /// For scenarios without their own delays.
    pub(crate) delays: Delays,
    pub(crate) scenarios: HashMap<ExternalTransactionId, Scenario>,
    pub(crate) seed: u32,
    pub(crate) history_codes: HistoryCodes,
    pub(crate) balances: HashMap<String, Decimal>,
    pub(crate) overdraft: Decimal,
    pub(crate) limits: PerPipeline<Limits>,
    pub(crate) callback_urls: PerPipeline<Option<String>>,
    pub(crate) callbacks: CallbackOptions,
    pub(crate) faults: Faults,
    is_active: PerPipeline<bool>,
    allowed_addresses: Option<Vec<String>>,
    currencies: Option<Vec<String>>,
    /// Whether the owner of the sandbox moves its clock.
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
        let credentials = PerPipeline::from_fn(|pipeline| {
            Credentials::read(pipeline.as_str(), input.get(pipeline.as_str()), &mut issues)
        });
        if Pipeline::ALL.iter().all(|pipeline| input.get(pipeline.as_str()).is_absent()) {
            let message = "Give the keys that the sandbox accepts, as payouts or deposits. Use the keys of your client.";
            issues.error("payouts", IssueCode::Required, message);
        }
        let mut delay =
            |key, default| issues.optional_whole(key, input.get(key), 0, LONGEST_DELAY_MS).unwrap_or(default);
        let delays = Delays {
            processing_after_ms: delay("processingAfterMs", 1000),
            final_after_ms: delay("finalAfterMs", 3000),
        };
        let clock = choice("clock", input.get("clock"), &["system", "manual"], &mut issues);
        let codes = choice("historyCodes", input.get("historyCodes"), &["v2", "legacy"], &mut issues);
        let config = Self {
            credentials,
            delays,
            is_active: read_active(input.get("inactive"), &mut issues),
            scenarios: read_scenarios(input.get("scenarios"), &mut issues),
            seed: issues.optional_whole("seed", input.get("seed"), 0, u32::MAX).unwrap_or(0),
            history_codes: if codes == Some("legacy") { HistoryCodes::Legacy } else { HistoryCodes::V2 },
            balances: read_balances(input.get("balances"), &mut issues),
            overdraft: read_sum("overdraft", input.get("overdraft"), &mut issues).unwrap_or_default(),
            limits: Limits::read(input.get("limits"), &mut issues),
            callback_urls: read_callback_urls(input.get("callbackUrl"), &mut issues),
            callbacks: CallbackOptions::read(input.get("callbacks"), &mut issues),
            faults: Faults::read(input.get("faults"), &mut issues),
            allowed_addresses: read_texts("allowedAddresses", input.get("allowedAddresses"), &mut issues),
            currencies: read_texts("currencies", input.get("currencies"), &mut issues),
            has_manual_clock: clock == Some("manual"),
        };
        if issues.has_errors() { Err(issues.into_vec()) } else { Ok(config) }
    }

    /// The keys of a pipeline.
    pub(crate) fn credentials(&self, pipeline: Pipeline) -> Option<&Credentials> {
        self.credentials.of(pipeline).as_ref()
    }

    pub(crate) fn is_active(&self, pipeline: Pipeline) -> bool {
        *self.is_active.of(pipeline)
    }

    /// Whether requests may come from an address. A request in the same process has no address.
    pub(crate) fn allows_address(&self, address: Option<&str>) -> bool {
        match (&self.allowed_addresses, address) {
            (Some(allowed), Some(address)) => {
                // A socket for IPv4 and IPv6 gives IPv4 addresses this prefix.
                let address = address.strip_prefix("::ffff:").unwrap_or(address);
                allowed.iter().any(|allowed| allowed == address)
            }
            _ => true,
        }
    }

    /// PayStar's list of currencies is not public. The default is ISO 4217.
    pub(crate) fn knows_currency(&self, code: &str) -> bool {
        match &self.currencies {
            Some(listed) => listed.iter().any(|listed| listed == code),
            None => currency::is_listed(code),
        }
    }
}

fn read_active(inactive: &Input, issues: &mut Issues) -> PerPipeline<bool> {
    let inactive = read_texts("inactive", inactive, issues).unwrap_or_default();
    let names = Pipeline::ALL.map(Pipeline::as_str);
    for (index, name) in inactive.iter().enumerate() {
        choice(&format!("inactive[{index}]"), &Input::Text(name), &names, issues);
    }
    PerPipeline::from_fn(|pipeline| !inactive.iter().any(|name| name == pipeline.as_str()))
}

fn read_balances(input: &Input, issues: &mut Issues) -> HashMap<String, Decimal> {
    match input {
        Input::Absent => HashMap::new(),
        Input::Record(entries) => entries
            .iter()
            .filter_map(|(currency, sum)| {
                let path = format!("balances.{currency}");
                issues.required_text(&path, sum)?;
                Some(((*currency).to_owned(), read_sum(&path, sum, issues)?))
            })
            .collect(),
        other => {
            issues.wrong_type("balances", "an object of amounts by currency", other);
            HashMap::new()
        }
    }
}

fn read_scenarios(input: &Input, issues: &mut Issues) -> HashMap<ExternalTransactionId, Scenario> {
    match input {
        Input::Absent => HashMap::new(),
        Input::Record(entries) => entries
            .iter()
            .filter_map(|(id, scenario)| {
                let scenario = Scenario::read_into(&format!("scenarios.{id}"), scenario, issues)?;
                Some(((*id).into(), scenario))
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
