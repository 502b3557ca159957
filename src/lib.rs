//! Client for the PayStar merchant API.
pub mod model;
pub mod protocol;
