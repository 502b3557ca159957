//! What a call says to do next, and what it learns from it.

use serde::Serialize;

use paystar_model::balance::Balance;
use paystar_model::order::{Order, OrderState};
use paystar_protocol::attempt::Operation;
use paystar_protocol::failure::Failure;
use paystar_protocol::http::Departure;

/// A failure, and what was thrown outside of the engine (in JavaScript: the error of the system).
#[derive(Debug, Clone, PartialEq)]
pub struct FailureWithCause<C> {
    /// What went wrong.
    pub failure: Failure,
    /// What was thrown.
    pub cause: C,
}

impl<C: Default> From<Failure> for FailureWithCause<C> {
    fn from(failure: Failure) -> Self {
        Self { failure, cause: C::default() }
    }
}

/// Why a request has no usable response.
#[derive(Debug)]
pub enum NoResponse<C> {
    /// The caller ended the call.
    Aborted {
        /// Whether the request can have been sent.
        departure: Departure,
    },
    /// The time limit passed.
    Timeout {
        /// Whether the request can have been sent.
        departure: Departure,
    },
    /// The connection could not be made, or broke.
    Connection {
        /// Whether the request can have been sent.
        departure: Departure,
        /// The system's code for it, such as `ECONNREFUSED`.
        code: String,
        /// What was thrown.
        cause: C,
    },
    /// A response began, but it cannot be used.
    Unusable {
        /// Its HTTP status.
        status: u16,
        /// Why it cannot be used.
        reason: &'static str,
    },
}

/// What to do next.
#[derive(Debug)]
pub enum Step<C> {
    /// Send the request of this operation ([`super::call::Call::request`]).
    Send {
        /// What the request is for.
        operation: Operation,
        /// How long it may take, including the whole response.
        limit_ms: u32,
    },
    /// Wait this many milliseconds.
    Wait(u64),
    /// Show a new status to the caller ([`super::call::Call::state`]).
    Report {
        /// How long the caller may take.
        limit_ms: u32,
    },
    /// The call ends with a result.
    Done(Output),
    /// The call ends with a failure. Its cause is unchanged, so it may contain secrets.
    Failed(FailureWithCause<C>),
    /// The order was not final in time.
    Late {
        /// The failure.
        failure: Failure,
        /// The failure of the last read, if it failed.
        last: Option<FailureWithCause<C>>,
    },
    /// The caller's signal ended the call. There is a failure if an order may exist.
    Aborted(Option<Failure>),
}

/// The result of a call.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Output {
    /// The result of a creation.
    Order(Order),
    /// The result of a status read, or of a wait for the final status.
    State(Box<OrderState>),
    /// The result of a read of balances.
    Balance(Box<Balance>),
}
