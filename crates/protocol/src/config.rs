//! The options of a client, checked.

use paystar_model::format;
use paystar_model::input::{Input, Kind};
use paystar_model::issue::{Issue, IssueCode, Issues};

use super::call_config::{
    CallConfig, DEADLINE_ATTEMPTS, DEFAULT_RETRIES, DEFAULT_TIMEOUT_MS, RetryPolicy, read_deadline,
    read_retries, read_timeout,
};
use super::credentials::{Credentials, read_key, read_previous_keys};
use super::pipeline::{PerPipeline, Pipeline};

const CLIENT_KEYS: &[&str] = &[
    "payouts",
    "deposits",
    "alerts",
    "baseUrl",
    "fetch",
    "transport",
    "agent",
    "dispatcher",
    "timeoutMs",
    "deadlineMs",
    "maxRetries",
    "strict",
    "dangerouslyAllowBrowser",
];
/// Where a client runs.
#[derive(Clone, Copy, Default)]
pub struct Platform<'a> {
    /// Whether this is a browser. Keys are refused there.
    pub is_browser: bool,
    /// Whether `node:http` is available.
    pub has_node_http: bool,
    /// The origin of the page, such as `https://shop.example`. A `baseUrl` such as `/paystar` is a path of this origin.
    pub page_origin: Option<&'a str>,
}

/// The transport, if the caller has no `fetch` function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportKind {
    /// The global `fetch`.
    Fetch,
    /// `node:http` and `node:https`.
    Node,
    /// The dispatcher of Node's own `fetch`, or the dispatcher of the caller.
    Dispatcher,
}

/// How the requests of a pipeline are authorised.
pub enum Access<'a> {
    /// With the pipeline's token.
    Token(&'a Credentials),
    /// Without a token: the client has no keys. It sends to a backend of the merchant.
    Open,
    /// The client has keys, but not for this pipeline.
    Missing,
}

/// The options of a client.
#[derive(Clone)]
pub struct ClientConfig {
    credentials: PerPipeline<Option<Credentials>>,
    /// The private keys of alerts, the current one first.
    pub alert_keys: Vec<String>,
    /// The custom base URL in place of PayStar's hosts, without a final slash.
    pub base_url: Option<String>,
    /// What sends the requests.
    pub transport: TransportKind,
    /// How long one attempt may take, including the body of the response.
    pub timeout_ms: u32,
    /// How long a whole call may take.
    pub deadline_ms: Option<u32>,
    /// How often a call may retry.
    pub max_retries: u32,
    /// Whether a wrong check digit of a card number stops a request.
    pub strict: bool,
    /// Probable mistakes in the options. Each is reported once.
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
            let message = "Everybody who opens the page can read keys in a browser. Keep the keys in your own backend, \
                           and use new PayStar({ baseUrl }) here. Or set dangerouslyAllowBrowser: true.";
            issues.error("dangerouslyAllowBrowser", IssueCode::Required, message);
        }
        if !has_keys && input.get("baseUrl").is_absent() {
            let message = "Pass the keys of a pipeline (payouts, deposits), or the baseUrl of a backend that has the keys.";
            issues.error("payouts", IssueCode::Required, message);
        }
        if !matches!(input.get("fetch"), Input::Absent | Input::Other(Kind::Function)) {
            issues.wrong_type("fetch", "a function (Request) => Promise<Response>", input.get("fetch"));
        }
        let transport = read_transport(input, platform, &mut issues);
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
            transport,
            timeout_ms,
            deadline_ms,
            max_retries,
            strict,
            warnings: issues.into_vec(),
        })
    }

    /// How the requests of a pipeline are authorised. The client never uses the keys of the other pipeline.
    pub fn access(&self, pipeline: Pipeline) -> Access<'_> {
        match self.credentials(pipeline) {
            Some(credentials) => Access::Token(credentials),
            None if self.credentials.both().any(Option::is_some) => Access::Missing,
            None => Access::Open,
        }
    }

    /// Whether all requests go to a backend of the merchant, which has the keys.
    pub fn is_behind_panel(&self) -> bool {
        self.base_url.is_some() && !self.credentials.both().any(Option::is_some)
    }

    /// The keys of a pipeline.
    pub fn credentials(&self, pipeline: Pipeline) -> Option<&Credentials> {
        self.credentials.of(pipeline).as_ref()
    }

    /// How a call may retry. An option that the call does not have comes from the client.
    pub fn retry_policy(&self, call: &CallConfig) -> RetryPolicy {
        let timeout_ms = call.timeout_ms.unwrap_or(self.timeout_ms);
        let default = timeout_ms.saturating_mul(DEADLINE_ATTEMPTS);
        RetryPolicy {
            max_retries: call.max_retries.unwrap_or(self.max_retries),
            deadline_ms: call.deadline_ms.or(self.deadline_ms).unwrap_or(default),
        }
    }

    /// All keys and tokens. They must not appear in errors.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let pipelines = self.credentials.both().flatten().flat_map(Credentials::secrets);
        pipelines.chain(self.alert_keys.iter().map(String::as_str))
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

/// PayStar gives separate keys to each pipeline and to alerts. The same key in two places is probably a mistake, but only
/// PayStar knows.
fn warn_of_shared_keys(
    credentials: &PerPipeline<Option<Credentials>>,
    alerts: &[String],
    issues: &mut Issues,
) {
    if let PerPipeline { payouts: Some(payouts), deposits: Some(deposits) } = credentials
        && payouts.share_a_key(deposits)
    {
        let message =
            "payouts and deposits have the same key, but PayStar gives each pipeline different keys.";
        issues.warning("deposits", IssueCode::DuplicateKey, message);
    }
    if credentials.both().flatten().any(|pipeline| pipeline.share_a_private_key(alerts)) {
        let message = "alerts and a pipeline have the same key, but PayStar gives alerts a different key.";
        issues.warning("alerts", IssueCode::DuplicateKey, message);
    }
}

fn read_transport(input: &Input, platform: Platform<'_>, issues: &mut Issues) -> TransportKind {
    const NEEDS_NODE: &str = "needs Node 20.16, 22.3 or newer.";
    let default = if platform.has_node_http { TransportKind::Dispatcher } else { TransportKind::Fetch };
    let has_agent = !input.get("agent").is_absent();
    let has_dispatcher = !input.get("dispatcher").is_absent();
    let transport = match issues.optional_text("transport", input.get("transport")) {
        None if has_dispatcher => TransportKind::Dispatcher,
        None if has_agent && platform.has_node_http => TransportKind::Node,
        None => default,
        Some("fetch") => TransportKind::Fetch,
        Some("node") => TransportKind::Node,
        Some("dispatcher") => TransportKind::Dispatcher,
        Some(_) => {
            let message = "transport must be \"node\", \"dispatcher\" or \"fetch\".";
            issues.error("transport", IssueCode::UnknownValue, message);
            default
        }
    };
    if transport != TransportKind::Fetch && !platform.has_node_http && !has_dispatcher {
        let name = if transport == TransportKind::Node { "\"node\" " } else { "\"dispatcher\" " };
        issues.error("transport", IssueCode::UnknownValue, ["transport ", name, NEEDS_NODE].concat());
    }
    match input.get("agent") {
        // The agent may be for a proxy. To ignore it could mean to send requests past the proxy.
        Input::Other(Kind::Agent) if !input.get("fetch").is_absent() || transport != TransportKind::Node => {
            let message =
                ["agent works only without fetch and with transport \"node\", which ", NEEDS_NODE].concat();
            issues.error("agent", IssueCode::UnknownValue, message);
        }
        Input::Absent | Input::Other(Kind::Agent) => {}
        other => issues.wrong_type("agent", "an Agent of node:http or node:https", other),
    }
    match input.get("dispatcher") {
        // It may be for a proxy, too.
        Input::Other(Kind::Dispatcher)
            if !input.get("fetch").is_absent()
                || has_agent
                || transport != TransportKind::Dispatcher
                || !platform.has_node_http =>
        {
            let message = [
                "dispatcher works only without agent and fetch, and with transport \"dispatcher\", which ",
                NEEDS_NODE,
            ];
            issues.error("dispatcher", IssueCode::UnknownValue, message.concat());
        }
        Input::Absent | Input::Other(Kind::Dispatcher) => {}
        other => issues.wrong_type("dispatcher", "a Dispatcher of undici", other),
    }
    transport
}

fn read_base_url(input: &Input, page_origin: Option<&str>, issues: &mut Issues) -> Option<String> {
    let given = issues.optional_text("baseUrl", input)?;
    // `//host` is not a path: in a browser it is another host.
    let is_path = given.starts_with('/') && !given.starts_with("//");
    let origin = if is_path { page_origin.unwrap_or_default() } else { "" };
    let url = [origin, given].concat();
    match format::http_url_parts(&url) {
        Some((_, tail)) if !tail.contains(['?', '#']) => Some(url.trim_end_matches('/').to_owned()),
        _ => {
            let message = "baseUrl must be an absolute http or https URL without a user name, query or fragment, such as \
                           http://127.0.0.1:4010. In a page it can also be a path of the page's origin, such as /paystar.";
            issues.error("baseUrl", IssueCode::InvalidFormat, message);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::call_config::{CreateConfig, OnDuplicate, VerifyConfig};
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
            ("dispatcher", record(&[])),
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
                given.is_empty() || message.contains("absolute") && message.contains("In a page it can"),
                "{message}"
            );
        }
    }

    #[test]
    fn node_carries_where_it_can_unless_fetch_is_asked_for() {
        let node = Platform { has_node_http: true, ..Platform::default() };
        let transport = |platform, name: Option<&str>| {
            let name = name.map_or(Input::Absent, text);
            ClientConfig::read(&record(&[("payouts", keys()), ("transport", name)]), platform)
                .map(|config| config.transport)
                .map_err(|issues| issues[0].path.clone())
        };
        assert_eq!(transport(node, None), Ok(TransportKind::Dispatcher));
        assert_eq!(transport(node, Some("node")), Ok(TransportKind::Node));
        assert_eq!(transport(node, Some("fetch")), Ok(TransportKind::Fetch));
        assert_eq!(transport(node, Some("dispatcher")), Ok(TransportKind::Dispatcher));
        assert_eq!(transport(Platform::default(), Some("dispatcher")), Err("transport".to_owned()));
        assert_eq!(transport(Platform::default(), None), Ok(TransportKind::Fetch));
        assert_eq!(transport(Platform::default(), Some("fetch")), Ok(TransportKind::Fetch));
        assert_eq!(transport(Platform::default(), Some("node")), Err("transport".to_owned()));
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
    fn a_dispatcher_that_would_not_be_used_is_refused() {
        let node = Platform { has_node_http: true, ..Platform::default() };
        let given = ("dispatcher", Input::Other(Kind::Dispatcher));
        let wrong_with = |platform, key: &'static str, value| {
            wrong_on(platform, &[("payouts", keys()), given.clone(), (key, value)])
        };
        assert_eq!(wrong_with(node, "transport", text("dispatcher")), []);
        let refused = [("dispatcher".to_owned(), IssueCode::UnknownValue)];
        assert_eq!(wrong_with(node, "transport", text("node")), refused);
        assert_eq!(wrong_with(node, "transport", text("fetch")), refused);
        assert_eq!(wrong_with(node, "fetch", Input::Other(Kind::Function)), refused);
        assert_eq!(wrong_with(Platform::default(), "strict", Input::Bool(true)), refused);
        let both = wrong_with(node, "agent", Input::Other(Kind::Agent));
        assert!(both.contains(&refused[0]), "{both:?}");
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
        assert_eq!(client(&[]).retry_policy(&call(&[])), policy(2, 120_000));
        assert_eq!(client(&[]).retry_policy(&call(&[("timeoutMs", number("50"))])), policy(2, 200));
        let strict = client(&[("deadlineMs", number("7")), ("maxRetries", number("0"))]);
        assert_eq!(strict.retry_policy(&call(&[("timeoutMs", number("50"))])), policy(0, 7));
        let own = call(&[("deadlineMs", number("9")), ("maxRetries", number("5"))]);
        assert_eq!(strict.retry_policy(&own), policy(5, 9));
    }

    #[test]
    fn a_duplicate_is_thrown_or_returned() {
        let read = |value| CreateConfig::read(&record(&[("onDuplicate", value)]));
        assert_eq!(read(text("return")).unwrap().on_duplicate, OnDuplicate::Return);
        assert_eq!(CreateConfig::read(&Input::Absent).unwrap().on_duplicate, OnDuplicate::Throw);
        assert!(read(text("ignore")).is_err() && read(Input::Bool(true)).is_err());
    }
}
