//! What a call has to do.

use paystar_model::id::{ExternalTransactionId, OrderId};
use paystar_protocol::call_config::{OnDuplicate, RetryPolicy};
use paystar_protocol::config::ClientConfig;
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{HttpRequest, HttpResponse};
use paystar_protocol::orders::{Creation, read_balance, read_state};

use super::step::Output;

/// What a call has to do.
pub enum Task {
    /// Create an order, or find it.
    Create {
        /// The order.
        creation: Creation,
        /// What to do if PayStar has an order with the id already.
        on_duplicate: OnDuplicate,
    },
    /// Read, and repeat the read if that can help.
    Read(Read),
    /// Read a status again and again until it is final.
    WaitUntilFinal {
        /// The read.
        read: Read,
        /// The first wait between two reads.
        interval_ms: u32,
    },
}

/// A read that is ready to be sent.
pub struct Read {
    /// The request.
    pub request: HttpRequest,
    /// What it reads.
    pub target: ReadTarget,
}

/// What a read reads.
pub enum ReadTarget {
    /// The status of an order.
    State(OrderId),
    /// The balances in a currency.
    Balance(String),
}

impl Read {
    /// The merchant's id of the order, if the order is read by it.
    pub fn external_transaction_id(&self) -> Option<&ExternalTransactionId> {
        match &self.target {
            ReadTarget::State(id) => id.external_transaction_id(),
            ReadTarget::Balance(_) => None,
        }
    }

    /// Reads a response.
    pub fn decode(&self, config: &ClientConfig, response: &HttpResponse) -> Result<Output, Failure> {
        let output = match &self.target {
            ReadTarget::State(id) => {
                read_state(config, response, id).map(|state| Output::State(Box::new(state)))
            }
            ReadTarget::Balance(currency) => {
                read_balance(config, response, currency).map(|balance| Output::Balance(Box::new(balance)))
            }
        };
        output.map_err(|failure| failure.of_order(self.external_transaction_id()))
    }
}

/// The limits of a call.
#[derive(Clone, Copy)]
pub struct Limits {
    /// How long one attempt may take.
    pub timeout_ms: u32,
    /// How often it may retry, and how long the whole call may take.
    pub policy: RetryPolicy,
}
