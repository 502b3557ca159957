//! Creates an order. If it is not certain that the order exists, finds out before it tries again.
//!
//! PayStar accepts each `externalTransactionId` once. So when the response to a creation was lost, the next request
//! reads the status of this id. Only a response that cannot mean "it exists" allows the client to send the same request,
//! with the same id, again.

use paystar_model::id::ExternalTransactionId;
use paystar_model::order::{Order, OrderState};
use paystar_protocol::attempt::{AttemptResult, LookupResult, Operation};
use paystar_protocol::call_config::{OnDuplicate, RetryPolicy};
use paystar_protocol::error_code::{ErrorCode, Outcome};
use paystar_protocol::failure::Failure;
use paystar_protocol::http::Departure;
use paystar_protocol::orders::Lookup;

use super::retry::Schedule;
use super::step::FailureWithCause;

/// What to do next.
#[derive(Debug)]
pub enum Decision<C> {
    /// Send the creation, or read the status of the order by its id.
    Send(Operation),
    /// Wait this many milliseconds.
    Wait(u64),
    /// The call is over.
    Done(Result<Order, FailureWithCause<C>>),
}

/// A request that has no response yet.
#[derive(Debug, Clone, Copy)]
pub struct RequestInFlight {
    /// What it is for.
    pub operation: Operation,
    /// Whether it can have been sent.
    pub departure: Departure,
}

/// One call of `create`.
#[derive(Debug)]
pub struct CreateOrFind<C> {
    external_transaction_id: ExternalTransactionId,
    on_duplicate: OnDuplicate,
    schedule: Schedule,
    creations_left: u32,
    lookups_left: u32,
    after_wait: Operation,
    /// The latest creation whose outcome is unknown. After such a creation, only the order itself ends the call well.
    unknown: Option<FailureWithCause<C>>,
    /// The latest creation that certainly created no order.
    refused: Option<FailureWithCause<C>>,
}

impl<C: Default> CreateOrFind<C> {
    /// Starts a call. It sends its first creation at once.
    pub fn start(
        external_transaction_id: ExternalTransactionId,
        policy: RetryPolicy,
        on_duplicate: OnDuplicate,
        now: u64,
    ) -> (Self, Decision<C>) {
        let call = Self {
            external_transaction_id,
            on_duplicate,
            schedule: Schedule::start(policy.deadline_ms, now),
            creations_left: policy.max_retries,
            // One lookup for each creation, and one more for each retry.
            lookups_left: policy.max_retries.saturating_mul(2).saturating_add(1),
            after_wait: Operation::Create,
            unknown: None,
            refused: None,
        };
        (call, Decision::Send(Operation::Create))
    }

    /// How long the next request may take.
    pub fn limit_ms(&self, timeout_ms: u32, now: u64) -> u32 {
        self.schedule.limit_ms(timeout_ms, now)
    }

    /// The wait is over.
    pub fn waited(&mut self, now: u64) -> Decision<C> {
        self.send(self.after_wait, now)
    }

    /// Takes the result of a creation.
    pub fn created(
        &mut self,
        result: Result<Order, FailureWithCause<C>>,
        now: u64,
        random: u32,
    ) -> Decision<C> {
        let failed = match result {
            Ok(order) => return Decision::Done(Ok(order)),
            Err(failed) => failed,
        };
        self.schedule.failed(Operation::Create, &failed.failure, now);
        let retry_after_ms = failed.failure.retry_after_ms();
        if is_duplicate(&failed.failure) {
            self.refused = Some(failed);
            return self.send(Operation::Read, now);
        }
        if failed.failure.outcome() == Some(Outcome::Unknown) {
            let asks_to_wait =
                retry_after_ms.is_some() || failed.failure.code() == ErrorCode::TooManyRequests;
            self.unknown = Some(failed);
            return if asks_to_wait {
                self.wait(Operation::Read, retry_after_ms, now, random)
            } else {
                self.send(Operation::Read, now)
            };
        }
        if failed.failure.is_of_panel || !failed.failure.code().may_pass() {
            self.creations_left = 0;
        }
        self.refused = Some(failed);
        // An earlier creation may have created the order by now.
        let next = if self.unknown.is_some() { Operation::Read } else { Operation::Create };
        self.wait(next, retry_after_ms, now, random)
    }

    /// Takes the result of a lookup.
    pub fn looked_up(
        &mut self,
        result: Result<Lookup, FailureWithCause<C>>,
        now: u64,
        random: u32,
    ) -> Decision<C> {
        match result {
            Ok(Lookup::Order(state)) => {
                self.schedule.saw(Operation::Read, AttemptResult::Order(LookupResult::Order), None, now);
                self.found(state)
            }
            Ok(Lookup::OtherOrder(state)) => {
                self.schedule.saw(Operation::Read, AttemptResult::Order(LookupResult::OtherOrder), None, now);
                self.found_other(state)
            }
            Ok(Lookup::NoOrder { retry_after_ms }) => {
                self.schedule.saw(Operation::Read, AttemptResult::Order(LookupResult::NoOrder), None, now);
                // PayStar accepted the id before. The order will appear, and PayStar would refuse another creation.
                let next = if self.is_taken() || self.creations_left == 0 {
                    Operation::Read
                } else {
                    Operation::Create
                };
                self.wait(next, retry_after_ms, now, random)
            }
            Err(failed) => {
                self.schedule.failed(Operation::Read, &failed.failure, now);
                if failed.failure.code().is_refusal() {
                    self.give_up()
                } else {
                    self.wait(Operation::Read, failed.failure.retry_after_ms(), now, random)
                }
            }
        }
    }

    /// The caller ends the call. `None` if the call certainly created no order.
    pub fn aborted(&mut self, in_flight: Option<RequestInFlight>, now: u64) -> Option<Failure> {
        let mut failure = Failure::aborted();
        if let Some(RequestInFlight { operation, .. }) = in_flight {
            self.schedule.failed(operation, &failure, now);
        }
        let can_create = |request: RequestInFlight| {
            request.operation == Operation::Create && request.departure == Departure::MayHaveBeenSent
        };
        // A request of this call may have taken the id: the network may have sent it twice.
        if self.unknown.is_none() && !self.is_taken() && !in_flight.is_some_and(can_create) {
            return None;
        }
        self.describe(&mut failure);
        Some(failure)
    }

    /// Whether PayStar refused a creation because it has an order with the id.
    fn is_taken(&self) -> bool {
        self.refused.as_ref().is_some_and(|refused| is_duplicate(&refused.failure))
    }

    /// A lookup found an order with the id and with other data. It is never the result of the call.
    fn found_other(&mut self, state: Box<OrderState>) -> Decision<C> {
        let refusal = self.refused.take().map(|refused| refused.failure).filter(is_duplicate);
        let mut failure = Failure::other_order(refusal, state);
        self.describe(&mut failure);
        Decision::Done(Err(failure.into()))
    }

    fn found(&mut self, state: Box<OrderState>) -> Decision<C> {
        match self.refused.take() {
            // This may or may not be the order of this request: another request may have used the id before, or the
            // network may have sent this request twice.
            Some(mut refused) if self.unknown.is_none() && self.on_duplicate == OnDuplicate::Throw => {
                refused.failure = refused.failure.with_order(state);
                self.describe(&mut refused.failure);
                Decision::Done(Err(refused))
            }
            _ => Decision::Done(Ok(Order::found(*state, &self.external_transaction_id))),
        }
    }

    fn send(&mut self, operation: Operation, now: u64) -> Decision<C> {
        if self.left(operation) == 0 || self.schedule.is_over(now) {
            return self.give_up();
        }
        let left = match operation {
            Operation::Create => &mut self.creations_left,
            Operation::Read => &mut self.lookups_left,
        };
        *left = left.saturating_sub(1);
        self.schedule.sent(now);
        Decision::Send(operation)
    }

    fn wait(&mut self, next: Operation, retry_after_ms: Option<u64>, now: u64, random: u32) -> Decision<C> {
        if self.left(next) == 0 {
            return self.give_up();
        }
        self.after_wait = next;
        match self.schedule.wait_ms(retry_after_ms, now, random) {
            Some(ms) => Decision::Wait(ms),
            None => self.give_up(),
        }
    }

    fn left(&self, operation: Operation) -> u32 {
        match operation {
            Operation::Create => self.creations_left,
            Operation::Read => self.lookups_left,
        }
    }

    /// An unknown outcome stays unknown, even if PayStar refused a later request.
    fn give_up(&mut self) -> Decision<C> {
        let failed = self.unknown.take().or_else(|| self.refused.take());
        // A call gives up only after a failure. Without a failure, unknown is the safe outcome.
        let mut failed = failed.unwrap_or_else(|| Failure::aborted().into());
        self.describe(&mut failed.failure);
        Decision::Done(Err(failed))
    }

    fn describe(&mut self, failure: &mut Failure) {
        failure.external_transaction_id = Some(self.external_transaction_id.clone());
        failure.attempts = Some(self.schedule.take_attempts());
    }
}

fn is_duplicate(failure: &Failure) -> bool {
    failure.code() == ErrorCode::DuplicateOrder
}

#[cfg(test)]
mod tests {
    use super::*;
    use paystar_protocol::error_response::RequestKind;
    use paystar_protocol::http::{Departure, HttpResponse};

    const DUPLICATE: &str = r#"{"statusDescrption":"1-4007"}"#;
    const LIMIT: &str = r#"{"label":"LIMITS_ERROR"}"#;

    fn policy(max_retries: u32) -> RetryPolicy {
        RetryPolicy { max_retries, deadline_ms: 60_000 }
    }

    fn caught(answer: &str) -> FailureWithCause<()> {
        let refusal = |status, body: &str, retry_after_ms| {
            let body = body.as_bytes().to_vec();
            let answer = HttpResponse { status, body, retry_after_ms };
            Failure::from_response(&answer, &[], RequestKind::Creation(&"Order-7".into()))
        };
        let of_panel = |code: &str, outcome: &str| {
            let body = format!(
                r#"{{"paystarPanel":{{"operation":"payouts.create","externalTransactionId":"Order-7","code":"{code}","outcome":"{outcome}"}}}}"#
            );
            let answer = HttpResponse { status: 403, body: body.into_bytes(), retry_after_ms: None };
            paystar_protocol::panel::read(&answer, &[], RequestKind::Creation(&"Order-7".into())).unwrap()
        };
        let failure = match answer {
            "timeout" => Failure::timeout(5, Departure::MayHaveBeenSent),
            "unreachable" => Failure::connection(Departure::NothingSent, ""),
            "reset" => Failure::connection(Departure::MayHaveBeenSent, ""),
            "garbage" => Failure::invalid_answer(200, "it is empty"),
            "duplicate" => refusal(400, DUPLICATE, None),
            "limit" => refusal(400, LIMIT, None),
            "later" => refusal(503, "", Some(2000)),
            "too late" => refusal(503, "", Some(60_000)),
            "423" => refusal(423, "{}", None),
            "panel: refused" => of_panel("rejected", "rejected"),
            "panel: pending" => of_panel("approval_pending", "rejected"),
            "panel: later" => of_panel("temporarily_unavailable", "rejected"),
            "panel: unreachable" => of_panel("connection_failed", "notSent"),
            "panel: lost" => of_panel("timeout", "unknown"),
            status => refusal(status.parse().unwrap(), "", None),
        };
        FailureWithCause { failure, cause: () }
    }

    fn order() -> Order {
        Order::from_body(br#"{"externalId":"P","orderStatus":"Created"}"#, &"Order-7".into()).unwrap()
    }

    fn state() -> OrderState {
        OrderState::from_body(br#"{"externalId":"P","orderStatus":"Processing"}"#).unwrap()
    }

    /// Plays what each request brings; the result is what was sent, and how it ended.
    fn play(policy: RetryPolicy, on_duplicate: OnDuplicate, brings: &[&str]) -> (String, String) {
        let (mut call, mut step) = CreateOrFind::start("Order-7".into(), policy, on_duplicate, 0);
        let (mut now, mut sent, mut brings) = (0, String::new(), brings.iter());
        loop {
            step = match step {
                Decision::Done(Ok(order)) => return (sent, format!("{:?}", order.resolved_by)),
                Decision::Done(Err(FailureWithCause { failure, .. })) => {
                    assert_eq!(failure.external_transaction_id, Some("Order-7".into()));
                    assert_eq!(failure.attempts.as_ref().map(Vec::len), Some(sent.len()));
                    let known = if failure.order().is_some() { " with its order" } else { "" };
                    return (sent, format!("{:?} {:?}{known}", failure.code(), failure.outcome().unwrap()));
                }
                Decision::Wait(ms) => {
                    now += ms;
                    call.waited(now)
                }
                Decision::Send(operation) => {
                    now += 10;
                    let brought = *brings.next().unwrap_or(&"timeout");
                    let is_creation = operation == Operation::Create;
                    sent.push(if is_creation { 'C' } else { 'R' });
                    match (is_creation, brought) {
                        (true, "order") => call.created(Ok(order()), now, 7),
                        (true, failure) => call.created(Err(caught(failure)), now, 7),
                        (false, "order") => call.looked_up(Ok(Lookup::Order(Box::new(state()))), now, 7),
                        (false, "other") => call.looked_up(Ok(Lookup::OtherOrder(Box::new(state()))), now, 7),
                        (false, "none") => {
                            call.looked_up(Ok(Lookup::NoOrder { retry_after_ms: None }), now, 7)
                        }
                        (false, failure) => call.looked_up(Err(caught(failure)), now, 7),
                    }
                }
            };
        }
    }

    #[track_caller]
    fn assert_plays(brings: &[&str], sent: &str, end: &str) {
        let played = play(policy(2), OnDuplicate::Throw, brings);
        assert_eq!((played.0.as_str(), played.1.as_str()), (sent, end), "{brings:?}");
    }

    #[test]
    fn an_answer_or_a_documented_refusal_ends_it_at_once() {
        assert_plays(&["order"], "C", "Answer");
        assert_plays(&["limit"], "C", "LimitReached Rejected");
        assert_plays(&["401"], "C", "Unauthorized Rejected");
        assert_plays(&["403"], "C", "Forbidden Rejected");
    }

    #[test]
    fn what_a_panel_reports_is_not_sent_again() {
        assert_plays(&["panel: refused"], "C", "Rejected Rejected");
        assert_plays(&["panel: pending"], "C", "ApprovalPending Rejected");
        // The panel's own client has tried again already.
        assert_plays(&["panel: later"], "C", "TemporarilyUnavailable Rejected");
        assert_plays(&["panel: unreachable"], "C", "ConnectionFailed NotSent");
    }

    #[test]
    fn after_a_lost_response_of_a_panel_it_looks_before_it_sends_again() {
        assert_plays(&["panel: lost", "order"], "CR", "Lookup");
        assert_plays(&["panel: lost", "none", "order"], "CRC", "Answer");
        assert_plays(&["timeout", "none", "panel: pending", "order"], "CRCR", "Lookup");
        // The first request may have created the order.
        let (sent, end) = play(
            policy(2),
            OnDuplicate::Throw,
            &["timeout", "none", "panel: pending", "none", "none", "none"],
        );
        assert_eq!((sent.matches('C').count(), end.as_str()), (2, "Timeout Unknown"));
        assert_plays(&["timeout", "panel: refused"], "CR", "Timeout Unknown");
    }

    #[test]
    fn what_surely_made_no_order_is_sent_again() {
        assert_plays(&["423", "423", "order"], "CCC", "Answer");
        assert_plays(&["423", "423", "423"], "CCC", "TemporarilyUnavailable Rejected");
        assert_plays(&["unreachable", "order"], "CC", "Answer");
        assert_plays(&["unreachable", "unreachable", "unreachable"], "CCC", "ConnectionFailed NotSent");
    }

    #[test]
    fn after_anything_else_it_looks_before_it_sends_again() {
        for unknown in ["timeout", "reset", "garbage", "429", "499", "500", "504", "404", "400", "later"] {
            assert_plays(&[unknown, "order"], "CR", "Lookup");
            assert_plays(&[unknown, "none", "order"], "CRC", "Answer");
            assert_plays(&[unknown, "500", "none", "order"], "CRRC", "Answer");
        }
    }

    #[test]
    fn a_lookup_that_fails_never_allows_another_creation() {
        for failing in ["timeout", "reset", "garbage", "423", "429", "500", "unreachable", "405"] {
            let fails = [&["timeout"][..], &[failing; 5]].concat();
            assert_plays(&fails, "CRRRRR", "Timeout Unknown");
        }
        assert_plays(&["reset", "401"], "CR", "ConnectionFailed Unknown");
    }

    #[test]
    fn once_unknown_it_stays_unknown_until_the_order_is_found() {
        assert_plays(&["timeout", "none", "limit", "order"], "CRCR", "Lookup");
        assert_plays(&["timeout", "none", "423", "order"], "CRCR", "Lookup");
        assert_plays(
            &["timeout", "none", "401", "none", "none", "none", "none", "none"],
            "CRCRRRR",
            "Timeout Unknown",
        );
        assert_plays(
            &["timeout", "none", "unreachable", "none", "unreachable", "none", "none", "none", "none"],
            "CRCRCRRR",
            "Timeout Unknown",
        );
    }

    #[test]
    fn a_duplicate_after_an_own_unknown_attempt_is_this_order() {
        assert_plays(&["timeout", "none", "duplicate", "order"], "CRCR", "Lookup");
        assert_plays(&["timeout", "none", "duplicate", "none", "order"], "CRCRR", "Lookup");
        assert_plays(&["timeout", "none", "duplicate", "500"], "CRCRRRR", "Timeout Unknown");
    }

    #[test]
    fn a_duplicate_at_first_is_thrown_with_its_order_or_returned() {
        assert_plays(&["duplicate", "order"], "CR", "DuplicateOrder Unknown with its order");
        assert_plays(&["duplicate", "none", "500", "order"], "CRRR", "DuplicateOrder Unknown with its order");
        assert_plays(&["duplicate", "401"], "CR", "DuplicateOrder Unknown");
        assert_plays(&["423", "duplicate", "order"], "CCR", "DuplicateOrder Unknown with its order");
        let returned = play(policy(2), OnDuplicate::Return, &["duplicate", "500", "order"]);
        assert_eq!(returned, ("CRR".to_owned(), "Lookup".to_owned()));
        let not_found = play(policy(0), OnDuplicate::Return, &["duplicate", "none"]);
        assert_eq!(not_found, ("CR".to_owned(), "DuplicateOrder Unknown".to_owned()));
    }

    #[test]
    fn an_order_of_other_data_is_never_the_result() {
        const END: &str = "DuplicateOrder Unknown with its order";
        assert_plays(&["timeout", "other"], "CR", END);
        assert_plays(&["timeout", "none", "duplicate", "other"], "CRCR", END);
        assert_plays(&["timeout", "500", "other"], "CRR", END);
        assert_plays(&["423", "timeout", "other"], "CCR", END);
        assert_plays(&["duplicate", "other"], "CR", END);
        assert_plays(&["duplicate", "none", "other"], "CRR", END);
        for brings in [&["duplicate", "other"][..], &["reset", "other"]] {
            assert_eq!(play(policy(2), OnDuplicate::Return, brings).1, END);
        }
        let (mut call, _) = CreateOrFind::start("Order-7".into(), policy(2), OnDuplicate::Return, 0);
        call.created(Err(caught("duplicate")), 5, 7);
        let Decision::Done(Err(FailureWithCause { failure, .. })) =
            call.looked_up(Ok(Lookup::OtherOrder(Box::new(state()))), 6, 7)
        else {
            panic!()
        };
        assert_eq!((failure.response().unwrap().http_status, failure.is_retryable()), (400, false));
        assert_eq!(failure.response().unwrap().status_description.as_deref(), Some("1-4007"));
        assert!(failure.message.contains("another amount or currency"));
    }

    #[test]
    fn without_retries_it_still_finds_out() {
        assert_eq!(play(policy(0), OnDuplicate::Throw, &["timeout", "order"]).1, "Lookup");
        assert_eq!(play(policy(0), OnDuplicate::Throw, &["timeout", "none", "order"]).0, "CR");
        assert_eq!(play(policy(0), OnDuplicate::Throw, &["423"]).0, "C");
    }

    #[test]
    fn a_wait_that_the_deadline_does_not_allow_ends_it() {
        assert_plays(&["too late"], "C", "ServerError Unknown");
        let (mut call, _) = CreateOrFind::start("Order-7".into(), policy(2), OnDuplicate::Throw, 0);
        assert!(matches!(call.created(Err(caught("timeout")), 60_000, 7), Decision::Done(Err(_))));
    }

    #[test]
    fn a_clock_that_jumped_over_the_deadline_ends_the_wait() {
        let (mut call, _) = CreateOrFind::start("Order-7".into(), policy(2), OnDuplicate::Throw, 0);
        assert!(matches!(call.created(Err(caught("423")), 10, 7), Decision::Wait(_)));
        assert!(matches!(call.waited(60_000), Decision::Done(Err(_))));
    }

    #[test]
    fn an_abort_is_unknown_once_a_creation_may_have_arrived() {
        let start = || CreateOrFind::<()>::start("Order-7".into(), policy(2), OnDuplicate::Throw, 0).0;
        let in_flight = |operation| RequestInFlight { operation, departure: Departure::MayHaveBeenSent };
        assert_eq!(start().aborted(None, 5), None);
        let connecting = RequestInFlight { operation: Operation::Create, departure: Departure::NothingSent };
        assert_eq!(start().aborted(Some(connecting), 5), None);
        let aborted = start().aborted(Some(in_flight(Operation::Create)), 5).unwrap();
        assert_eq!((aborted.code(), aborted.outcome()), (ErrorCode::Aborted, Some(Outcome::Unknown)));
        assert_eq!(aborted.attempts.unwrap().len(), 1);

        let mut refused = start();
        refused.created(Err(caught("423")), 5, 7);
        assert_eq!(refused.aborted(None, 6), None);

        // The id is taken, perhaps by a second copy of the very request.
        let mut taken = start();
        taken.created(Err(caught("duplicate")), 5, 7);
        let looking = taken.aborted(Some(in_flight(Operation::Read)), 6).unwrap();
        assert_eq!(looking.outcome(), Some(Outcome::Unknown));

        let mut unknown = start();
        unknown.created(Err(caught("timeout")), 5, 7);
        let looking = unknown.aborted(Some(in_flight(Operation::Read)), 6).unwrap();
        assert_eq!(looking.outcome(), Some(Outcome::Unknown));
        assert_eq!(looking.attempts.unwrap().len(), 2);
    }
}
