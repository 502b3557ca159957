//! Sends over `node:http` and `node:https`, by way of `node.js` beside this file.

use core::cell::RefCell;
use core::future::poll_fn;
use core::mem;
use core::task::{Poll, Waker};
use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::protocol::http::{HttpAnswer, HttpRequest};

use super::body::{LONGEST_ANSWER, TOO_LONG};
use super::send::{NoAnswer, broken, retry_after_ms};

const USER_AGENT: &str = concat!("paystar/", env!("CARGO_PKG_VERSION"));

#[wasm_bindgen(module = "/src/transport/node.js")]
extern "C" {
    type NodeTransport;
    #[wasm_bindgen(constructor)]
    fn new(agent: Option<&JsValue>, longest_answer: usize, settle: &JsValue) -> NodeTransport;
    #[wasm_bindgen(method)]
    fn exchange(
        this: &NodeTransport,
        ticket: usize,
        message: &str,
        timeout_ms: u32,
        signal: Option<&AbortSignal>,
    );
}

/// How an exchange ended. JS tells it as a number: a promise or an object for each would cost more than the rest of
/// the crossing.
struct Ending {
    kind: u8,
    nothing_sent: bool,
    status: u16,
    body: Vec<u8>,
    /// The response, or what was thrown.
    detail: JsValue,
}

const ANSWERED: u8 = 0;
const TOO_LONG_ANSWER: u8 = 1;
const TIMED_OUT: u8 = 2;
const ABORTED: u8 = 3;

enum Exchange {
    UnderWay(Option<Waker>),
    Ended(Ending),
    Over,
}

/// Exchanges by their tickets, and the tickets that may be given again.
#[derive(Default)]
struct Exchanges {
    by_ticket: RefCell<Vec<Exchange>>,
    free: RefCell<Vec<usize>>,
}

impl Exchanges {
    fn begin(&self) -> usize {
        let mut exchanges = self.by_ticket.borrow_mut();
        let ticket = self.free.borrow_mut().pop().unwrap_or(exchanges.len());
        match exchanges.get_mut(ticket) {
            Some(exchange) => *exchange = Exchange::UnderWay(None),
            None => exchanges.push(Exchange::UnderWay(None)),
        }
        ticket
    }

    fn end(&self, ticket: usize, ending: Ending) {
        let before = self.replace(ticket, Exchange::Ended(ending));
        if let Some(Exchange::UnderWay(Some(waker))) = before {
            waker.wake();
        }
    }

    fn poll(&self, ticket: usize, waker: &Waker) -> Poll<Ending> {
        if let Some(Exchange::Ended(ending)) = self.replace(ticket, Exchange::Over) {
            self.free.borrow_mut().push(ticket);
            return Poll::Ready(ending);
        }
        self.replace(ticket, Exchange::UnderWay(Some(waker.clone())));
        Poll::Pending
    }

    fn replace(&self, ticket: usize, exchange: Exchange) -> Option<Exchange> {
        self.by_ticket.borrow_mut().get_mut(ticket).map(|before| mem::replace(before, exchange))
    }
}

type Settle = dyn Fn(usize, u8, bool, u16, Vec<u8>, JsValue);

/// Sends over `node:http` and `node:https`.
#[derive(Clone)]
pub(crate) struct Node(Rc<Inner>);

struct Inner {
    transport: NodeTransport,
    exchanges: Rc<Exchanges>,
    /// What `transport` calls. It lives as long as a request is under way.
    _settle: Closure<Settle>,
}

impl Node {
    /// `agent` is the caller's own, of `node:http`, `node:https` or a library.
    pub(crate) fn with_agent(agent: Option<&JsValue>) -> Self {
        let exchanges = Rc::new(Exchanges::default());
        let settled = Rc::clone(&exchanges);
        let settle: Closure<Settle> =
            Closure::new(move |ticket, kind, nothing_sent, status, body, detail| {
                settled.end(ticket, Ending { kind, nothing_sent, status, body, detail });
            });
        let transport = NodeTransport::new(agent, LONGEST_ANSWER, settle.as_ref());
        Self(Rc::new(Inner { transport, exchanges, _settle: settle }))
    }

    pub(crate) async fn send(
        &self,
        request: &HttpRequest,
        timeout_ms: u32,
        caller: Option<&AbortSignal>,
    ) -> Result<HttpAnswer, NoAnswer> {
        let Inner { transport, exchanges, .. } = &*self.0;
        let ticket = exchanges.begin();
        transport.exchange(ticket, &message(request), timeout_ms, caller);
        let ending = poll_fn(|context| exchanges.poll(ticket, context.waker())).await;
        let Ending { kind, nothing_sent, status, body, detail } = ending;
        Err(match kind {
            ANSWERED => {
                let is_success = (200..300).contains(&status);
                let retry_after_ms = if is_success { None } else { read_retry_after(&detail) };
                return Ok(HttpAnswer { status, body, retry_after_ms });
            }
            TOO_LONG_ANSWER => NoAnswer::Unusable { status, reason: TOO_LONG },
            TIMED_OUT => NoAnswer::Timeout { nothing_sent },
            ABORTED => NoAnswer::Aborted { was_sent: !nothing_sent },
            _ => broken(nothing_sent, detail),
        })
    }
}

fn read_retry_after(response: &JsValue) -> Option<u64> {
    let headers = Reflect::get(response, &"headers".into()).ok()?;
    retry_after_ms(|name| Reflect::get(&headers, &name.into()).ok()?.as_string())
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
