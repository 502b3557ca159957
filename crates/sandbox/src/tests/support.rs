//! What the tests share.

use paystar_json::Members;
use paystar_model::input::Input;
use paystar_model::input::build::{number, record, text};
use paystar_protocol::endpoint::DEPOSITS;
use paystar_protocol::jwt;

use crate::config::SandboxConfig;
use crate::{ReceivedRequest, Response, Sandbox};

/// 2026-01-01T00:00:00Z.
pub(super) const T0: u64 = 1_767_225_600_000;
pub(super) const CARD: &str = "4111111111111111";

pub(super) fn options_with<'a>(entries: &[(&'a str, Input<'a>)]) -> Input<'a> {
    let keys = |public, private| record(&[("publicKey", text(public)), ("privateKey", text(private))]);
    let mut all = vec![
        ("payouts", keys("pk_out", "sk_out")),
        ("deposits", keys("pk_in", "sk_in")),
        ("processingAfterMs", number("1000")),
        ("finalAfterMs", number("3000")),
    ];
    all.extend(entries.iter().cloned());
    record(&all)
}

pub(super) fn sandbox_with(entries: &[(&str, Input)]) -> Sandbox {
    Sandbox::new(SandboxConfig::read(&options_with(entries)).unwrap())
}

pub(super) fn bearer(public: &str, private: &str) -> String {
    format!("Bearer {}", jwt::sign(public, private).unwrap())
}

/// Sends a request with the key of its pipeline.
pub(super) fn send(sandbox: &mut Sandbox, method: &str, target: &str, body: &str, now: u64) -> Response {
    send_to_host(sandbox, method, target, None, body, now)
}

pub(super) fn send_to_host(
    sandbox: &mut Sandbox,
    method: &str,
    target: &str,
    named_host: Option<&str>,
    body: &str,
    now: u64,
) -> Response {
    let is_deposit = target.starts_with(DEPOSITS);
    let authorization = if is_deposit { bearer("pk_in", "sk_in") } else { bearer("pk_out", "sk_out") };
    let request = ReceivedRequest {
        method,
        target,
        authorization: Some(&authorization),
        named_host,
        origin: "http://sandbox",
        body: body.as_bytes(),
        ..ReceivedRequest::default()
    };
    sandbox.respond(&request, now)
}

/// The body of a creation. `more` has other members, with a comma before them.
pub(super) fn order(id: &str, amount: &str, more: &str) -> String {
    format!(r#"{{"amount":{amount},"currency":"USD","externalTransactionId":"{id}"{more}}}"#)
}

pub(super) fn card_fields(number: &str) -> String {
    format!(
        r#","additionalFields":[{{"key":"cardNumber","value":"{number}"}},{{"key":"cardHolder","value":"JOHN WEAK"}}]"#
    )
}

pub(super) fn deposit(sandbox: &mut Sandbox, id: &str, amount: &str, more: &str, now: u64) -> Response {
    send(sandbox, "POST", DEPOSITS, &order(id, amount, more), now)
}

pub(super) fn deposit_body(sandbox: &mut Sandbox, id: &str, now: u64) -> String {
    let path = format!("{DEPOSITS}{id}/status-by-external-transaction-id");
    send(sandbox, "GET", &path, "", now).body
}

pub(super) fn member(body: &str, name: &str) -> String {
    Members::from_body(body.as_bytes()).unwrap().take_text(name).unwrap().unwrap()
}
