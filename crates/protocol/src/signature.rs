//! PayStar's signatures: SHA-256 (no HMAC) over values joined by semicolons, the private key last.
//!
//! PayStar documentation: callbacks, alerting.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A signature as bytes.
#[derive(Clone, Copy)]
pub struct Signature([u8; 32]);

impl Signature {
    /// Signs values with a private key, in the order of PayStar's documentation.
    pub fn of(values: &[&str], private_key: &str) -> Self {
        // One text is hashed faster than its parts.
        let mut text = String::with_capacity(256);
        for value in values {
            text.push_str(value);
            text.push(';');
        }
        text.push_str(private_key);
        Self(Sha256::digest(text).into())
    }

    /// Reads a header: 64 hexadecimal digits in upper or lower case. White space around them is ignored.
    pub fn from_hex(header: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        base16ct::mixed::decode(header.trim_ascii(), &mut bytes).ok().filter(|read| read.len() == 32)?;
        Some(Self(bytes))
    }

    /// The text for the header, in lower case.
    pub fn to_hex(self) -> String {
        base16ct::lower::encode_string(&self.0)
    }

    /// Compares two signatures in constant time, so that the time does not show where they differ.
    pub fn is(self, other: Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_another_implementation_makes() {
        // printf 'ord-1;Success;100;Deposit;key-1' | sha256sum
        let expected = "6d2e8912278f032e7949ea11e65c89bde9015cabd97df3c57996fe0aeb3a1a01";
        let signature = Signature::of(&["ord-1", "Success", "100", "Deposit"], "key-1");
        assert_eq!(signature.to_hex(), expected);
        assert!(Signature::from_hex(&expected.to_uppercase()).is_some_and(|same| same.is(signature)));
        assert!(!Signature::of(&["ord-1", "Success", "101", "Deposit"], "key-1").is(signature));
    }

    #[test]
    fn a_header_is_64_hexadecimal_digits() {
        for wrong in [
            "",
            "ab",
            &"g".repeat(64),
            &"a".repeat(63),
            &"a".repeat(66),
            &format!("sha256={}", "a".repeat(64)),
        ] {
            assert!(Signature::from_hex(wrong).is_none(), "{wrong}");
        }
        assert!(Signature::from_hex(&format!(" {} ", "aB".repeat(32))).is_some());
    }
}
