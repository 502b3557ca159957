//! The sandbox as its callers see it.

mod balances;
mod callbacks;
mod deposits;
mod faults;
mod hosted_page;
mod payouts;

use super::*;
use paystar_json::Members;
use paystar_model::input::build::{number, record, text};
use paystar_protocol::endpoint::{BALANCE, DEPOSITS, PAYOUTS};
use paystar_protocol::jwt;

/// 2026-01-01T00:00:00Z.
const T0: u64 = 1_767_225_600_000;
const CARD: &str = "4111111111111111";

fn options_with<'a>(entries: &[(&'a str, Input<'a>)]) -> Input<'a> {
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

fn sandbox_with(entries: &[(&str, Input)]) -> Sandbox {
    Sandbox::new(SandboxConfig::read(&options_with(entries)).unwrap())
}

fn bearer(public: &str, private: &str) -> String {
    format!("Bearer {}", jwt::sign(public, private).unwrap())
}

/// Sends with the key of the path's pipeline.
fn send(sandbox: &mut Sandbox, method: &str, target: &str, body: &str, now: u64) -> Answer {
    send_to_host(sandbox, method, target, None, body, now)
}

fn send_to_host(
    sandbox: &mut Sandbox,
    method: &str,
    target: &str,
    named_host: Option<&str>,
    body: &str,
    now: u64,
) -> Answer {
    let is_deposit = target.starts_with(DEPOSITS);
    let authorization = if is_deposit { bearer("pk_in", "sk_in") } else { bearer("pk_out", "sk_out") };
    let arrival = Arrival {
        method,
        target,
        authorization: Some(&authorization),
        named_host,
        origin: "http://sandbox",
        body: body.as_bytes(),
        ..Arrival::default()
    };
    sandbox.answer(&arrival, now)
}

/// The body of a creation. `more` are further members, with a comma before them.
fn order(id: &str, amount: &str, more: &str) -> String {
    format!(r#"{{"amount":{amount},"currency":"USD","externalTransactionId":"{id}"{more}}}"#)
}

fn card_fields(number: &str) -> String {
    format!(
        r#","additionalFields":[{{"key":"cardNumber","value":"{number}"}},{{"key":"cardHolder","value":"JOHN WEAK"}}]"#
    )
}

fn deposit(sandbox: &mut Sandbox, id: &str, amount: &str, more: &str, now: u64) -> Answer {
    send(sandbox, "POST", DEPOSITS, &order(id, amount, more), now)
}

fn deposit_body(sandbox: &mut Sandbox, id: &str, now: u64) -> String {
    let path = format!("{DEPOSITS}{id}/status-by-external-transaction-id");
    send(sandbox, "GET", &path, "", now).body
}

fn member(body: &str, name: &str) -> String {
    Members::from_body(body.as_bytes()).unwrap().take_text(name).unwrap().unwrap()
}
