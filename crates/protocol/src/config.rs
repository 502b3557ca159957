//! The options of a client and of a call, checked.

use paystar_model::format;
use paystar_model::input::{Input, Kind};
use paystar_model::issue::{Issue, IssueCode, Issues};

use super::credentials::{Credentials, read_key, read_key_list, read_previous_keys};
use super::pipeline::{PerPipeline, Pipeline};

/// One attempt may take this long unless the caller says otherwise.
const DEFAULT_TIMEOUT_MS: u32 = 30_000;
const LONGEST_TIMEOUT_MS: u32 = 3_600_000;
/// PayStar recommends a read every two minutes.
const DEFAULT_INTERVAL_MS: u32 = 120_000;
const DEFAULT_DEADLINE_MS: u32 = 86_400_000;
const LONGEST_DEADLINE_MS: u32 = 2_147_483_647;
/// Many times longer than any callback.
const DEFAULT_BODY_BYTES: u32 = 64 * 1024;
const MOST_BODY_BYTES: u32 = 16 * 1024 * 1024;
const DEFAULT_RETRIES: u32 = 2;
const MOST_RETRIES: u32 = 10;
/// A call may take as long as so many attempts unless the caller says otherwise.
const DEADLINE_ATTEMPTS: u32 = 4;

const CLIENT_KEYS: &[&str] = &[
    "payouts",
    "deposits",
    "alerts",
    "baseUrl",
    "fetch",
    "transport",
    "agent",
    "timeoutMs",
    "deadlineMs",
    "maxRetries",
    "strict",
    "dangerouslyAllowBrowser",
];
/// Options of every call.
pub const CALL_KEYS: &[&str] = &["signal", "timeoutMs", "deadlineMs", "maxRetries", "strict"];

/// Where a client runs.
#[derive(Clone, Copy, Default)]
pub struct Platform<'a> {
    /// Keys in a browser are refused.
    pub is_browser: bool,
    /// Requests can go over `node:http`.
    pub has_node_http: bool,
    /// The origin of the page, such as `https://shop.example`: a `baseUrl` of `/paystar` is below it.
    pub page_origin: Option<&'a str>,
}

/// What carries requests where no function of the caller's does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// The global `fetch`.
    Fetch,
    /// `node:http` and `node:https`.
    Node,
}

/// How requests of a pipeline are authorised.
pub enum Access<'a> {
    /// With the pipeline's token.
    Token(&'a Credentials),
    /// Not at all: the client has no keys and talks to a backend of the merchant's own.
    Open,
    /// The client has keys, but none for this pipeline.
    Missing,
}

/// The options of a client.
#[derive(Clone)]
pub struct ClientConfig {
    credentials: PerPipeline<Option<Credentials>>,
    /// The private keys of alerts, the current one first.
    pub alert_keys: Vec<String>,
    /// Stands for PayStar's hosts, without a final slash.
    pub base_url: Option<String>,
    /// What carries requests.
    pub carrier: Carrier,
    /// How long one attempt may take, its body included.
    pub timeout_ms: u32,
    /// How long a whole call may take.
    pub deadline_ms: Option<u32>,
    /// How often a call may try again.
    pub max_retries: u32,
    /// Whether warnings that strict checking knows stop a request.
    pub strict: bool,
    /// What is likely wrong with the options, and is to be said once.
    pub warnings: Vec<Issue>,
}

impl ClientConfig {
    /// Reads the options of a client.
    pub fn read(input: &Input, platform: Platform<'_>) -> Result<Self, Vec<Issue>> {
        let mut issues = Issues::default();
        if !matches!(input, Input::Record(_)) {
            issues.wrong_type("options", "an object such as { payouts: { publicKey, privateKey } }", input);
            return Err(issues.into_vec());
        }
        issues.unknown_options("", input, CLIENT_KEYS);
        let credentials = PerPipeline::from_fn(|pipeline| {
            let name = pipeline.as_str();
            Credentials::read(name, input.get(name), &mut issues)
        });
        let alert_keys = read_alert_keys(input.get("alerts"), &mut issues);
        let has_keys =
            !input.get("payouts").is_absent() || !input.get("deposits").is_absent() || !alert_keys.is_empty();
        warn_of_shared_keys(&credentials, &alert_keys, &mut issues);
        let base_url = read_base_url(input.get("baseUrl"), platform.page_origin, &mut issues);
        let allow_browser = issues
            .optional_bool("dangerouslyAllowBrowser", input.get("dangerouslyAllowBrowser"))
            .unwrap_or(false);
        if has_keys && platform.is_browser && !allow_browser {
            let message = "Keys in a browser can be read by anybody who opens the page. Let your own backend hold them, \
                           and use new PayStar({ baseUrl }) here; or set dangerouslyAllowBrowser: true.";
            issues.error("dangerouslyAllowBrowser", IssueCode::Required, message);
        }
        if !has_keys && input.get("baseUrl").is_absent() {
            let message =
                "Give the keys of a pipeline (payouts, deposits), or the baseUrl of a backend that has them.";
            issues.error("payouts", IssueCode::Required, message);
        }
        if !matches!(input.get("fetch"), Input::Absent | Input::Other(Kind::Function)) {
            issues.wrong_type("fetch", "a function (Request) => Promise<Response>", input.get("fetch"));
        }
        let carrier = read_carrier(input, platform, &mut issues);
        let timeout_ms = read_timeout(input, &mut issues).unwrap_or(DEFAULT_TIMEOUT_MS);
        let deadline_ms = read_deadline(input, &mut issues);
        let max_retries = read_retries(input, &mut issues).unwrap_or(DEFAULT_RETRIES);
        let strict = issues.optional_bool("strict", input.get("strict")).unwrap_or(false);
        if issues.has_errors() {
            return Err(issues.into_vec());
        }
        Ok(Self {
            credentials,
            alert_keys,
            base_url,
            carrier,
            timeout_ms,
            deadline_ms,
            max_retries,
            strict,
            warnings: issues.into_vec(),
        })
    }

    /// How requests of a pipeline are authorised: never with the other pipeline's key.
    pub fn access(&self, pipeline: Pipeline) -> Access<'_> {
        match self.credentials(pipeline) {
            Some(credentials) => Access::Token(credentials),
            None if self.credentials.both().any(Option::is_some) => Access::Missing,
            None => Access::Open,
        }
    }

    /// The keys of a pipeline.
    pub fn credentials(&self, pipeline: Pipeline) -> Option<&Credentials> {
        self.credentials.of(pipeline).as_ref()
    }

    /// All keys and tokens, to keep them out of errors.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let pipelines = self.credentials.both().flatten().flat_map(Credentials::secrets);
        pipelines.chain(self.alert_keys.iter().map(String::as_str))
    }
}

/// How often and how long a call may try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries after the first one.
    pub max_retries: u32,
    /// How long all of it may take, waits included.
    pub deadline_ms: u32,
}

/// What to do where PayStar has an order with the id already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDuplicate {
    /// It is an error, which carries that order.
    Throw,
    /// That order is the result.
    Return,
}

/// The options of one call; what is not given comes from the client.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CallConfig {
    /// How long one attempt may take, its body included.
    pub timeout_ms: Option<u32>,
    /// How long the whole call may take.
    pub deadline_ms: Option<u32>,
    /// How often the call may try again.
    pub max_retries: Option<u32>,
    /// Whether warnings that strict checking knows stop a request.
    pub strict: Option<bool>,
}

impl CallConfig {
    /// Reads the options of a call.
    pub fn read(input: &Input) -> Result<Self, Vec<Issue>> {
        let (call, issues) = Self::read_with(input, CALL_KEYS);
        if issues.has_errors() { Err(issues.into_vec()) } else { Ok(call) }
    }

    /// Reads them beside other keys.
    pub fn read_with(input: &Input, known: &[&str]) -> (Self, Issues) {
        let mut issues = Issues::default();
        if !matches!(input, Input::Absent | Input::Record(_)) {
            issues.wrong_type("options", "an object such as { signal, timeoutMs }", input);
        }
        issues.unknown_options("", input, known);
        let timeout_ms = read_timeout(input, &mut issues);
        let deadline_ms = read_deadline(input, &mut issues);
        let max_retries = read_retries(input, &mut issues);
        let strict = issues.optional_bool("strict", input.get("strict"));
        if !matches!(input.get("signal"), Input::Absent | Input::Other(Kind::AbortSignal)) {
            issues.wrong_type("signal", "an AbortSignal", input.get("signal"));
        }
        (Self { timeout_ms, deadline_ms, max_retries, strict }, issues)
    }

    /// How the call may try again, with the client's options where it has none.
    pub fn retry_policy(&self, client: &ClientConfig) -> RetryPolicy {
        let timeout_ms = self.timeout_ms.unwrap_or(client.timeout_ms);
        let usual = timeout_ms.saturating_mul(DEADLINE_ATTEMPTS);
        RetryPolicy {
            max_retries: self.max_retries.unwrap_or(client.max_retries),
            deadline_ms: self.deadline_ms.or(client.deadline_ms).unwrap_or(usual),
        }
    }
}

/// Options of a creation.
#[derive(Debug, PartialEq, Eq)]
pub struct CreateConfig {
    /// What a duplicate is.
    pub on_duplicate: OnDuplicate,
    /// As of every call.
    pub call: CallConfig,
}

impl CreateConfig {
    /// Reads the options of a creation.
    pub fn read(input: &Input) -> Result<Self, Vec<Issue>> {
        let (call, mut issues) = CallConfig::read_with(input, &[CALL_KEYS, &["onDuplicate"]].concat());
        let on_duplicate = match issues.optional_text("onDuplicate", input.get("onDuplicate")) {
            None | Some("throw") => OnDuplicate::Throw,
            Some("return") => OnDuplicate::Return,
            Some(_) => {
                let message = "onDuplicate must be \"throw\" or \"return\".";
                issues.error("onDuplicate", IssueCode::UnknownValue, message);
                OnDuplicate::Throw
            }
        };
        if issues.has_errors() { Err(issues.into_vec()) } else { Ok(Self { on_duplicate, call }) }
    }
}

/// Options of a verification.
#[derive(Debug, PartialEq, Eq)]
pub struct VerifyConfig {
    /// Keys to use instead of the client's.
    pub private_keys: Vec<String>,
    /// The longest body that is read, in bytes.
    pub max_body_bytes: u32,
}

impl VerifyConfig {
    /// Reads the options of a verification.
    pub fn read(input: &Input) -> Result<Self, Vec<Issue>> {
        let mut issues = Issues::default();
        if !matches!(input, Input::Absent | Input::Record(_)) {
            issues.wrong_type("options", "an object such as { maxBodyBytes }", input);
        }
        issues.unknown_options("", input, &["privateKeys", "maxBodyBytes"]);
        let private_keys = read_key_list("privateKeys", input.get("privateKeys"), &mut issues);
        let max_body_bytes = issues
            .optional_whole("maxBodyBytes", input.get("maxBodyBytes"), 1, MOST_BODY_BYTES)
            .unwrap_or(DEFAULT_BODY_BYTES);
        if issues.has_errors() { Err(issues.into_vec()) } else { Ok(Self { private_keys, max_body_bytes }) }
    }
}

/// Options of waiting for a final status.
#[derive(Debug, PartialEq, Eq)]
pub struct WaitConfig {
    /// The first wait between two reads.
    pub interval_ms: u32,
    /// How long all of it may take.
    pub deadline_ms: u32,
    /// As of every call.
    pub call: CallConfig,
}

impl WaitConfig {
    /// Reads the options of waiting.
    pub fn read(input: &Input) -> Result<Self, Vec<Issue>> {
        const KEYS: &[&str] = &["signal", "timeoutMs", "strict", "intervalMs", "deadlineMs", "onStatus"];
        let (call, mut issues) = CallConfig::read_with(input, KEYS);
        let interval_ms = issues
            .optional_whole("intervalMs", input.get("intervalMs"), 1, LONGEST_TIMEOUT_MS)
            .unwrap_or(DEFAULT_INTERVAL_MS);
        let deadline_ms = call.deadline_ms.unwrap_or(DEFAULT_DEADLINE_MS);
        if !matches!(input.get("onStatus"), Input::Absent | Input::Other(Kind::Function)) {
            issues.wrong_type("onStatus", "a function", input.get("onStatus"));
        }
        if issues.has_errors() { Err(issues.into_vec()) } else { Ok(Self { interval_ms, deadline_ms, call }) }
    }
}

fn read_alert_keys(input: &Input, issues: &mut Issues) -> Vec<String> {
    const PATH: &str = "alerts";
    if input.is_absent() {
        return Vec::new();
    }
    if !matches!(input, Input::Record(_)) {
        issues.wrong_type(PATH, "{ privateKey }", input);
        return Vec::new();
    }
    issues.unknown_options("alerts.", input, &["privateKey", "previousPrivateKeys"]);
    let mut keys = read_previous_keys(PATH, input, issues);
    if let Some(key) = read_key("alerts.privateKey", input.get("privateKey"), issues) {
        keys.insert(0, key);
    }
    keys
}

/// PayStar gives separate keys to each pipeline and to alerts. The same key twice is likely a copy in the wrong place, but
/// only PayStar knows.
fn warn_of_shared_keys(
    credentials: &PerPipeline<Option<Credentials>>,
    alerts: &[String],
    issues: &mut Issues,
) {
    if let PerPipeline { payouts: Some(payouts), deposits: Some(deposits) } = credentials
        && payouts.share_a_key(deposits)
    {
        let message = "payouts and deposits share a key, but PayStar gives each pipeline keys of its own.";
        issues.warning("deposits", IssueCode::DuplicateKey, message);
    }
    if credentials.both().flatten().any(|pipeline| pipeline.share_a_private_key(alerts)) {
        let message = "alerts and a pipeline share a key, but PayStar gives alerts a key of their own.";
        issues.warning("alerts", IssueCode::DuplicateKey, message);
    }
}

fn read_timeout(input: &Input, issues: &mut Issues) -> Option<u32> {
    issues.optional_whole("timeoutMs", input.get("timeoutMs"), 1, LONGEST_TIMEOUT_MS)
}

fn read_carrier(input: &Input, platform: Platform<'_>, issues: &mut Issues) -> Carrier {
    const NEEDS_NODE: &str = "needs Node 20.16, 22.3 or newer.";
    let default = if platform.has_node_http { Carrier::Node } else { Carrier::Fetch };
    let carrier = match issues.optional_text("transport", input.get("transport")) {
        None => default,
        Some("fetch") => Carrier::Fetch,
        Some("node") => Carrier::Node,
        Some(_) => {
            issues.error("transport", IssueCode::UnknownValue, "transport must be \"node\" or \"fetch\".");
            default
        }
    };
    if carrier == Carrier::Node && !platform.has_node_http {
        issues.error("transport", IssueCode::UnknownValue, ["transport \"node\" ", NEEDS_NODE].concat());
    }
    match input.get("agent") {
        // Not to use it could be not to use the proxy that it stands for.
        Input::Other(Kind::Agent) if !input.get("fetch").is_absent() || carrier == Carrier::Fetch => {
            let message =
                ["agent works without fetch and with transport \"node\" only, which ", NEEDS_NODE].concat();
            issues.error("agent", IssueCode::UnknownValue, message);
        }
        Input::Absent | Input::Other(Kind::Agent) => {}
        other => issues.wrong_type("agent", "an Agent of node:http or node:https", other),
    }
    carrier
}

fn read_deadline(input: &Input, issues: &mut Issues) -> Option<u32> {
    issues.optional_whole("deadlineMs", input.get("deadlineMs"), 1, LONGEST_DEADLINE_MS)
}

fn read_retries(input: &Input, issues: &mut Issues) -> Option<u32> {
    issues.optional_whole("maxRetries", input.get("maxRetries"), 0, MOST_RETRIES)
}

fn read_base_url(input: &Input, page_origin: Option<&str>, issues: &mut Issues) -> Option<String> {
    let given = issues.optional_text("baseUrl", input)?;
    // `//host` is not a path: a browser takes it for another host.
    let is_path = given.starts_with('/') && !given.starts_with("//");
    let origin = if is_path { page_origin.unwrap_or_default() } else { "" };
    let url = [origin, given].concat();
    match format::http_url_parts(&url) {
        Some((_, tail)) if !tail.contains(['?', '#']) => Some(url.trim_end_matches('/').to_owned()),
        _ => {
            let message = "baseUrl must be an absolute http or https URL without a user name, query or fragment, such as \
                           http://127.0.0.1:4010. Only in a page it may be a path of the page's origin, such as /paystar.";
            issues.error("baseUrl", IssueCode::InvalidFormat, message);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paystar_model::input::build::{number, record, text};
    use paystar_model::issue::Severity;

    fn keys() -> Input<'static> {
        record(&[("publicKey", text("pk")), ("privateKey", text("sk"))])
    }

    fn wrong(entries: &[(&str, Input)], is_browser: bool) -> Vec<(String, IssueCode)> {
        wrong_on(Platform { is_browser, has_node_http: !is_browser, page_origin: None }, entries)
    }

    fn wrong_on(platform: Platform<'_>, entries: &[(&str, Input)]) -> Vec<(String, IssueCode)> {
        match ClientConfig::read(&record(entries), platform) {
            Ok(_) => Vec::new(),
            Err(issues) => issues.into_iter().map(|issue| (issue.path, issue.code)).collect(),
        }
    }

    #[test]
    fn keys_or_a_base_url_are_needed() {
        assert_eq!(wrong(&[("payouts", keys())], false), []);
        assert_eq!(wrong(&[("baseUrl", text("https://merch.example/paystar/"))], false), []);
        assert_eq!(wrong(&[], false), [("payouts".to_owned(), IssueCode::Required)]);
    }

    #[test]
    fn keys_in_a_browser_are_refused_unless_it_is_asked_for() {
        let flag = ("dangerouslyAllowBrowser", Input::Bool(true));
        assert_eq!(wrong(&[("payouts", keys())], true)[0].0, "dangerouslyAllowBrowser");
        assert_eq!(wrong(&[("payouts", keys()), flag], true), []);
        assert_eq!(wrong(&[("baseUrl", text("https://merch.example"))], true), []);
    }

    #[test]
    fn access_never_borrows_the_other_pipelines_key() {
        let only_deposits =
            ClientConfig::read(&record(&[("deposits", keys())]), Platform::default()).ok().unwrap();
        assert!(matches!(only_deposits.access(Pipeline::Payouts), Access::Missing));
        let none =
            ClientConfig::read(&record(&[("baseUrl", text("http://a"))]), Platform::default()).ok().unwrap();
        assert!(matches!(none.access(Pipeline::Payouts), Access::Open));
    }

    #[test]
    fn wrong_options_are_named() {
        for (key, value) in [
            ("baseURL", text("http://a")),
            ("baseUrl", text("http://a/?b")),
            ("baseUrl", text("http://user:pw@a")),
            ("fetch", text("x")),
            ("transport", text("undici")),
            ("agent", record(&[])),
            ("timeoutMs", number("0")),
            ("timeoutMs", number("1.5")),
            ("maxRetries", number("11")),
            ("deadlineMs", number("0")),
            ("strict", text("yes")),
        ] {
            assert_eq!(wrong(&[("payouts", keys()), (key, value)], false)[0].0, key);
        }
        assert!(ClientConfig::read(&Input::Absent, Platform::default()).is_err());
    }

    #[test]
    fn a_secret_as_the_name_of_an_option_is_not_printed() {
        for secret in ["sk_live_77ab", "s3cr3t", "eyJh.eyJw.c2ln", &"x".repeat(1_000_000)] {
            let named = record(&[(secret, number("1"))]);
            let read = |options: &Input| ClientConfig::read(options, Platform::default()).err().unwrap();
            let found = [
                read(&named),
                read(&record(&[("payouts", named.clone())])),
                read(&record(&[("alerts", named.clone())])),
                CallConfig::read(&named).unwrap_err(),
                VerifyConfig::read(&named).unwrap_err(),
            ];
            for issue in found.iter().flatten() {
                assert!(!issue.path.contains(secret) && !issue.message.contains(secret), "{secret}");
                assert!(issue.path.len() < 30 && issue.message.len() < 400);
            }
        }
    }

    fn warnings(entries: &[(&str, Input)]) -> Vec<(String, Severity)> {
        let config = ClientConfig::read(&record(entries), Platform::default()).ok().unwrap();
        config.warnings.into_iter().map(|issue| (issue.path, issue.severity)).collect()
    }

    #[test]
    fn a_key_in_two_places_is_warned_of() {
        let pair = |public, private| record(&[("publicKey", text(public)), ("privateKey", text(private))]);
        let token = |token, private| record(&[("token", text(token)), ("privateKey", text(private))]);
        let alerts = |key| ("alerts", record(&[("privateKey", text(key))]));
        let of_deposits = [("deposits".to_owned(), Severity::Warning)];
        for (payouts, deposits) in [
            (pair("pk", "sk"), pair("pk", "sk")),
            (pair("pk1", "sk"), pair("pk2", "sk")),
            (pair("pk", "sk1"), pair("pk", "sk2")),
            (token("a.b.c", "sk1"), token("a.b.c", "sk2")),
            (token("a.b.c", "sk"), pair("pk", "sk")),
        ] {
            assert_eq!(warnings(&[("payouts", payouts), ("deposits", deposits)]), of_deposits);
        }
        let of_alerts = [("alerts".to_owned(), Severity::Warning)];
        assert_eq!(warnings(&[("payouts", pair("pk", "sk")), alerts("sk")]), of_alerts);
        assert_eq!(warnings(&[("deposits", token("a.b.c", "sk")), alerts("sk")]), of_alerts);
        let each_its_own = [("payouts", pair("pk1", "sk1")), ("deposits", pair("pk2", "sk2")), alerts("sk3")];
        assert_eq!(warnings(&each_its_own), []);
    }

    #[test]
    fn in_a_page_a_base_url_may_be_a_path_of_its_origin() {
        let read = |base_url, page_origin| {
            let platform = Platform { is_browser: true, page_origin, ..Platform::default() };
            ClientConfig::read(&record(&[("baseUrl", text(base_url))]), platform)
                .map(|config| config.base_url.unwrap())
                .map_err(|mut issues| issues.swap_remove(0).message)
        };
        let page = Some("https://shop.example");
        for (given, url) in [
            ("/paystar", "https://shop.example/paystar"),
            ("/paystar/", "https://shop.example/paystar"),
            ("/", "https://shop.example"),
            ("/a/b.c", "https://shop.example/a/b.c"),
            ("https://api.shop.example/x", "https://api.shop.example/x"),
        ] {
            assert_eq!(read(given, page).as_deref(), Ok(url));
        }
        for given in [
            "paystar",
            "./paystar",
            "../paystar",
            "//evil.example",
            "/\\evil.example",
            "/a?b",
            "/a#b",
            "/a b",
            "?a",
        ] {
            assert!(read(given, page).unwrap_err().contains("a path of the page's origin"), "{given}");
        }
        // A page from a file or in a frame without rights has the origin "null".
        assert!(read("/paystar", Some("null")).is_err());
        for given in ["/paystar", "paystar", "//evil.example", ""] {
            let message = read(given, None).unwrap_err();
            assert!(
                given.is_empty() || message.contains("absolute") && message.contains("Only in a page"),
                "{message}"
            );
        }
    }

    #[test]
    fn node_carries_where_it_can_unless_fetch_is_asked_for() {
        let node = Platform { has_node_http: true, ..Platform::default() };
        let carrier = |platform, name: Option<&str>| {
            let name = name.map_or(Input::Absent, text);
            ClientConfig::read(&record(&[("payouts", keys()), ("transport", name)]), platform)
                .map(|config| config.carrier)
                .map_err(|issues| issues[0].path.clone())
        };
        assert_eq!(carrier(node, None), Ok(Carrier::Node));
        assert_eq!(carrier(node, Some("node")), Ok(Carrier::Node));
        assert_eq!(carrier(node, Some("fetch")), Ok(Carrier::Fetch));
        assert_eq!(carrier(Platform::default(), None), Ok(Carrier::Fetch));
        assert_eq!(carrier(Platform::default(), Some("fetch")), Ok(Carrier::Fetch));
        assert_eq!(carrier(Platform::default(), Some("node")), Err("transport".to_owned()));
    }

    #[test]
    fn an_agent_that_would_not_be_used_is_refused() {
        let node = Platform { has_node_http: true, ..Platform::default() };
        let wrong_with = |platform, key: &'static str, value| {
            wrong_on(platform, &[("payouts", keys()), ("agent", Input::Other(Kind::Agent)), (key, value)])
        };
        assert_eq!(wrong_with(node, "transport", text("node")), []);
        let refused = [("agent".to_owned(), IssueCode::UnknownValue)];
        assert_eq!(wrong_with(node, "transport", text("fetch")), refused);
        assert_eq!(wrong_with(node, "fetch", Input::Other(Kind::Function)), refused);
        assert_eq!(wrong_with(Platform::default(), "strict", Input::Bool(true)), refused);
    }

    #[test]
    fn call_options_are_checked_too() {
        let read = |entries: &[(&str, Input)]| CallConfig::read(&record(entries));
        assert_eq!(CallConfig::read(&Input::Absent), Ok(CallConfig::default()));
        assert_eq!(
            read(&[("timeoutMs", number("5")), ("signal", Input::Other(Kind::AbortSignal))]),
            Ok(CallConfig { timeout_ms: Some(5), ..CallConfig::default() })
        );
        assert!(read(&[("timeout", number("5"))]).is_err());
        assert!(read(&[("signal", record(&[]))]).is_err());
        assert!(CallConfig::read(&text("x")).is_err());
    }

    #[test]
    fn a_call_may_take_as_long_as_four_attempts_unless_somebody_says_otherwise() {
        let client = |entries: &[(&str, Input)]| {
            let all = [&[("payouts", keys())], entries].concat();
            ClientConfig::read(&record(&all), Platform::default()).ok().unwrap()
        };
        let call = |entries: &[(&str, Input)]| CallConfig::read(&record(entries)).unwrap();
        let policy = |max_retries, deadline_ms| RetryPolicy { max_retries, deadline_ms };
        assert_eq!(call(&[]).retry_policy(&client(&[])), policy(2, 120_000));
        assert_eq!(call(&[("timeoutMs", number("50"))]).retry_policy(&client(&[])), policy(2, 200));
        let strict = client(&[("deadlineMs", number("7")), ("maxRetries", number("0"))]);
        assert_eq!(call(&[("timeoutMs", number("50"))]).retry_policy(&strict), policy(0, 7));
        let own = call(&[("deadlineMs", number("9")), ("maxRetries", number("5"))]);
        assert_eq!(own.retry_policy(&strict), policy(5, 9));
    }

    #[test]
    fn a_duplicate_is_thrown_or_returned() {
        let read = |value| CreateConfig::read(&record(&[("onDuplicate", value)]));
        assert_eq!(read(text("return")).unwrap().on_duplicate, OnDuplicate::Return);
        assert_eq!(CreateConfig::read(&Input::Absent).unwrap().on_duplicate, OnDuplicate::Throw);
        assert!(read(text("ignore")).is_err() && read(Input::Bool(true)).is_err());
    }
}
