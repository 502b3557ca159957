//! The surface for JavaScript: functions that take bytes and return text. They have no rules. The classes that users see
//! are in the `.js` files of this folder.

// wasm-bindgen exports only public functions, and passes bytes as owned values.
#![allow(unreachable_pub, clippy::needless_pass_by_value)]

mod callbacks;
mod calls;
mod clients;
mod exchange;
mod helpers;
mod validation;
