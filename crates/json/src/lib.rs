//! Reads JSON objects from PayStar. Members keep their order, and numbers keep all their digits.
//!
//! serde_json converts numbers to floats, and its errors contain parts of the body. It was a tenth of the package, too. The
//! tests compare this reader with serde_json.

// Tests may overflow, because a test that overflows fails.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]
#![allow(clippy::inline_always, reason = "with the flags of the build, the compiler inlines almost nothing")]

mod extra;
mod map_texts;
mod members;
mod reader;
#[cfg(test)]
mod tests;
mod text;

pub use extra::{Extra, serialize_raw};
pub use map_texts::map_texts;
pub use members::{Members, Raw};
pub use text::push_text;
