//! Writes the log of one world: what happened in each call.

use std::fmt::Write as _;

use paystar_engine::step::{FailureWithCause, NoResponse};

use crate::call::{CallResult, StepResult};

pub(crate) fn write_step_result(line: &mut String, result: &StepResult) {
    let _ = match result {
        StepResult::Exchanged(Ok(response)) => {
            write!(line, "gets {} {}", response.status, String::from_utf8_lossy(&response.body))
        }
        StepResult::Exchanged(Err(NoResponse::Timeout { .. })) => {
            write!(line, "gets no response within the time limit")
        }
        StepResult::Exchanged(Err(no_response)) => write!(line, "gets no response: {no_response:?}"),
        StepResult::Waited => write!(line, "continues after a wait"),
        StepResult::Aborted => write!(line, "continues after an abort"),
        StepResult::Reported => write!(line, "continues after a report"),
    };
}

pub(crate) fn write_call_result(line: &mut String, result: &CallResult) {
    let _ = match result {
        CallResult::Order(order) => {
            write!(line, "returns the order {}, resolved by {:?}", order.external_id, order.resolved_by)
        }
        CallResult::State(state) => {
            write!(line, "returns the status {} of {}", state.order_status.as_str(), state.external_id)
        }
        CallResult::Aborted(None) => write!(line, "fails with the reason of the caller's signal"),
        CallResult::Aborted(Some(failure))
        | CallResult::Failed(FailureWithCause { failure, .. })
        | CallResult::Late { failure, .. } => {
            write!(line, "fails with {:?}, outcome {:?}", failure.code(), failure.outcome())
        }
    };
}
