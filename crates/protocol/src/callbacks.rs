//! Verifies callbacks, and says why one does not verify.
//!
//! PayStar documentation: callbacks.

use core::iter;
use std::borrow::Cow;

use serde::Serialize;

use paystar_model::amount::{MOST_DECIMALS, canonical, with_decimals};
use paystar_model::callback::{Callback, NoCallback};
use paystar_model::currency;

use super::config::{ClientConfig, VerifyConfig};
use super::credentials::Credentials;
use super::error_code::ErrorCode;
use super::failure::Failure;
use super::pipeline::Pipeline;
use super::signature::Signature;

/// Where a body has no currency: most have two decimals.
const USUAL_DECIMALS: usize = 2;
const STATUSES: &[&str] = &["Init", "Created", "Processing", "Success", "Failed"];
const ORDER_TYPES: &[&str] = &["Deposit", "Withdrawal"];

/// The callback of a body, if the signature is PayStar's.
pub fn verify(
    config: &ClientConfig,
    options: &VerifyConfig,
    body: &[u8],
    header: Option<&str>,
) -> Result<Callback, Failure> {
    let signature = read_header(header)?;
    let callback = read_body(options, body)?;
    let keys = keys(config, options, &callback);
    if keys.is_empty() {
        let message =
            format!("There is no private key to verify a callback of type {}.", callback.order_type.0);
        return Err(Failure::private_key_missing(message));
    }
    let is_signed = renderings(&callback)
        .any(|amount| keys.iter().any(|key| sign_parts(&callback, &amount, key).is(signature)));
    if is_signed {
        Ok(callback)
    } else {
        let message = "The signature is not the one of this body: do not believe it.";
        Err(Failure::signature(ErrorCode::SignatureMismatch, message))
    }
}

/// Signs a body as PayStar does, for tests: with the current key of its pipeline, the amount as it stands.
pub fn sign(config: &ClientConfig, options: &VerifyConfig, body: &[u8]) -> Result<Signature, Failure> {
    let callback = read_body(options, body)?;
    let keys = keys(config, options, &callback);
    keys.first()
        .map(|key| sign_parts(&callback, &callback.amount, key))
        .ok_or_else(|| Failure::private_key_missing("There is no private key to sign with."))
}

fn sign_parts(callback: &Callback, amount: &str, key: &str) -> Signature {
    sign_other(callback, callback.status.as_str(), amount, &callback.order_type.0, key)
}

/// The signature of a callback with another status, amount or type.
fn sign_other(callback: &Callback, status: &str, amount: &str, order_type: &str, key: &str) -> Signature {
    Signature::of(&[callback.external_id.as_str(), status, amount, order_type], key)
}

pub(super) fn read_header(header: Option<&str>) -> Result<Signature, Failure> {
    let header = header.filter(|header| !header.trim().is_empty()).ok_or_else(|| {
        Failure::signature(ErrorCode::SignatureMissing, "The request has no header Signature.")
    })?;
    Signature::from_hex(header).ok_or_else(|| {
        let message = "The header Signature is not 64 hexadecimal digits.";
        Failure::signature(ErrorCode::SignatureMalformed, message)
    })
}

fn read_body(options: &VerifyConfig, body: &[u8]) -> Result<Callback, Failure> {
    check_length(options, body.len())?;
    Callback::from_body(body).map_err(|no_callback| match no_callback {
        NoCallback::Invalid(reason) => {
            Failure::signature(ErrorCode::BodyInvalid, format!("The body is no callback: {reason}."))
        }
        NoCallback::DuplicateKey(reason) => read_in_two_ways(ErrorCode::BodyDuplicateKey, reason),
        NoCallback::AmbiguousValue(reason) => read_in_two_ways(ErrorCode::BodyAmbiguousValue, reason),
    })
}

pub(super) fn read_in_two_ways(code: ErrorCode, reason: &str) -> Failure {
    Failure::signature(code, format!("The body can be read in two ways: {reason}."))
}

/// Refuses a body over the limit.
pub fn check_length(options: &VerifyConfig, length: usize) -> Result<(), Failure> {
    let limit = options.max_body_bytes;
    if usize::try_from(limit).is_ok_and(|limit| length <= limit) {
        return Ok(());
    }
    Err(Failure::signature(ErrorCode::BodyTooLarge, format!("The body is longer than {limit} bytes.")))
}

/// The pipeline of an order type; none for a type that this version does not know.
fn pipeline(callback: &Callback) -> Option<Pipeline> {
    match callback.order_type.0.as_str() {
        "Deposit" => Some(Pipeline::Deposits),
        "Withdrawal" => Some(Pipeline::Payouts),
        _ => None,
    }
}

/// The keys that may have signed: those of the order's pipeline, or all where the type is a new one.
fn keys<'a>(config: &'a ClientConfig, options: &'a VerifyConfig, callback: &Callback) -> Vec<&'a str> {
    if !options.private_keys.is_empty() {
        return options.private_keys.iter().map(String::as_str).collect();
    }
    let pipelines = match pipeline(callback) {
        Some(pipeline) => vec![pipeline],
        None => vec![Pipeline::Payouts, Pipeline::Deposits],
    };
    keys_of(config, pipelines)
}

fn keys_of(config: &ClientConfig, pipelines: Vec<Pipeline>) -> Vec<&str> {
    pipelines
        .into_iter()
        .filter_map(|pipeline| config.credentials(pipeline))
        .flat_map(Credentials::private_keys)
        .collect()
}

/// How PayStar prints a number in the signed text is not documented: as the body has it, in canonical form, or
/// with the decimals of the currency. All are the same amount. Each is made only when those before did not verify.
fn renderings(callback: &Callback) -> impl Iterator<Item = Cow<'_, str>> {
    let amount = callback.amount.as_str();
    let others = iter::once_with(move || {
        let decimals = callback
            .unsigned
            .currency
            .as_deref()
            .and_then(currency::minor_units)
            .map_or(USUAL_DECIMALS, usize::from);
        let canonical = Cow::Borrowed(canonical(amount));
        iter::once(canonical).chain(with_decimals(amount, decimals).map(Cow::Owned))
    });
    iter::once(Cow::Borrowed(amount)).chain(others.flatten().filter(move |other| other != amount))
}

/// Why a callback does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum DiagnosisCause {
    /// It does verify.
    Verified,
    /// There is no header `Signature`.
    HeaderMissing,
    /// The header is not 64 hexadecimal digits.
    HeaderNotHex,
    /// The body is over the limit, no callback, or can be read in two ways.
    BodyRefused,
    /// The client has no private key for the order's pipeline.
    KeyMissing,
    /// It is signed with the key of the other pipeline.
    OtherPipelineKey,
    /// The body lost digits of its amount: it was parsed and written again on its way.
    AmountDigitsLost,
    /// The signed text has the amount in a form that verify does not try.
    AmountRendering,
    /// It is signed for another status.
    StatusChanged,
    /// It is signed for another order type.
    OrderTypeChanged,
    /// The id or the amount was changed, or it is signed with a key that the client does not have.
    UnknownKeyOrTampered,
}

/// Why a callback does not verify, in words. It never holds a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// Whether `verify` takes it.
    pub verified: bool,
    /// Why not, as a stable word.
    pub cause: DiagnosisCause,
    /// Why not, and what to do, for people.
    pub explanation: String,
}

impl Diagnosis {
    /// A body that was refused before its signature was looked at.
    pub fn of_body(refusal: Failure) -> Self {
        Self::new(DiagnosisCause::BodyRefused, refusal.message)
    }

    fn new(cause: DiagnosisCause, explanation: impl Into<String>) -> Self {
        Self { verified: cause == DiagnosisCause::Verified, cause, explanation: explanation.into() }
    }
}

/// Finds out why a callback does not verify.
pub fn diagnose(
    config: &ClientConfig,
    options: &VerifyConfig,
    body: &[u8],
    header: Option<&str>,
) -> Diagnosis {
    let Err(failure) = verify(config, options, body, header) else {
        return Diagnosis::new(DiagnosisCause::Verified, "The signature is right.");
    };
    let cause = match failure.code() {
        ErrorCode::SignatureMissing => DiagnosisCause::HeaderMissing,
        ErrorCode::SignatureMalformed => DiagnosisCause::HeaderNotHex,
        ErrorCode::KeyMissing => DiagnosisCause::KeyMissing,
        ErrorCode::SignatureMismatch => {
            return match (read_header(header), read_body(options, body)) {
                (Ok(signature), Ok(callback)) => explain_mismatch(config, options, &callback, signature),
                _ => Diagnosis::new(DiagnosisCause::BodyRefused, failure.message),
            };
        }
        _ => DiagnosisCause::BodyRefused,
    };
    Diagnosis::new(cause, failure.message)
}

fn explain_mismatch(
    config: &ClientConfig,
    options: &VerifyConfig,
    callback: &Callback,
    signature: Signature,
) -> Diagnosis {
    let keys = keys(config, options, callback);
    let (status, order_type) = (callback.status.as_str(), callback.order_type.0.as_str());
    let signs = |status: &str, amount: &str, order_type: &str, keys: &[&str]| {
        keys.iter().any(|key| sign_other(callback, status, amount, order_type, key).is(signature))
    };
    let signs_any = |status: &str, order_type: &str, keys: &[&str]| {
        renderings(callback).any(|amount| signs(status, &amount, order_type, keys))
    };

    let others = keys_of(config, vec![Pipeline::Payouts, Pipeline::Deposits]);
    if signs_any(status, order_type, &others) {
        return Diagnosis::new(
            DiagnosisCause::OtherPipelineKey,
            "It is signed with the key of the other pipeline. Check that the keys of payouts and deposits are not \
             swapped.",
        );
    }
    if let Some(diagnosis) = explain_amount(callback, |amount| signs(status, amount, order_type, &keys)) {
        return diagnosis;
    }
    for status in STATUSES {
        if signs_any(status, order_type, &keys) {
            let explanation =
                format!("It is signed for the status {status}: the status was changed on its way.");
            return Diagnosis::new(DiagnosisCause::StatusChanged, explanation);
        }
    }
    for order_type in ORDER_TYPES {
        if signs_any(status, order_type, &others) {
            let explanation =
                format!("It is signed for the order type {order_type}: the type was changed on its way.");
            return Diagnosis::new(DiagnosisCause::OrderTypeChanged, explanation);
        }
    }
    Diagnosis::new(
        DiagnosisCause::UnknownKeyOrTampered,
        "The id or the amount was changed on its way, or it is signed with a key that the client does not have: an \
         older one (previousPrivateKeys), or one of another account.",
    )
}

fn explain_amount(callback: &Callback, signs: impl Fn(&str) -> bool) -> Option<Diagnosis> {
    let written = callback.amount.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let decimals = (0..=MOST_DECIMALS)
        .find(|count| with_decimals(&callback.amount, *count).is_some_and(|amount| signs(&amount)))?;
    Some(if decimals > written {
        let explanation = format!(
            "It is signed for the amount with {decimals} decimals, but the body has {written}: the body was parsed and \
             written again on its way. Pass the raw body, before any JSON parser."
        );
        Diagnosis::new(DiagnosisCause::AmountDigitsLost, explanation)
    } else {
        let explanation = format!(
            "It is signed for the amount with {decimals} decimals, but the body has {written}. It is the same amount; \
             report it, so that verify learns this form."
        );
        Diagnosis::new(DiagnosisCause::AmountRendering, explanation)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Platform;
    use paystar_model::input::Input;
    use paystar_model::input::build::{record, text};

    const PAYOUT_KEY: &str = "payout-key";
    const DEPOSIT_KEY: &str = "deposit-key ключ";

    fn config(payouts: &str, deposits: &str) -> ClientConfig {
        let keys = |key| record(&[("publicKey", text("pk")), ("privateKey", text(key))]);
        ClientConfig::read(
            &record(&[("payouts", keys(payouts)), ("deposits", keys(deposits))]),
            Platform::default(),
        )
        .ok()
        .unwrap()
    }

    fn client() -> ClientConfig {
        config(PAYOUT_KEY, DEPOSIT_KEY)
    }

    fn options() -> VerifyConfig {
        VerifyConfig::read(&Input::Absent).unwrap()
    }

    fn hex(values: &[&str], key: &str) -> String {
        Signature::of(values, key).to_hex()
    }

    fn code(config: &ClientConfig, body: &str, header: Option<&str>) -> Result<String, ErrorCode> {
        verify(config, &options(), body.as_bytes(), header)
            .map(|callback| callback.amount)
            .map_err(|f| f.code())
    }

    const BODY: &str = r#"{"externalId":"ord-9","status":"Success","amount":2600.00,"orderType":"Withdrawal","currency":"EUR"}"#;

    #[test]
    fn every_documented_rendering_of_the_amount_verifies_and_the_bodys_digits_stay() {
        for amount in ["2600.00", "2600"] {
            let signature = hex(&["ord-9", "Success", amount, "Withdrawal"], PAYOUT_KEY);
            assert_eq!(code(&client(), BODY, Some(&signature)), Ok("2600.00".to_owned()));
            assert_eq!(code(&client(), BODY, Some(&signature.to_uppercase())), Ok("2600.00".to_owned()));
        }
        let whole = BODY.replace("2600.00", "2600");
        let signature = hex(&["ord-9", "Success", "2600.00", "Withdrawal"], PAYOUT_KEY);
        assert_eq!(code(&client(), &whole, Some(&signature)), Ok("2600".to_owned()));
        let yen = whole.replace("EUR", "JPY");
        assert_eq!(code(&client(), &yen, Some(&signature)), Err(ErrorCode::SignatureMismatch));
    }

    #[test]
    fn the_key_is_the_one_of_the_order_type_and_a_new_type_may_use_either() {
        let deposit = BODY.replace("Withdrawal", "Deposit");
        let signed = |order_type: &str, key: &str| hex(&["ord-9", "Success", "2600.00", order_type], key);
        assert!(code(&client(), &deposit, Some(&signed("Deposit", DEPOSIT_KEY))).is_ok());
        assert!(code(&client(), &deposit, Some(&signed("Deposit", PAYOUT_KEY))).is_err());
        let refund = BODY.replace("Withdrawal", "Refund");
        assert!(code(&client(), &refund, Some(&signed("Refund", DEPOSIT_KEY))).is_ok());
        assert!(code(&client(), &refund, Some(&signed("Refund", PAYOUT_KEY))).is_ok());
    }

    #[test]
    fn previous_keys_verify_while_keys_rotate() {
        let keys = record(&[
            ("publicKey", text("pk")),
            ("privateKey", text("new")),
            ("previousPrivateKeys", Input::List(vec![text("old")])),
        ]);
        let config = ClientConfig::read(&record(&[("payouts", keys)]), Platform::default()).ok().unwrap();
        for key in ["new", "old"] {
            let signature = hex(&["ord-9", "Success", "2600.00", "Withdrawal"], key);
            assert!(code(&config, BODY, Some(&signature)).is_ok(), "{key}");
        }
        assert_eq!(
            sign(&config, &options(), BODY.as_bytes()).unwrap().to_hex(),
            hex(&["ord-9", "Success", "2600.00", "Withdrawal"], "new")
        );
    }

    #[test]
    fn refusals_have_codes_of_their_own() {
        let right = hex(&["ord-9", "Success", "2600.00", "Withdrawal"], PAYOUT_KEY);
        for (body, header, expected) in [
            (BODY, None, ErrorCode::SignatureMissing),
            (BODY, Some(" "), ErrorCode::SignatureMissing),
            (BODY, Some("sha256=ab"), ErrorCode::SignatureMalformed),
            ("{}", Some(right.as_str()), ErrorCode::BodyInvalid),
            (r#"{"status":"a","status":"b"}"#, Some(right.as_str()), ErrorCode::BodyDuplicateKey),
            (&BODY.replace("ord-9", "ord-8"), Some(right.as_str()), ErrorCode::SignatureMismatch),
            (&format!("{BODY}{}", " ".repeat(65_536)), Some(right.as_str()), ErrorCode::BodyTooLarge),
        ] {
            assert_eq!(code(&client(), body, header), Err(expected));
        }
        let only_payouts = ClientConfig::read(
            &record(&[("payouts", record(&[("token", text("a.b.c"))]))]),
            Platform::default(),
        );
        assert_eq!(code(&only_payouts.ok().unwrap(), BODY, Some(&right)), Err(ErrorCode::KeyMissing));
    }

    #[test]
    fn a_diagnosis_names_the_cause_and_never_a_key() {
        use DiagnosisCause as Cause;
        let parts = |status, amount, order_type| vec!["ord-9", status, amount, order_type];
        let sign = |parts: Vec<&str>, key: &str| Some(hex(&parts, key));
        let right = parts("Success", "2600.00", "Withdrawal");
        for (config, header, cause) in [
            (client(), sign(right.clone(), PAYOUT_KEY), Cause::Verified),
            (client(), None, Cause::HeaderMissing),
            (client(), Some("Signature".to_owned()), Cause::HeaderNotHex),
            (client(), sign(right.clone(), DEPOSIT_KEY), Cause::OtherPipelineKey),
            (config(DEPOSIT_KEY, PAYOUT_KEY), sign(right.clone(), PAYOUT_KEY), Cause::OtherPipelineKey),
            (client(), sign(parts("Success", "2600.000", "Withdrawal"), PAYOUT_KEY), Cause::AmountDigitsLost),
            (client(), sign(parts("Success", "2600.0", "Withdrawal"), PAYOUT_KEY), Cause::AmountRendering),
            (client(), sign(parts("Failed", "2600", "Withdrawal"), PAYOUT_KEY), Cause::StatusChanged),
            (client(), sign(parts("Success", "2600.00", "Deposit"), DEPOSIT_KEY), Cause::OrderTypeChanged),
            (client(), sign(right, "another"), Cause::UnknownKeyOrTampered),
            (
                client(),
                sign(parts("Success", "2601.00", "Withdrawal"), PAYOUT_KEY),
                Cause::UnknownKeyOrTampered,
            ),
        ] {
            let diagnosis = diagnose(&config, &options(), BODY.as_bytes(), header.as_deref());
            assert_eq!(diagnosis.cause, cause, "{}", diagnosis.explanation);
            assert_eq!(diagnosis.verified, cause == Cause::Verified);
            assert!(!diagnosis.explanation.contains(PAYOUT_KEY) && !diagnosis.explanation.contains("ключ"));
        }
        let refused = diagnose(&client(), &options(), b"{}", Some(&"a".repeat(64)));
        assert_eq!(refused.cause, Cause::BodyRefused);
    }

    #[test]
    fn the_vectors_of_another_implementation_hold() {
        let vectors: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../../js-tests/vectors/callback_signatures.json")).unwrap();
        assert!(vectors.len() > 10);
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap();
            let config = config(text("privateKey"), text("privateKey"));
            let verified = verify(&config, &options(), text("body").as_bytes(), Some(text("signature")));
            assert_eq!(verified.is_ok(), vector["verifies"].as_bool().unwrap(), "{}", text("note"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn any_changed_character_of_a_signed_field_is_found(
            id in "[a-zA-Z0-9-]{1,36}",
            status in "Created|Processing|Success|Failed|[A-Z][a-z]{2,9}",
            cents in 1_u64..100_000_000_000,
            field in 0_usize..4,
            position in 0_usize..1000,
            replacement in "[a-zA-Z0-9]",
        ) {
            let amount = format!("{}.{:02}", cents / 100, cents % 100);
            let body = |parts: &[String]| format!(
                r#"{{"externalId":"{}","status":"{}","amount":"{}","orderType":"{}"}}"#,
                parts[0], parts[1], parts[2], parts[3]
            );
            let parts = vec![id, status, amount, "Withdrawal".to_owned()];
            let signature = sign(&client(), &options(), body(&parts).as_bytes()).unwrap().to_hex();
            prop_assert_eq!(code(&client(), &body(&parts), Some(&signature)), Ok(parts[2].clone()));

            let mut changed = parts.clone();
            let mut letters: Vec<char> = changed[field].chars().collect();
            let at = position % letters.len();
            #[allow(clippy::cast_possible_truncation)]
            let replacement = if field == 2 { char::from_digit((position % 10) as u32, 10).unwrap() } else { replacement.chars().next().unwrap() };
            prop_assume!(letters[at] != replacement);
            letters[at] = replacement;
            changed[field] = letters.into_iter().collect();
            // A changed point makes the amount another text, or the same amount with a digit more.
            prop_assert!(code(&client(), &body(&changed), Some(&signature)).is_err());

            let more = body(&parts).replace('}', r#","currency":"EUR"}"#);
            prop_assert!(code(&client(), &more, Some(&signature)).is_ok());
        }
    }
}
