//! The creation of an order.

use super::creation_request::{CreationRequest, OrderKind};
use super::http::{ReceivedRequest, Response};
use super::route::CreationEndpoint;
use super::scenario::Scenario;
use super::state::{CreationDelay, Refusal, State};

/// Handles a creation. With a delay, its order appears later.
pub(crate) fn create(
    state: &mut State,
    endpoint: CreationEndpoint,
    request: &ReceivedRequest,
    delay: Option<CreationDelay>,
    now: u64,
) -> Response {
    let knows_currency = |code: &str| state.config.knows_currency(code);
    let mut creation = match CreationRequest::read(request.body, endpoint, knows_currency) {
        Ok(creation) => creation,
        Err(message) => return Response::validation(&message),
    };
    match state.refusal(&creation) {
        Some(Refusal::Duplicate) => return Response::duplicate(),
        Some(Refusal::Limit { id }) => return Response::limit(&id),
        Some(Refusal::TooManyOrders) => return Response::temporary(),
        None => {}
    }
    let scenario = match choose_scenario(state, &creation) {
        Scenario::RefuseLimit => return Response::limit(&state.orders.next_uuid()),
        Scenario::RefuseTemporarily => return Response::temporary(),
        Scenario::Create(scenario) => scenario,
    };
    if creation.callback_url.is_none() {
        creation.callback_url.clone_from(state.config.callback_urls.of(creation.kind.pipeline()));
    }
    if let Some(delay) = delay {
        state.create_later(creation, scenario, delay, now);
        return Response::gateway_timeout();
    }
    let index = state.create(creation, scenario, now);
    state.orders.get(index).map_or_else(Response::not_found, |order| Response::created(order, request.origin))
}

/// A scenario for the id has the highest priority. Then comes the amount, then a test card of a deposit.
fn choose_scenario(state: &State, creation: &CreationRequest) -> Scenario {
    let by_id = state.config.scenarios.get(&creation.external_transaction_id).cloned();
    let card_number = creation.card_number.as_deref().filter(|_| creation.kind == OrderKind::CardDeposit);
    by_id
        .or_else(|| Scenario::of_amount(&creation.amount))
        .or_else(|| Scenario::of_card(card_number?))
        .unwrap_or_default()
}
