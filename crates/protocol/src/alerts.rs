//! Verifies alerts. They have a separate private key.
//!
//! PayStar documentation: alerting.

use serde::Serialize;

use paystar_json::{Extra, Members};

use super::call_config::VerifyConfig;
use super::config::ClientConfig;
use super::error_code::ErrorCode;
use super::failure::Failure;
use super::signature::Signature;
use super::signed_body::{self, read_in_two_ways};

/// An alert whose signature was verified. The signature covers `createdAt` and `message`.
///
/// PayStar documentation: alerting (also called Events).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// When the alert was made, exactly as received: `2025-09-03T11:45:11.9797606Z`. Signed.
    pub created_at: String,
    /// The message, exactly as received. It may contain HTML and line breaks, so escape it before you show it. Signed.
    pub message: String,
    /// All other members of the body. Not signed.
    #[cfg_attr(feature = "typescript", tsify(type = "Record<string, JsonValue>"))]
    pub unsigned: Extra,
}

/// Returns the alert of a body if the signature is PayStar's.
pub fn verify(
    config: &ClientConfig,
    options: &VerifyConfig,
    body: &[u8],
    header: Option<&str>,
) -> Result<Alert, Failure> {
    let signature = signed_body::check(options, body, header)?;
    let alert = read_body(body)?;
    let keys = if options.private_keys.is_empty() { &config.alert_keys } else { &options.private_keys };
    if keys.is_empty() {
        let message = "There is no private key to verify alerts. Pass it in the option alerts.";
        return Err(Failure::private_key_missing(message));
    }
    if keys.iter().any(|key| Signature::of(&[&alert.created_at, &alert.message], key).is(signature)) {
        Ok(alert)
    } else {
        let message = "The signature does not fit this alert. Do not trust it.";
        Err(Failure::signature(ErrorCode::SignatureMismatch, message))
    }
}

/// PayStar documents the names in the signed text (`CreatedAt`, `Message`), but not the names in the body.
fn read_body(body: &[u8]) -> Result<Alert, Failure> {
    let invalid = |reason: String| {
        Failure::signature(ErrorCode::BodyInvalid, format!("The body is not an alert: {reason}."))
    };
    let twice = || read_in_two_ways(ErrorCode::BodyDuplicateKey, "it has a member twice");
    let mut members = Members::with_duplicates(body).map_err(invalid)?;
    if members.has_duplicate() {
        return Err(twice());
    }
    let mut signed = |names: [&str; 2]| match names.map(|name| members.take_text(name)) {
        [Ok(Some(_)), Ok(Some(_))] => Err(twice()),
        [Ok(text), Ok(other)] => Ok(text.or(other)),
        [Err(reason), _] | [_, Err(reason)] => Err(invalid(reason)),
    };
    let created_at = signed(["CreatedAt", "createdAt"])?;
    let message = signed(["Message", "message"])?;
    let created_at = created_at.ok_or_else(|| invalid("it has no CreatedAt".to_owned()))?;
    if created_at.contains(';') {
        let reason = "its CreatedAt contains a semicolon";
        return Err(read_in_two_ways(ErrorCode::BodyAmbiguousValue, reason));
    }
    let message = message.ok_or_else(|| invalid("it has no Message".to_owned()))?;
    let unsigned = members.into_rest();
    Ok(Alert { created_at, message, unsigned })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Platform;
    use paystar_model::input::Input;
    use paystar_model::input::build::{record, text};

    fn verify_with(body: &str, header: &str) -> Result<Alert, ErrorCode> {
        let config = ClientConfig::read(
            &record(&[("alerts", record(&[("privateKey", text("alarm"))]))]),
            Platform::default(),
        );
        let options = VerifyConfig::read(&Input::Absent).unwrap();
        verify(&config.ok().unwrap(), &options, body.as_bytes(), Some(header))
            .map_err(|failure| failure.code())
    }

    #[test]
    fn both_texts_are_taken_as_they_stand() {
        let message = "<i>Pipeline 4</i> is slow\nsince 11:45; again";
        let header = Signature::of(&["2026-03-01T11:45:11.9797606Z", message], "alarm").to_hex();
        let body = r#"{"CreatedAt":"2026-03-01T11:45:11.9797606Z","Message":"<i>Pipeline 4<\/i> is slow\nsince 11:45; again","Level":2}"#;
        let alert = verify_with(body, &header).unwrap();
        assert_eq!(alert.message, message);
        assert_ne!(alert.unsigned, Extra::default());
        assert!(verify_with(&body.replace("CreatedAt", "createdAt"), &header).is_ok());
        assert_eq!(
            verify_with(&body.replace("11:45;", "11:46;"), &header),
            Err(ErrorCode::SignatureMismatch)
        );
    }

    #[test]
    fn the_vectors_of_another_implementation_hold() {
        let vectors: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../../js-tests/vectors/alert_signatures.json")).unwrap();
        assert!(!vectors.is_empty());
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap();
            let signature = Signature::of(&[text("createdAt"), text("message")], text("privateKey"));
            assert_eq!(signature.to_hex(), text("signature"));
        }
    }

    #[test]
    fn what_is_no_alert_is_refused() {
        let header = "a".repeat(64);
        for (body, code) in [
            ("[]", ErrorCode::BodyInvalid),
            (r#"{"Message":"m"}"#, ErrorCode::BodyInvalid),
            (r#"{"CreatedAt":"t"}"#, ErrorCode::BodyInvalid),
            (r#"{"CreatedAt":1,"Message":"m"}"#, ErrorCode::BodyInvalid),
            (r#"{"CreatedAt":"t","createdAt":"t","Message":"m"}"#, ErrorCode::BodyDuplicateKey),
            (r#"{"CreatedAt":"t;x","Message":"m"}"#, ErrorCode::BodyAmbiguousValue),
            (r#"{"CreatedAt":"t","Message":"m"}"#, ErrorCode::SignatureMismatch),
        ] {
            assert_eq!(verify_with(body, &header), Err(code), "{body}");
        }
    }
}
