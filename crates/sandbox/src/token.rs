//! Checks the bearer token of a request, as PayStar does.
//!
//! PayStar documentation: authorization.

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use paystar_protocol::credentials::Credentials;

/// Longer than any token that a client makes from keys within their limits.
const LONGEST: usize = 16 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims {
    public_key: String,
}

/// Whether the header `Authorization` has a valid token. A key pair accepts every token that its private key signed for
/// its public key.
pub(crate) fn is_authorized(credentials: &Credentials, authorization: &str) -> bool {
    match (credentials.public_key(), credentials.private_keys().next()) {
        (Some(public_key), Some(private_key)) => {
            let token = authorization.strip_prefix("Bearer ");
            token.and_then(|token| verify(token, private_key)).is_some_and(|key| key == public_key)
        }
        _ => authorization.as_bytes().ct_eq(credentials.authorization().as_bytes()).into(),
    }
}

/// The public key in a token that the private key signed. Other claims are allowed.
fn verify(token: &str, private_key: &str) -> Option<String> {
    if token.len() > LONGEST {
        return None;
    }
    let (signed, tag) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let decode = |part: &str| Base64UrlUnpadded::decode_vec(part).ok();
    let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
    if header.alg != "HS256" {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(private_key.as_bytes()).ok()?;
    mac.update(signed.as_bytes());
    mac.verify_slice(&decode(tag)?).ok()?;
    let claims: Claims = serde_json::from_slice(&decode(claims)?).ok()?;
    Some(claims.public_key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use paystar_protocol::jwt;

    /// Made with OpenSSL. Only this test uses these keys.
    const PUBLIC: &str = "pk_unit";
    const PRIVATE: &str = "sk_unit";
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJwdWJsaWNLZXkiOiJwa191bml0In0.omYZoAAOihcI82aBwx1LPNyHacMbHJlu66_NDbV3eDo";

    #[test]
    fn a_token_verifies_only_with_its_key_and_unchanged() {
        assert_eq!(verify(TOKEN, PRIVATE).as_deref(), Some(PUBLIC));
        assert_eq!(verify(TOKEN, "sk_other"), None);
        assert_eq!(verify("", PRIVATE), None);
        assert_eq!(verify("a.b.c", PRIVATE), None);
        assert_eq!(verify(&"a.".repeat(LONGEST), PRIVATE), None);
        let unsigned = format!(
            "{}.{}.",
            Base64UrlUnpadded::encode_string(br#"{"alg":"none"}"#),
            "eyJwdWJsaWNLZXkiOiJ4In0"
        );
        assert_eq!(verify(&unsigned, PRIVATE), None);
    }

    #[test]
    fn tokens_of_another_implementation_verify() {
        let vectors: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../../js-tests/vectors/jwt.json")).unwrap();
        assert!(!vectors.is_empty());
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap();
            assert_eq!(verify(text("token"), text("privateKey")).as_deref(), Some(text("publicKey")));
        }
    }

    proptest! {
        #[test]
        fn the_token_of_any_keys_verifies(public_key in ".{1,40}", private_key in ".{1,90}") {
            let token = jwt::sign(&public_key, &private_key).unwrap();
            prop_assert_eq!(verify(&token, &private_key), Some(public_key));
        }
    }
}
