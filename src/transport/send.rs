//! Sends one request and reads its whole answer, or says why not.

use gloo_net::http::Headers;
use js_sys::{Date, Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Request, RequestInit, RequestRedirect};

use crate::protocol::http::{HttpAnswer, HttpRequest};

use super::body::{self, BodyError, TOO_LONG, settle};
use super::connection;
use super::drive;
use super::node::Node;
use super::watch::{Stop, Watch};

#[wasm_bindgen]
extern "C" {
    // Looked up at the time of the call, so that a later patch of the global is honoured. Not with a `Request`:
    // `fetch` would make another one of it.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;

    // Structural and catching: the headers may be those of another library.
    type AnyHeaders;
    #[wasm_bindgen(method, catch)]
    fn get(this: &AnyHeaders, name: &str) -> Result<JsValue, JsValue>;
}

/// Why there is no answer, with what was thrown.
pub(crate) type NoAnswer = drive::NoAnswer<Option<JsValue>>;

/// The connection could not be made, or broke.
pub(crate) fn broken(nothing_sent: bool, error: JsValue) -> NoAnswer {
    NoAnswer::Connection { nothing_sent, code: connection::code(&error), cause: Some(error) }
}

impl From<Stop> for NoAnswer {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Timeout => Self::Timeout { nothing_sent: false },
            Stop::Aborted => Self::Aborted { was_sent: true },
        }
    }
}

/// What carries the requests of a client.
#[derive(Clone)]
pub(crate) enum Transport {
    /// A function of the caller's, which is called like `fetch`.
    Injected(Function),
    /// The global `fetch`.
    Fetch,
    /// `node:http` and `node:https`.
    Node(Node),
}

impl Transport {
    pub(crate) async fn exchange(
        &self,
        request: &HttpRequest,
        timeout_ms: u32,
        caller: Option<&AbortSignal>,
    ) -> Result<HttpAnswer, NoAnswer> {
        if caller.is_some_and(AbortSignal::aborted) {
            return Err(NoAnswer::Aborted { was_sent: false });
        }
        if let Self::Node(node) = self {
            return node.send(request, timeout_ms, caller).await;
        }
        let not_built = |error| broken(true, error);
        let watch = Watch::start(timeout_ms, caller).map_err(not_built)?;
        let init = init(request, &watch.signal());
        let answer = async {
            let response = self.fetch(&request.url, &init).await?;
            let status = read_status(&response)?;
            let body = body::read(&response).await.map_err(|error| match error {
                BodyError::Broken(error) => broken(false, error),
                BodyError::TooLong => NoAnswer::Unusable { status, reason: TOO_LONG },
            })?;
            Ok(HttpAnswer { status, body, retry_after_ms: read_retry_after(&response) })
        };
        watch.race(answer).await?
    }

    async fn fetch(&self, url: &str, init: &RequestInit) -> Result<JsValue, NoAnswer> {
        let (called, is_injected) = match self {
            Self::Injected(fetch) => {
                // Built without gloo-net's `RequestBuilder`: that makes a second `Request` only to read its URL, and
                // panics on an error of another realm.
                let request =
                    Request::new_with_str_and_init(url, init).map_err(|error| broken(true, error))?;
                (fetch.call1(&JsValue::UNDEFINED, &request), true)
            }
            _ => (global_fetch(url, init), false),
        };
        let answered = match called {
            Ok(promise) => settle(promise).await,
            Err(error) => Err(error),
        };
        answered.map_err(|error| {
            let error = if is_injected { error } else { connection::root_cause(&error) };
            // An injected function may have tried before it failed, so its error proves nothing.
            let nothing_sent = !is_injected && connection::proves_nothing_sent(&error);
            broken(nothing_sent, error)
        })
    }
}

fn init(request: &HttpRequest, signal: &AbortSignal) -> RequestInit {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value);
    }
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_headers(&headers.into_raw());
    // A redirect would carry the card data to another place.
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(signal));
    if let Some(body) = &request.body {
        init.set_body(&JsValue::from_str(body));
    }
    init
}

fn read_retry_after(response: &JsValue) -> Option<u64> {
    let headers = Reflect::get(response, &"headers".into()).ok()?;
    retry_after_ms(|name| headers.unchecked_ref::<AnyHeaders>().get(name).ok()?.as_string())
}

/// `Retry-After` in seconds or as a date. A date is held against the server's own clock, where it tells it.
pub(crate) fn retry_after_ms(header: impl Fn(&str) -> Option<String>) -> Option<u64> {
    let text = header("retry-after")?;
    let since_server_now = || {
        let server_now = header("date").map_or(f64::NAN, |date| Date::parse(&date));
        Date::parse(&text) - if server_now.is_nan() { Date::now() } else { server_now }
    };
    let seconds = text.trim().parse::<u32>();
    let ms = seconds.map_or_else(|_| since_server_now(), |seconds| f64::from(seconds) * 1000.0);
    // A saturating cast: a date that is past or none makes 0.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    ms.is_finite().then_some(ms as u64)
}

fn read_status(response: &JsValue) -> Result<u16, NoAnswer> {
    let status = Reflect::get(response, &"status".into()).ok().and_then(|status| status.as_f64());
    match status {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(status) if (0.0..1000.0).contains(&status) => Ok(status as u16),
        _ => Err(broken(false, JsError::new("fetch must resolve to a Response.").into())),
    }
}
