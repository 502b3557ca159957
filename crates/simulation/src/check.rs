//! The rules of creations that no world may break, checked from outside: by what was sent, what was told, and what the
//! sandbox made.

use std::collections::HashMap;

use paystar_engine::step::FailureWithCause;
use paystar_engine::step::NoResponse;
use paystar_model::id::ExternalTransactionId;
use paystar_model::order::ResolvedBy;
use paystar_protocol::attempt::Operation;
use paystar_protocol::error_code::{ErrorCode, Outcome};
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{Departure, HttpRequest, HttpResponse, Method};
use paystar_protocol::orders::Creation;
use paystar_sandbox::{MadeOrder, Sandbox};

use crate::call::Ending;
use crate::plan::{Plan, Visit};
use crate::tally::Creations;

/// Visits by order and number.
type Who = (usize, usize);

/// What is known of one visit.
#[derive(Default)]
struct Entry {
    deadline: u64,
    creation: String,
    lookup: String,
    sent: Vec<Operation>,
    /// Whether a creation may have arrived and nobody has looked since.
    is_open: bool,
    /// Until when PayStar asked to wait.
    quiet_until: u64,
    end: Option<End>,
    has_made: bool,
}

enum End {
    /// With this order.
    Order(String),
    /// With an error that carries this order: it has the id, and may be another one.
    Other(String),
    /// It says that it made none.
    None,
    /// It says that it may have made one.
    Unknown,
}

pub(crate) struct Ledger<'a> {
    plan: &'a Plan,
    visits: HashMap<Who, Entry>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self { plan, visits: HashMap::new() }
    }

    pub(crate) fn id_of(plan: &Plan, order: usize) -> String {
        format!("Order-{}-{order}", plan.seed)
    }

    pub(crate) fn mark_of((order, visit): Who) -> String {
        format!("https://merchant.example/{order}/{visit}")
    }

    pub(crate) fn begins(&mut self, who: Who, creation: &Creation, now: u64) {
        let deadline = now + u64::from(self.visit(who).policy.deadline_ms);
        let entry = Entry {
            deadline,
            creation: fingerprint(&creation.http),
            lookup: fingerprint(&creation.lookup()),
            ..Entry::default()
        };
        self.visits.insert(who, entry);
    }

    pub(crate) fn sends(
        &mut self,
        who: Who,
        request: &HttpRequest,
        limit_ms: u32,
        now: u64,
        sleep_end: Option<u64>,
    ) -> Result<(), String> {
        let most = self.visit(who).policy.max_retries as usize;
        let entry = self.entry(who)?;
        let is_first = entry.sent.is_empty();
        let operation = if request.method == Method::Post { Operation::Create } else { Operation::Read };
        let expected = if operation == Operation::Create { &entry.creation } else { &entry.lookup };
        if fingerprint(request) != *expected {
            return Err("a request is not the one of this order: its id or its body has changed".to_owned());
        }
        if operation == Operation::Create && entry.is_open {
            return Err("an order is created again although nobody has looked whether it exists".to_owned());
        }
        if now < entry.quiet_until {
            return Err("a request leaves before the time that PayStar asked for".to_owned());
        }
        if !is_first && now >= entry.deadline {
            return Err("a request leaves after the deadline".to_owned());
        }
        if now + u64::from(limit_ms) > entry.deadline.max(now + 1) && sleep_end.is_none() {
            return Err("a request may take longer than the deadline allows".to_owned());
        }
        entry.sent.push(operation);
        let count = |wanted| entry.sent.iter().filter(|sent| **sent == wanted).count();
        if count(Operation::Create) > most + 1 || count(Operation::Read) > 2 * most + 1 {
            return Err("a call sends more often than it may".to_owned());
        }
        if operation == Operation::Create {
            entry.is_open = true;
        }
        Ok(())
    }

    pub(crate) fn waits(&mut self, who: Who, ms: u64, now: u64) -> Result<(), String> {
        let entry = self.entry(who)?;
        if now + ms >= entry.deadline {
            Err("a wait is longer than the deadline allows".to_owned())
        } else {
            Ok(())
        }
    }

    /// Notes what the answer to the last request allows, by PayStar's documentation alone. An answer that is not PayStar's
    /// allows nothing.
    pub(crate) fn told(
        &mut self,
        who: Who,
        result: &Result<HttpResponse, NoResponse<()>>,
        is_forged: bool,
        now: u64,
    ) {
        let Some(entry) = self.visits.get_mut(&who) else { return };
        let is_creation = entry.sent.last() == Some(&Operation::Create);
        if let Ok(answer) = result
            && let Some(wait) = answer.retry_after_ms
        {
            entry.quiet_until = now + wait;
        }
        let closes = match result {
            Ok(_) if is_forged => false,
            Ok(answer) if is_creation => matches!(answer.status, 400 | 401 | 403 | 423),
            Ok(answer) => answer.status == 404,
            Err(NoResponse::Connection { departure, .. } | NoResponse::Timeout { departure }) => {
                is_creation && *departure == Departure::NothingSent
            }
            Err(_) => false,
        };
        if closes {
            entry.is_open = false;
        }
    }

    pub(crate) fn ends(
        &mut self,
        who: Who,
        ending: &Ending,
        sandbox: &Sandbox,
        now: u64,
        sleep_end: Option<u64>,
        tally: &mut Creations,
    ) -> Result<(), String> {
        let (plan, id) = (self.plan, Self::id_of(self.plan, who.0));
        let entry = self.entry(who)?;
        if now > entry.deadline.max(sleep_end.unwrap_or(0)) {
            return Err(format!("a call ends {} ms after its deadline", now - entry.deadline));
        }
        // The visit that made an order.
        let maker = |external_id: &str| {
            let is_meant =
                |order: &MadeOrder| order.external_id == external_id && order.external_transaction_id == id;
            sandbox.made().find(is_meant).and_then(|order| who_made(&order)).map(|(_, visit)| visit)
        };
        let end = match ending {
            Ending::Order(order) => {
                let maker = maker(order.external_id.as_str())
                    .filter(|_| order.external_transaction_id.as_str() == id);
                let Some(maker) = maker else {
                    return Err("a call returns an order that PayStar does not have".to_owned());
                };
                match order.resolved_by {
                    ResolvedBy::Answer if maker != who.1 => {
                        return Err("a call says that it made the order of another call".to_owned());
                    }
                    ResolvedBy::Answer => tally.answered += 1,
                    ResolvedBy::Lookup if plan.tells_apart(who.0, maker, who.1) => {
                        return Err(
                            "a call returns an order of another amount, and the answer told it".to_owned()
                        );
                    }
                    ResolvedBy::Lookup => tally.found += 1,
                }
                End::Order(order.external_id.to_string())
            }
            Ending::Aborted(None) => {
                tally.interrupted += 1;
                End::None
            }
            Ending::State(_) | Ending::Late { .. } => {
                return Err("a creation ends as a wait does".to_owned());
            }
            Ending::Aborted(Some(failure)) | Ending::Failed(FailureWithCause { failure, .. }) => {
                check_failure(failure, &id, entry.sent.len())?;
                if let Some(order) = failure.order() {
                    let Some(maker) = maker(order.external_id.as_str()) else {
                        return Err("an error carries an order that PayStar does not have".to_owned());
                    };
                    tally.other_orders += u64::from(plan.tells_apart(who.0, maker, who.1));
                }
                match failure.outcome() {
                    Some(Outcome::Unknown) => tally.unknown += 1,
                    Some(Outcome::Rejected) => tally.rejected += 1,
                    _ => tally.not_sent += 1,
                }
                match failure.order() {
                    _ if failure.outcome() != Some(Outcome::Unknown) => End::None,
                    Some(order) => End::Other(order.external_id.to_string()),
                    None => End::Unknown,
                }
            }
        };
        entry.end = Some(end);
        Ok(())
    }

    /// The rules that hold at any time.
    pub(crate) fn check(&mut self, sandbox: &Sandbox) -> Result<(), String> {
        let mut seen: Vec<(&str, bool)> = Vec::new();
        for order in sandbox.made() {
            let key = (order.external_transaction_id, order.pipeline.as_str() == "payouts");
            if seen.contains(&key) {
                return Err("PayStar has two orders with one id".to_owned());
            }
            seen.push(key);
            let Some(who) = who_made(&order) else {
                return Err("PayStar has an order that nobody asked for".to_owned());
            };
            if order.external_transaction_id != Self::id_of(self.plan, who.0) {
                return Err("PayStar has an order with an id that nobody chose".to_owned());
            }
            self.entry(who)?.has_made = true;
        }
        for entry in self.visits.values() {
            if entry.has_made && matches!(entry.end, Some(End::None)) {
                return Err("a call says that it made no order, but it has made one".to_owned());
            }
        }
        Ok(())
    }

    /// The rules that hold when all is over: each order exists once, and everybody was told of that one.
    pub(crate) fn check_end(&mut self, sandbox: &Sandbox) -> Result<(), String> {
        for (order, visits) in self.plan.orders.iter().enumerate() {
            if self.plan.dropped.contains(&order) {
                continue;
            }
            let id = Self::id_of(self.plan, order);
            let Some(made) = sandbox.made().find(|made| made.external_transaction_id == id) else {
                return Err(
                    "an order is lost: the merchant came back for it, and PayStar has none".to_owned()
                );
            };
            let maker = who_made(&made).map_or(0, |(_, visit)| visit);
            for number in 0..visits.len() {
                let is_other = self.plan.tells_apart(order, maker, number);
                let end = self.entry((order, number))?.end.as_ref();
                match end {
                    Some(End::Order(external_id) | End::Other(external_id))
                        if external_id != made.external_id =>
                    {
                        return Err("two calls were told of two orders with one id".to_owned());
                    }
                    Some(End::Order(_)) => {}
                    Some(End::Other(_)) if is_other => {}
                    _ if number + 1 == visits.len() => {
                        return Err("the merchant came back for an order, and was not told of it".to_owned());
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn visit(&self, (order, visit): Who) -> &'a Visit {
        &self.plan.orders[order][visit]
    }

    fn entry(&mut self, who: Who) -> Result<&mut Entry, String> {
        self.visits.get_mut(&who).ok_or_else(|| "something happens to a call that has not begun".to_owned())
    }
}

/// Whose request made an order.
fn who_made(order: &MadeOrder) -> Option<Who> {
    let mut mark = order.callback_url?.rsplit('/').map(str::parse);
    match (mark.next()?, mark.next()?) {
        (Ok(visit), Ok(order)) => Some((order, visit)),
        _ => None,
    }
}

fn fingerprint(request: &HttpRequest) -> String {
    format!("{} {}", request.url, request.body.as_deref().unwrap_or_default())
}

fn check_failure(failure: &Failure, id: &str, sent: usize) -> Result<(), String> {
    if failure.external_transaction_id.as_ref().map(ExternalTransactionId::as_str) != Some(id) {
        return Err("an error does not name its order".to_owned());
    }
    if failure.attempts.as_ref().map(Vec::len) != Some(sent) {
        return Err("an error does not tell each attempt".to_owned());
    }
    match (failure.code(), failure.outcome()) {
        (_, None) => Err("an error has no outcome".to_owned()),
        (ErrorCode::Aborted | ErrorCode::Timeout, Some(Outcome::Rejected)) => {
            Err("an error without an answer says that PayStar refused".to_owned())
        }
        _ => Ok(()),
    }
}
