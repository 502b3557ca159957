//! The world of one seed: callers, a network and a sandbox, with a simulated clock.

use std::fmt::Write as _;

use paystar_engine::step::NoResponse;
use paystar_engine::task::{Limits, Task};
use paystar_model::id::{ExternalId, OrderId};
use paystar_model::order::OrderState;
use paystar_protocol::call_config::RetryPolicy;
use paystar_protocol::http::{Departure, HttpRequest};
use paystar_sandbox::Sandbox;

use crate::call::{Call, CallResult, CallStep, StepResult};
use crate::config::{CommonConfig, SERVER_START_MS};
use crate::counts::Counts;
use crate::create_call::LAST_START_MS;
use crate::delivery::Delivery;
use crate::event::{Event, EventQueue, Progress};
use crate::ids::{CallId, CallKind, RequestId};
use crate::interruption::Interruption;
use crate::network::{Handling, filled_page, receive, received, respond_as_proxy};
use crate::panel::{relay, report};
use crate::plan::Plan;
use crate::rules::Rules;
use crate::snapshot::Snapshot;
use crate::status_call::{Start, StatusCallKind};
use crate::trace::{write_call_result, write_step_result};

pub(crate) struct World<'a> {
    config: &'a CommonConfig,
    plan: &'a Plan,
    now: u64,
    /// How far the server's clock has jumped.
    server_jump_ms: i64,
    sandbox: Sandbox,
    queue: EventQueue,
    /// For each order: its create calls, then its status calls.
    progress: Vec<Vec<Progress>>,
    rules: Rules<'a>,
    trace: Option<String>,
}

impl<'a> World<'a> {
    /// Runs the world. The error is the broken rule.
    pub(crate) fn run(config: &'a CommonConfig, plan: &'a Plan) -> Result<Counts, String> {
        let mut world = Self::new(config, plan)?;
        world.run_events()?;
        Ok(world.rules.counts)
    }

    /// Runs the world, and also returns a log of it.
    pub(crate) fn run_with_trace(
        config: &'a CommonConfig,
        plan: &'a Plan,
    ) -> (Result<Counts, String>, String) {
        let mut world = match Self::new(config, plan) {
            Ok(world) => world,
            Err(error) => return (Err(error), String::new()),
        };
        world.trace = Some(String::new());
        let result = world.run_events();
        (result.map(|()| world.rules.counts), world.trace.take().unwrap_or_default())
    }

    fn new(config: &'a CommonConfig, plan: &'a Plan) -> Result<Self, String> {
        let mut world = Self {
            config,
            plan,
            now: 0,
            server_jump_ms: 0,
            sandbox: config.sandbox(plan)?,
            queue: EventQueue::default(),
            progress: Vec::new(),
            rules: Rules::new(plan),
            trace: None,
        };
        for (order, (creates, statuses)) in plan.create_calls.iter().zip(&plan.status_calls).enumerate() {
            world.progress.push((0..creates.len() + statuses.len()).map(|_| Progress::default()).collect());
            if plan.skipped_orders.contains(&order) {
                continue;
            }
            world.rules.counts.orders += 1;
            for (number, planned) in creates.iter().enumerate() {
                world.queue.push(planned.start_ms, Event::CreateCallStarts(CallId::create(order, number)));
            }
            for (number, planned) in statuses.iter().enumerate() {
                if let Start::At(at) = planned.start {
                    let id = OrderId::Merchant(plan.merchant_id(order));
                    world.schedule_status_call(at, CallId::status(order, number), id);
                }
            }
        }
        Ok(world)
    }

    fn run_events(&mut self) -> Result<(), String> {
        while let Some((at, event)) = self.queue.pop()? {
            self.now = at;
            self.sandbox.advance_to(self.server_now());
            self.run_event(event)?;
            self.rules.check(&self.sandbox)?;
        }
        // Orders that the sandbox would create later exist now.
        self.sandbox.advance_to(self.server_now() + LAST_START_MS);
        self.rules.check_end(&self.sandbox)
    }

    fn run_event(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::CreateCallStarts(call) => self.start_create_call(call),
            Event::StatusCallStarts { call, id } => self.start_status_call(call, id),
            Event::StepEnds { call, step, result, is_from_proxy } => {
                if self.progress(call).step != step {
                    return Ok(());
                }
                // A machine that sleeps gets the result when it wakes up.
                if let Some(end) = self.sleep_end(call).filter(|end| self.now < *end) {
                    self.queue.push(end, Event::StepEnds { call, step, result, is_from_proxy });
                    return Ok(());
                }
                if let StepResult::Exchanged(result) = &result {
                    self.rules.exchanged(call, result, is_from_proxy, self.now);
                }
                self.log(call, |line| write_step_result(line, &result));
                self.next_step(call, Some(result))
            }
            Event::RequestArrives { call, step, request, handling } => {
                self.handle_request(call, step, &request, &handling);
                Ok(())
            }
            Event::CustomerPays { external_id } => {
                let server_now = self.server_now();
                self.sandbox.respond(&filled_page(&format!("/pay/{external_id}")), server_now);
                Ok(())
            }
            Event::ProgramCrashes(call) => {
                let progress = self.progress(call);
                progress.step += 1;
                if progress.call.take().is_some() {
                    self.rules.crash(call);
                    self.log(call, |line| line.push_str("the program crashes"));
                }
                Ok(())
            }
            Event::CallerAborts(call) => {
                let progress = self.progress(call);
                if progress.call.is_none() {
                    return Ok(());
                }
                let result = if progress.is_waiting {
                    StepResult::Aborted
                } else {
                    StepResult::Exchanged(Err(NoResponse::Aborted { departure: progress.departure }))
                };
                self.rules.abort(call);
                self.log(call, |line| line.push_str("the caller aborts"));
                self.next_step(call, Some(result))
            }
        }
    }

    fn start_create_call(&mut self, call: CallId) -> Result<(), String> {
        let planned = &self.plan.create_calls[call.order][call.number];
        let creation = self.config.creation(self.plan, call)?;
        let lookup = creation.lookup(self.config.client(self.plan));
        self.rules.start_create_call(call, &creation, &lookup, self.now);
        let limits = Limits { timeout_ms: planned.timeout_ms, policy: planned.policy };
        let task = Task::Create { creation, on_duplicate: planned.on_duplicate };
        self.log(call, |line| {
            let _ = write!(line, "starts, deadline after {} ms", planned.policy.deadline_ms);
        });
        self.start(call, limits, task, call.number)
    }

    fn start_status_call(&mut self, call: CallId, id: OrderId) -> Result<(), String> {
        let planned = &self.plan.status_calls[call.order][call.number];
        self.log(call, |line| {
            let _ = write!(line, "starts for {id:?}: {:?}, ", planned.kind);
            let _ = write!(line, "deadline after {} ms", planned.deadline_ms);
        });
        let read = self.config.read(self.plan, call.order, id.clone())?;
        self.rules.start_status_call(call, planned, id, read.request.url.clone(), self.now);
        let (max_retries, task) = match planned.kind {
            StatusCallKind::UntilFinal { interval_ms } => (0, Task::WaitUntilFinal { read, interval_ms }),
            StatusCallKind::Read { max_retries } => (max_retries, Task::Read(read)),
        };
        let policy = RetryPolicy { max_retries, deadline_ms: planned.deadline_ms };
        let limits = Limits { timeout_ms: planned.timeout_ms, policy };
        self.start(call, limits, task, call.number + 1000)
    }

    fn start(&mut self, call: CallId, limits: Limits, task: Task, number: usize) -> Result<(), String> {
        let now = self.now;
        match self.plan.interruption_of(call) {
            Some(Interruption::Crash { after_ms }) => {
                self.queue.push(now + after_ms, Event::ProgramCrashes(call));
            }
            Some(Interruption::Abort { after_ms }) => {
                self.queue.push(now + after_ms, Event::CallerAborts(call));
            }
            Some(Interruption::Sleep { after_ms, for_ms }) => {
                self.progress(call).sleep = Some((now + after_ms, now + after_ms + for_ms));
            }
            None => {}
        }
        let seed = self.plan.seed ^ (call.order * 31 + number) as u64;
        self.progress(call).call = Some(Call::new(self.config.client(self.plan), limits, task, seed));
        self.next_step(call, None)
    }

    fn next_step(&mut self, call: CallId, result: Option<StepResult>) -> Result<(), String> {
        let now = self.now;
        let progress = self.progress(call);
        progress.step += 1;
        let Some(engine) = &mut progress.call else { return Ok(()) };
        let next = engine.next_step(result, now);
        progress.is_waiting = !matches!(next, Some(CallStep::Send { .. }));
        match next {
            Some(CallStep::Wait { ms }) => {
                self.rules.wait(call, ms, now)?;
                self.log(call, |line| {
                    let _ = write!(line, "waits {ms} ms");
                });
                self.end_step_after(ms, call, StepResult::Waited);
                Ok(())
            }
            Some(CallStep::Send { request, limit_ms }) => self.send(call, request, limit_ms),
            Some(CallStep::Report { state, limit_ms }) => self.report(call, &state, limit_ms),
            Some(CallStep::End(result)) => {
                progress.call = None;
                self.end(call, &result)
            }
            None => Err("a call has no next step, but it has not ended".to_owned()),
        }
    }

    fn send(&mut self, call: CallId, request: HttpRequest, limit_ms: u32) -> Result<(), String> {
        let now = self.now;
        let sleep_end = self.sleep_end(call);
        self.rules.send(call, &request, limit_ms, now, sleep_end)?;
        let progress = self.progress(call);
        let (id, step) = (RequestId { call, request: progress.requests }, progress.step);
        progress.requests += 1;
        let delivery = Delivery::of_request(id, self.plan);
        if !matches!(delivery, Delivery::Arrives { fault: None, proxy_response: None, .. }) {
            self.rules.counts.faults += 1;
        }
        self.log(call, |line| {
            let what = if request.body.is_some() { "creation" } else { "read" };
            let _ = write!(line, "sends request {} ({what}), ", id.request);
            let _ = write!(line, "time limit {limit_ms} ms: {delivery:?}");
        });
        let broken = |departure, code: &str| {
            let code = code.to_owned();
            StepResult::Exchanged(Err(NoResponse::Connection { departure, code, cause: () }))
        };
        match delivery {
            Delivery::Unreachable => {
                self.end_step_after(1, call, broken(Departure::NothingSent, "ECONNREFUSED"));
            }
            Delivery::NeverConnects => {}
            Delivery::EndsAtPanel(error) => {
                let response = report(error, &request, self.plan, call.order);
                self.end_step_after(1, call, StepResult::Exchanged(Ok(response)));
            }
            Delivery::Lost => self.end_step_after(1, call, broken(Departure::MayHaveBeenSent, "ECONNRESET")),
            Delivery::Arrives { after_ms, fault, proxy_response } => {
                let handling = Handling { fault, proxy_response, is_response_delivered: true };
                self.queue.push(now + after_ms, Event::RequestArrives { call, step, request, handling });
            }
            Delivery::ArrivesTwice { after_ms, again_after_ms, returns_first } => {
                for (after_ms, is_response_delivered) in
                    [(after_ms, returns_first), (again_after_ms, !returns_first)]
                {
                    let handling = Handling { is_response_delivered, ..Handling::default() };
                    let request = request.clone();
                    self.queue.push(now + after_ms, Event::RequestArrives { call, step, request, handling });
                }
            }
        }
        let departure = delivery.departure();
        self.progress(call).departure = departure;
        let timeout = StepResult::Exchanged(Err(NoResponse::Timeout { departure }));
        self.end_step_after(u64::from(limit_ms), call, timeout);
        Ok(())
    }

    fn handle_request(&mut self, call: CallId, step: usize, request: &HttpRequest, handling: &Handling) {
        let server_now = self.server_now();
        let token = self.config.panel_token(self.plan, call.order);
        let received = received(request, token.as_deref());
        let reply = self.sandbox.reply_with(&received, handling.fault.as_ref(), server_now);
        self.server_jump_ms += reply.clock_jump_ms;
        let Some((delay_ms, result)) = receive(&reply).filter(|_| handling.is_response_delivered) else {
            return;
        };
        let is_from_proxy = handling.proxy_response.is_some();
        let result = relay(result, request, self.plan, call.order);
        let result = handling.proxy_response.map_or(result, |response| Ok(respond_as_proxy(response)));
        let result = StepResult::Exchanged(result);
        self.queue.push(self.now + 1 + delay_ms, Event::StepEnds { call, step, result, is_from_proxy });
    }

    /// The caller's function runs for its planned time, but not longer than the time limit of the report.
    fn report(&mut self, call: CallId, state: &OrderState, limit_ms: u32) -> Result<(), String> {
        self.rules.report(call, state, limit_ms, self.now)?;
        self.log(call, |line| {
            let _ = write!(line, "reports {}, time limit {limit_ms} ms", state.order_status.as_str());
        });
        let limit_ms = u64::from(limit_ms);
        let planned_ms = self.plan.status_calls[call.order][call.number].report_ms;
        let ms = planned_ms.map_or(limit_ms, |ms| ms.min(limit_ms));
        self.end_step_after(ms, call, StepResult::Reported);
        Ok(())
    }

    fn end(&mut self, call: CallId, result: &CallResult) -> Result<(), String> {
        self.log(call, |line| write_call_result(line, result));
        let actual = if call.kind == CallKind::Status { self.snapshot(call.order)? } else { None };
        let sleep_end = self.sleep_end(call);
        self.rules.end(call, result, &self.sandbox, actual.as_ref(), self.now, sleep_end)?;
        if call.kind == CallKind::Create {
            let external_id = match result {
                CallResult::Order(order) => Some(&order.external_id),
                CallResult::Failed(failed) => failed.failure.order().map(|order| &order.external_id),
                _ => None,
            };
            self.schedule_after_create_call(call, external_id);
        }
        Ok(())
    }

    /// The order in the sandbox, if it exists.
    fn snapshot(&mut self, order: usize) -> Result<Option<Snapshot>, String> {
        let id = OrderId::Merchant(self.plan.merchant_id(order));
        let request = self.config.read(self.plan, order, id)?.request;
        let server_now = self.server_now();
        let token = self.config.panel_token(self.plan, order);
        let response = self.sandbox.respond(&received(&request, token.as_deref()), server_now);
        Ok(Snapshot::from_body(response.body.as_bytes()))
    }

    /// `external_id` is the id of the order that the call returned.
    fn schedule_after_create_call(&mut self, call: CallId, external_id: Option<&ExternalId>) {
        let plan = self.plan;
        if let (Some(external_id), Some(after_ms)) = (external_id, plan.customer_pays_after_ms(call.order)) {
            let external_id = external_id.clone();
            self.queue.push(self.now + after_ms, Event::CustomerPays { external_id });
        }
        for (number, planned) in plan.status_calls[call.order].iter().enumerate() {
            let Start::AfterCreateCall { number: wanted, after_ms } = planned.start else { continue };
            let id = if planned.uses_merchant_id {
                Some(OrderId::Merchant(plan.merchant_id(call.order)))
            } else {
                external_id.cloned().map(OrderId::External)
            };
            if let Some(id) = id.filter(|_| wanted == call.number) {
                self.schedule_status_call(self.now + after_ms, CallId::status(call.order, number), id);
            }
        }
    }

    fn schedule_status_call(&mut self, at: u64, call: CallId, id: OrderId) {
        if !self.plan.skipped_status_calls.contains(&call) {
            self.queue.push(at, Event::StatusCallStarts { call, id });
        }
    }

    /// Ends the current step of a call with this result, if the step has not ended before.
    fn end_step_after(&mut self, ms: u64, call: CallId, result: StepResult) {
        let step = self.progress(call).step;
        self.queue.push(self.now + ms, Event::StepEnds { call, step, result, is_from_proxy: false });
    }

    fn progress(&mut self, call: CallId) -> &mut Progress {
        let is_create = call.kind == CallKind::Create;
        let first = if is_create { 0 } else { self.plan.create_calls[call.order].len() };
        &mut self.progress[call.order][first + call.number]
    }

    fn sleep_end(&mut self, call: CallId) -> Option<u64> {
        let now = self.now;
        self.progress(call).sleep_end(now)
    }

    fn server_now(&self) -> u64 {
        (SERVER_START_MS + self.now).saturating_add_signed(self.server_jump_ms)
    }

    /// Adds a line to the trace.
    fn log(&mut self, call: CallId, write_to: impl FnOnce(&mut String)) {
        if let Some(trace) = &mut self.trace {
            let _ = write!(trace, "{:>9} ms  {call}: ", self.now);
            write_to(trace);
            trace.push('\n');
        }
    }
}
