//! The bodies of PayStar's answers, letter for letter.
//!
//! PayStar documentation: create-payout-h2h, get-patout-status, error-discriptions, status-discriptions.

use serde::Serialize;

use super::orders::{Order, Step};

/// An answer of the sandbox. An empty body is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// JSON, or nothing.
    pub body: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreatedBody<'a> {
    external_id: &'a str,
    order_status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusBody<'a> {
    external_id: &'a str,
    order_status: &'static str,
    order_history: Vec<Step<'a>>,
}

impl Answer {
    fn bare(status: u16) -> Self {
        Self { status, body: String::new() }
    }

    fn json<T: Serialize>(status: u16, body: &T) -> Self {
        serde_json::to_string(body).map_or_else(|_| Self::bare(500), |body| Self { status, body })
    }

    pub(super) fn created(order: &Order) -> Self {
        Self::json(200, &CreatedBody { external_id: order.external_id(), order_status: "Created" })
    }

    pub(super) fn status(order: &Order, now: u64) -> Self {
        let body = StatusBody {
            external_id: order.external_id(),
            order_status: order.status(now),
            order_history: order.history(now),
        };
        Self::json(200, &body)
    }

    pub(super) fn validation(message: &'static str) -> Self {
        let body =
            format!(r#"{{"label":"VALIDATION_ERROR.","message":"{message}","statusDescrption":"0-0000"}}"#);
        Self { status: 400, body }
    }

    pub(super) fn duplicate() -> Self {
        let body = r#"{"label":"VALIDATION_ERROR.","statusDescrption":"1-4007","message":"Order with this external_transaction_id already exist"}"#;
        Self { status: 400, body: body.to_owned() }
    }

    pub(super) fn limit(limit_id: &str) -> Self {
        let body = format!(
            r#"{{"label":"LIMITS_ERROR","message":"Limit id: {limit_id} was reached","statusDescrption":"0001-0","externalTransactionId":null}}"#
        );
        Self { status: 400, body }
    }

    /// Of this message only the first three words are documented, of the label nothing.
    pub(super) fn temporary() -> Self {
        let body = r#"{"message":"There is currently (the sandbox does not know the rest)","statusDescrption":"0000-1"}"#;
        Self { status: 423, body: body.to_owned() }
    }

    pub(super) fn unauthorized() -> Self {
        Self::bare(401)
    }

    /// What PayStar answers for an id that it does not know is not documented; this is the sandbox's own.
    pub(super) fn not_found() -> Self {
        Self::bare(404)
    }
}
