//! The status of an order at one time.

use paystar_model::id::ExternalId;
use paystar_model::order::OrderState;

/// PayStar's id of an order, and the order's status at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) external_id: ExternalId,
    pub(crate) status: String,
}

impl Snapshot {
    /// Reads the body of a response. It does not use the client's reader, because the rules check that reader.
    pub(crate) fn from_body(body: &[u8]) -> Option<Self> {
        let body: serde_json::Value = serde_json::from_slice(body).ok()?;
        let member = |name: &str| body.get(name)?.as_str();
        Some(Self { external_id: member("externalId")?.into(), status: member("orderStatus")?.to_owned() })
    }

    pub(crate) fn from_state(state: &OrderState) -> Self {
        Self { external_id: state.external_id.clone(), status: state.order_status.as_str().to_owned() }
    }

    pub(crate) fn is_final(&self) -> bool {
        matches!(self.status.as_str(), "Success" | "Failed")
    }
}
