//! The statuses of an order over time.

use fastrand::Rng;
use paystar_model::input::Input;
use paystar_sandbox::scenario::Scenario;

/// When the status of an order changes in the sandbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifecycle {
    outcome: &'static str,
    processing_after_ms: u32,
    final_after_ms: u32,
    /// How long after the creation the customer of a hosted deposit pays. `None`: the customer never pays.
    pub(crate) customer_pays_after_ms: Option<u64>,
}

impl Lifecycle {
    pub(crate) fn random(random: &mut Rng) -> Self {
        // Some orders never become final.
        const OUTCOMES: [&str; 8] =
            ["Success", "Success", "Success", "Success", "Failed", "Failed", "Created", "Processing"];
        let outcome = OUTCOMES[random.usize(..OUTCOMES.len())];
        let mut up_to_one_of = |limits: [u32; 3]| {
            let limit = limits[random.usize(..3)];
            random.u32(..=limit)
        };
        let processing_after_ms = up_to_one_of([0, 2000, 30_000]);
        let final_after_ms = processing_after_ms + up_to_one_of([0, 5000, 200_000]);
        let customer_pays_after_ms = (random.u8(..4) > 0).then(|| random.u64(..60_000));
        Self { outcome, processing_after_ms, final_after_ms, customer_pays_after_ms }
    }

    pub(crate) fn scenario(&self) -> Result<Scenario, String> {
        let (processing, last) = (self.processing_after_ms.to_string(), self.final_after_ms.to_string());
        let options = Input::Record(vec![
            ("outcome", Input::Text(self.outcome)),
            ("processingAfterMs", Input::Number(&processing)),
            ("finalAfterMs", Input::Number(&last)),
        ]);
        Scenario::read("scenario", &options).map_err(|issues| format!("{issues:?}"))
    }
}
