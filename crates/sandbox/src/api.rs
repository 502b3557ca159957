//! The handling of requests.

use paystar_model::id::OrderId;
use paystar_protocol::pipeline::Pipeline;

use super::creation;
use super::hosted_page;
use super::http::{ReceivedRequest, Response};
use super::route::Route;
use super::state::{CreationDelay, State};
use super::token;

/// Responds to a request. With a delay, the order of a creation appears later.
pub(crate) fn respond(
    state: &mut State,
    route: Option<&Route>,
    request: &ReceivedRequest,
    delay: Option<CreationDelay>,
    now: u64,
) -> Response {
    state.advance_to(now);
    let Some(route) = route else { return Response::unknown_path() };
    let response = match route {
        Route::ShowPage(id) => Ok(hosted_page::show(state, id.clone(), now)),
        Route::SubmitPage(id) => Ok(hosted_page::submit(state, id.clone(), request.body, now)),
        Route::Create(endpoint) => check_access(state, request, &[endpoint.pipeline()])
            .map(|()| creation::create(state, *endpoint, request, delay, now)),
        Route::Status(pipeline, id) => {
            check_access(state, request, &[*pipeline]).map(|()| status(state, *pipeline, id))
        }
        // PayStar accepts the keys of both pipelines for a balance.
        Route::Balance(currency) => {
            check_access(state, request, &Pipeline::ALL).map(|()| balance(state, currency.as_deref()))
        }
    };
    response.unwrap_or_else(|refusal| refusal)
}

/// Checks the address and the token. `pipelines` are those whose keys are accepted. The error is the response.
fn check_access(state: &State, request: &ReceivedRequest, pipelines: &[Pipeline]) -> Result<(), Response> {
    let config = &state.config;
    if !config.allows_address(request.address) {
        return Err(Response::forbidden());
    }
    let has_key = |pipeline: &&Pipeline| {
        config
            .credentials(**pipeline)
            .zip(request.authorization)
            .is_some_and(|(credentials, authorization)| token::is_authorized(credentials, authorization))
    };
    match pipelines.iter().find(has_key) {
        None => Err(Response::unauthorized()),
        Some(pipeline) if !config.is_active(*pipeline) => Err(Response::forbidden()),
        Some(_) => Ok(()),
    }
}

fn status(state: &State, pipeline: Pipeline, id: &OrderId) -> Response {
    let order = state.orders.find(pipeline, id).and_then(|index| state.orders.get(index));
    order.map_or_else(Response::not_found, |order| Response::status(order, state.config.history_codes))
}

fn balance(state: &State, currency: Option<&str>) -> Response {
    match currency {
        None => Response::validation("Currency is required property"),
        Some(currency) if !state.config.knows_currency(currency) => {
            Response::validation("currency has invalide value")
        }
        Some(currency) => {
            Response::balance(currency, &state.ledger.account(currency), state.ledger.overdraft())
        }
    }
}
