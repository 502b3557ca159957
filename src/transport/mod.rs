//! The only place that touches `fetch`, `node:http` and timers.

pub(crate) mod body;
pub(crate) mod connection;
pub(crate) mod drive;
pub(crate) mod node;
pub(crate) mod send;
pub(crate) mod watch;
