//! The keys of a pipeline.

use paystar_model::input::Input;
use paystar_model::issue::{IssueCode, Issues};
use paystar_model::{format, lookalike};

use super::jwt;

/// Longer than any key or token of PayStar. The message says the same number.
const LONGEST: usize = 4096;
/// The message says the same number.
const MOST_PREVIOUS_KEYS: usize = 10;

/// The keys of one pipeline. Payouts and deposits have different keys.
#[derive(Clone)]
pub struct Credentials {
    bearer: String,
    /// The public key, if the token was made from a key pair.
    public_key: Option<String>,
    /// The private key, and the previous ones while keys rotate.
    private_keys: Vec<String>,
}

impl Credentials {
    /// The value of the `Authorization` header.
    pub fn authorization(&self) -> String {
        ["Bearer ", &self.bearer].concat()
    }

    /// The public key. `None` if the options have a token instead of a key pair.
    pub fn public_key(&self) -> Option<&str> {
        self.public_key.as_deref()
    }

    /// The keys that may have signed a callback, the current key first.
    pub fn private_keys(&self) -> impl Iterator<Item = &str> {
        self.private_keys.iter().map(String::as_str)
    }

    /// Everything that must not appear in an error or a log.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.public_key.iter().chain(&self.private_keys).chain([&self.bearer]).map(String::as_str)
    }

    /// Whether another pipeline has one of these keys, too.
    pub fn share_a_key(&self, other: &Self) -> bool {
        let has_same_public_key = self.public_key.is_some() && self.public_key == other.public_key;
        has_same_public_key || self.bearer == other.bearer || self.share_a_private_key(&other.private_keys)
    }

    /// Whether one of the private keys is in a list.
    pub fn share_a_private_key(&self, others: &[String]) -> bool {
        self.private_keys.iter().any(|key| others.contains(key))
    }

    /// Reads `{ publicKey, privateKey }` or `{ token }`. The token of a key pair is made here, once.
    pub fn read(path: &str, input: &Input, issues: &mut Issues) -> Option<Self> {
        if input.is_absent() {
            return None;
        }
        if !matches!(input, Input::Record(_)) {
            issues.wrong_type(path, "{ publicKey, privateKey } or { token }", input);
            return None;
        }
        issues.unknown_options(
            &[path, "."].concat(),
            input,
            &["publicKey", "privateKey", "token", "previousPrivateKeys"],
        );
        let mut private_keys = read_previous_keys(path, input, issues);
        let key =
            |name: &str, issues: &mut Issues| read_key(&[path, ".", name].concat(), input.get(name), issues);
        let (bearer, public_key) = if input.get("token").is_absent() {
            let (public_key, private_key) = (key("publicKey", issues), key("privateKey", issues));
            let (public_key, private_key) = (public_key?, private_key?);
            let Some(token) = jwt::sign(&public_key, &private_key) else {
                issues.error(path, IssueCode::InvalidFormat, [path, " cannot sign a token."].concat());
                return None;
            };
            private_keys.insert(0, private_key);
            if private_keys.contains(&public_key) {
                let path = [path, ".privateKey"].concat();
                let message = [&path, " is the same as publicKey."].concat();
                issues.error(path, IssueCode::InvalidFormat, message);
            }
            (token, Some(public_key))
        } else {
            if !input.get("publicKey").is_absent() {
                let message = [path, " has a token and a publicKey. Pass only one of them."].concat();
                issues.error([path, ".publicKey"].concat(), IssueCode::UnknownKey, message);
            }
            if !input.get("privateKey").is_absent() {
                private_keys.insert(0, key("privateKey", issues)?);
            }
            let token = key("token", issues)?;
            // A private key in place of the token would be sent with each request.
            let has_parts = token.split('.').count() == 3 && token.split('.').all(|part| !part.is_empty());
            if !has_parts || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                let path = [path, ".token"].concat();
                let message =
                    [&path, " must have three parts, separated by points, of visible ASCII characters."]
                        .concat();
                issues.error(path, IssueCode::InvalidFormat, message);
            }
            (token, None)
        };
        Some(Self { bearer, public_key, private_keys })
    }
}

/// Reads a key or a token: a text within a limit, without characters that files and settings add by accident.
pub(crate) fn read_key(path: &str, input: &Input, issues: &mut Issues) -> Option<String> {
    let key = issues.required_text(path, input)?;
    let is_quoted = matches!(key.as_bytes(), [b'"', .., b'"'] | [b'\'', .., b'\''] | [b'`', .., b'`']);
    let (code, wrong) = if key.len() > LONGEST {
        (IssueCode::TooLong, " is longer than any key (4096 bytes).")
    } else if !format::is_trimmed(key) {
        (IssueCode::InvalidFormat, " has white space around it. Remove it with trim().")
    } else if is_quoted {
        (IssueCode::InvalidFormat, " has quotes around it. Remove them.")
    } else if key.chars().any(lookalike::is_invisible) {
        (IssueCode::InvalidFormat, " contains a line break or an invisible character. Copy the key again.")
    } else if key == "undefined" {
        (IssueCode::InvalidFormat, " is the text \"undefined\".")
    } else {
        return Some(key.to_owned());
    };
    issues.error(path, code, [path, wrong].concat());
    None
}

/// Reads the previous keys, while keys rotate.
pub(crate) fn read_previous_keys(path: &str, input: &Input, issues: &mut Issues) -> Vec<String> {
    const KEY: &str = "previousPrivateKeys";
    read_key_list(&[path, ".", KEY].concat(), input.get(KEY), issues)
}

/// Reads an optional list of private keys.
pub(crate) fn read_key_list(path: &str, input: &Input, issues: &mut Issues) -> Vec<String> {
    match input {
        Input::Absent => Vec::new(),
        Input::List(keys) if keys.len() > MOST_PREVIOUS_KEYS => {
            issues.error(path, IssueCode::TooLong, [path, " has more than 10 keys."].concat());
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
    use paystar_model::input::build::{record, text};
    use paystar_model::issue::Issue;

    fn read(entries: &[(&str, Input)]) -> (Option<Credentials>, Vec<Issue>) {
        let mut issues = Issues::default();
        let credentials = Credentials::read("payouts", &record(entries), &mut issues);
        (credentials, issues.into_vec())
    }

    #[test]
    fn a_key_pair_makes_its_token() {
        let (credentials, issues) = read(&[("publicKey", text("pk")), ("privateKey", text("sk"))]);
        assert_eq!(issues, []);
        let token = jwt::sign("pk", "sk").unwrap();
        assert_eq!(credentials.unwrap().authorization(), ["Bearer ", &token].concat());
    }

    #[test]
    fn a_ready_token_is_sent_as_it_is() {
        let (credentials, issues) = read(&[("token", text("abc.def.gh")), ("privateKey", text("sk"))]);
        assert_eq!(issues, []);
        let credentials = credentials.unwrap();
        assert_eq!(credentials.authorization(), "Bearer abc.def.gh");
        assert_eq!(credentials.secrets().collect::<Vec<_>>(), ["sk", "abc.def.gh"]);
    }

    #[test]
    fn a_token_has_three_parts_and_nothing_more_is_checked_of_it() {
        for token in ["a.b.c", "eyJh.eyJw.sig-_", "made.up.token"] {
            assert_eq!(read(&[("token", text(token))]).1, [], "{token}");
        }
        for token in
            ["sk_live_77ab", "s3cr3t", "a.b", "a.b.c.d", "a..c", ".b.c", "a.b.", "..", "a.b c.d", "a.ключ.c"]
        {
            let (_, issues) = read(&[("token", text(token))]);
            assert_eq!(
                (issues[0].path.as_str(), issues[0].code),
                ("payouts.token", IssueCode::InvalidFormat)
            );
            assert!(!issues[0].message.contains(token), "{token}");
        }
    }

    #[test]
    fn a_key_with_what_came_along_is_refused_with_what_to_do() {
        for (key, advice) in [
            ("s3cr3t\n", "trim()"),
            ("s3cr3t\r\n", "trim()"),
            (" s3cr3t", "trim()"),
            ("\u{a0}s3cr3t", "trim()"),
            ("\"s3cr3t\"", "quotes"),
            ("'s3cr3t'", "quotes"),
            ("`s3cr3t`", "quotes"),
            ("s3cr\n3t", "Copy the key again"),
            ("s3cr\u{0}3t", "Copy the key again"),
            ("\u{feff}s3cr3t", "Copy the key again"),
            ("s3cr\u{200b}3t", "Copy the key again"),
            ("-----BEGIN KEY-----\ns3cr3t\n-----END KEY-----", "Copy the key again"),
            ("undefined", "the text"),
        ] {
            let previous = Input::List(vec![text(key)]);
            for (entries, path) in [
                (vec![("publicKey", text("pk")), ("privateKey", text(key))], "payouts.privateKey"),
                (vec![("publicKey", text(key)), ("privateKey", text("sk"))], "payouts.publicKey"),
                (vec![("token", text(key))], "payouts.token"),
                (vec![("token", text("a.b.c")), ("privateKey", text(key))], "payouts.privateKey"),
                (
                    vec![("token", text("a.b.c")), ("previousPrivateKeys", previous)],
                    "payouts.previousPrivateKeys[0]",
                ),
            ] {
                let (credentials, issues) = read(&entries);
                assert_eq!(
                    (issues[0].path.as_str(), issues[0].code),
                    (path, IssueCode::InvalidFormat),
                    "{key:?}"
                );
                assert!(credentials.is_none() || path.ends_with("[0]"));
                assert!(issues[0].message.contains(advice), "{}", issues[0].message);
                assert!(!issues[0].message.contains("s3cr"));
            }
        }
        for right in ["sk", "a b", "\"a", "k'", "\"", "ключ", "sk/+=="] {
            assert_eq!(read(&[("publicKey", text("pk")), ("privateKey", text(right))]).1, [], "{right}");
        }
    }

    #[test]
    fn a_private_key_is_not_the_public_key() {
        let (same, pk) = (text("s3cr3t"), text("pk"));
        for entries in [
            vec![("publicKey", same.clone()), ("privateKey", same.clone())],
            vec![
                ("publicKey", same.clone()),
                ("privateKey", pk),
                ("previousPrivateKeys", Input::List(vec![same])),
            ],
        ] {
            let (_, issues) = read(&entries);
            assert_eq!(issues[0].path, "payouts.privateKey");
            assert!(!issues[0].message.contains("s3cr3t"));
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_no_key_is_printed() {
        for (entries, path) in [
            (vec![], "payouts.publicKey"),
            (vec![("publicKey", text("pk"))], "payouts.privateKey"),
            (vec![("publicKey", text("pk")), ("privateKey", text(""))], "payouts.privateKey"),
            (vec![("token", text("s3cr3t\n"))], "payouts.token"),
            (vec![("token", text("a.s3cr3t.c")), ("publicKey", text("pk"))], "payouts.publicKey"),
            (vec![("token", text("a.s3cr3t.c")), ("private_key", text("sk"))], "payouts.private_key"),
            (vec![("token", text("a.s3cr3t.c")), ("s3cr3t", text("sk"))], "payouts"),
            (
                vec![("token", text("a.s3cr3t.c")), ("previousPrivateKeys", text("sk"))],
                "payouts.previousPrivateKeys",
            ),
        ] {
            let (_, issues) = read(&entries);
            assert_eq!(issues[0].path, path);
            assert!(issues.iter().all(|issue| !issue.message.contains("s3cr3t")));
        }
    }
}
