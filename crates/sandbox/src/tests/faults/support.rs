//! What the tests of faults share.

use paystar_model::input::Input;
use paystar_model::input::build::record;
use paystar_protocol::endpoint::PAYOUTS;

use crate::faults::{Commit, Fault, FaultKind, FaultRule};
use crate::tests::support::{bearer, order};
use crate::{ReceivedRequest, Reply, Sandbox};

pub(super) const DONE: Commit = Commit::Done;
pub(super) const UNDONE: Commit = Commit::Undone;

pub(super) fn later(after_ms: u32) -> Commit {
    Commit::Later { after_ms, is_reserved: false }
}

pub(super) fn reserved(after_ms: u32) -> Commit {
    Commit::Later { after_ms, is_reserved: true }
}

pub(super) fn with_request<T>(
    method: &str,
    target: &str,
    body: &str,
    ask: impl FnOnce(&ReceivedRequest) -> T,
) -> T {
    let authorization = bearer("pk_out", "sk_out");
    ask(&ReceivedRequest {
        method,
        target,
        authorization: Some(&authorization),
        origin: "http://sandbox",
        body: body.as_bytes(),
        ..ReceivedRequest::default()
    })
}

pub(super) fn create_with(
    sandbox: &mut Sandbox,
    id: &str,
    kind: FaultKind,
    commit: Commit,
    now: u64,
) -> Reply {
    with_request("POST", PAYOUTS, &order(id, "100", ""), |request| {
        sandbox.reply_with(request, Some(&Fault { kind, commit }), now)
    })
}

/// With the faults of the sandbox's options.
pub(super) fn create(sandbox: &mut Sandbox, id: &str, now: u64) -> Reply {
    with_request("POST", PAYOUTS, &order(id, "100", ""), |request| sandbox.reply(request, now))
}

pub(super) fn look_up(sandbox: &mut Sandbox, id: &str, now: u64) -> Reply {
    let path = format!("{PAYOUTS}{id}/status-by-external-transaction-id");
    with_request("GET", &path, "", |request| sandbox.reply(request, now))
}

pub(super) fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.response.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

pub(super) fn rule(entries: &[(&str, Input)]) -> FaultRule {
    FaultRule::read("rule", &record(entries)).unwrap()
}
