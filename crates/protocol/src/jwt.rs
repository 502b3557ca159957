//! The bearer token of a key pair: a JWT, HS256, whose only claim is the public key.
//!
//! PayStar documentation: authorization.

use std::borrow::Cow;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// `{"alg":"HS256","typ":"JWT"}`
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
/// Longer than any token that this module makes from keys within their limits.
const LONGEST: usize = 16 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims<'a> {
    public_key: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// Makes the token of a key pair. It has no lifetime, so one serves for good.
pub fn sign(public_key: &str, private_key: &str) -> Option<String> {
    let claims = serde_json::to_vec(&Claims { public_key: public_key.into() }).ok()?;
    let signed = [HEADER, &Base64UrlUnpadded::encode_string(&claims)].join(".");
    let tag = mac(&signed, private_key)?.finalize().into_bytes();
    Some([signed.as_str(), &Base64UrlUnpadded::encode_string(&tag)].join("."))
}

/// The public key that a token names, if the private key signed it. Further claims are allowed.
pub fn verify(token: &str, private_key: &str) -> Option<String> {
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
    mac(signed, private_key)?.verify_slice(&decode(tag)?).ok()?;
    let claims: Claims = serde_json::from_slice(&decode(claims)?).ok()?;
    Some(claims.public_key.into_owned())
}

fn mac(text: &str, key: &str) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of any length; the error is one of the interface, not of SHA-256.
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Made with OpenSSL from keys of this test alone.
    const PUBLIC: &str = "pk_unit";
    const PRIVATE: &str = "sk_unit";
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJwdWJsaWNLZXkiOiJwa191bml0In0.omYZoAAOihcI82aBwx1LPNyHacMbHJlu66_NDbV3eDo";

    #[test]
    fn a_token_is_what_another_implementation_makes() {
        assert_eq!(sign(PUBLIC, PRIVATE).as_deref(), Some(TOKEN));
    }

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
    fn the_vectors_of_another_implementation_hold() {
        let vectors: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../../js-tests/vectors/jwt.json")).unwrap();
        assert!(!vectors.is_empty());
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap();
            assert_eq!(sign(text("publicKey"), text("privateKey")).as_deref(), Some(text("token")));
            assert_eq!(verify(text("token"), text("privateKey")).as_deref(), Some(text("publicKey")));
        }
    }

    proptest! {
        #[test]
        fn any_pair_of_keys_verifies(public_key in ".{1,40}", private_key in ".{1,90}") {
            let token = sign(&public_key, &private_key).unwrap();
            prop_assert!(token.bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert_eq!(verify(&token, &private_key), Some(public_key));
        }
    }
}
