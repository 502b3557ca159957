//! Clients: their options, and operations that send nothing.

use core::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use paystar_model::format::http_url_parts;
use paystar_model::issue::{IssueCode, Issues};
use paystar_model::request::RequestKind;
use paystar_protocol::config::{ClientConfig, Platform, TransportKind};
use paystar_protocol::failure::Failure;
use paystar_protocol::pipeline::Pipeline;

use paystar_boundary::handles::HandleTable;
use paystar_boundary::input::FlatValue;
use paystar_boundary::output::{failure_text, value_text};

#[wasm_bindgen(typescript_custom_section)]
const SURFACE: &str = include_str!("surface.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const CLASSES: &str = include_str!("classes.d.ts");

// Codes that Rust and JavaScript share: the platform.
const IS_BROWSER: u32 = 1;
const HAS_NODE_HTTP: u32 = 2;
const HAS_USABLE_URL: u32 = 4;

// Codes that Rust and JavaScript share: kinds of orders.
const PAYOUT: u8 = 0;
pub(crate) const DEPOSIT: u8 = 1;
const TOKEN_DEPOSIT: u8 = 2;
const HOSTED_DEPOSIT: u8 = 3;

thread_local! {
    static CLIENTS: RefCell<HandleTable<Rc<ClientConfig>>> = const { RefCell::new(HandleTable::new()) };
}

/// What JavaScript needs to know about a client.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClientDescription<'a> {
    /// `fetch`, `node` or `dispatcher`.
    transport: &'static str,
    /// For `console.log`.
    host: &'a str,
    pipelines: Vec<&'static str>,
    /// Options that are probably mistakes.
    warnings: Vec<&'a str>,
}

/// Makes a client. A `baseUrl` without a host is relative to `page_origin`.
#[wasm_bindgen(js_name = openClient, skip_typescript)]
pub fn open_client(client: usize, options: Vec<u8>, platform: u32, page_origin: Vec<u8>) -> String {
    let page_origin = FlatValue(page_origin).text();
    let has = |flag| platform & flag != 0;
    let known = Platform {
        is_browser: has(IS_BROWSER),
        has_node_http: has(HAS_NODE_HTTP),
        page_origin: page_origin.as_deref(),
    };
    let config = ClientConfig::read(&FlatValue(options).read(), known).and_then(|config| {
        if config.base_url.is_none() || has(HAS_USABLE_URL) {
            return Ok(config);
        }
        // The model accepts some texts that the platform refuses, such as `http://1.2.3.4.5`.
        let mut issues = Issues::default();
        let message = "baseUrl is not a URL that this platform can use.";
        issues.error("baseUrl", IssueCode::InvalidFormat, message);
        Err(issues.into_vec())
    });
    let config = match config {
        Ok(config) => config,
        Err(issues) => return failure_text(&Failure::options(issues)),
    };
    let pipelines = [Pipeline::Payouts, Pipeline::Deposits].into_iter();
    let text = value_text(&ClientDescription {
        transport: match config.transport {
            TransportKind::Fetch => "fetch",
            TransportKind::Node => "node",
            TransportKind::Dispatcher => "dispatcher",
        },
        host: config.base_url.as_deref().and_then(http_url_parts).map_or("paystar.uk", |(host, _)| host),
        pipelines: pipelines.filter(|it| config.credentials(*it).is_some()).map(Pipeline::as_str).collect(),
        warnings: config.warnings.iter().map(|issue| issue.message.as_str()).collect(),
    });
    CLIENTS.with_borrow_mut(|clients| clients.insert(client, Rc::new(config)));
    text
}

/// Forgets a client.
#[wasm_bindgen(js_name = closeClient, skip_typescript)]
pub fn close_client(client: usize) {
    CLIENTS.with_borrow_mut(|clients| clients.remove(client));
}

/// The options of a client.
pub(crate) fn config_of(client: usize) -> Result<Rc<ClientConfig>, Failure> {
    CLIENTS
        .with_borrow(|clients| clients.get(client).map(Rc::clone))
        .ok_or_else(|| Failure::options(Vec::new()))
}

/// Calls a function with the options of a client.
pub(crate) fn with_config<T>(client: usize, use_config: impl FnOnce(&ClientConfig) -> T) -> Option<T> {
    CLIENTS.with_borrow(|clients| clients.get(client).map(|config| use_config(config)))
}

/// The kind of order that a code means.
pub(crate) fn kind_of(code: u8) -> RequestKind {
    match code {
        PAYOUT => RequestKind::Payout,
        DEPOSIT => RequestKind::Deposit,
        TOKEN_DEPOSIT => RequestKind::TokenDeposit,
        HOSTED_DEPOSIT.. => RequestKind::HostedDeposit,
    }
}
