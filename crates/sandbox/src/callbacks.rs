//! The callbacks of a sandbox: those that wait, those that are being sent, and those that are done. The owner of the
//! sandbox sends them.
//!
//! PayStar documentation: callbacks.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use sha2::{Digest, Sha256};

use paystar_model::id::{ExternalId, ExternalTransactionId};
use paystar_protocol::signature::Signature;

use super::callback_body;
use super::callback_options::CallbackOptions;
use super::order::Order;
use super::orders::Index;

const MOST_AT_ONCE: usize = 16;
const MOST_WAITING: usize = 50_000;
const MOST_LISTED: usize = 1_000;
/// The longest delay of a callback if callbacks are shuffled.
const LONGEST_SHUFFLE_MS: u64 = 4_000;

/// A callback to send now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// For `Sandbox::callback_answered`.
    pub id: u64,
    /// The URL of the merchant.
    pub url: String,
    /// The body, as JSON.
    pub body: String,
    /// The header `Signature`.
    pub signature: String,
}

/// A callback that was sent at least once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentCallback {
    /// PayStar's id of the order.
    pub external_id: ExternalId,
    /// The merchant's id of the order.
    pub external_transaction_id: ExternalTransactionId,
    /// The status in the callback.
    pub status: String,
    /// The URL of the merchant.
    pub url: String,
    /// The body, exactly as it was sent.
    pub body: String,
    /// The header `Signature`.
    pub signature: String,
    /// The number of attempts.
    pub attempts: u32,
    /// The status of the last response. `None` if the last attempt got no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// The state of its delivery.
    pub state: CallbackState,
}

/// The state of the delivery of a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackState {
    /// The callback waits for its time, or for its next attempt.
    Waiting,
    /// An attempt is in progress.
    Sending,
    /// The merchant responded with 2xx.
    Delivered,
    /// All attempts failed.
    GivenUp,
}

struct Callback {
    id: u64,
    order: Index,
    /// Its position among all callbacks that were sent. It is 0 before the first attempt.
    position: u64,
    sent: SentCallback,
}

/// All callbacks.
#[derive(Default)]
pub(crate) struct Callbacks {
    /// The last id.
    ids: u64,
    /// The last position.
    positions: u64,
    /// By their times and ids.
    waiting: BTreeMap<(u64, u64), Callback>,
    sending: BTreeMap<u64, Callback>,
    done: VecDeque<Callback>,
}

impl Callbacks {
    /// Adds a callback about the status of an order. If too many callbacks wait, it is dropped.
    pub(crate) fn queue(
        &mut self,
        index: Index,
        order: &Order,
        private_key: &str,
        options: &CallbackOptions,
        seed: u32,
        at: u64,
    ) {
        let Some(url) = &order.callback_url else { return };
        let values =
            [order.external_id.as_str(), order.status.as_str(), order.amount.as_str(), order.order_type()];
        let signature = Signature::of(&values, private_key).to_hex();
        let sent = SentCallback {
            external_id: order.external_id.clone(),
            external_transaction_id: order.external_transaction_id.clone(),
            status: order.status.as_str().to_owned(),
            url: url.clone(),
            body: callback_body::write(order, options),
            signature: if options.has_upper_case_signature { signature.to_uppercase() } else { signature },
            attempts: 0,
            http_status: None,
            state: CallbackState::Waiting,
        };
        for _ in 0..if options.is_sent_twice { 2 } else { 1 } {
            if self.waiting.len() >= MOST_WAITING {
                return;
            }
            self.ids = self.ids.saturating_add(1);
            let delay = if options.is_shuffled { shuffle_ms(seed, self.ids) } else { 0 };
            let callback = Callback { id: self.ids, order: index, position: 0, sent: sent.clone() };
            self.waiting.insert((at.saturating_add(delay), self.ids), callback);
        }
    }

    /// Takes the callbacks to send now. An order has only one callback in progress.
    pub(crate) fn take_due(&mut self, now: u64) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        while let Some(key) = self.next_key().filter(|(due, _)| *due <= now) {
            let Some(mut callback) = self.waiting.remove(&key) else { break };
            if callback.position == 0 {
                self.positions = self.positions.saturating_add(1);
                callback.position = self.positions;
            }
            callback.sent.state = CallbackState::Sending;
            callback.sent.attempts = callback.sent.attempts.saturating_add(1);
            deliveries.push(Delivery {
                id: callback.id,
                url: callback.sent.url.clone(),
                body: callback.sent.body.clone(),
                signature: callback.sent.signature.clone(),
            });
            self.sending.insert(callback.id, callback);
        }
        deliveries
    }

    /// Takes the result of an attempt: the HTTP status, or `None` if there was no response.
    pub(crate) fn answered(
        &mut self,
        id: u64,
        http_status: Option<u16>,
        options: &CallbackOptions,
        now: u64,
    ) {
        let Some(mut callback) = self.sending.remove(&id) else { return };
        callback.sent.http_status = http_status;
        let is_delivered = http_status.is_some_and(|status| (200..300).contains(&status));
        let attempts = usize::try_from(callback.sent.attempts).unwrap_or(usize::MAX);
        let retry = options.retry_after_ms.get(attempts.saturating_sub(1));
        match retry {
            Some(after_ms) if !is_delivered => {
                callback.sent.state = CallbackState::Waiting;
                self.waiting.insert((now.saturating_add(u64::from(*after_ms)), id), callback);
            }
            _ => {
                callback.sent.state =
                    if is_delivered { CallbackState::Delivered } else { CallbackState::GivenUp };
                self.done.push_back(callback);
                if self.done.len() > MOST_LISTED {
                    self.done.pop_front();
                }
            }
        }
    }

    /// The time of the next attempt. `None` if no callback waits, or if all of them wait for an attempt in progress.
    pub(crate) fn next_at(&self) -> Option<u64> {
        self.next_key().map(|(due, _)| due)
    }

    /// The last callbacks that were sent, in the order of their first attempts.
    pub(crate) fn list(&self) -> Vec<&SentCallback> {
        let waiting = self.waiting.values().filter(|callback| callback.position > 0);
        let mut all: Vec<&Callback> = self.done.iter().chain(self.sending.values()).chain(waiting).collect();
        all.sort_unstable_by_key(|callback| callback.position);
        let surplus = all.len().saturating_sub(MOST_LISTED);
        all.into_iter().skip(surplus).map(|callback| &callback.sent).collect()
    }

    fn next_key(&self) -> Option<(u64, u64)> {
        if self.sending.len() >= MOST_AT_ONCE {
            return None;
        }
        let is_busy = |order| self.sending.values().any(|callback| callback.order == order);
        self.waiting.iter().find(|(_, callback)| !is_busy(callback.order)).map(|(key, _)| *key)
    }
}

/// The same seed gives the same delays.
fn shuffle_ms(seed: u32, id: u64) -> u64 {
    let hash = Sha256::digest(format!("paystar sandbox callback {seed} {id}"));
    let number = hash.iter().take(4).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    number.checked_rem(LONGEST_SHUFFLE_MS.saturating_add(1)).unwrap_or_default()
}
