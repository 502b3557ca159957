//! The keys of a pipeline.

use subtle::ConstantTimeEq;

use crate::model::input::Input;
use crate::model::issue::{IssueCode, Issues};

use super::jwt;

/// Longer than any key or token that PayStar hands out.
const LONGEST: usize = 4096;
const MOST_PREVIOUS_KEYS: usize = 10;

/// How one pipeline authorises its requests. Deposits and payouts have keys of their own.
#[derive(Clone)]
pub struct Credentials {
    bearer: String,
    /// The public key, where the token was made from a key pair.
    public_key: Option<String>,
    /// The private key, and the previous ones while keys rotate.
    private_keys: Vec<String>,
}

impl Credentials {
    /// The value of the `Authorization` header.
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.bearer)
    }

    /// Whether a token is the one of these credentials, as PayStar checks it: a key pair takes every token that
    /// its private key signed for its public key.
    pub fn accept(&self, token: &str) -> bool {
        match (&self.public_key, self.private_keys.first()) {
            (Some(public_key), Some(private_key)) => {
                jwt::verify(token, private_key).as_ref() == Some(public_key)
            }
            _ => token.as_bytes().ct_eq(self.bearer.as_bytes()).into(),
        }
    }

    /// The keys that a callback may be signed with, the current one first.
    pub fn private_keys(&self) -> impl Iterator<Item = &str> {
        self.private_keys.iter().map(String::as_str)
    }

    /// All that must not show up in an error or a log.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.public_key.iter().chain(&self.private_keys).chain([&self.bearer]).map(String::as_str)
    }

    /// Reads `{ publicKey, privateKey }` or `{ token }`; the token of a key pair is made here, once.
    pub fn read(path: &str, input: &Input, issues: &mut Issues) -> Option<Self> {
        if input.is_absent() {
            return None;
        }
        if !matches!(input, Input::Record(_)) {
            issues.wrong_type(path, "{ publicKey, privateKey } or { token }", input);
            return None;
        }
        issues.unknown_keys(
            &format!("{path}."),
            input,
            &["publicKey", "privateKey", "token", "previousPrivateKeys"],
        );
        let mut private_keys = read_previous_keys(path, input, issues);
        let key =
            |name: &str, issues: &mut Issues| read_key(&format!("{path}.{name}"), input.get(name), issues);
        let (bearer, public_key) = if input.get("token").is_absent() {
            let (public_key, private_key) = (key("publicKey", issues), key("privateKey", issues));
            let (public_key, private_key) = (public_key?, private_key?);
            let Some(token) = jwt::sign(&public_key, &private_key) else {
                issues.error(path, IssueCode::InvalidFormat, format!("{path} cannot sign a token."));
                return None;
            };
            private_keys.insert(0, private_key);
            (token, Some(public_key))
        } else {
            if !input.get("publicKey").is_absent() {
                let message = format!("{path} has a token and a publicKey: give one of them.");
                issues.error(format!("{path}.publicKey"), IssueCode::UnknownKey, message);
            }
            if !input.get("privateKey").is_absent() {
                private_keys.insert(0, key("privateKey", issues)?);
            }
            let token = key("token", issues)?;
            if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                let message = format!("{path}.token has white space or a letter outside of ASCII in it.");
                issues.error(format!("{path}.token"), IssueCode::InvalidFormat, message);
            }
            (token, None)
        };
        Some(Self { bearer, public_key, private_keys })
    }
}

/// A key of `privateKey`, `token` and so on: text within a limit.
pub(crate) fn read_key(path: &str, input: &Input, issues: &mut Issues) -> Option<String> {
    let key = issues.required_text(path, input)?;
    if key.len() > LONGEST {
        issues.error(path, IssueCode::TooLong, format!("{path} is longer than {LONGEST} bytes."));
        return None;
    }
    Some(key.to_owned())
}

/// The keys that came before, while keys rotate.
pub(crate) fn read_previous_keys(path: &str, input: &Input, issues: &mut Issues) -> Vec<String> {
    const KEY: &str = "previousPrivateKeys";
    read_key_list(&format!("{path}.{KEY}"), input.get(KEY), issues)
}

/// A list of private keys that may be missing.
pub(crate) fn read_key_list(path: &str, input: &Input, issues: &mut Issues) -> Vec<String> {
    match input {
        Input::Absent => Vec::new(),
        Input::List(keys) if keys.len() > MOST_PREVIOUS_KEYS => {
            issues.error(
                path,
                IssueCode::TooLong,
                format!("{path} has more than {MOST_PREVIOUS_KEYS} keys."),
            );
            Vec::new()
        }
        Input::List(keys) => keys
            .iter()
            .enumerate()
            .filter_map(|(index, key)| read_key(&format!("{path}[{index}]"), key, issues))
            .collect(),
        other => {
            issues.wrong_type(path, "an array of strings", other);
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::input::build::{record, text};
    use crate::model::issue::Issue;

    fn read(entries: &[(&str, Input)]) -> (Option<Credentials>, Vec<Issue>) {
        let mut issues = Issues::default();
        let credentials = Credentials::read("payouts", &record(entries), &mut issues);
        (credentials, issues.into_vec())
    }

    #[test]
    fn a_key_pair_makes_its_token() {
        let (credentials, issues) = read(&[("publicKey", text("pk")), ("privateKey", text("sk"))]);
        assert_eq!(issues, []);
        let authorization = credentials.unwrap().authorization();
        assert_eq!(jwt::verify(authorization.strip_prefix("Bearer ").unwrap(), "sk").as_deref(), Some("pk"));
    }

    #[test]
    fn a_ready_token_is_sent_as_it_is() {
        let (credentials, issues) = read(&[("token", text("abc.def")), ("privateKey", text("sk"))]);
        assert_eq!(issues, []);
        let credentials = credentials.unwrap();
        assert_eq!(credentials.authorization(), "Bearer abc.def");
        assert_eq!(credentials.secrets().collect::<Vec<_>>(), ["sk", "abc.def"]);
    }

    #[test]
    fn what_is_wrong_is_named_and_no_key_is_printed() {
        for (entries, path) in [
            (vec![], "payouts.publicKey"),
            (vec![("publicKey", text("pk"))], "payouts.privateKey"),
            (vec![("publicKey", text("pk")), ("privateKey", text(""))], "payouts.privateKey"),
            (vec![("token", text("s3cr3t\n"))], "payouts.token"),
            (vec![("token", text("s3cr3t")), ("publicKey", text("pk"))], "payouts.publicKey"),
            (vec![("token", text("s3cr3t")), ("private_key", text("sk"))], "payouts.private_key"),
            (
                vec![("token", text("s3cr3t")), ("previousPrivateKeys", text("sk"))],
                "payouts.previousPrivateKeys",
            ),
        ] {
            let (_, issues) = read(&entries);
            assert_eq!(issues[0].path, path);
            assert!(issues.iter().all(|issue| !issue.message.contains("s3cr3t")));
        }
    }
}
