//! The hosted page, where a customer enters a card.

mod form;
mod html;
mod visits;

pub(crate) use visits::{show, submit};
