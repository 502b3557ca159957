//! The surface for JS: plain functions that take bytes and give text, without rules. The classes that users see are in
//! the `.js` files beside this one.

// wasm-bindgen exports only what is public, and gives bytes away instead of lending them.
#![allow(unreachable_pub, clippy::needless_pass_by_value)]

mod callbacks;
mod calls;
mod clients;
mod helpers;
