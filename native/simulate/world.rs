//! The world of one seed: callers, a network and a sandbox, on a clock of their own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;
use std::rc::Rc;

use paystar_core::engine::call::NoAnswer;
use paystar_core::model::input::Input;
use paystar_core::model::request::OrderRequest;
use paystar_core::protocol::config::{ClientConfig, Platform};
use paystar_core::protocol::http::{HttpAnswer, HttpRequest, Method};
use paystar_core::protocol::orders::Creation;
use paystar_core::sandbox::config::SandboxConfig;
use paystar_core::sandbox::faults::{Fault, Reply, Sending};
use paystar_core::sandbox::{Arrival, Sandbox};

use crate::check::Ledger;
use crate::plan::{Fate, Forgery, Interruption, Plan, RequestId, SUMS};
use crate::visit::{Call, Move, News, Outcome, Wish};

const BASE_URL: &str = "http://sandbox";
/// 2026-01-01T00:00:00Z.
const SERVER_START_MS: u64 = 1_767_225_600_000;
/// Many times more than the visits of a world can cause.
const MOST_EVENTS: usize = 10_000;

/// What a world has shown.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) orders: u64,
    pub(crate) calls: u64,
    pub(crate) requests: u64,
    pub(crate) faults: u64,
    pub(crate) answered: u64,
    pub(crate) found: u64,
    pub(crate) unknown: u64,
    pub(crate) rejected: u64,
    pub(crate) other_orders: u64,
    pub(crate) not_sent: u64,
    pub(crate) interrupted: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.calls += other.calls;
        self.requests += other.requests;
        self.faults += other.faults;
        self.answered += other.answered;
        self.found += other.found;
        self.unknown += other.unknown;
        self.rejected += other.rejected;
        self.other_orders += other.other_orders;
        self.not_sent += other.not_sent;
        self.interrupted += other.interrupted;
    }
}

/// The options that every world has, read once.
pub(crate) struct Setting {
    client: Rc<ClientConfig>,
    sandbox: Input<'static>,
}

impl Setting {
    pub(crate) fn new() -> Result<Self, String> {
        let keys = |public, private| record(&[("publicKey", text(public)), ("privateKey", text(private))]);
        let pipelines = [("payouts", keys("pk_out", "sk_out")), ("deposits", keys("pk_in", "sk_in"))];
        let client = record(&[&pipelines[..], &[("baseUrl", text(BASE_URL))]].concat());
        let sandbox = record(&[&pipelines[..], &[("callbacks", Input::Bool(false))]].concat());
        let client =
            ClientConfig::read(&client, Platform::default()).map_err(|issues| format!("{issues:?}"))?;
        Ok(Self { client: Rc::new(client), sandbox })
    }
}

/// Whose turn it is, by visit and order.
type Who = (usize, usize);

enum Event {
    Begins(Who),
    Crashes(Who),
    Aborts(Who),
    Arrives { who: Who, wish: usize, request: HttpRequest, treatment: Treatment },
    Hears { who: Who, wish: usize, news: News, is_forged: bool },
}

/// What happens to one copy of a request, and to its answer.
#[derive(Default)]
struct Treatment {
    fault: Option<Fault>,
    forgery: Option<Forgery>,
    is_heard: bool,
}

struct Run {
    call: Option<Call>,
    /// The number of the wish that is open; news of older ones come too late.
    wish: usize,
    is_waiting: bool,
    /// Whether the request under way may have left.
    may_have_left: bool,
    requests: usize,
    /// Until when the caller's machine sleeps, from when.
    sleeps: Option<(u64, u64)>,
}

pub(crate) struct World<'a> {
    setting: &'a Setting,
    plan: &'a Plan,
    now: u64,
    server_jump_ms: i64,
    sandbox: Sandbox,
    queue: BinaryHeap<Reverse<(u64, usize)>>,
    events: Vec<Option<Event>>,
    runs: Vec<Vec<Run>>,
    ledger: Ledger<'a>,
    tally: Tally,
    trace: Option<String>,
}

impl<'a> World<'a> {
    /// Lets all happen. The error is the rule that was broken.
    pub(crate) fn run(setting: &'a Setting, plan: &'a Plan) -> Result<Tally, String> {
        let mut world = Self::new(setting, plan)?;
        world.play()?;
        Ok(world.tally)
    }

    /// The same, with what happened in words.
    pub(crate) fn trace(setting: &'a Setting, plan: &'a Plan) -> (Result<Tally, String>, String) {
        let mut world = match Self::new(setting, plan) {
            Ok(world) => world,
            Err(error) => return (Err(error), String::new()),
        };
        world.trace = Some(String::new());
        let result = world.play();
        (result.map(|()| world.tally), world.trace.take().unwrap_or_default())
    }

    fn new(setting: &'a Setting, plan: &'a Plan) -> Result<Self, String> {
        let config = SandboxConfig::read(&setting.sandbox).map_err(|issues| format!("{issues:?}"))?;
        let mut world = Self {
            setting,
            plan,
            now: 0,
            server_jump_ms: 0,
            sandbox: Sandbox::new(config),
            queue: BinaryHeap::new(),
            events: Vec::new(),
            runs: Vec::new(),
            ledger: Ledger::new(plan),
            tally: Tally::default(),
            trace: None,
        };
        for (order, visits) in plan.orders.iter().enumerate() {
            let is_kept = !plan.dropped.contains(&order);
            let mut runs = Vec::new();
            for (number, visit) in visits.iter().enumerate() {
                let who = (order, number);
                let mut sleeps = None;
                if is_kept {
                    world.plan_event(visit.at_ms, Event::Begins(who));
                    match visit.interruption {
                        Some(Interruption::Crash { after_ms }) => {
                            world.plan_event(visit.at_ms + after_ms, Event::Crashes(who));
                        }
                        Some(Interruption::Abort { after_ms }) => {
                            world.plan_event(visit.at_ms + after_ms, Event::Aborts(who));
                        }
                        Some(Interruption::Sleep { after_ms, for_ms }) => {
                            sleeps = Some((visit.at_ms + after_ms, visit.at_ms + after_ms + for_ms));
                        }
                        None => {}
                    }
                }
                runs.push(Run {
                    call: None,
                    wish: 0,
                    is_waiting: false,
                    may_have_left: false,
                    requests: 0,
                    sleeps,
                });
            }
            world.runs.push(runs);
            world.tally.orders += u64::from(is_kept);
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
            self.ledger.check(&self.sandbox)?;
        }
        // Whatever was still to appear appears now.
        self.sandbox.settle(self.server_now() + crate::plan::LAST_VISIT_AT_MS);
        self.ledger.check(&self.sandbox)?;
        self.ledger.check_end(&self.sandbox)
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Begins(who) => self.begin(who),
            Event::Hears { who, wish, news, is_forged } => {
                if self.runs[who.0][who.1].wish != wish {
                    return Ok(());
                }
                // A machine that sleeps hears late.
                if let Some(end) = self.sleeping_until(who) {
                    self.plan_event(end, Event::Hears { who, wish, news, is_forged });
                    return Ok(());
                }
                self.ledger.told(who, &news, is_forged, self.now);
                self.note(who, |note| describe_news(note, &news));
                self.step(who, Some(news))
            }
            Event::Arrives { who, wish, request, treatment } => {
                self.arrive(who, wish, &request, &treatment);
                Ok(())
            }
            Event::Crashes(who) => {
                let run = &mut self.runs[who.0][who.1];
                run.wish += 1;
                if run.call.take().is_some() {
                    self.tally.interrupted += 1;
                    self.note(who, |note| note.push_str("the program dies"));
                }
                Ok(())
            }
            Event::Aborts(who) => {
                let run = &self.runs[who.0][who.1];
                if run.call.is_none() {
                    return Ok(());
                }
                let news = if run.is_waiting {
                    News::Slept(false)
                } else {
                    News::Exchanged(Err(NoAnswer::Aborted { was_sent: run.may_have_left }))
                };
                self.note(who, |note| note.push_str("the caller aborts"));
                self.step(who, Some(news))
            }
        }
    }

    fn begin(&mut self, who: Who) -> Result<(), String> {
        self.tally.calls += 1;
        let visit = &self.plan.orders[who.0][who.1];
        let creation = self.creation(who)?;
        let seed = self.plan.seed ^ (who.0 * 31 + who.1) as u64;
        self.ledger.begins(who, &creation, self.now);
        self.note(who, |note| {
            let _ = write!(note, "begins, {} ms at most", visit.policy.deadline_ms);
        });
        let run = &mut self.runs[who.0][who.1];
        run.call = Some(Call::start(&self.setting.client, creation, visit, seed));
        self.step(who, None)
    }

    fn creation(&self, (order, visit): Who) -> Result<Creation, String> {
        let (endpoint, kind, key, value) = self.plan.kind_of(order);
        let (amount, currency) = SUMS[self.plan.orders[order][visit].sum];
        // The URL is only there to see whose request made an order.
        let (id, mark) = (Ledger::id_of(self.plan, order), Ledger::mark_of((order, visit)));
        let input = record(&[
            ("amount", text(amount)),
            ("currency", text(currency)),
            ("externalTransactionId", text(&id)),
            ("callbackUrl", text(&mark)),
            ("additionalFields", record(&[(key, text(value))])),
        ]);
        let (request, issues) = OrderRequest::check(&input, kind, false);
        let request = request.ok_or_else(|| format!("{issues:?}"))?;
        Creation::new(&self.setting.client, endpoint, &request).map_err(|failure| failure.message)
    }

    fn step(&mut self, who: Who, news: Option<News>) -> Result<(), String> {
        let now = self.now;
        let run = &mut self.runs[who.0][who.1];
        run.wish += 1;
        let Some(call) = &mut run.call else { return Ok(()) };
        match call.step(news, now) {
            Some(Move::Wishes(Wish::Sleep { ms })) => {
                run.is_waiting = true;
                let wish = run.wish;
                self.ledger.waits(who, ms, now)?;
                self.note(who, |note| {
                    let _ = write!(note, "waits {ms} ms");
                });
                let news = News::Slept(true);
                self.plan_event(now + ms, Event::Hears { who, wish, news, is_forged: false });
                Ok(())
            }
            Some(Move::Wishes(Wish::Exchange { request, limit_ms })) => {
                run.is_waiting = false;
                self.send(who, request, limit_ms)
            }
            Some(Move::Ends(outcome)) => {
                run.call = None;
                self.end(who, &outcome)
            }
            None => Err("a call waits for nothing".to_owned()),
        }
    }

    fn send(&mut self, who: Who, request: HttpRequest, limit_ms: u32) -> Result<(), String> {
        let now = self.now;
        let run = &mut self.runs[who.0][who.1];
        let (id, wish) = (RequestId { order: who.0, visit: who.1, request: run.requests }, run.wish);
        run.requests += 1;
        self.tally.requests += 1;
        let sleep_end = run.sleeps.filter(|(from, _)| now >= *from).map(|(_, end)| end);
        self.ledger.sends(who, &request, limit_ms, now, sleep_end)?;
        let fate = self.plan.fate_of(id);
        if !matches!(fate, Fate::Arrives { fault: None, forgery: None, .. }) {
            self.tally.faults += 1;
        }
        self.note(who, |note| {
            let what = if request.method == Method::Post { "creates" } else { "looks up" };
            let _ = write!(note, "{what}, {limit_ms} ms at most ({id}): {fate:?}");
        });
        let hears = |news| Event::Hears { who, wish, news, is_forged: false };
        let broken = |nothing_sent, code: &str| {
            News::Exchanged(Err(NoAnswer::Connection { nothing_sent, code: code.to_owned(), cause: () }))
        };
        match fate {
            Fate::Unreachable => self.plan_event(now + 1, hears(broken(true, "ECONNREFUSED"))),
            Fate::NeverConnects => {}
            Fate::Lost => self.plan_event(now + 1, hears(broken(false, "ECONNRESET"))),
            Fate::Arrives { after_ms, fault, forgery } => {
                let treatment = Treatment { fault, forgery, is_heard: true };
                self.plan_event(now + after_ms, Event::Arrives { who, wish, request, treatment });
            }
            Fate::ArrivesTwice { after_ms, again_after_ms, hears_first } => {
                for (after_ms, is_heard) in [(after_ms, hears_first), (again_after_ms, !hears_first)] {
                    let treatment = Treatment { is_heard, ..Treatment::default() };
                    let request = request.clone();
                    self.plan_event(now + after_ms, Event::Arrives { who, wish, request, treatment });
                }
            }
        }
        let nothing_sent = matches!(fate, Fate::NeverConnects);
        self.runs[who.0][who.1].may_have_left = !nothing_sent;
        let timeout = News::Exchanged(Err(NoAnswer::Timeout { nothing_sent }));
        self.plan_event(now + u64::from(limit_ms), hears(timeout));
        Ok(())
    }

    fn arrive(&mut self, who: Who, wish: usize, request: &HttpRequest, treatment: &Treatment) {
        let header = |wanted: &str| {
            request.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
        };
        let arrival = Arrival {
            method: request.method.as_str(),
            target: request.url.strip_prefix(BASE_URL).unwrap_or_default(),
            authorization: header("authorization"),
            named_host: header("x-paystar-host"),
            origin: BASE_URL,
            body: request.body.as_deref().unwrap_or_default().as_bytes(),
            ..Arrival::default()
        };
        let reply = self.sandbox.reply_with(&arrival, treatment.fault.as_ref(), self.server_now());
        self.server_jump_ms += reply.clock_jump_ms;
        let Some((late_ms, result)) = reach(&reply).filter(|_| treatment.is_heard) else { return };
        let is_forged = treatment.forgery.is_some();
        let news = News::Exchanged(treatment.forgery.map_or(result, |forgery| Ok(forge(forgery))));
        self.plan_event(self.now + 1 + late_ms, Event::Hears { who, wish, news, is_forged });
    }

    fn end(&mut self, who: Who, outcome: &Outcome) -> Result<(), String> {
        self.note(who, |note| {
            let _ = match outcome {
                Ok(order) => write!(note, "ends with {} by {:?}", order.external_id, order.resolved_by),
                Err(ending) => write!(note, "ends with {}", crate::check::words_of(ending)),
            };
        });
        let sleep_end = self.runs[who.0][who.1].sleeps.map(|(_, end)| end);
        self.ledger.ends(who, outcome, &self.sandbox, self.now, sleep_end, &mut self.tally)
    }

    fn sleeping_until(&self, who: Who) -> Option<u64> {
        let (from, end) = self.runs[who.0][who.1].sleeps?;
        (from..end).contains(&self.now).then_some(end)
    }

    fn server_now(&self) -> u64 {
        (SERVER_START_MS + self.now).saturating_add_signed(self.server_jump_ms)
    }

    fn plan_event(&mut self, at: u64, event: Event) {
        self.queue.push(Reverse((at, self.events.len())));
        self.events.push(Some(event));
    }

    fn note(&mut self, (order, visit): Who, words: impl FnOnce(&mut String)) {
        if let Some(trace) = &mut self.trace {
            let _ = write!(trace, "{:>9} ms  order {order}, visit {visit}: ", self.now);
            words(trace);
            trace.push('\n');
        }
    }
}

/// What the caller gets of a reply and how much later; nothing where the connection stays open and silent.
fn reach(reply: &Reply) -> Option<(u64, Result<HttpAnswer, NoAnswer<()>>)> {
    let header = |wanted: &str| {
        reply.answer.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    };
    let late_ms = match reply.sending {
        Sending::Whole => 0,
        Sending::Late(ms) | Sending::Slow(ms) => u64::from(ms),
        Sending::Stalled | Sending::StalledInBody => return None,
        Sending::Lost | Sending::CutInHeaders | Sending::CutInBody | Sending::Short => {
            let code = "ECONNRESET".to_owned();
            return Some((0, Err(NoAnswer::Connection { nothing_sent: false, code, cause: () })));
        }
    };
    let retry_after_ms = header("retry-after").map(|wait| match wait.parse::<u64>() {
        Ok(seconds) => seconds * 1000,
        Err(_) => since(wait, header("date").unwrap_or_default()),
    });
    let body = reply.answer.body.clone().into_bytes();
    Some((late_ms, Ok(HttpAnswer { status: reply.answer.status, body, retry_after_ms })))
}

fn forge(forgery: Forgery) -> HttpAnswer {
    let (status, body) = match forgery {
        Forgery::Page { status, body } | Forgery::OtherError { status, body } => (status, body),
        Forgery::OtherSuccess { status } => {
            (status, &br#"{"externalId":"PSP-forged","orderStatus":"Created"}"#[..])
        }
        Forgery::OtherOrder => {
            let body = br#"{"externalId":"PSP-forged","orderStatus":"Success","externalTransactionId":"Order-forged"}"#;
            (200, &body[..])
        }
    };
    HttpAnswer { status, body: body.to_vec(), retry_after_ms: None }
}

fn since(date: &str, earlier: &str) -> u64 {
    let parse = |text| httpdate::parse_http_date(text).ok();
    let wait = parse(date).zip(parse(earlier)).and_then(|(date, earlier)| date.duration_since(earlier).ok());
    wait.map_or(0, |wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}

fn describe_news(note: &mut String, news: &News) {
    let _ = match news {
        News::Exchanged(Ok(answer)) => {
            write!(note, "hears {} {}", answer.status, String::from_utf8_lossy(&answer.body))
        }
        News::Exchanged(Err(NoAnswer::Timeout { .. })) => write!(note, "hears nothing in time"),
        News::Exchanged(Err(no_answer)) => write!(note, "hears {no_answer:?}"),
        News::Slept(_) => write!(note, "goes on"),
    };
}

fn text(value: &str) -> Input<'_> {
    Input::Text(value)
}

fn record<'a>(entries: &[(&'a str, Input<'a>)]) -> Input<'a> {
    Input::Record(entries.to_vec())
}
