//! PayStar's HTTP interface: where operations live, how they are authorised, what answers and errors mean.

// A test may overflow: it fails then, as it should.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod alerts;
pub mod attempt;
pub mod call_config;
pub mod callbacks;
pub mod config;
pub mod credentials;
pub mod diagnosis;
pub mod endpoint;
pub mod error_code;
pub mod error_response;
pub mod explain;
pub mod failure;
pub mod http;
pub mod jwt;
pub mod orders;
pub mod panel;
pub mod pipeline;
mod received;
pub mod redact;
pub mod signature;
mod signed_body;
