//! A simulated PayStar, built from PayStar's documentation. Comments say which behaviour is not documented and is the
//! sandbox's own.

// An overflow makes a test fail, which is right.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

mod api;
mod callback_body;
mod callback_options;
mod callbacks;
pub mod config;
mod creation;
mod creation_request;
mod dates;
pub mod faults;
mod history_codes;
mod hosted_page;
mod http;
mod ledger;
mod limits;
mod option_values;
mod order;
mod orders;
mod reply;
mod responses;
mod route;
mod sandbox;
pub mod scenario;
mod state;
mod time_queue;
mod token;

#[cfg(test)]
mod tests;

pub use callbacks::{CallbackState, Delivery, SentCallback};
pub use http::{ReceivedRequest, Response, Transmission};
pub use reply::Reply;
pub use sandbox::{Sandbox, SandboxOrder};
