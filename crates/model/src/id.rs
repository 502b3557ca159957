//! The two ids of an order.

use core::fmt;

use serde::Serialize;

/// PayStar's id of an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ExternalId(String);

/// The merchant's own id of an order. PayStar creates one order with each, so it is the idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ExternalTransactionId(String);

/// An order, by one of its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderId {
    /// By PayStar's id.
    External(ExternalId),
    /// By the merchant's id.
    Merchant(ExternalTransactionId),
}

impl OrderId {
    /// The merchant's id, if the order is known by it.
    pub fn external_transaction_id(&self) -> Option<&ExternalTransactionId> {
        match self {
            Self::External(_) => None,
            Self::Merchant(id) => Some(id),
        }
    }
}

macro_rules! is_text {
    ($id:ident) => {
        impl $id {
            /// The id as PayStar writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $id {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $id {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

is_text!(ExternalId);
is_text!(ExternalTransactionId);
