//! The visits of a customer.

use paystar_model::id::{ExternalId, OrderId};
use paystar_model::order::OrderStatus;
use paystar_protocol::pipeline::Pipeline;

use super::form::Form;
use super::html;
use crate::creation_request::Card;
use crate::http::Response;
use crate::scenario::{Outcome, Scenario};
use crate::state::State;

/// Shows the page of an order.
pub(crate) fn show(state: &mut State, id: ExternalId, now: u64) -> Response {
    let index = state.orders.find(Pipeline::Deposits, &OrderId::External(id));
    let Some(order) = index.and_then(|index| state.orders.get_mut(index)) else {
        return Response::not_found();
    };
    if order.status == OrderStatus::Init && !order.has_step("3.0.1.51") {
        order.add_step(now, "3.0.1.51");
    }
    html::page(order)
}

/// Takes a submitted form. Only the first valid form changes the order.
pub(crate) fn submit(state: &mut State, id: ExternalId, body: &[u8], now: u64) -> Response {
    let found = state.orders.find(Pipeline::Deposits, &OrderId::External(id));
    let Some((index, order)) = found.and_then(|index| Some((index, state.orders.get_mut(index)?))) else {
        return Response::not_found();
    };
    if order.status != OrderStatus::Init {
        return html::redirect(order);
    }
    let form = Form::read(body);
    if form.is_cancelled {
        order.status = OrderStatus::Failed;
        order.add_step(now, "3.0.4.54");
        state.call_back(index, now);
    } else {
        let problems = form.problems(now);
        if !problems.are_none() {
            return html::form(order, &form, &problems);
        }
        order.card = Card::new(Some(&form.card_number), Some(&form.holder));
        order.add_step(now, "3.0.1.53");
        order.add_step(now, "3.1.1.00");
        if order.outcome == Outcome::Success
            && let Some(Scenario::Create(scenario)) = Scenario::of_card(&form.card_number)
        {
            order.outcome = scenario.outcome;
        }
        state.start(index, now);
        state.advance_to(now);
    }
    state.orders.get(index).map_or_else(Response::not_found, html::redirect)
}
