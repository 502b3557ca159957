//! The rules of create calls. They do not look into the client: they use its requests, its results, and the orders in the
//! sandbox.

use std::collections::HashMap;

use paystar_engine::step::{FailureWithCause, NoResponse};
use paystar_model::id::{ExternalId, ExternalTransactionId};
use paystar_model::order::{Order, ResolvedBy};
use paystar_protocol::attempt::Operation;
use paystar_protocol::error_code::{ErrorCode, Outcome};
use paystar_protocol::failure::Failure;
use paystar_protocol::http::{Departure, HttpRequest, HttpResponse, Method};
use paystar_protocol::orders::Creation;
use paystar_sandbox::{Sandbox, SandboxOrder};

use crate::call::CallResult;
use crate::counts::CreateCounts;
use crate::create_call::CreateCall;
use crate::ids::CallId;
use crate::plan::Plan;

/// What the rules know about one create call.
#[derive(Default)]
struct CallRecord {
    deadline: u64,
    creation: String,
    lookup: String,
    sent: Vec<Operation>,
    /// Whether a creation may have arrived, and no response has ruled that out.
    may_exist: bool,
    /// PayStar asked the client to send no request before this time.
    retry_at: u64,
    claim: Option<Claim>,
    /// Whether PayStar has an order from a request of this call.
    has_created: bool,
}

/// What the result of a call says about its order.
enum Claim {
    /// The result is this order.
    Order(ExternalId),
    /// The result is an error that contains this order. The order has the right id, but it may be another order.
    OtherOrder(ExternalId),
    /// The call created no order.
    NoOrder,
    /// The call may have created an order.
    Unknown,
}

pub(crate) struct CreateRules<'a> {
    plan: &'a Plan,
    records: HashMap<CallId, CallRecord>,
}

impl<'a> CreateRules<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self { plan, records: HashMap::new() }
    }

    pub(crate) fn start(&mut self, call: CallId, creation: &Creation, lookup: &HttpRequest, now: u64) {
        let deadline = now + u64::from(self.planned(call).policy.deadline_ms);
        let record = CallRecord {
            deadline,
            creation: url_and_body(&creation.http),
            lookup: url_and_body(lookup),
            ..CallRecord::default()
        };
        self.records.insert(call, record);
    }

    pub(crate) fn send(
        &mut self,
        call: CallId,
        request: &HttpRequest,
        limit_ms: u32,
        now: u64,
        sleep_end: Option<u64>,
    ) -> Result<(), String> {
        let max_retries = self.planned(call).policy.max_retries as usize;
        let record = self.record(call)?;
        let is_first = record.sent.is_empty();
        let operation = if request.method == Method::Post { Operation::Create } else { Operation::Read };
        let expected = if operation == Operation::Create { &record.creation } else { &record.lookup };
        if url_and_body(request) != *expected {
            return Err("a call sends a request with a URL or body that does not match its order".to_owned());
        }
        if operation == Operation::Create && record.may_exist {
            return Err("a call sends the creation again, although the order may exist".to_owned());
        }
        if now < record.retry_at {
            return Err("a call sends a request before the time in Retry-After".to_owned());
        }
        if !is_first && now >= record.deadline {
            return Err("a call sends a request after its deadline".to_owned());
        }
        if now + u64::from(limit_ms) > record.deadline.max(now + 1) && sleep_end.is_none() {
            return Err("the time limit of a request ends after the deadline of its call".to_owned());
        }
        record.sent.push(operation);
        let count = |wanted| record.sent.iter().filter(|sent| **sent == wanted).count();
        if count(Operation::Create) > max_retries + 1 || count(Operation::Read) > 2 * max_retries + 1 {
            return Err("a call sends more requests than maxRetries allows".to_owned());
        }
        if operation == Operation::Create {
            record.may_exist = true;
        }
        Ok(())
    }

    pub(crate) fn wait(&mut self, call: CallId, ms: u64, now: u64) -> Result<(), String> {
        if now + ms >= self.record(call)?.deadline {
            return Err("a call waits until its deadline or longer".to_owned());
        }
        Ok(())
    }

    /// Records what the result of the last request means, as PayStar documents it. The response of a proxy means nothing.
    pub(crate) fn exchanged(
        &mut self,
        call: CallId,
        result: &Result<HttpResponse, NoResponse<()>>,
        is_from_proxy: bool,
        now: u64,
    ) {
        let Some(record) = self.records.get_mut(&call) else { return };
        let is_creation = record.sent.last() == Some(&Operation::Create);
        if let Ok(response) = result
            && let Some(wait) = response.retry_after_ms
        {
            record.retry_at = now + wait;
        }
        let proves_no_order = match result {
            Ok(_) if is_from_proxy => false,
            Ok(response) if is_creation => matches!(response.status, 400 | 401 | 403 | 423),
            Ok(response) => response.status == 404,
            Err(NoResponse::Connection { departure, .. } | NoResponse::Timeout { departure }) => {
                is_creation && *departure == Departure::NothingSent
            }
            Err(_) => false,
        };
        if proves_no_order {
            record.may_exist = false;
        }
    }

    pub(crate) fn end(
        &mut self,
        call: CallId,
        result: &CallResult,
        sandbox: &Sandbox,
        now: u64,
        sleep_end: Option<u64>,
        counts: &mut CreateCounts,
    ) -> Result<(), String> {
        let record = self.record(call)?;
        if now > record.deadline.max(sleep_end.unwrap_or(0)) {
            return Err(format!("a call ends {} ms after its deadline", now - record.deadline));
        }
        let sent = record.sent.len();
        let claim = match result {
            CallResult::Order(order) => self.check_order(call, order, sandbox, counts)?,
            CallResult::Aborted(None) => {
                counts.interrupted += 1;
                Claim::NoOrder
            }
            CallResult::State(_) | CallResult::Late { .. } => {
                return Err("a create call ends with the result of a status call".to_owned());
            }
            CallResult::Aborted(Some(failure)) | CallResult::Failed(FailureWithCause { failure, .. }) => {
                self.check_failure(call, failure, sent, sandbox, counts)?
            }
        };
        self.record(call)?.claim = Some(claim);
        Ok(())
    }

    fn check_order(
        &self,
        call: CallId,
        order: &Order,
        sandbox: &Sandbox,
        counts: &mut CreateCounts,
    ) -> Result<Claim, String> {
        let creator = self
            .creator_of(&order.external_id, call.order, sandbox)
            .filter(|_| order.external_transaction_id == self.plan.merchant_id(call.order));
        let Some(creator) = creator else {
            return Err("a call returns an order that PayStar does not have".to_owned());
        };
        match order.resolved_by {
            ResolvedBy::Answer if creator != call => {
                return Err("a call says that it created the order of another call".to_owned());
            }
            ResolvedBy::Answer => counts.answered += 1,
            ResolvedBy::Lookup
                if self.plan.is_other_amount_visible(call.order, creator.number, call.number) =>
            {
                return Err("a call returns an order with another amount, and the response has that amount"
                    .to_owned());
            }
            ResolvedBy::Lookup => counts.found += 1,
        }
        Ok(Claim::Order(order.external_id.clone()))
    }

    fn check_failure(
        &self,
        call: CallId,
        failure: &Failure,
        sent: usize,
        sandbox: &Sandbox,
        counts: &mut CreateCounts,
    ) -> Result<Claim, String> {
        if failure.external_transaction_id != Some(self.plan.merchant_id(call.order)) {
            return Err("an error does not have the id of its order".to_owned());
        }
        if failure.attempts.as_ref().map(Vec::len) != Some(sent) {
            return Err("an error does not list every attempt".to_owned());
        }
        match (failure.code(), failure.outcome()) {
            (_, None) => return Err("an error has no outcome".to_owned()),
            (ErrorCode::Aborted | ErrorCode::Timeout, Some(Outcome::Rejected)) => {
                return Err("an error has the outcome rejected, but there was no response".to_owned());
            }
            _ => {}
        }
        if let Some(order) = failure.order() {
            let Some(creator) = self.creator_of(&order.external_id, call.order, sandbox) else {
                return Err("an error contains an order that PayStar does not have".to_owned());
            };
            let is_other = self.plan.is_other_amount_visible(call.order, creator.number, call.number);
            counts.other_orders += u64::from(is_other);
        }
        match failure.outcome() {
            Some(Outcome::Unknown) => counts.unknown += 1,
            Some(Outcome::Rejected) => counts.rejected += 1,
            _ => counts.not_sent += 1,
        }
        Ok(match failure.order() {
            _ if failure.outcome() != Some(Outcome::Unknown) => Claim::NoOrder,
            Some(order) => Claim::OtherOrder(order.external_id.clone()),
            None => Claim::Unknown,
        })
    }

    /// The rules that must hold at any time.
    pub(crate) fn check(&mut self, sandbox: &Sandbox) -> Result<(), String> {
        let mut seen: Vec<(&str, bool)> = Vec::new();
        for order in sandbox.orders() {
            let key = (order.external_transaction_id, order.pipeline.as_str() == "payouts");
            if seen.contains(&key) {
                return Err("PayStar has two orders with the same id".to_owned());
            }
            seen.push(key);
            let Some(call) = creating_call(&order) else {
                return Err("PayStar has an order that no call created".to_owned());
            };
            if order.external_transaction_id != self.plan.merchant_id(call.order).as_str() {
                return Err("PayStar has an order with another id than its call sent".to_owned());
            }
            self.record(call)?.has_created = true;
        }
        for record in self.records.values() {
            if record.has_created && matches!(record.claim, Some(Claim::NoOrder)) {
                return Err("a call says that it created no order, but it created an order".to_owned());
            }
        }
        Ok(())
    }

    /// The rules that must hold at the end: each order exists once, and every call with an order returned this order.
    pub(crate) fn check_end(&mut self, sandbox: &Sandbox) -> Result<(), String> {
        for (order, calls) in self.plan.create_calls.iter().enumerate() {
            if self.plan.skipped_orders.contains(&order) {
                continue;
            }
            let id = self.plan.merchant_id(order);
            let Some(created) = sandbox.orders().find(|made| made.external_transaction_id == id.as_str())
            else {
                return Err("an order is lost: PayStar does not have it after the last call".to_owned());
            };
            let creator = creating_call(&created).map_or(0, |call| call.number);
            for number in 0..calls.len() {
                let is_other = self.plan.is_other_amount_visible(order, creator, number);
                let claim = self.record(CallId::create(order, number))?.claim.as_ref();
                match claim {
                    Some(Claim::Order(external_id) | Claim::OtherOrder(external_id))
                        if external_id.as_str() != created.external_id =>
                    {
                        return Err("two calls with the same id got two different orders".to_owned());
                    }
                    Some(Claim::Order(_)) => {}
                    Some(Claim::OtherOrder(_)) if is_other => {}
                    _ if number + 1 == calls.len() => {
                        return Err("the last call for an order did not return the order".to_owned());
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn planned(&self, call: CallId) -> &'a CreateCall {
        &self.plan.create_calls[call.order][call.number]
    }

    fn record(&mut self, call: CallId) -> Result<&mut CallRecord, String> {
        self.records.get_mut(&call).ok_or_else(|| "a call continues, but it has not started".to_owned())
    }

    /// The call that created the order with PayStar's id `external_id`. The order must also have the merchant's id of
    /// `order`.
    fn creator_of(&self, external_id: &ExternalId, order: usize, sandbox: &Sandbox) -> Option<CallId> {
        let id: ExternalTransactionId = self.plan.merchant_id(order);
        let is_wanted = |made: &SandboxOrder| {
            made.external_id == external_id.as_str() && made.external_transaction_id == id.as_str()
        };
        creating_call(&sandbox.orders().find(is_wanted)?)
    }
}

/// The call whose request created an order.
fn creating_call(order: &SandboxOrder) -> Option<CallId> {
    CallId::from_callback_url(order.callback_url?)
}

fn url_and_body(request: &HttpRequest) -> String {
    format!("{} {}", request.url, request.body.as_deref().unwrap_or_default())
}
