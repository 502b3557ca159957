//! Why a callback does not verify.
//!
//! PayStar documentation: callbacks.

use serde::Serialize;

use paystar_model::amount::{MAX_DECIMALS, with_decimals};
use paystar_model::callback::Callback;

use super::failure::Failure;
use super::received::{Received, amount_forms, signature_with};

const STATUSES: &[&str] = &["Init", "Created", "Processing", "Success", "Failed"];
const ORDER_TYPES: &[&str] = &["Deposit", "Withdrawal"];

/// Why a callback does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum DiagnosisCause {
    /// It verifies.
    Verified,
    /// The header `Signature` is missing.
    HeaderMissing,
    /// The header is not 64 hexadecimal digits.
    HeaderNotHex,
    /// The body is too long, is not a callback, or can be read in two ways.
    BodyRefused,
    /// The client has no private key for the order's pipeline.
    KeyMissing,
    /// It is signed with a key of the other pipeline.
    OtherPipelineKey,
    /// The body lost digits of its amount, because a program parsed it and wrote it again.
    AmountDigitsLost,
    /// The signed text has the amount in a form that `verify` does not try.
    AmountRendering,
    /// It is signed for another status.
    StatusChanged,
    /// It is signed for another order type.
    OrderTypeChanged,
    /// Somebody changed the id or the amount, or it is signed with a key that the client does not have.
    UnknownKeyOrTampered,
}

/// Why a callback does not verify, in words. It never contains a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// Whether `verify` accepts the callback.
    pub verified: bool,
    /// Why not, as a stable word.
    pub cause: DiagnosisCause,
    /// Why not, and what to do, for people.
    pub explanation: String,
}

impl Diagnosis {
    /// A body that was refused before its signature was checked.
    pub fn of_body(refusal: Failure) -> Self {
        Self::new(DiagnosisCause::BodyRefused, refusal.message)
    }

    pub(super) fn new(cause: DiagnosisCause, explanation: impl Into<String>) -> Self {
        Self { verified: cause == DiagnosisCause::Verified, cause, explanation: explanation.into() }
    }
}

/// Finds the change that explains why the signature does not fit. `all_keys` are the keys of both pipelines.
pub(super) fn explain_mismatch(received: &Received, all_keys: &[&str]) -> Diagnosis {
    let Received { callback, signature, keys } = received;
    let (status, order_type) = (callback.status.as_str(), callback.order_type.0.as_str());
    let fits = |status: &str, amount: &str, order_type: &str, keys: &[&str]| {
        keys.iter().any(|key| signature_with(callback, status, amount, order_type, key).is(*signature))
    };
    let fits_any_amount = |status: &str, order_type: &str, keys: &[&str]| {
        amount_forms(callback).any(|amount| fits(status, &amount, order_type, keys))
    };

    if fits_any_amount(status, order_type, all_keys) {
        return Diagnosis::new(
            DiagnosisCause::OtherPipelineKey,
            "It is signed with a key of the other pipeline. Check that the keys of payouts and deposits are not swapped.",
        );
    }
    if let Some(diagnosis) = explain_amount(callback, |amount| fits(status, amount, order_type, keys)) {
        return diagnosis;
    }
    for status in STATUSES {
        if fits_any_amount(status, order_type, keys) {
            let explanation =
                format!("It is signed for the status {status}. Somebody changed the status on the way.");
            return Diagnosis::new(DiagnosisCause::StatusChanged, explanation);
        }
    }
    for order_type in ORDER_TYPES {
        if fits_any_amount(status, order_type, all_keys) {
            let explanation = format!(
                "It is signed for the order type {order_type}. Somebody changed the type on the way."
            );
            return Diagnosis::new(DiagnosisCause::OrderTypeChanged, explanation);
        }
    }
    Diagnosis::new(
        DiagnosisCause::UnknownKeyOrTampered,
        "Somebody changed the id or the amount on the way, or it is signed with a key that the client does not have: an \
         older key (previousPrivateKeys), or a key of another account.",
    )
}

fn explain_amount(callback: &Callback, fits: impl Fn(&str) -> bool) -> Option<Diagnosis> {
    let written = callback.amount.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let decimals = (0..=MAX_DECIMALS)
        .find(|count| with_decimals(&callback.amount, *count).is_some_and(|amount| fits(&amount)))?;
    Some(if decimals > written {
        let explanation = format!(
            "It is signed for the amount with {decimals} decimals, but the body has {written}. A program parsed the body \
             and wrote it again. Pass the raw body, before any JSON parser."
        );
        Diagnosis::new(DiagnosisCause::AmountDigitsLost, explanation)
    } else {
        let explanation = format!(
            "It is signed for the amount with {decimals} decimals, but the body has {written}. It is the same amount. \
             Please report it, so that verify accepts this form, too."
        );
        Diagnosis::new(DiagnosisCause::AmountRendering, explanation)
    })
}
