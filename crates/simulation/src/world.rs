//! The world of one seed: callers, a network and a sandbox, on a clock of their own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;

use paystar_engine::step::NoResponse;
use paystar_engine::task::{Limits, Task};
use paystar_model::id::OrderId;
use paystar_model::order::OrderState;
use paystar_protocol::config::RetryPolicy;
use paystar_protocol::http::{Departure, HttpRequest};
use paystar_sandbox::Sandbox;

use crate::call::{Call, Ending, Move, News, Wish};
use crate::check::Ledger;
use crate::check_wait::Standing;
use crate::event::{Event, Run};
use crate::fate::{Fate, RequestId};
use crate::network::{Treatment, arrival, filled_page, forge, reach};
use crate::plan::{CallId, CallKind, Interruption, LAST_VISIT_AT_MS, Plan};
use crate::rules::Rules;
use crate::setting::Setting;
use crate::story::{describe_ending, describe_news};
use crate::tally::Tally;
use crate::wait::{Start, WaitKind};

/// 2026-01-01T00:00:00Z.
const SERVER_START_MS: u64 = 1_767_225_600_000;
/// Many times more than the calls of a world can cause.
const MOST_EVENTS: usize = 10_000;

pub(crate) struct World<'a> {
    setting: &'a Setting,
    plan: &'a Plan,
    now: u64,
    server_jump_ms: i64,
    sandbox: Sandbox,
    queue: BinaryHeap<Reverse<(u64, usize)>>,
    events: Vec<Option<Event>>,
    /// Of each order: its visits, then its waits.
    runs: Vec<Vec<Run>>,
    rules: Rules<'a>,
    trace: Option<String>,
}

impl<'a> World<'a> {
    /// Lets all happen. The error is the rule that was broken.
    pub(crate) fn run(setting: &'a Setting, plan: &'a Plan) -> Result<Tally, String> {
        let mut world = Self::new(setting, plan)?;
        world.play()?;
        Ok(world.rules.tally)
    }

    /// The same, with what happened in words.
    pub(crate) fn trace(setting: &'a Setting, plan: &'a Plan) -> (Result<Tally, String>, String) {
        let mut world = match Self::new(setting, plan) {
            Ok(world) => world,
            Err(error) => return (Err(error), String::new()),
        };
        world.trace = Some(String::new());
        let result = world.play();
        (result.map(|()| world.rules.tally), world.trace.take().unwrap_or_default())
    }

    fn new(setting: &'a Setting, plan: &'a Plan) -> Result<Self, String> {
        let mut world = Self {
            setting,
            plan,
            now: 0,
            server_jump_ms: 0,
            sandbox: setting.sandbox(plan)?,
            queue: BinaryHeap::new(),
            events: Vec::new(),
            runs: Vec::new(),
            rules: Rules::new(plan),
            trace: None,
        };
        for (order, (visits, waits)) in plan.orders.iter().zip(&plan.waits).enumerate() {
            world.runs.push((0..visits.len() + waits.len()).map(|_| Run::default()).collect());
            if plan.dropped.contains(&order) {
                continue;
            }
            world.rules.tally.orders += 1;
            for (number, visit) in visits.iter().enumerate() {
                world.plan_event(visit.at_ms, Event::VisitBegins(CallId::visit(order, number)));
            }
            for (number, wait) in waits.iter().enumerate() {
                if let Start::At(at) = wait.start {
                    let id = OrderId::Merchant(Ledger::id_of(plan, order).into());
                    world.plan_wait(at, CallId::wait(order, number), id);
                }
            }
        }
        Ok(world)
    }

    fn play(&mut self) -> Result<(), String> {
        while let Some(Reverse((at, index))) = self.queue.pop() {
            if index >= MOST_EVENTS {
                return Err("a call never ends: it causes more and more events".to_owned());
            }
            self.now = at;
            let Some(event) = self.events.get_mut(index).and_then(Option::take) else { continue };
            self.sandbox.settle(self.server_now());
            self.happen(event)?;
            self.rules.check(&self.sandbox)?;
        }
        // Whatever was still to appear appears now.
        self.sandbox.settle(self.server_now() + LAST_VISIT_AT_MS);
        self.rules.check_end(&self.sandbox)
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::VisitBegins(call) => self.begin_visit(call),
            Event::WaitBegins { call, id } => self.begin_wait(call, id),
            Event::Hears { call, wish, news, is_forged } => {
                if self.run_of(call).wish != wish {
                    return Ok(());
                }
                // A machine that sleeps hears late.
                if let Some(end) = self.sleeping_until(call) {
                    self.plan_event(end, Event::Hears { call, wish, news, is_forged });
                    return Ok(());
                }
                if let News::Exchanged(result) = &news {
                    self.rules.told(call, result, is_forged, self.now);
                }
                self.note(call, |note| describe_news(note, &news));
                self.step(call, Some(news))
            }
            Event::Arrives { call, wish, request, treatment } => {
                self.arrive(call, wish, &request, &treatment);
                Ok(())
            }
            Event::CustomerPays { external_id } => {
                let server_now = self.server_now();
                self.sandbox.answer(&filled_page(&format!("/pay/{external_id}")), server_now);
                Ok(())
            }
            Event::Crashes(call) => {
                let run = self.run_of(call);
                run.wish += 1;
                if run.call.take().is_some() {
                    self.rules.crashes(call);
                    self.note(call, |note| note.push_str("the program dies"));
                }
                Ok(())
            }
            Event::Aborts(call) => {
                let run = self.run_of(call);
                if run.call.is_none() {
                    return Ok(());
                }
                let news = if run.is_waiting {
                    News::Slept(false)
                } else {
                    News::Exchanged(Err(NoResponse::Aborted { departure: run.departure }))
                };
                self.rules.aborts(call);
                self.note(call, |note| note.push_str("the caller aborts"));
                self.step(call, Some(news))
            }
        }
    }

    fn begin_visit(&mut self, call: CallId) -> Result<(), String> {
        let CallId { order, number, .. } = call;
        let visit = &self.plan.orders[order][number];
        let creation = self.setting.creation(self.plan, order, number)?;
        self.rules.creation_begins(call, &creation, self.now);
        let limits = Limits { timeout_ms: visit.timeout_ms, policy: visit.policy };
        let task = Task::Create { creation, on_duplicate: visit.on_duplicate };
        self.note(call, |note| {
            let _ = write!(note, "begins, {} ms at most", visit.policy.deadline_ms);
        });
        self.begin(call, limits, task, (order * 31 + number) as u64)
    }

    fn begin_wait(&mut self, call: CallId, id: OrderId) -> Result<(), String> {
        let CallId { order, number, .. } = call;
        let wait = &self.plan.waits[order][number];
        self.note(call, |note| {
            let _ = write!(note, "begins for {id:?}, {:?}, {} ms at most", wait.kind, wait.deadline_ms);
        });
        let read = self.setting.read(self.plan, order, id.clone())?;
        self.rules.wait_begins(call, wait, id, read.request.url.clone(), self.now);
        let (max_retries, task) = match wait.kind {
            WaitKind::UntilFinal { interval_ms } => (0, Task::WaitUntilFinal { read, interval_ms }),
            WaitKind::Read { max_retries } => (max_retries, Task::Read(read)),
        };
        let policy = RetryPolicy { max_retries, deadline_ms: wait.deadline_ms };
        let limits = Limits { timeout_ms: wait.timeout_ms, policy };
        self.begin(call, limits, task, (order * 31 + number + 1000) as u64)
    }

    fn begin(&mut self, call: CallId, limits: Limits, task: Task, number: u64) -> Result<(), String> {
        let now = self.now;
        match self.plan.interruption_of(call) {
            Some(Interruption::Crash { after_ms }) => self.plan_event(now + after_ms, Event::Crashes(call)),
            Some(Interruption::Abort { after_ms }) => self.plan_event(now + after_ms, Event::Aborts(call)),
            Some(Interruption::Sleep { after_ms, for_ms }) => {
                self.run_of(call).sleeps = Some((now + after_ms, now + after_ms + for_ms));
            }
            None => {}
        }
        let started = Call::start(&self.setting.client, limits, task, self.plan.seed ^ number);
        self.run_of(call).call = Some(started);
        self.step(call, None)
    }

    fn step(&mut self, call: CallId, news: Option<News>) -> Result<(), String> {
        let now = self.now;
        let run = self.run_of(call);
        run.wish += 1;
        let wish = run.wish;
        let Some(engine) = &mut run.call else { return Ok(()) };
        let next = engine.step(news, now);
        run.is_waiting = !matches!(next, Some(Move::Wishes(Wish::Exchange { .. })));
        match next {
            Some(Move::Wishes(Wish::Sleep { ms })) => {
                self.rules.pauses(call, ms, now)?;
                self.note(call, |note| {
                    let _ = write!(note, "waits {ms} ms");
                });
                let news = News::Slept(true);
                self.plan_event(now + ms, Event::Hears { call, wish, news, is_forged: false });
                Ok(())
            }
            Some(Move::Wishes(Wish::Exchange { request, limit_ms })) => self.send(call, request, limit_ms),
            Some(Move::Wishes(Wish::Report { state, limit_ms })) => self.report(call, wish, &state, limit_ms),
            Some(Move::Ends(ending)) => {
                run.call = None;
                self.end(call, &ending)
            }
            None => Err("a call waits for nothing".to_owned()),
        }
    }

    fn send(&mut self, call: CallId, request: HttpRequest, limit_ms: u32) -> Result<(), String> {
        let now = self.now;
        let slept_until = self.slept_until(call);
        self.rules.sends(call, &request, limit_ms, now, slept_until)?;
        let run = self.run_of(call);
        let (id, wish) = (RequestId { call, request: run.requests }, run.wish);
        run.requests += 1;
        let fate = self.plan.fate_of(id);
        if !matches!(fate, Fate::Arrives { fault: None, forgery: None, .. }) {
            self.rules.tally.faults += 1;
        }
        self.note(call, |note| {
            let what = if request.body.is_some() { "creates" } else { "reads the status" };
            let _ = write!(note, "{what}, {limit_ms} ms at most (request {}): {fate:?}", id.request);
        });
        let hears = |news| Event::Hears { call, wish, news, is_forged: false };
        let broken = |departure, code: &str| {
            News::Exchanged(Err(NoResponse::Connection { departure, code: code.to_owned(), cause: () }))
        };
        match fate {
            Fate::Unreachable => {
                self.plan_event(now + 1, hears(broken(Departure::NothingSent, "ECONNREFUSED")));
            }
            Fate::NeverConnects => {}
            Fate::Lost => self.plan_event(now + 1, hears(broken(Departure::MayHaveBeenSent, "ECONNRESET"))),
            Fate::Arrives { after_ms, fault, forgery } => {
                let treatment = Treatment { fault, forgery, is_heard: true };
                self.plan_event(now + after_ms, Event::Arrives { call, wish, request, treatment });
            }
            Fate::ArrivesTwice { after_ms, again_after_ms, hears_first } => {
                for (after_ms, is_heard) in [(after_ms, hears_first), (again_after_ms, !hears_first)] {
                    let treatment = Treatment { is_heard, ..Treatment::default() };
                    let request = request.clone();
                    self.plan_event(now + after_ms, Event::Arrives { call, wish, request, treatment });
                }
            }
        }
        let departure = if matches!(fate, Fate::NeverConnects) {
            Departure::NothingSent
        } else {
            Departure::MayHaveBeenSent
        };
        self.run_of(call).departure = departure;
        let timeout = News::Exchanged(Err(NoResponse::Timeout { departure }));
        self.plan_event(now + u64::from(limit_ms), hears(timeout));
        Ok(())
    }

    fn arrive(&mut self, call: CallId, wish: usize, request: &HttpRequest, treatment: &Treatment) {
        let server_now = self.server_now();
        let reply = self.sandbox.reply_with(&arrival(request), treatment.fault.as_ref(), server_now);
        self.server_jump_ms += reply.clock_jump_ms;
        let Some((late_ms, result)) = reach(&reply).filter(|_| treatment.is_heard) else { return };
        let is_forged = treatment.forgery.is_some();
        let news = News::Exchanged(treatment.forgery.map_or(result, |forgery| Ok(forge(forgery))));
        self.plan_event(self.now + 1 + late_ms, Event::Hears { call, wish, news, is_forged });
    }

    /// The caller looks at a status for as long as it wants, but no longer than the call lets it.
    fn report(&mut self, call: CallId, wish: usize, state: &OrderState, limit_ms: u32) -> Result<(), String> {
        let now = self.now;
        self.rules.reports(call, state, limit_ms, now)?;
        self.note(call, |note| {
            let _ = write!(note, "reports {}, {limit_ms} ms at most", state.order_status.as_str());
        });
        let limit_ms = u64::from(limit_ms);
        let wanted_ms = self.plan.waits[call.order][call.number].report_ms;
        let ms = wanted_ms.map_or(limit_ms, |ms| ms.min(limit_ms));
        self.plan_event(now + ms, Event::Hears { call, wish, news: News::Reported, is_forged: false });
        Ok(())
    }

    fn end(&mut self, call: CallId, ending: &Ending) -> Result<(), String> {
        self.note(call, |note| describe_ending(note, ending));
        let truth = if call.kind == CallKind::Wait { self.truth(call.order)? } else { None };
        let slept_until = self.slept_until(call);
        self.rules.ends(call, ending, &self.sandbox, truth.as_ref(), self.now, slept_until)?;
        if call.kind == CallKind::Visit {
            self.plan_after_visit(call, ending);
        }
        Ok(())
    }

    /// How an order stands in the sandbox, if it exists.
    fn truth(&mut self, order: usize) -> Result<Option<Standing>, String> {
        let id = OrderId::Merchant(Ledger::id_of(self.plan, order).into());
        let request = self.setting.read(self.plan, order, id)?.request;
        let server_now = self.server_now();
        Ok(Standing::read(self.sandbox.answer(&arrival(&request), server_now).body.as_bytes()))
    }

    fn plan_after_visit(&mut self, visit: CallId, ending: &Ending) {
        let external_id = match ending {
            Ending::Order(order) => Some(&order.external_id),
            Ending::Failed(caught) => caught.failure.order().map(|order| &order.external_id),
            _ => None,
        };
        let plan = self.plan;
        if let (Some(external_id), Some(after_ms)) = (external_id, plan.customer_after_ms(visit.order)) {
            let external_id = external_id.to_string();
            self.plan_event(self.now + after_ms, Event::CustomerPays { external_id });
        }
        for (number, wait) in plan.waits[visit.order].iter().enumerate() {
            let Start::AfterVisit { visit: wanted, after_ms } = wait.start else { continue };
            let id = if wait.is_by_own_id {
                Some(OrderId::Merchant(Ledger::id_of(plan, visit.order).into()))
            } else {
                external_id.cloned().map(OrderId::External)
            };
            if let Some(id) = id.filter(|_| wanted == visit.number) {
                self.plan_wait(self.now + after_ms, CallId::wait(visit.order, number), id);
            }
        }
    }

    fn plan_wait(&mut self, at: u64, call: CallId, id: OrderId) {
        if !self.plan.dropped_waits.contains(&call) {
            self.plan_event(at, Event::WaitBegins { call, id });
        }
    }

    fn run_of(&mut self, call: CallId) -> &mut Run {
        let first = if call.kind == CallKind::Visit { 0 } else { self.plan.orders[call.order].len() };
        &mut self.runs[call.order][first + call.number]
    }

    /// When the caller's machine wakes up again, if it fell asleep before now.
    fn slept_until(&mut self, call: CallId) -> Option<u64> {
        let now = self.now;
        self.run_of(call).sleeps.filter(|(from, _)| now >= *from).map(|(_, end)| end)
    }

    fn sleeping_until(&mut self, call: CallId) -> Option<u64> {
        self.slept_until(call).filter(|end| self.now < *end)
    }

    fn server_now(&self) -> u64 {
        (SERVER_START_MS + self.now).saturating_add_signed(self.server_jump_ms)
    }

    fn plan_event(&mut self, at: u64, event: Event) {
        self.queue.push(Reverse((at, self.events.len())));
        self.events.push(Some(event));
    }

    fn note(&mut self, call: CallId, words: impl FnOnce(&mut String)) {
        if let Some(trace) = &mut self.trace {
            let _ = write!(trace, "{:>9} ms  {call}: ", self.now);
            words(trace);
            trace.push('\n');
        }
    }
}
