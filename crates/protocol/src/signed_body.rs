//! What callbacks and alerts share: the header `Signature`, and the limit of the body.

use super::call_config::VerifyConfig;
use super::error_code::ErrorCode;
use super::failure::Failure;
use super::signature::Signature;

/// Reads the header, and refuses a body that is too long.
pub(super) fn check(options: &VerifyConfig, body: &[u8], header: Option<&str>) -> Result<Signature, Failure> {
    let header = header.filter(|header| !header.trim().is_empty()).ok_or_else(|| {
        Failure::signature(ErrorCode::SignatureMissing, "The request has no header Signature.")
    })?;
    let signature = Signature::from_hex(header).ok_or_else(|| {
        let message = "The header Signature is not 64 hexadecimal digits.";
        Failure::signature(ErrorCode::SignatureMalformed, message)
    })?;
    check_length(options, body)?;
    Ok(signature)
}

/// Refuses a body that is too long.
pub(super) fn check_length(options: &VerifyConfig, body: &[u8]) -> Result<(), Failure> {
    let limit = options.max_body_bytes;
    if usize::try_from(limit).is_ok_and(|limit| body.len() <= limit) {
        return Ok(());
    }
    Err(Failure::signature(ErrorCode::BodyTooLarge, format!("The body is longer than {limit} bytes.")))
}

/// Two programs could read two values from a body.
pub(super) fn read_in_two_ways(code: ErrorCode, reason: &str) -> Failure {
    Failure::signature(code, format!("The body can be read in two ways: {reason}."))
}
