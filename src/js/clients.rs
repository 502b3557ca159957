//! Clients: their options, and what is asked of them without sending anything.

use core::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use paystar_model::format::http_url_parts;
use paystar_model::issue::{IssueCode, Issues};
use paystar_model::request::{OrderRequest, RequestKind};
use paystar_protocol::config::{CallConfig, Carrier, ClientConfig, Platform};
use paystar_protocol::failure::Failure;
use paystar_protocol::pipeline::Pipeline;

use paystar_boundary::input::Crossed;
use paystar_boundary::output::{done, failed, finish};
use paystar_boundary::slots::Slots;

#[wasm_bindgen(typescript_custom_section)]
const SURFACE: &str = include_str!("surface.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const CLASSES: &str = include_str!("classes.d.ts");

const IS_BROWSER: u32 = 1;
const HAS_NODE_HTTP: u32 = 2;
const HAS_USABLE_URL: u32 = 4;

thread_local! {
    static CLIENTS: RefCell<Slots<Rc<ClientConfig>>> = const { RefCell::new(Slots::new()) };
}

/// What JS needs to know of a client's options.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Opened<'a> {
    uses_node: bool,
    /// For `console.log`.
    host: &'a str,
    pipelines: Vec<&'static str>,
    /// What is probably a mistake.
    warnings: Vec<&'a str>,
}

/// Makes the client of a number. A `baseUrl` without a host is below `page_origin`.
#[wasm_bindgen(js_name = openClient, skip_typescript)]
pub fn open_client(client: usize, options: Vec<u8>, platform: u32, page_origin: Vec<u8>) -> String {
    let page_origin = Crossed(page_origin).text();
    let has = |flag| platform & flag != 0;
    let known = Platform {
        is_browser: has(IS_BROWSER),
        has_node_http: has(HAS_NODE_HTTP),
        page_origin: page_origin.as_deref(),
    };
    let config = ClientConfig::read(&Crossed(options).read(), known).and_then(|config| {
        if config.base_url.is_none() || has(HAS_USABLE_URL) {
            return Ok(config);
        }
        // The rules of the model let some texts through that the platform does not take, such as `http://1.2.3.4.5`.
        let mut issues = Issues::default();
        let message = "baseUrl is not a URL that this platform can use.";
        issues.error("baseUrl", IssueCode::InvalidFormat, message);
        Err(issues.into_vec())
    });
    let config = match config {
        Ok(config) => config,
        Err(issues) => return failed(&Failure::options(issues)),
    };
    let pipelines = [Pipeline::Payouts, Pipeline::Deposits].into_iter();
    let text = done(&Opened {
        uses_node: config.carrier == Carrier::Node,
        host: config.base_url.as_deref().and_then(http_url_parts).map_or("paystar.uk", |(host, _)| host),
        pipelines: pipelines.filter(|it| config.credentials(*it).is_some()).map(Pipeline::as_str).collect(),
        warnings: config.warnings.iter().map(|issue| issue.message.as_str()).collect(),
    });
    CLIENTS.with_borrow_mut(|clients| clients.put(client, Rc::new(config)));
    text
}

/// Forgets a client.
#[wasm_bindgen(js_name = closeClient, skip_typescript)]
pub fn close_client(client: usize) {
    CLIENTS.with_borrow_mut(|clients| clients.take(client));
}

/// The options of a client.
pub(crate) fn config_of(client: usize) -> Result<Rc<ClientConfig>, Failure> {
    CLIENTS
        .with_borrow(|clients| clients.get(client).map(Rc::clone))
        .ok_or_else(|| Failure::options(Vec::new()))
}

/// The kind of a request, by its number in JS.
pub(crate) fn kind_of(kind: u8) -> RequestKind {
    match kind {
        0 => RequestKind::Payout,
        1 => RequestKind::Deposit,
        2 => RequestKind::TokenDeposit,
        _ => RequestKind::HostedDeposit,
    }
}

/// Finds everything that is wrong with a request.
#[wasm_bindgen(skip_typescript)]
pub fn validate(client: usize, kind: u8, request: Vec<u8>, options: Vec<u8>) -> String {
    finish(config_of(client).and_then(|config| {
        let call = CallConfig::read(&Crossed(options).read()).map_err(Failure::options)?;
        let strict = call.strict.unwrap_or(config.strict);
        Ok(OrderRequest::check(&Crossed(request).read(), kind_of(kind), strict).1)
    }))
}
