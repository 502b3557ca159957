//! All rules of one world. Each step of a call goes to the rules for its kind of call.

use paystar_engine::step::NoResponse;
use paystar_model::id::OrderId;
use paystar_model::order::OrderState;
use paystar_protocol::http::{HttpRequest, HttpResponse};
use paystar_protocol::orders::Creation;
use paystar_sandbox::Sandbox;

use crate::call::CallResult;
use crate::counts::Counts;
use crate::create_rules::CreateRules;
use crate::ids::{CallId, CallKind};
use crate::plan::Plan;
use crate::snapshot::Snapshot;
use crate::status_call::StatusCall;
use crate::status_rules::StatusRules;

pub(crate) struct Rules<'a> {
    create_calls: CreateRules<'a>,
    status_calls: StatusRules,
    /// The number of orders at the last check. `None` if a create call has ended after that check.
    checked_orders: Option<usize>,
    pub(crate) counts: Counts,
}

impl<'a> Rules<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self {
            create_calls: CreateRules::new(plan),
            status_calls: StatusRules::default(),
            checked_orders: None,
            counts: Counts::default(),
        }
    }

    pub(crate) fn start_create_call(
        &mut self,
        call: CallId,
        creation: &Creation,
        lookup: &HttpRequest,
        now: u64,
    ) {
        self.counts.creates.calls += 1;
        self.create_calls.start(call, creation, lookup, now);
    }

    pub(crate) fn start_status_call(
        &mut self,
        call: CallId,
        planned: &StatusCall,
        id: OrderId,
        url: String,
        now: u64,
    ) {
        let Counts { waits, reads, .. } = &mut self.counts;
        *(if planned.is_until_final() { &mut waits.calls } else { &mut reads.calls }) += 1;
        self.status_calls.start(call, planned, id, url, now);
    }

    /// `sleep_end` is when the caller's machine wakes up, if it fell asleep before now.
    pub(crate) fn send(
        &mut self,
        call: CallId,
        request: &HttpRequest,
        limit_ms: u32,
        now: u64,
        sleep_end: Option<u64>,
    ) -> Result<(), String> {
        self.counts.requests += 1;
        match call.kind {
            CallKind::Create => self.create_calls.send(call, request, limit_ms, now, sleep_end),
            CallKind::Status => self.status_calls.send(call, request, limit_ms, now, &mut self.counts),
        }
    }

    pub(crate) fn wait(&mut self, call: CallId, ms: u64, now: u64) -> Result<(), String> {
        match call.kind {
            CallKind::Create => self.create_calls.wait(call, ms, now),
            CallKind::Status => self.status_calls.wait(call, ms, now),
        }
    }

    pub(crate) fn exchanged(
        &mut self,
        call: CallId,
        result: &Result<HttpResponse, NoResponse<()>>,
        is_from_proxy: bool,
        now: u64,
    ) {
        match call.kind {
            CallKind::Create => self.create_calls.exchanged(call, result, is_from_proxy, now),
            CallKind::Status => self.status_calls.exchanged(call, result, is_from_proxy, now),
        }
    }

    pub(crate) fn report(
        &mut self,
        call: CallId,
        state: &OrderState,
        limit_ms: u32,
        now: u64,
    ) -> Result<(), String> {
        match call.kind {
            CallKind::Create => Err("a create call reports a status".to_owned()),
            CallKind::Status => self.status_calls.report(call, state, limit_ms, now, &mut self.counts.waits),
        }
    }

    pub(crate) fn abort(&mut self, call: CallId) {
        if call.kind == CallKind::Status {
            self.status_calls.abort(call);
        }
    }

    pub(crate) fn crash(&mut self, call: CallId) {
        match call.kind {
            CallKind::Create => self.counts.creates.interrupted += 1,
            CallKind::Status => self.status_calls.crash(call, &mut self.counts),
        }
    }

    /// `actual` is the order of a status call in the sandbox, if it exists.
    pub(crate) fn end(
        &mut self,
        call: CallId,
        result: &CallResult,
        sandbox: &Sandbox,
        actual: Option<&Snapshot>,
        now: u64,
        sleep_end: Option<u64>,
    ) -> Result<(), String> {
        match call.kind {
            CallKind::Create => {
                self.checked_orders = None;
                let counts = &mut self.counts.creates;
                self.create_calls.end(call, result, sandbox, now, sleep_end, counts)
            }
            CallKind::Status => self.status_calls.end(call, result, actual, now, sleep_end, &mut self.counts),
        }
    }

    /// The rules that must hold at any time. They can only break after a new order or after the end of a create call.
    pub(crate) fn check(&mut self, sandbox: &Sandbox) -> Result<(), String> {
        let order_count = Some(sandbox.order_count());
        if self.checked_orders == order_count {
            return Ok(());
        }
        self.checked_orders = order_count;
        self.create_calls.check(sandbox)
    }

    /// The rules that must hold at the end.
    pub(crate) fn check_end(&mut self, sandbox: &Sandbox) -> Result<(), String> {
        self.create_calls.check(sandbox)?;
        self.create_calls.check_end(sandbox)?;
        self.status_calls.check_end()
    }
}
