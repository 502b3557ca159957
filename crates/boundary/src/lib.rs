//! What crosses between JavaScript and WebAssembly, for both modules: values in, results and failures out.

// A test may overflow: it fails then, as it should.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod input;
pub mod output;
pub mod slots;

// The types that both modules have in their `.d.ts`.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen(typescript_custom_section)]
const SHARED: &str = include_str!("shared.d.ts");
