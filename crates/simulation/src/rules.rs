//! All rules of one world: each event of a call goes to the rules of its kind.

use paystar_engine::step::NoResponse;
use paystar_model::id::OrderId;
use paystar_model::order::OrderState;
use paystar_protocol::http::{HttpRequest, HttpResponse};
use paystar_protocol::orders::Creation;
use paystar_sandbox::Sandbox;

use crate::call::Ending;
use crate::check::Ledger;
use crate::check_wait::{Standing, WaitLedger};
use crate::plan::{CallId, CallKind, Plan};
use crate::tally::Tally;
use crate::wait::Wait;

pub(crate) struct Rules<'a> {
    creations: Ledger<'a>,
    waits: WaitLedger,
    /// How many orders there were at the last check of the creations, if none of them has ended since.
    checked: Option<usize>,
    pub(crate) tally: Tally,
}

impl<'a> Rules<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self {
            creations: Ledger::new(plan),
            waits: WaitLedger::default(),
            checked: None,
            tally: Tally::default(),
        }
    }

    pub(crate) fn creation_begins(&mut self, call: CallId, creation: &Creation, now: u64) {
        self.tally.creations.calls += 1;
        self.creations.begins(visit(call), creation, now);
    }

    pub(crate) fn wait_begins(&mut self, call: CallId, wait: &Wait, id: OrderId, url: String, now: u64) {
        *(if wait.is_until_final() { &mut self.tally.waits.calls } else { &mut self.tally.reads.calls }) += 1;
        self.waits.begins(call, wait, id, url, now);
    }

    /// `slept_until` is when the caller's machine wakes up, if it fell asleep before.
    pub(crate) fn sends(
        &mut self,
        call: CallId,
        request: &HttpRequest,
        limit_ms: u32,
        now: u64,
        slept_until: Option<u64>,
    ) -> Result<(), String> {
        self.tally.requests += 1;
        match call.kind {
            CallKind::Visit => self.creations.sends(visit(call), request, limit_ms, now, slept_until),
            CallKind::Wait => self.waits.sends(call, request, limit_ms, now, &mut self.tally),
        }
    }

    pub(crate) fn pauses(&mut self, call: CallId, ms: u64, now: u64) -> Result<(), String> {
        match call.kind {
            CallKind::Visit => self.creations.waits(visit(call), ms, now),
            CallKind::Wait => self.waits.pauses(call, ms, now),
        }
    }

    pub(crate) fn told(
        &mut self,
        call: CallId,
        result: &Result<HttpResponse, NoResponse<()>>,
        is_forged: bool,
        now: u64,
    ) {
        match call.kind {
            CallKind::Visit => self.creations.told(visit(call), result, is_forged, now),
            CallKind::Wait => self.waits.told(call, result, is_forged, now),
        }
    }

    pub(crate) fn reports(
        &mut self,
        call: CallId,
        state: &OrderState,
        limit_ms: u32,
        now: u64,
    ) -> Result<(), String> {
        match call.kind {
            CallKind::Visit => Err("a creation reports a status".to_owned()),
            CallKind::Wait => self.waits.reports(call, state, limit_ms, now, &mut self.tally.waits),
        }
    }

    pub(crate) fn aborts(&mut self, call: CallId) {
        if call.kind == CallKind::Wait {
            self.waits.aborts(call);
        }
    }

    pub(crate) fn crashes(&mut self, call: CallId) {
        match call.kind {
            CallKind::Visit => self.tally.creations.interrupted += 1,
            CallKind::Wait => self.waits.crashes(call, &mut self.tally),
        }
    }

    /// `truth` is how the order of a wait stands in the sandbox.
    pub(crate) fn ends(
        &mut self,
        call: CallId,
        ending: &Ending,
        sandbox: &Sandbox,
        truth: Option<&Standing>,
        now: u64,
        slept_until: Option<u64>,
    ) -> Result<(), String> {
        match call.kind {
            CallKind::Visit => {
                self.checked = None;
                let tally = &mut self.tally.creations;
                self.creations.ends(visit(call), ending, sandbox, now, slept_until, tally)
            }
            CallKind::Wait => self.waits.ends(call, ending, truth, now, slept_until, &mut self.tally),
        }
    }

    /// The rules that hold at any time.
    pub(crate) fn check(&mut self, sandbox: &Sandbox) -> Result<(), String> {
        let order_count = Some(sandbox.order_count());
        if self.checked == order_count {
            return Ok(());
        }
        self.checked = order_count;
        self.creations.check(sandbox)
    }

    /// The rules that hold when all is over.
    pub(crate) fn check_end(&mut self, sandbox: &Sandbox) -> Result<(), String> {
        self.creations.check(sandbox)?;
        self.creations.check_end(sandbox)?;
        self.waits.check_end()
    }
}

fn visit(call: CallId) -> (usize, usize) {
    (call.order, call.number)
}
