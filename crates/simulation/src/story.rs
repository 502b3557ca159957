//! What happened, in words.

use std::fmt::Write as _;

use paystar_engine::step::FailureWithCause;
use paystar_engine::step::NoResponse;

use crate::call::{Ending, News};

pub(crate) fn describe_news(note: &mut String, news: &News) {
    let _ = match news {
        News::Exchanged(Ok(answer)) => {
            write!(note, "hears {} {}", answer.status, String::from_utf8_lossy(&answer.body))
        }
        News::Exchanged(Err(NoResponse::Timeout { .. })) => write!(note, "hears nothing in time"),
        News::Exchanged(Err(no_answer)) => write!(note, "hears {no_answer:?}"),
        News::Slept(_) => write!(note, "goes on"),
        News::Reported => write!(note, "goes on after its report"),
    };
}

pub(crate) fn describe_ending(note: &mut String, ending: &Ending) {
    let _ = match ending {
        Ending::Order(order) => write!(note, "ends with {} by {:?}", order.external_id, order.resolved_by),
        Ending::State(state) => {
            write!(note, "ends with {} of {}", state.order_status.as_str(), state.external_id)
        }
        Ending::Aborted(None) => write!(note, "ends with the caller's own reason: no order"),
        Ending::Aborted(Some(failure))
        | Ending::Failed(FailureWithCause { failure, .. })
        | Ending::Late { failure, .. } => {
            write!(note, "ends with {:?}, outcome {:?}", failure.code(), failure.outcome())
        }
    };
}
