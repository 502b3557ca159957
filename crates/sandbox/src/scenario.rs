//! What happens to an order. A scenario is chosen by the id, by the amount or by a test card.

use paystar_model::amount::Amount;
use paystar_model::input::Input;
use paystar_model::issue::{Issue, IssueCode, Issues};
use paystar_tables::{Index, slot_count};

use super::option_values::LONGEST_DELAY_MS;

/// Amounts that choose a scenario, in every currency.
const TRIGGERS: &str = include_str!("triggers.tsv");
static TRIGGER_ROWS: Index<{ slot_count(TRIGGERS) }> = Index::of(TRIGGERS);
/// Card numbers that make a deposit fail.
const TEST_CARDS: &str = include_str!("test_cards.tsv");
static TEST_CARD_ROWS: Index<{ slot_count(TEST_CARDS) }> = Index::of(TEST_CARDS);

/// What the sandbox does with the creation of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scenario {
    /// It creates the order.
    Create(OrderScenario),
    /// It refuses with `LIMITS_ERROR`.
    RefuseLimit,
    /// It refuses with 423.
    RefuseTemporarily,
}

/// What happens to an order after its creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderScenario {
    pub(crate) outcome: Outcome,
    pub(crate) processing_after_ms: Option<u32>,
    pub(crate) final_after_ms: Option<u32>,
}

impl OrderScenario {
    /// The delays of this scenario. `default` has those of the sandbox.
    pub(crate) fn delays(&self, default: Delays) -> Delays {
        Delays {
            processing_after_ms: self.processing_after_ms.unwrap_or(default.processing_after_ms),
            final_after_ms: self.final_after_ms.unwrap_or(default.final_after_ms),
        }
    }
}

/// When an order changes its status, in milliseconds after its start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delays {
    pub(crate) processing_after_ms: u32,
    pub(crate) final_after_ms: u32,
}

/// How an order ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    /// The text is the history code of the failure.
    Failed(String),
    StayCreated,
    StayProcessing,
}

impl Default for Scenario {
    fn default() -> Self {
        Self::with_outcome(Outcome::Success)
    }
}

impl Scenario {
    pub(crate) fn with_outcome(outcome: Outcome) -> Self {
        Self::Create(OrderScenario { outcome, processing_after_ms: None, final_after_ms: None })
    }

    /// The scenario of an amount. `4063` and `4063.00` are the same amount.
    pub(crate) fn of_amount(amount: &Amount) -> Option<Self> {
        let digits = match amount.as_str().split_once('.') {
            Some((whole, decimals)) if decimals.bytes().all(|digit| digit == b'0') => whole,
            Some(_) => return None,
            None => amount.as_str(),
        };
        let mut row = TRIGGER_ROWS.row(digits)?;
        match (row.next()?, row.next()?) {
            ("fail", action) => Some(Self::with_outcome(Outcome::Failed(action.to_owned()))),
            ("stay", "Created") => Some(Self::with_outcome(Outcome::StayCreated)),
            ("stay", "Processing") => Some(Self::with_outcome(Outcome::StayProcessing)),
            ("refuse", "limit") => Some(Self::RefuseLimit),
            ("refuse", "temporary") => Some(Self::RefuseTemporarily),
            _ => None,
        }
    }

    /// The scenario of a test card.
    pub(crate) fn of_card(number: &str) -> Option<Self> {
        let action = TEST_CARD_ROWS.row(number)?.next()?;
        Some(Self::with_outcome(Outcome::Failed(action.to_owned())))
    }

    /// Reads `{ outcome, action, processingAfterMs, finalAfterMs }`.
    pub fn read(path: &str, input: &Input) -> Result<Self, Vec<Issue>> {
        let mut issues = Issues::default();
        let scenario = Self::read_into(path, input, &mut issues);
        scenario.ok_or_else(|| issues.into_vec())
    }

    pub(crate) fn read_into(path: &str, input: &Input, issues: &mut Issues) -> Option<Self> {
        const KEYS: &[&str] = &["outcome", "action", "processingAfterMs", "finalAfterMs"];
        if !matches!(input, Input::Record(_)) {
            issues.wrong_type(path, "an object such as { outcome: \"Failed\" }", input);
            return None;
        }
        issues.unknown_keys(&format!("{path}."), input, KEYS);
        let mut delay =
            |key: &str| issues.optional_whole(&format!("{path}.{key}"), input.get(key), 0, LONGEST_DELAY_MS);
        let (processing_after_ms, final_after_ms) = (delay("processingAfterMs"), delay("finalAfterMs"));
        let action = issues.optional_text(&format!("{path}.action"), input.get("action"));
        let outcome_path = format!("{path}.outcome");
        let outcome = match issues.optional_text(&outcome_path, input.get("outcome")) {
            None | Some("Success") => Outcome::Success,
            Some("Failed") => Outcome::Failed(action.unwrap_or("4.1.4.63").to_owned()),
            Some("Created") => Outcome::StayCreated,
            Some("Processing") => Outcome::StayProcessing,
            Some("LimitReached") => return (!issues.has_errors()).then_some(Self::RefuseLimit),
            Some("TemporaryError") => return (!issues.has_errors()).then_some(Self::RefuseTemporarily),
            Some(_) => {
                let message = format!(
                    "{outcome_path} must be Success, Failed, Created, Processing, LimitReached or TemporaryError."
                );
                issues.error(outcome_path, IssueCode::UnknownValue, message);
                return None;
            }
        };
        (!issues.has_errors()).then_some(Self::Create(OrderScenario {
            outcome,
            processing_after_ms,
            final_after_ms,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paystar_model::card;
    use paystar_tables::table_rows;

    fn of_amount(text: &str) -> Option<Scenario> {
        Scenario::of_amount(&Amount::from_text(text, None).unwrap())
    }

    #[test]
    fn every_row_of_the_triggers_is_a_scenario() {
        let mut rows = 0;
        assert_eq!(TRIGGER_ROWS.first_lost(), None);
        for mut row in table_rows(TRIGGERS) {
            let amount = row.next().unwrap();
            assert!(of_amount(amount).is_some(), "{amount}");
            assert!(of_amount(&format!("{amount}.01")).is_none());
            rows += 1;
        }
        assert_eq!(rows, 10);
        assert_eq!(of_amount("100"), None);
    }

    #[test]
    fn every_test_card_is_a_plausible_number_that_fails() {
        assert_eq!(TEST_CARD_ROWS.first_lost(), None);
        for mut row in table_rows(TEST_CARDS) {
            let number = row.next().unwrap();
            assert_eq!(card::check(number), card::CardNumber::Plausible, "{number}");
            let failure = Scenario::with_outcome(Outcome::Failed(row.next().unwrap().to_owned()));
            assert_eq!(Scenario::of_card(number), Some(failure));
        }
        assert_eq!(Scenario::of_card("4111111111111111"), None);
    }
}
