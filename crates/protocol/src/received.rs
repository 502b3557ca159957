//! A callback as it was received, with the keys that may have signed it.

use core::iter;
use std::borrow::Cow;

use paystar_model::amount::{canonical, with_decimals};
use paystar_model::callback::{Callback, CallbackError};
use paystar_model::currency;

use super::call_config::VerifyConfig;
use super::config::ClientConfig;
use super::credentials::Credentials;
use super::error_code::ErrorCode;
use super::failure::Failure;
use super::pipeline::Pipeline;
use super::signature::Signature;
use super::signed_body::{self, read_in_two_ways};

/// Most currencies have two decimals. Used if the body has no currency.
const USUAL_DECIMALS: usize = 2;

/// A callback whose signature was not compared yet.
pub(super) struct Received<'a> {
    pub(super) callback: Callback,
    pub(super) signature: Signature,
    pub(super) keys: Vec<&'a str>,
}

impl<'a> Received<'a> {
    /// Reads the header and the body, and finds the keys.
    pub(super) fn read(
        config: &'a ClientConfig,
        options: &'a VerifyConfig,
        body: &[u8],
        header: Option<&str>,
    ) -> Result<Self, Failure> {
        let signature = signed_body::check(options, body, header)?;
        let callback = read_callback(body)?;
        let keys = keys_for(config, options, &callback);
        if keys.is_empty() {
            let message =
                format!("There is no private key to verify a callback of type {}.", callback.order_type.0);
            return Err(Failure::private_key_missing(message));
        }
        Ok(Self { callback, signature, keys })
    }

    /// Whether one of the keys signed it.
    pub(super) fn is_signed(&self) -> bool {
        let Self { callback, signature, keys } = self;
        amount_forms(callback)
            .any(|amount| keys.iter().any(|key| signature_of(callback, &amount, key).is(*signature)))
    }
}

/// Reads a body that is short enough.
pub(super) fn read_callback(body: &[u8]) -> Result<Callback, Failure> {
    Callback::from_body(body).map_err(|error| match error {
        CallbackError::Invalid(reason) => {
            Failure::signature(ErrorCode::BodyInvalid, format!("The body is not a callback: {reason}."))
        }
        CallbackError::DuplicateKey(reason) => read_in_two_ways(ErrorCode::BodyDuplicateKey, reason),
        CallbackError::AmbiguousValue(reason) => read_in_two_ways(ErrorCode::BodyAmbiguousValue, reason),
    })
}

/// The signature of a callback with this form of its amount.
pub(super) fn signature_of(callback: &Callback, amount: &str, key: &str) -> Signature {
    signature_with(callback, callback.status.as_str(), amount, &callback.order_type.0, key)
}

/// The signature of a callback with another status, amount or type.
pub(super) fn signature_with(
    callback: &Callback,
    status: &str,
    amount: &str,
    order_type: &str,
    key: &str,
) -> Signature {
    Signature::of(&[callback.external_id.as_str(), status, amount, order_type], key)
}

/// The keys that may have signed a callback: the keys in the options, else the keys of its pipeline. Both pipelines if
/// this version does not know the order type.
pub(super) fn keys_for<'a>(
    config: &'a ClientConfig,
    options: &'a VerifyConfig,
    callback: &Callback,
) -> Vec<&'a str> {
    if !options.private_keys.is_empty() {
        return options.private_keys.iter().map(String::as_str).collect();
    }
    match callback.order_type.0.as_str() {
        "Deposit" => keys_of(config, &[Pipeline::Deposits]),
        "Withdrawal" => keys_of(config, &[Pipeline::Payouts]),
        _ => keys_of(config, &Pipeline::ALL),
    }
}

/// The private keys of pipelines.
pub(super) fn keys_of<'a>(config: &'a ClientConfig, pipelines: &[Pipeline]) -> Vec<&'a str> {
    pipelines
        .iter()
        .filter_map(|pipeline| config.credentials(*pipeline))
        .flat_map(Credentials::private_keys)
        .collect()
}

/// The forms that the amount can have in the signed text. PayStar does not document the form, so all of them are tried:
/// as in the body, in canonical form, and with the decimals of the currency. All are the same amount.
pub(super) fn amount_forms(callback: &Callback) -> impl Iterator<Item = Cow<'_, str>> {
    let amount = callback.amount.as_str();
    // Most callbacks verify with the first form, so the others are made only if they are needed.
    let others = iter::once_with(move || {
        let currency = callback.unsigned.currency.as_deref();
        let decimals = currency.and_then(currency::minor_units).map_or(USUAL_DECIMALS, usize::from);
        let canonical = Cow::Borrowed(canonical(amount));
        iter::once(canonical).chain(with_decimals(amount, decimals).map(Cow::Owned))
    });
    iter::once(Cow::Borrowed(amount)).chain(others.flatten().filter(move |other| other != amount))
}
