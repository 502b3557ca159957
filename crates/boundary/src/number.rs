//! Numbers of JavaScript.

/// A number without its fraction. A number that is out of range becomes the nearest `u64`, `NaN` becomes 0.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn to_u64(number: f64) -> u64 {
    number as u64
}
