//! The bearer token of a key pair: a JWT, HS256, whose only claim is the public key.
//!
//! PayStar documentation: authorization.

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;

/// `{"alg":"HS256","typ":"JWT"}`
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Claims<'a> {
    public_key: &'a str,
}

/// Makes the token of a key pair. The token never expires, so it can be used for all requests.
pub fn sign(public_key: &str, private_key: &str) -> Option<String> {
    let claims = serde_json::to_vec(&Claims { public_key }).ok()?;
    let signed = [HEADER, &Base64UrlUnpadded::encode_string(&claims)].join(".");
    // HMAC accepts keys of any length: the error belongs to the interface and never happens with SHA-256.
    let mut mac = Hmac::<Sha256>::new_from_slice(private_key.as_bytes()).ok()?;
    mac.update(signed.as_bytes());
    let tag = mac.finalize().into_bytes();
    Some([signed.as_str(), &Base64UrlUnpadded::encode_string(&tag)].join("."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Made with OpenSSL. Only this test uses these keys.
    const PUBLIC: &str = "pk_unit";
    const PRIVATE: &str = "sk_unit";
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJwdWJsaWNLZXkiOiJwa191bml0In0.omYZoAAOihcI82aBwx1LPNyHacMbHJlu66_NDbV3eDo";

    #[test]
    fn another_implementation_makes_the_same_token() {
        assert_eq!(sign(PUBLIC, PRIVATE).as_deref(), Some(TOKEN));
    }

    #[test]
    fn tokens_equal_the_vectors_of_another_implementation() {
        let vectors: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../../js-tests/vectors/jwt.json")).unwrap();
        assert!(!vectors.is_empty());
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap();
            assert_eq!(sign(text("publicKey"), text("privateKey")).as_deref(), Some(text("token")));
        }
    }

    proptest! {
        #[test]
        fn a_token_is_visible_ascii_for_any_keys(public_key in ".{1,40}", private_key in ".{1,90}") {
            let token = sign(&public_key, &private_key).unwrap();
            prop_assert!(token.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }
}
