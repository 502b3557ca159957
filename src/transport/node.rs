//! Sends over `node:http` and `node:https`, by way of `node.js` beside this file.

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use crate::protocol::http::{HttpAnswer, HttpRequest};

use super::body::{LONGEST_ANSWER, TOO_LONG};
use super::send::{NoAnswer, broken, retry_after_ms};

const USER_AGENT: &str = concat!("paystar/", env!("CARGO_PKG_VERSION"));

#[wasm_bindgen(module = "/src/transport/node.js")]
extern "C" {
    #[derive(Clone)]
    pub(crate) type NodeTransport;
    #[wasm_bindgen(constructor)]
    fn new(agent: Option<&JsValue>, longest_answer: usize) -> NodeTransport;
    #[wasm_bindgen(method)]
    fn exchange(
        this: &NodeTransport,
        message: &str,
        timeout_ms: u32,
        signal: Option<&AbortSignal>,
    ) -> Promise;

    /// How an exchange ended. Members that its kind does not have are `undefined`.
    type Ending;
    #[wasm_bindgen(method, getter)]
    fn kind(this: &Ending) -> EndingKind;
    #[wasm_bindgen(method, getter, js_name = nothingSent)]
    fn nothing_sent(this: &Ending) -> bool;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Ending) -> u16;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Ending) -> Vec<u8>;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &Ending) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn error(this: &Ending) -> JsValue;
}

#[wasm_bindgen(skip_typescript)]
#[derive(Clone, Copy)]
enum EndingKind {
    Answered = "answered",
    TooLong = "tooLong",
    TimedOut = "timedOut",
    Aborted = "aborted",
    Failed = "failed",
}

impl NodeTransport {
    /// `agent` is the caller's own, of `node:http`, `node:https` or a library.
    pub(crate) fn with_agent(agent: Option<&JsValue>) -> Self {
        Self::new(agent, LONGEST_ANSWER)
    }

    pub(crate) async fn send(
        &self,
        request: &HttpRequest,
        timeout_ms: u32,
        caller: Option<&AbortSignal>,
    ) -> Result<HttpAnswer, NoAnswer> {
        let exchange = self.exchange(&message(request), timeout_ms, caller);
        let ending = JsFuture::from(exchange).await.map_err(|error| broken(false, error))?;
        let ending: Ending = ending.unchecked_into();
        Err(match ending.kind() {
            EndingKind::Answered => return Ok(answer(&ending)),
            EndingKind::TooLong => NoAnswer::Unusable { status: ending.status(), reason: TOO_LONG },
            EndingKind::TimedOut => NoAnswer::Timeout { nothing_sent: ending.nothing_sent() },
            EndingKind::Aborted => NoAnswer::Aborted { was_sent: !ending.nothing_sent() },
            _ => broken(ending.nothing_sent(), ending.error()),
        })
    }
}

fn answer(ending: &Ending) -> HttpAnswer {
    let retry_after_ms = || {
        let headers = ending.headers();
        retry_after_ms(|name| Reflect::get(&headers, &name.into()).ok()?.as_string())
    };
    let status = ending.status();
    let is_success = (200..300).contains(&status);
    HttpAnswer {
        status,
        body: ending.body(),
        retry_after_ms: if is_success { None } else { retry_after_ms() },
    }
}

/// The request as one text, since each text that crosses to JS costs: method, URL, and name and value of each header
/// in lines of their own, an empty line, the body. Unlike `fetch`, `node:http` adds no header that says who asks and
/// what it can decode.
fn message(request: &HttpRequest) -> String {
    let own = [("user-agent", USER_AGENT), ("accept-encoding", "identity")];
    let given = request.headers.iter().map(|(name, value)| (*name, value.as_str()));
    let mut lines = vec![request.method.as_str(), &request.url];
    lines.extend(own.into_iter().chain(given).flat_map(|(name, value)| [name, value]));
    lines.extend(["", request.body.as_deref().unwrap_or_default()]);
    lines.join("\n")
}
