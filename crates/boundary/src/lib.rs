//! Passes values between JavaScript and WebAssembly, for both modules: arguments in, results and failures out.

// If a number overflows in a test, the test fails.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod handles;
pub mod input;
pub mod issue_numbers;
pub mod number;
pub mod output;
pub mod plain_input;

// Types in the `.d.ts` of both modules.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen(typescript_custom_section)]
const SHARED: &str = include_str!("shared.d.ts");
