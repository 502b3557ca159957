//! The sandbox through its public interface.

mod balances;
mod callbacks;
mod deposits;
mod faults;
mod hosted_page;
mod payouts;
mod support;
