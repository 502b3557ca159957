//! The callbacks of a sandbox: what is to be sent and when, what was sent and how it went. Nothing is sent here.
//!
//! PayStar documentation: callbacks.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use paystar_protocol::signature::Signature;

use super::answers::ExternalParams;
use super::callback_options::{CallbackOptions, Edition};
use super::order::Order;
use super::orders::Index;

const MOST_AT_ONCE: usize = 16;
const MOST_WAITING: usize = 50_000;
const MOST_LISTED: usize = 1_000;
/// How much later a callback is due at most, where the order is disturbed.
const LONGEST_SHUFFLE_MS: u64 = 4_000;

/// A callback that is to be sent now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// For [`super::Sandbox::callback_answered`].
    pub id: u64,
    /// Where to.
    pub url: String,
    /// JSON.
    pub body: String,
    /// The header `Signature`.
    pub signature: String,
}

/// A callback that was sent at least once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentCallback {
    /// PayStar's id of the order.
    pub external_id: String,
    /// The merchant's id of the order.
    pub external_transaction_id: String,
    /// The status that the callback tells.
    pub status: String,
    /// Where it was sent.
    pub url: String,
    /// What was sent, letter for letter.
    pub body: String,
    /// The header `Signature`.
    pub signature: String,
    /// How often it was sent.
    pub attempts: u32,
    /// The last answer, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// How it stands.
    pub state: CallbackState,
}

/// How a callback stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackState {
    /// It waits: for its time, or for its next attempt.
    Waiting,
    /// It is on its way.
    Sending,
    /// It was answered with 2xx.
    Delivered,
    /// It was not, as often as it was tried.
    GivenUp,
}

struct Callback {
    id: u64,
    order: Index,
    /// Its place among all that were sent; zero before the first attempt.
    place: u64,
    sent: SentCallback,
}

/// All callbacks.
#[derive(Default)]
pub(super) struct Callbacks {
    ids: u64,
    places: u64,
    /// By the time they are due.
    waiting: BTreeMap<(u64, u64), Callback>,
    sending: BTreeMap<u64, Callback>,
    done: VecDeque<Callback>,
}

impl Callbacks {
    /// Notes that something happened to an order. Beyond the limit of callbacks that wait, new ones are dropped.
    pub(super) fn queue(
        &mut self,
        index: Index,
        order: &Order,
        private_key: &str,
        options: &CallbackOptions,
        seed: u32,
        at: u64,
    ) {
        let Some(url) = &order.callback_url else { return };
        let values = [&order.external_id, order.status.as_str(), order.amount.as_str(), order.order_type()];
        let signature = Signature::of(&values, private_key).to_hex();
        let sent = SentCallback {
            external_id: order.external_id.clone(),
            external_transaction_id: order.external_transaction_id.clone(),
            status: order.status.as_str().to_owned(),
            url: url.clone(),
            body: body(order, options),
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
            let callback = Callback { id: self.ids, order: index, place: 0, sent: sent.clone() };
            self.waiting.insert((at.saturating_add(delay), self.ids), callback);
        }
    }

    /// Takes what is to be sent now: of an order one callback after the other, of all a few at once.
    pub(super) fn take_due(&mut self, now: u64) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        while let Some(key) = self.next_key().filter(|(due, _)| *due <= now) {
            let Some(mut callback) = self.waiting.remove(&key) else { break };
            if callback.place == 0 {
                self.places = self.places.saturating_add(1);
                callback.place = self.places;
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

    /// Notes how a delivery went: its HTTP status, or that there was no answer.
    pub(super) fn answered(
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

    /// When the next one can be sent. `None` while nothing waits, and while nothing can go before an answer comes.
    pub(super) fn next_at(&self) -> Option<u64> {
        self.next_key().map(|(due, _)| due)
    }

    /// The last ones that were sent, in the order of their first attempts.
    pub(super) fn list(&self) -> Vec<&SentCallback> {
        let waiting = self.waiting.values().filter(|callback| callback.place > 0);
        let mut all: Vec<&Callback> = self.done.iter().chain(self.sending.values()).chain(waiting).collect();
        all.sort_unstable_by_key(|callback| callback.place);
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

/// The same disturbance again for the same seed.
fn shuffle_ms(seed: u32, id: u64) -> u64 {
    let hash = Sha256::digest(format!("paystar sandbox callback {seed} {id}"));
    let number = hash.iter().take(4).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    number.checked_rem(LONGEST_SHUFFLE_MS.saturating_add(1)).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewerBody<'a> {
    external_id: &'a str,
    status: &'a str,
    amount: Box<RawValue>,
    order_type: &'static str,
    currency: &'a str,
    external_params: ExternalParams<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SisterBody<'a> {
    /// PayStar's sister brand spells it so.
    externald: &'a str,
    status: &'a str,
    amount: Box<RawValue>,
    order_type: &'static str,
}

/// In the body the amount has the digits that were signed.
fn body(order: &Order, options: &CallbackOptions) -> String {
    let digits = order.amount.as_str();
    let amount = if options.has_number_amount { digits.to_owned() } else { format!("\"{digits}\"") };
    let Ok(amount) = RawValue::from_string(amount) else { return String::new() };
    let (status, order_type) = (order.status.as_str(), order.order_type());
    let written = match options.edition {
        Edition::Newer => serde_json::to_string(&NewerBody {
            external_id: &order.external_id,
            status,
            amount,
            order_type,
            currency: &order.currency,
            external_params: ExternalParams::of(order),
        }),
        Edition::Sister => {
            serde_json::to_string(&SisterBody { externald: &order.external_id, status, amount, order_type })
        }
    };
    written.unwrap_or_default()
}
