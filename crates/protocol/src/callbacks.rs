//! Verifies, diagnoses and signs callbacks.
//!
//! PayStar documentation: callbacks.

use paystar_model::callback::Callback;
use paystar_model::plain_callback::PlainCallback;

use super::call_config::VerifyConfig;
use super::config::ClientConfig;
use super::diagnosis::{Diagnosis, DiagnosisCause, explain_mismatch};
use super::error_code::ErrorCode;
use super::failure::Failure;
use super::pipeline::Pipeline;
use super::received::{Received, keys_for, keys_of, read_callback, signature_of};
use super::signature::Signature;
use super::signed_body::check_length;

/// No default limit is smaller.
pub const MOST_PLAIN_BYTES: usize = 8192;

/// Returns the callback of a body if the signature is PayStar's.
pub fn verify(
    config: &ClientConfig,
    options: &VerifyConfig,
    body: &[u8],
    header: Option<&str>,
) -> Result<Callback, Failure> {
    let received = Received::read(config, options, body, header)?;
    if received.is_signed() {
        return Ok(received.callback);
    }
    let message = "The signature does not fit this body. Do not trust this callback.";
    Err(Failure::signature(ErrorCode::SignatureMismatch, message))
}

/// The callback of a body if [`verify`] accepts it without options, and if the body has its usual form. `None` says nothing
/// about the signature: call [`verify`] then. So all rules are there, and this is only faster.
pub fn verify_plain<'a>(config: &ClientConfig, body: &'a str, header: &str) -> Option<PlainCallback<'a>> {
    let signature = Signature::from_hex(header)?;
    if body.len() > MOST_PLAIN_BYTES {
        return None;
    }
    let callback = PlainCallback::read(body)?;
    let pipeline = match callback.order_type {
        "Deposit" => Pipeline::Deposits,
        "Withdrawal" => Pipeline::Payouts,
        _ => return None,
    };
    let PlainCallback { external_id, status, amount, order_type, .. } = callback;
    let signed = [external_id, status, amount, order_type];
    let mut keys = config.credentials(pipeline)?.private_keys();
    keys.any(|key| Signature::of(&signed, key).is(signature)).then_some(callback)
}

/// Finds out why a callback does not verify.
pub fn diagnose(
    config: &ClientConfig,
    options: &VerifyConfig,
    body: &[u8],
    header: Option<&str>,
) -> Diagnosis {
    match Received::read(config, options, body, header) {
        Ok(received) if received.is_signed() => {
            Diagnosis::new(DiagnosisCause::Verified, "The signature is right.")
        }
        Ok(received) => explain_mismatch(&received, &keys_of(config, &Pipeline::ALL)),
        Err(failure) => {
            let cause = match failure.code() {
                ErrorCode::SignatureMissing => DiagnosisCause::HeaderMissing,
                ErrorCode::SignatureMalformed => DiagnosisCause::HeaderNotHex,
                ErrorCode::KeyMissing => DiagnosisCause::KeyMissing,
                _ => DiagnosisCause::BodyRefused,
            };
            Diagnosis::new(cause, failure.message)
        }
    }
}

/// Signs a body as PayStar does, for tests: with the current key of its pipeline, and with the amount unchanged.
pub fn sign(config: &ClientConfig, options: &VerifyConfig, body: &[u8]) -> Result<Signature, Failure> {
    check_length(options, body)?;
    let callback = read_callback(body)?;
    match keys_for(config, options, &callback).first() {
        Some(key) => Ok(signature_of(&callback, &callback.amount, key)),
        None => Err(Failure::private_key_missing("There is no private key to sign with.")),
    }
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

    #[test]
    fn the_fast_way_accepts_what_the_slow_way_accepts() {
        let right = hex(&["ord-9", "Success", "2600.00", "Withdrawal"], PAYOUT_KEY);
        let plain = |body: &str, header: &str| {
            let fast = verify_plain(&client(), body, header).map(|callback| callback.amount.to_owned());
            assert!(fast.is_none() || fast.as_deref() == code(&client(), body, Some(header)).ok().as_deref());
            fast.is_some()
        };
        assert!(plain(BODY, &right) && plain(BODY, &format!(" {} ", right.to_uppercase())));
        let canonical = hex(&["ord-9", "Success", "2600", "Withdrawal"], PAYOUT_KEY);
        let other_key = hex(&["ord-9", "Success", "2600.00", "Withdrawal"], DEPOSIT_KEY);
        for header in ["", "x", &canonical, &other_key, right.split_at(1).1] {
            assert!(!plain(BODY, header), "{header}");
        }
        assert!(!plain(&format!("{BODY}{}", " ".repeat(MOST_PLAIN_BYTES)), &right));
        for body in
            [BODY.replace("ord-9", "ord-8"), BODY.replace("Withdrawal", "Deposit"), BODY.replace('}', "")]
        {
            assert!(!plain(&body, &right), "{body}");
        }
        let new_type = hex(&["ord-9", "Success", "2600.00", "Refund"], PAYOUT_KEY);
        assert!(!plain(&BODY.replace("Withdrawal", "Refund"), &new_type));
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
