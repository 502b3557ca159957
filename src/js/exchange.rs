//! Memory that JavaScript reads and writes directly, because each argument and each result that wasm-bindgen passes takes
//! time. JavaScript uses it only while no function of wasm runs.

use core::cell::RefCell;

use wasm_bindgen::prelude::*;

// Codes that Rust and JavaScript share: the sizes of the memory for fast ways.
const TEXT_BYTES: usize = 8448;
const WORDS: usize = 1024;

/// The shared memory.
pub(super) struct Exchange {
    /// A text of JavaScript.
    text: Vec<u8>,
    /// Numbers of JavaScript, or a result for JavaScript.
    pub(super) words: Vec<u32>,
}

impl Exchange {
    /// The text that JavaScript wrote, and the words.
    pub(super) fn parts(&mut self, length: usize) -> Option<(&str, &mut [u32])> {
        let text = core::str::from_utf8(self.text.get(..length)?).ok()?;
        Some((text, &mut self.words))
    }
}

thread_local! {
    static EXCHANGE: RefCell<Exchange> =
        RefCell::new(Exchange { text: vec![0; TEXT_BYTES], words: vec![0; WORDS] });
}

/// Calls a function with the shared memory.
pub(super) fn with_exchange<T>(use_exchange: impl FnOnce(&mut Exchange) -> T) -> T {
    EXCHANGE.with_borrow_mut(use_exchange)
}

/// The address of the memory for the text, or for the words.
#[wasm_bindgen(js_name = exchangeAddress, skip_typescript)]
pub fn exchange_address(is_text: bool) -> usize {
    with_exchange(|exchange| {
        if is_text { exchange.text.as_mut_ptr().addr() } else { exchange.words.as_mut_ptr().addr() }
    })
}
